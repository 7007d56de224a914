"""Looks for people's data in the bytes of files: in every encoding, in free pages and in logs, wherever it may lie."""

from collections.abc import Iterable
from pathlib import Path

ENCODINGS = ("utf-8", "utf-16-le", "utf-16-be", "gb18030")
_LEAST = 6  # bytes; what is shorter turns up by chance in a large encrypted file


def find(places: Iterable[Path], secrets: Iterable[str]) -> tuple[list[tuple[str, str]], int]:
    """Each `(file, secret)` that was found in names or bytes of these folders, and how many bytes were read."""
    by_start: dict[bytes, list[tuple[bytes, str]]] = {}
    for secret in secrets:
        for encoding in ENCODINGS:
            needle = secret.encode(encoding)
            if len(needle) >= _LEAST:
                by_start.setdefault(needle[:_LEAST], []).append((needle, secret))
    found: list[tuple[str, str]] = []
    size = 0
    for path in (path for place in places for path in sorted(place.rglob("*"))):
        content = path.name.encode() + b"\n" + (path.read_bytes() if path.is_file() else b"")
        size += len(content)
        for at in range(len(content) - _LEAST + 1):
            for needle, secret in by_start.get(content[at : at + _LEAST], ()):
                if content.startswith(needle, at):
                    found.append((path.name, secret))
    return found, size
