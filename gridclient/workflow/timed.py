"""When a case has to be looked at again because time alone moves it. Pure.

The platform asks after every change of a case and keeps the answer; at that moment `due_moves` says what happens.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta

from gridclient.domain.record import Fields
from gridclient.workflow.clocks import clocks_of, timer_due
from gridclient.workflow.guards import Asked, refused
from gridclient.workflow.pack import CLOCK_ROLE, Pack, Transition
from gridclient.workflow.rules import HoldOver, Overdue

_LATER = timedelta(seconds=1)  # a limit is over when its last second has passed


def wakes_at(pack: Pack, case: Fields, now: datetime) -> datetime | None:
    """The first moment at which a transition may happen by itself; None when only a person moves the case on."""
    moments = [_moment(pack, case, transition, now) for transition in pack.timed if case["state"] in transition.source]
    return min((moment for moment in moments if moment is not None), default=None)


def _moment(pack: Pack, case: Fields, transition: Transition, now: datetime) -> datetime | None:
    """When the transition's guards hold, as the case stands; None when not without an edit."""
    moments = list(_times(pack, case, transition, now))
    if any(moment is None for moment in moments):
        return None
    asked = Asked(CLOCK_ROLE, now)
    for guard in transition.guards:
        if not isinstance(guard, Overdue | HoldOver) and refused(pack, case, guard, asked):
            return None
    return max((moment for moment in moments if moment is not None), default=now)


def _times(pack: Pack, case: Fields, transition: Transition, now: datetime) -> Iterator[datetime | None]:
    clocks = clocks_of(case)
    for guard in transition.guards:
        if not isinstance(guard, Overdue | HoldOver):
            continue
        timer = clocks.get(guard.clock)
        if timer is None:
            yield None
        elif isinstance(guard, HoldOver):
            open_pause = timer.pauses and timer.pauses[-1].end is None
            yield timer.pauses[-1].latest if open_pause else None
        elif timer.stopped is not None:
            yield now if timer.is_overdue(now, pack.calendar) else None
        else:
            yield timer_due(pack, timer, now).due_at + _LATER
