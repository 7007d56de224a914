"""Looks for people's data in the bytes of files: in every encoding, in free pages and in logs, wherever it may lie."""

from collections.abc import Iterable
from pathlib import Path

ENCODINGS = ("utf-8", "utf-16-le", "utf-16-be", "gb18030")
_LEAST = 4  # bytes: a name of two characters where each takes two
_LEAST_IN_NOISE = 6  # what is shorter turns up by chance in a large encrypted file
_NOISE = ("cache.db", "cache.db-wal", "attachments.db", "attachments.db-wal")


def find(places: Iterable[Path], secrets: Iterable[str]) -> tuple[list[tuple[str, str]], int]:
    """Each `(file, secret)` that was found in names or bytes of these folders, and how many bytes were read."""
    needles = [(secret.encode(encoding), secret) for secret in secrets for encoding in ENCODINGS]
    anywhere = _by_start(needles, _LEAST)
    in_noise = _by_start(needles, _LEAST_IN_NOISE)
    found: list[tuple[str, str]] = []
    size = 0
    for path in (path for place in places for path in sorted(place.rglob("*"))):
        content = path.name.encode() + b"\n" + (path.read_bytes() if path.is_file() else b"")
        size += len(content)
        least, by_start = (_LEAST_IN_NOISE, in_noise) if path.name in _NOISE else (_LEAST, anywhere)
        for at in range(len(content) - least + 1):
            for length, known in by_start.get(content[at : at + least], {}).items():
                if (secret := known.get(content[at : at + length])) is not None:
                    found.append((path.name, secret))
    return found, size


def _by_start(needles: Iterable[tuple[bytes, str]], least: int) -> dict[bytes, dict[int, dict[bytes, str]]]:
    """The needles by their first bytes and then by their length: thousands of them begin alike."""
    by_start: dict[bytes, dict[int, dict[bytes, str]]] = {}
    for needle, secret in needles:
        if len(needle) >= least:
            by_start.setdefault(needle[:least], {}).setdefault(len(needle), {})[needle] = secret
    return by_start
