"""How the loop of city events is measured: counts over cases, and rates with one pinned formula each. Pure.

Sources differ in their formulas; what is used here stands in `FORMULAS`, so that whoever sees a rate sees how it was
counted. A case whose appeal was granted is not held against anybody; that it was late stays visible.
"""

from collections.abc import Iterable
from dataclasses import dataclass, fields
from datetime import datetime

from gridclient.domain.record import Fields
from gridclient.domain.texts import Texts
from gridclient.workflow.clocks import clocks_of
from gridclient.workflow.guards import answer, trail_of
from gridclient.workflow.pack import Pack

FORMULAS = {
    "in_time": Texts("handled in time / to be handled (without those exempt)", "按时处置 / 应处置（不含申诉豁免）"),
    "rework": Texts("sent back at least once / to be handled", "返工案件 / 应处置"),
    "held": Texts("put on hold / to be handled", "挂账案件 / 应处置"),
    "extended": Texts("extended / to be handled", "延期案件 / 应处置"),
    "missed": Texts("filed after the public reported them / filed", "漏报（公众发现并立案）/ 立案"),
}
_REWORK = frozenset({"rework", "fail"})
_PUBLIC = frozenset({"public", "hotline"})
SOURCE = "/data/report/source"


@dataclass(frozen=True, slots=True)
class Measures:
    """Counts over cases of one pack."""

    filed: int = 0  # and not made void
    self_found: int = 0  # of those filed: on patrol
    missed: int = 0  # of those filed: the public saw them first
    to_handle: int = 0  # dispatched
    handled: int = 0
    in_time: int = 0
    late: int = 0
    exempt: int = 0
    reworked: int = 0
    held: int = 0
    extended: int = 0

    def rate(self, name: str) -> float | None:
        """A rate of `FORMULAS`; None when there is nothing to divide by."""
        count, base = {
            "in_time": (self.in_time, self.to_handle - self.exempt), "rework": (self.reworked, self.to_handle),
            "held": (self.held, self.to_handle), "extended": (self.extended, self.to_handle),
            "missed": (self.missed, self.filed),
        }[name]  # fmt: skip
        return count / base if base > 0 else None


def measure(pack: Pack, cases: Iterable[Fields], now: datetime, clock: str = "handle") -> Measures:
    """Counts cases by the clock of the unit that acts and by their trail."""
    totals = dict.fromkeys((each.name for each in fields(Measures)), 0)
    for case in cases:
        done = {str(entry.get("do")) for entry in trail_of(case)}
        if "file" not in done or case.get("state") == "void":
            continue
        source = answer(pack, case, SOURCE)
        totals["filed"] += 1
        totals["self_found"] += source == "patrol"
        totals["missed"] += source in _PUBLIC
        timer = clocks_of(case).get(clock)
        if timer is None:
            continue
        is_late = timer.is_overdue(now, pack.calendar)
        is_exempt = bool(case.get("flag.exempt"))
        for name, counts in {
            "to_handle": True, "handled": timer.stopped is not None, "late": is_late, "exempt": is_late and is_exempt,
            "in_time": timer.stopped is not None and not is_late, "reworked": bool(done & _REWORK),
            "held": bool(timer.pauses), "extended": timer.extensions > 0,
        }.items():  # fmt: skip
            totals[name] += counts
    return Measures(**totals)
