"""People as the work knows them: residents with their households, how they are looked after, and how to reach them.

Who may see what is decided by the bucket of each record, so one person is three records: the core file, the care file,
and the numbers that identify them.
"""

from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Literal


class Living(StrEnum):
    """With whom a person lives."""

    ALONE = "alone"
    EMPTY_NEST = "empty_nest"
    FAMILY = "family"
    LEFT_BEHIND = "left_behind"


Sex = Literal["0", "1", "2", "9"]  # GB/T 2261.1: not known, male, female, not said


@dataclass(frozen=True, slots=True)
class Household:
    """The people at one address; `head` and `members` are residents."""

    address: str
    building: str
    unit: str
    room: str
    grid: str
    head: str
    members: list[str]


@dataclass(frozen=True, slots=True)
class Resident:
    """The core file of a person."""

    name: str
    sex: Sex
    birth: date
    household: str
    address: str
    building: str
    unit: str
    room: str
    grid: str
    living: Living
    tags: list[str] = field(default_factory=list[str])
    status: str = "present"
    note: str | None = None


@dataclass(frozen=True, slots=True)
class Care:
    """How a person is looked after; `tier` and cadence follow from a pack."""

    resident: str
    tier: str
    conditions: list[str]
    alarm: bool
    visits_every_days: int
    grid: str
    last_visit_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Ident:
    """The numbers that identify a person, and whom to call."""

    resident: str
    id_number: str
    phone: str
    contact_name: str
    contact_relation: str
    contact_phone: str
    grid: str


def age(birth: date, today: date) -> int:
    """Completed years on a day; somebody born on 29 February has the birthday on 1 March in common years."""
    return today.year - birth.year - ((today.month, today.day) < (birth.month, birth.day))
