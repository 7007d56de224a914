"""Looks for people's data in the bytes of files: in every encoding, in free pages and in logs, wherever it may lie."""

from collections import Counter
from collections.abc import Iterable, Iterator
from math import sqrt
from pathlib import Path

ENCODINGS = ("utf-8", "utf-16-le", "utf-16-be", "gb18030")
_LEAST = 4  # bytes: a name of two characters where each takes two
_SHORT = 6  # bytes: what is shorter turns up by chance in an encrypted file
_NOISE = ("cache.db", "cache.db-wal", "attachments.db", "attachments.db-wal")
_OFTEN = 5  # times in one file that chance gives to no name at all

_ByStart = dict[bytes, dict[int, dict[bytes, str]]]


def find(places: Iterable[Path], secrets: Iterable[str]) -> tuple[list[tuple[str, str]], int]:
    """Each `(file, secret)` that was found in names or bytes of these folders, and how many bytes were read.

    Of short names in an encrypted file only what chance does not explain counts as found.
    """
    encoded = {secret.encode(encoding): secret for secret in secrets for encoding in ENCODINGS}
    needles = {needle: secret for needle, secret in encoded.items() if len(needle) >= _LEAST}
    by_start = _by_start(needles)
    short = sum(len(needle) < _SHORT for needle in needles)
    found: list[tuple[str, str]] = []
    size = 0
    for path in (path for place in places for path in sorted(place.rglob("*"))):
        content = path.name.encode() + b"\n" + (path.read_bytes() if path.is_file() else b"")
        size += len(content)
        hits = list(_hits(content, by_start))
        if path.name in _NOISE:
            seen = Counter(secret for needle, secret in hits if len(needle) < _SHORT)
            explained = _by_chance(seen, len(content), short)
            hits = [(needle, secret) for needle, secret in hits if len(needle) >= _SHORT or secret not in explained]
        found += [(path.name, secret) for _, secret in hits]
    return found, size


def _by_chance(seen: Counter[str], size: int, needles: int) -> set[str]:
    """The short names whose appearance in so many random bytes needs no other reason."""
    expected = size * needles / 2 ** (8 * _LEAST)
    if seen.total() > expected + 6 * sqrt(expected) + _OFTEN:
        return set()
    return {secret for secret, times in seen.items() if times < _OFTEN}


def _hits(content: bytes, by_start: _ByStart) -> Iterator[tuple[bytes, str]]:
    for at in range(len(content) - _LEAST + 1):
        for length, known in by_start.get(content[at : at + _LEAST], {}).items():
            needle = content[at : at + length]
            if (secret := known.get(needle)) is not None:
                yield needle, secret


def _by_start(needles: dict[bytes, str]) -> _ByStart:
    """The needles by their first bytes and then by their length: thousands of them begin alike."""
    by_start: _ByStart = {}
    for needle, secret in needles.items():
        by_start.setdefault(needle[:_LEAST], {}).setdefault(len(needle), {})[needle] = secret
    return by_start
