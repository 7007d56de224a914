"""Cases that come by themselves: visits and checks by cadence, and what has to be done once on a day. Pure.

The score of the risk can only shorten a cadence, and is kept on the case with the factors that made it; it decides
nothing else. Days that passed without the work are told on the case that was open meanwhile.
"""

import uuid
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from gridclient.domain.people import age
from gridclient.domain.record import Fields, RecordId, Value, iso
from gridclient.domain.risk import Risk, planned, score, tier_of
from gridclient.domain.zone import ZONE
from gridclient.workflow.moves import begin
from gridclient.workflow.pack import Pack
from gridclient.workflow.provisions import Plan
from gridclient.workflow.shelf import Shelf

_SPACE = uuid.UUID("7a1d54a0-6f0c-5b0e-9d6e-2f6b7f1c9a11")  # of the ids below; for ever
_EVENING = time(18)


@dataclass(frozen=True, slots=True)
class Coming:
    """The next case about a file: due when, entered when, and why as often."""

    due: date
    opens_on: date
    every_days: int = 0  # 0: once
    risk: Risk | None = None
    skipped: tuple[date, ...] = ()

    @property
    def next_skip(self) -> date | None:
        """The next day that is skipped if nothing is done."""
        if not self.every_days:
            return None
        return (self.skipped[-1] if self.skipped else self.due) + timedelta(days=self.every_days)


def facts_of(file: Fields, person: Fields, today: date) -> dict[str, Value]:
    """What a risk's factors may look at: the person, what is known of them, and their age."""
    facts: dict[str, Value] = {**person, **file}
    with suppress(ValueError):
        facts["age"] = age(date.fromisoformat(str(person.get("birth"))), today)
    return facts


def coming(pack: Pack, file: Fields, person: Fields, today: date) -> Coming | None:
    """What a pack's plan says about a file today; None when it says nothing."""
    plan = pack.plan
    if plan is None or any(str(file.get(name)) not in values for name, values in plan.where.items()):
        return None
    if plan.on is not None:
        due = _day(file.get(plan.on))
        return None if due is None else Coming(due, due - timedelta(days=plan.ahead_days))
    every, risk = _cadence(pack, plan, file, person, today)
    if every is None:
        return None
    stand = planned(_day(file.get(plan.last or "")), every, today)
    passed = (stand.due + timedelta(days=every * n) for n in range(1, stand.skipped + 1))
    # A cadence that is shorter than the look ahead never opens the next case before the last one was due.
    ahead = min(plan.ahead_days, every - 1)
    return Coming(stand.due, stand.due - timedelta(days=ahead), every, risk, tuple(passed))


def _cadence(pack: Pack, plan: Plan, file: Fields, person: Fields, today: date) -> tuple[int | None, Risk | None]:
    own = file.get(plan.every or "")
    every = own if isinstance(own, int) and not isinstance(own, bool) and own > 0 else None
    if pack.risk is None:
        return every, None
    risk = score(pack.risk.factors, facts_of(file, person, today))
    asked = [tier.every_days for tier in pack.risk.tiers if tier.id == file.get("tier")]  # by whom knows the person
    if every is not None:
        asked.append(every)
    return min([tier_of(pack.risk.tiers, risk).every_days, *asked]), risk


def to_begin(shelf: Shelf, about: str, file: Fields, cell: str, role: str) -> list[Pack]:
    """The packs by whose cadence such a file is visited or checked, and which a role may also begin unplanned.

    What the file does not say, whoever is at the door knows: it keeps no pack away.
    """
    here = (shelf.here(pack_id, cell) for pack_id in shelf)
    return [
        pack for pack in here if pack is not None and (plan := pack.plan) is not None and plan.about == about
        and plan.every is not None and pack.plays(role, pack.steps[0].role)
        and all(file.get(name) is None or str(file.get(name)) in values for name, values in plan.where.items())
    ]  # fmt: skip


def case_id(pack: Pack, subject: str, due: date) -> RecordId:
    """The id of a planned case: the same whoever opens it, so that nobody opens it twice."""
    return RecordId(str(uuid.uuid5(_SPACE, f"{pack.id}/{subject}/{due.isoformat()}")))


def child_id(parent: str, state_entered: int, opening: int, instance: str) -> RecordId:
    """The id of a case that another one opens when it enters a state for the n-th time."""
    return RecordId(str(uuid.uuid5(_SPACE, f"{parent}/{state_entered}/{opening}/{instance}")))


def planned_case(pack: Pack, plan: Plan, next_: Coming, about: Fields, now: datetime) -> dict[str, Value]:
    """The fields of a planned case; `about` says whom or what it is about, and where."""
    fields: dict[str, Value] = {
        **about, "category": pack.category.zh, "source": "plan", "priority": plan.priority,
        "planned_for": next_.due.isoformat(),
    }  # fmt: skip
    if next_.risk is not None and pack.risk is not None:
        fields["risk"] = {
            "score": next_.risk.score, "factors": [factor.id for factor in next_.risk.factors],
            "tier": tier_of(pack.risk.tiers, next_.risk).id, "every_days": next_.every_days,
        }  # fmt: skip
    case = begin(pack, fields, now)
    case["due_at"] = iso(datetime.combine(next_.due, _EVENING, ZONE))
    return case


def _day(value: Value) -> date | None:
    """The day here of a date or moment in a file."""
    text = str(value or "")
    try:
        return date.fromisoformat(text) if len(text) == 10 else datetime.fromisoformat(text).astimezone(ZONE).date()
    except ValueError:
        return None
