"""Values of a file that somebody confirmed: where they come from, and whether they may still be used without asking.

Pure: the caller says what day it is and which fields are in conflict.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from gridclient.domain.merge import EVIDENCE, same
from gridclient.domain.record import Fields, Value

SOON = timedelta(days=30)


class Standing(StrEnum):
    """How far a confirmed value can be relied on."""

    HOLDS = "holds"
    ENDS_SOON = "ends_soon"
    ENDED = "ended"
    CHANGED = "changed"  # somebody edited the value after it was confirmed
    IN_CONFLICT = "in_conflict"


@dataclass(frozen=True, slots=True)
class Verified:
    """One confirmed value with its source; `until` is empty where the value has no expiry."""

    name: str
    value: Value
    pack: str
    by: str
    at: str
    until: str
    standing: Standing


def verified(fields: Fields, contested: Collection[str], today: date) -> list[Verified]:
    """The confirmed values of one record, in the order of their names."""
    found: list[Verified] = []
    for key in sorted(name for name in fields if name.startswith(EVIDENCE)):
        said, name = fields[key], key.removeprefix(EVIDENCE)
        if not isinstance(said, dict):
            continue
        value = fields.get(name)
        until = _text(said, "until")
        if name in contested:
            standing = Standing.IN_CONFLICT
        elif not same(value, said.get("value")):
            standing = Standing.CHANGED
        else:
            standing = _by_date(until, today)
        found.append(Verified(name, value, _text(said, "pack"), _text(said, "by"), _text(said, "at"), until, standing))
    return found


def _by_date(until: str, today: date) -> Standing:
    """The last day counts: a value holds until its end."""
    if not until:
        return Standing.HOLDS
    left = date.fromisoformat(until) - today
    if left < timedelta(0):
        return Standing.ENDED
    return Standing.ENDS_SOON if left <= SOON else Standing.HOLDS


def _text(said: Fields, name: str) -> str:
    return str(said.get(name) or "")
