"""Takes a running case to another version of its pack: only when somebody asks for it, and only where it has a place.

Answers, finished steps and clocks stay. A case whose state is not in the new version goes to the one that is named for
it, or stays as it is.
"""

from collections.abc import Mapping
from datetime import datetime

from gridclient.domain.record import Fields, Value, iso
from gridclient.workflow.clocks import clocks_of, due_field, keeps_clocks, kept, moved
from gridclient.workflow.guards import trail_of
from gridclient.workflow.pack import Pack

MIGRATE = "migrate"


def migrated(new: Pack, case: Fields, states: Mapping[str, str], by: str, at: datetime) -> dict[str, Value] | None:
    """The fields of the case on the new version; None when it has no place there."""
    source = str(case.get("state"))
    target = states.get(source, source)
    if new.state(target) is None:
        return None
    reason = f"{case.get('pack_version')} → {new.version}"
    entry: dict[str, Value] = {
        "do": MIGRATE, "by": by, "at": iso(at), "from": source, "to": target, "reason": reason,
    }  # fmt: skip
    after: dict[str, Value] = {
        **case, "pack_version": new.version, "state": target, "trail": [*trail_of(case), entry],
    }  # fmt: skip
    if keeps_clocks(new):
        names = {state.clock.name for state in new.states if state.clock} | {"case"}
        clocks = {name: timer for name, timer in clocks_of(case).items() if name in names}
        state = new.state(target)
        if state is not None and state.clock is not None and state.clock.name not in clocks:
            clocks = moved(new, clocks, "", target, at, after)
        after |= {"clocks": kept(clocks), **due_field(new, clocks, at)}
    return after
