"""Cases: what is to be done, where, by whom and until when.

Only what every case has; the answers of its steps, its clocks and its trail are of its pack (`workflow`).
"""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Case:
    """One case, about a resident, a household or a place, or about an address alone."""

    number: str
    title: str
    category: str
    address: str
    grid: str
    assignee: str
    source: str
    priority: int = 1
    resident: str | None = None
    household: str | None = None
    place: str | None = None
    pack: str | None = None
    pack_version: str | None = None
    state: str | None = None
    opened_at: datetime | None = None
    due_at: datetime | None = None
    closed_at: datetime | None = None

    def is_overdue(self, now: datetime) -> bool:
        """Whether its time is over and it is still open, or was closed too late."""
        return self.due_at is not None and (self.closed_at or now) > self.due_at
