"""The clocks of a case: kept in its field `clocks`, started and stopped by the states that it passes.

A state that names a clock starts it, or lets it run on when the case comes back to it, so rework keeps its deadline;
leaving for a state with another clock stops it. The case's own clock runs from its opening to its end.
"""

from datetime import UTC, datetime

import msgspec

from gridclient.domain.clock import Deadline, Limit
from gridclient.domain.record import Fields, Value, iso
from gridclient.domain.timer import Timer
from gridclient.domain.zone import ZONE
from gridclient.workflow.pack import Pack, StateLimit
from gridclient.workflow.standards import Standard

WHOLE = "case"
CLOCK_FIELDS = ("clocks", "due_at")
Clocks = dict[str, Timer]


def clocks_of(case: Fields) -> Clocks:
    """The clocks as the case keeps them; a field that is no set of clocks counts as none."""
    try:
        return msgspec.convert(case.get("clocks") or {}, Clocks)
    except msgspec.ValidationError:
        return {}


def kept(clocks: Clocks) -> dict[str, Value]:
    """The clocks as a record keeps them."""
    return msgspec.to_builtins(clocks)


def begun(pack: Pack, case: Fields, at: datetime) -> Clocks:
    """The clocks of a case that is opened."""
    return moved(pack, {WHOLE: Timer(at.astimezone(UTC), pack.deadline.limit())}, "", str(case["state"]), at, case)


def moved(pack: Pack, clocks: Clocks, source: str, target: str, at: datetime, case: Fields) -> Clocks:
    """The clocks after a case went from one state to another."""
    before, after = pack.state(source), pack.state(target)
    old = before.clock.name if before and before.clock else ""
    new = after.clock.name if after and after.clock else ""
    clocks = dict(clocks)
    if old != new and old in clocks:
        clocks[old] = clocks[old].stopped_at(at)
    if after and after.end:
        clocks = {name: timer if timer.stopped else timer.stopped_at(at) for name, timer in clocks.items()}
    if new and after and after.clock:
        if new in clocks:
            clocks[new] = clocks[new].restarted()
        else:
            clocks[new] = Timer(at.astimezone(UTC), _limit(pack, after.clock.limit, case))
    return clocks


def _limit(pack: Pack, limit: StateLimit, case: Fields) -> Limit:
    """The limit of a state's clock; the event standard's, where it says so and the case has one."""
    if limit != "standard":
        return limit.limit()
    found = standard_of(pack, case)
    return found.limit if found else pack.deadline.limit()


def standard_of(pack: Pack, case: Fields) -> Standard | None:
    """The event standard of a case, as it was in force on the day when the case was opened."""
    try:
        opened = datetime.fromisoformat(str(case.get("opened_at"))).astimezone(ZONE).date()
    except ValueError:
        return None
    return pack.standard(str(case.get("standard") or ""), opened)


def next_due(pack: Pack, clocks: Clocks, at: datetime) -> Deadline | None:
    """The earliest deadline of the clocks that run; a clock on hold counts as if it stood to its latest day."""
    timer = pressing(pack, clocks, at)
    return timer_due(pack, timer, at) if timer else None


def pressing(pack: Pack, clocks: Clocks, at: datetime) -> Timer | None:
    """The running clock with the earliest deadline."""
    running = (timer for timer in clocks.values() if timer.stopped is None)
    return min(running, key=lambda timer: timer_due(pack, timer, at).due_at, default=None)


def timer_due(pack: Pack, timer: Timer, at: datetime) -> Deadline:
    """The deadline of a clock; one on hold counts as if it stood to its latest day."""
    return timer.due(timer.pauses[-1].latest if timer.is_paused(at) else at, pack.calendar)


def due_field(pack: Pack, clocks: Clocks, at: datetime) -> dict[str, Value]:
    """The case's field `due_at`; empty when no clock runs any more."""
    due = next_due(pack, clocks, at)
    return {"due_at": iso(due.due_at)} if due else {}


def keeps_clocks(pack: Pack) -> bool:
    """Whether cases of a pack carry their clocks; the others have only the day on which they are due."""
    return any(state.clock for state in pack.states)


def clock_fields(pack: Pack, after: Fields, clocks: Clocks, source: str, at: datetime) -> dict[str, Value]:
    """The clock fields of a case that came from another state, given as it is afterwards."""
    if not keeps_clocks(pack):
        return {}
    target = str(after.get("state"))
    if target != source:
        clocks = moved(pack, clocks, source, target, at, after)
    return {"clocks": kept(clocks), **due_field(pack, clocks, at)}
