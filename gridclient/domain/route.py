"""The order of a day's visits: door after door, so that no building is entered twice.

Pure, and without a map: addresses here say building, entrance and room by number.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from gridclient.domain.record import Fields

_NUMBERS = re.compile(r"\d+|\D+")


@dataclass(frozen=True, slots=True)
class Stop:
    """One door; `case` is what is to be done there."""

    case: str
    building: str
    unit: str
    room: str
    address: str = ""


def stop_of(case: str, place: Fields) -> Stop:
    """The door of a resident's or household's record."""
    names = ("building", "unit", "room", "address")
    return Stop(case, *(str(place.get(name) or "") for name in names))


def lane_of(address: str, number: str) -> str:
    """The part of an address before the building's number: `祖冲之路 100 弄 8 号 302 室` → `祖冲之路 100 弄`."""
    head, found, _ = address.partition(f" {number} 号")
    return head if found else address


def in_order(stops: Iterable[Stop]) -> list[Stop]:
    """The stops lane by lane, building by building, entrance by entrance, then up the stairs; whatever came first."""
    return sorted(stops, key=_door)


def as_kept(stops: Sequence[str], kept: Sequence[str]) -> list[str]:
    """Stops in the order that a person gave them; one that came since stands after what it follows by itself."""
    found = [each for each in kept if each in stops]
    for place, each in enumerate(stops):
        if each not in found:
            found.insert(found.index(stops[place - 1]) + 1 if place else 0, each)
    return found


def moved(stops: Sequence[str], stop: str, beside: str) -> list[str]:
    """Stops with one of them moved to the place of another, past it."""
    found = [each for each in stops if each != stop]
    place = found.index(beside)
    return [*found[:place], *([stop, beside] if stops.index(stop) > place else [beside, stop]), *found[place + 1 :]]


def _door(stop: Stop) -> tuple[tuple[tuple[int, int | str], ...], ...]:
    lane = lane_of(stop.address, stop.building) if stop.building else ""
    return tuple(natural(part) for part in (lane, stop.building, stop.unit, stop.room, stop.address, stop.case))


def natural(text: str) -> tuple[tuple[int, int | str], ...]:
    """A key to sort texts by in which numbers in a text count as numbers: 2 comes before 10."""
    return tuple((0, int(part)) if part.isdecimal() else (1, part) for part in _NUMBERS.findall(text))
