"""Codes of places: divisions of 12 digits (GB/T 2260 and GB/T 10114) and grid cells of 15 (GB/T 30428.1)."""

from typing import Literal

Level = Literal["city", "district", "street", "village", "grid"]
_LEVELS: dict[int, Level] = {2: "city", 6: "district", 9: "street", 12: "village", 15: "grid"}


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


def kind_of_street(code: str) -> str:
    """What a street-level code names: 001-099 街道, 100-199 镇, 200-399 乡; raises `BadCode`."""
    if level_of(code) not in ("street", "village", "grid"):
        raise BadCode(code)
    number = int(code[6:9])
    if 1 <= number <= 99:
        return "街道"
    if 100 <= number <= 199:
        return "镇"
    if 200 <= number <= 399:
        return "乡"
    raise BadCode(code)
