"""What a pack provides for besides steps and moves: working time, risk, photos, plans, openings, hints, findings.

Each is one key of `pack.yaml`; nothing here is evaluated.
"""

from datetime import date
from typing import Annotated, Literal

from msgspec import Meta, Struct

from gridclient.domain.calendar import Calendar
from gridclient.domain.risk import Factor, Tier
from gridclient.domain.texts import Texts
from gridclient.workflow.rules import Name, Ref

_FILE = r"(resident|ident|care|household|place)\.[a-z_]+"
FileField = Annotated[str, Meta(pattern=rf"\A{_FILE}\Z")]
# Of a file, or an answer in the last case of another kind: last/elderly-visit/data/verify/living.
KnownField = Annotated[str, Meta(pattern=rf"\A({_FILE}|last/[a-z][a-z0-9-]*(/[A-Za-z_][\w.-]*)+)\Z")]
FieldName = Annotated[str, Meta(pattern=r"\A[a-z_]+\Z")]
FileName = Annotated[str, Meta(pattern=r"\A[\w-][\w.-]{0,99}\Z")]  # beside pack.yaml; a pack never reaches outside


Clock = Annotated[str, Meta(pattern=r"\A([01]\d|2[0-3]):[0-5]\d\Z")]


class Hours(Struct, frozen=True, forbid_unknown_fields=True):
    """One period of work of every working day, as quoted times such as "08:00"."""

    begin: Clock
    end: Clock


class Days(Struct, frozen=True, forbid_unknown_fields=True):
    """What a place has otherwise than the national calendar."""

    hours: tuple[Hours, ...] = (Hours("08:00", "12:00"), Hours("14:00", "18:00"))
    holidays: list[date] = []
    workdays: list[date] = []
    known_until: date | None = None

    def calendar(self) -> Calendar:
        """The working time as the clocks count it; ValueError when it makes no sense."""
        hours = tuple((_seconds(each.begin), _seconds(each.end)) for each in self.hours)
        changed = dict.fromkeys(self.holidays, False) | dict.fromkeys(self.workdays, True)
        return Calendar(hours, changed, self.known_until)


class Visits(Struct, frozen=True, forbid_unknown_fields=True):
    """How closely people are looked after: what raises the score, and the tiers with their cadence."""

    factors: list[Factor]
    tiers: Annotated[list[Tier], Meta(min_length=1)]


class Photos(Struct, frozen=True, forbid_unknown_fields=True):
    """How photos are kept: their longer side in pixels, the quality of the JPEG, and whether they are stamped."""

    max_side: Annotated[int, Meta(ge=320, le=8192)] = 2048
    quality: Annotated[int, Meta(ge=30, le=95)] = 85
    stamp: bool = False  # time, place and the worker's number, to be seen in the picture


class Plan(Struct, frozen=True, forbid_unknown_fields=True):
    """Cases that are opened by themselves about files of one kind: by cadence, or once on a day that a file names."""

    about: Literal["care", "place"]
    every: FieldName | None = None  # of the file: how many days between two; the tier of the risk may shorten it
    last: FieldName | None = None  # of the file: when it was last done; kept when a case of the pack is closed
    on: FieldName | None = None  # of the file: the day of a single one
    where: dict[FieldName, list[str]] = {}  # only files whose field is one of these
    ahead_days: Annotated[int, Meta(ge=0)] = 0
    priority: int = 1


class Opening(Struct, frozen=True, forbid_unknown_fields=True):
    """Cases of another pack that are opened when a case enters a state: one, or one for each part of a repeat."""

    entering: Annotated[list[Name], Meta(min_length=1)]
    pack: Name
    title: Texts
    each: Ref | None = None
    only: dict[str, list[str]] = {}  # answers that have to be one of these; below `each` where there is one
    step: Name | None = None  # of the other pack, which is thereby finished
    state: Name | None = None  # of the other pack; without one, its first
    copy: dict[Ref, str] = {}  # question of that step: an answer here, or `case.` and a field
    due: str | None = None  # an answer with the day until which it has to be done


class Duplicates(Struct, frozen=True, forbid_unknown_fields=True):
    """When two cases may be about the same thing: same answer to a question, near in place and time."""

    same: Ref
    point: Ref
    metres: Annotated[float, Meta(gt=0)] = 50
    hours: Annotated[float, Meta(gt=0)] = 24


class Findings(Struct, frozen=True, forbid_unknown_fields=True):
    """Entries of a repeat that stand for the items of a check list that failed.

    `item` is the question of an entry that keeps the item's name, `what` the one that says what is wrong.
    """

    each: Ref
    item: str
    what: str


PHOTOS = Photos()
SAMPLE_PERCENT = 10.0  # of the cases that could be approved together, where a pack says nothing else


def _seconds(at: str) -> int:
    return int(at[:2]) * 3600 + int(at[3:]) * 60
