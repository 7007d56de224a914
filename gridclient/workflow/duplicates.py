"""Hints that a case may be about what another one is about already: near in place and time, and of the same kind. Pure.

Only a hint: a person looks at both and links them, or does not.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from gridclient.domain.record import Fields
from gridclient.forms.functions.geo import Point, metres_between, point_of
from gridclient.workflow.guards import answer
from gridclient.workflow.pack import Pack


@dataclass(frozen=True, slots=True)
class Hint:
    """Another case that may be the same: how far, and how long before or after."""

    case: str
    number: str
    metres: int
    minutes: int


@dataclass(frozen=True, slots=True)
class _Facts:
    what: str
    place: Point
    at: datetime


def hints(pack: Pack, case: Fields, others: Mapping[str, Fields]) -> list[Hint]:
    """The open cases of the same pack that may be the same, the nearest first."""
    rule, mine = pack.duplicates, _facts(pack, case)
    if rule is None or mine is None:
        return []
    found: list[Hint] = []
    for other_id, other in others.items():
        theirs = _facts(pack, other)
        if theirs is None or theirs.what != mine.what:
            continue
        metres, apart = metres_between(mine.place, theirs.place), abs(mine.at - theirs.at)
        if metres <= rule.metres and apart <= timedelta(hours=rule.hours):
            minutes = int(apart.total_seconds() // 60)
            found.append(Hint(other_id, str(other.get("number") or ""), round(metres), minutes))
    return sorted(found, key=_nearness)


def _nearness(hint: Hint) -> tuple[int, int]:
    return hint.metres, hint.minutes


def _facts(pack: Pack, case: Fields) -> _Facts | None:
    """What is compared; None when the case does not say it."""
    rule = pack.duplicates
    if rule is None:
        return None
    what, place = answer(pack, case, rule.same), point_of(answer(pack, case, rule.point))
    try:
        at = datetime.fromisoformat(str(case.get("opened_at")))
    except ValueError:
        return None
    return None if place is None or not what else _Facts(what, place, at)


def among(pack: Pack, cases: Iterable[tuple[str, Fields]]) -> dict[str, Fields]:
    """The cases that still may be linked: of this pack, and not at their end."""
    return {
        case: fields for case, fields in cases if fields.get("pack") == pack.id and not pack.ends(fields.get("state"))
    }
