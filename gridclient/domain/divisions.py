"""Codes of places: divisions of 12 digits (GB/T 2260 and GB/T 10114) and grid cells of 15 (GB/T 30428.1)."""

from typing import Literal

Level = Literal["city", "district", "street", "village", "grid"]
_LEVELS: dict[int, Level] = {2: "city", 6: "district", 9: "street", 12: "village", 15: "grid"}

_KINDS: dict[Level, tuple[tuple[int, int, str], ...]] = {
    "street": ((1, 99, "街道"), (100, 199, "镇"), (200, 399, "乡")),
    "village": ((1, 199, "居"), (200, 399, "村")),
}


class BadCode(ValueError):
    """This is no code of a division or a grid cell."""


def level_of(code: str) -> Level:
    """The level of a code by its length; raises `BadCode`."""
    if not (code.isascii() and code.isdigit()) or len(code) not in _LEVELS:
        raise BadCode(code)
    return _LEVELS[len(code)]


def parent_of(code: str) -> str | None:
    """The code one level up; None for a city."""
    level_of(code)
    shorter = [length for length in _LEVELS if length < len(code)]
    return code[: max(shorter)] if shorter else None


def kind_of(code: str) -> str:
    """What the last unit of a code is: 街道, 镇 or 乡, 居 or 村; empty for other levels; raises `BadCode`."""
    kinds = _KINDS.get(level_of(code), ())
    number = int(code[-3:])
    for first, last, kind in kinds:
        if first <= number <= last:
            return kind
    if kinds:
        raise BadCode(code)
    return ""
