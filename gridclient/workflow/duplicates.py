"""Hints that a case may be about what another one is about already: near in place and time, and of the same kind. Pure.

Near means within the metres of the pack's rule where both have a position, and the same address where one has none.
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
    """Another case that may be the same: how far, None for the same address, and how long before or after."""

    case: str
    number: str
    title: str
    metres: int | None
    minutes: int


@dataclass(frozen=True, slots=True)
class _Facts:
    what: str
    point: Point | None
    address: str
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
        apart, metres = abs(mine.at - theirs.at), _metres(mine, theirs)
        near = mine.address == theirs.address != "" if metres is None else metres <= rule.metres
        if near and apart <= timedelta(hours=rule.hours):
            away, minutes = None if metres is None else round(metres), int(apart.total_seconds() // 60)
            found.append(Hint(other_id, str(other.get("number") or ""), str(other.get("title") or ""), away, minutes))
    return sorted(found, key=_nearness)


def _metres(mine: _Facts, theirs: _Facts) -> float | None:
    return metres_between(mine.point, theirs.point) if mine.point and theirs.point else None


def _nearness(hint: Hint) -> tuple[int, int]:
    return hint.metres or 0, hint.minutes


def _facts(pack: Pack, case: Fields) -> _Facts | None:
    """What is compared; None when the case does not say it."""
    rule = pack.duplicates
    if rule is None:
        return None
    what, point = answer(pack, case, rule.same), point_of(answer(pack, case, rule.point))
    try:
        at = datetime.fromisoformat(str(case.get("opened_at")))
    except ValueError:
        return None
    return _Facts(what, point, str(case.get("address") or ""), at) if what else None


def among(pack: Pack, cases: Iterable[tuple[str, Fields]]) -> dict[str, Fields]:
    """The cases that still may be linked: of this pack, and not at their end."""
    return {
        case: fields for case, fields in cases if fields.get("pack") == pack.id and not pack.ends(fields.get("state"))
    }
