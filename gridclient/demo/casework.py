"""Invents the cases of a cell: visits to elders and corridor inspections, due as their packs say.

Cases are opened in office hours; what was closed was closed after it was opened and before today, and of what is older
than its limit, little is still open.
"""

import random
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

from gridclient.domain.calendar import CHINA
from gridclient.domain.cases import Case
from gridclient.domain.fields import write
from gridclient.domain.record import RecordId, Value, iso
from gridclient.domain.zone import ZONE
from gridclient.paths import FORMS
from gridclient.workflow import Pack, begin, load_pack
from gridclient.workflow.provisions import Visits


@dataclass(frozen=True, slots=True)
class Packs:
    """The packs that the street works with."""

    visit: Pack
    inspection: Pack
    visits: Visits


def shipped_packs() -> Packs:
    """The packs of the product: the two kinds of cases, and the tiers of those who are visited."""
    visits = load_pack(FORMS / "elderly-visit").risk
    assert visits is not None, "the shipped pack says whom to visit how often"
    return Packs(load_pack(FORMS / "elderly-visit"), load_pack(FORMS / "corridor-inspection"), visits)


@dataclass(slots=True)
class Casework:
    """The cases of one cell, drawn one after the other."""

    cell: str
    estate: str
    lane: str
    today: date
    packs: Packs
    elders: list[tuple[RecordId, str, str, bool]] = field(default_factory=list[tuple[RecordId, str, str, bool]])

    def add_elder(self, resident: RecordId, name: str, address: str, *, is_alone: bool) -> None:
        """Somebody who may be visited; who lives alone comes before the others."""
        self.elders.append((resident, name, address, is_alone))

    def case(self, number: int, cell: int, assignee: str, draw: random.Random) -> dict[str, Value]:
        """The fields of a case; the first two of a cell are due today."""
        opened = self._opened(number, draw)
        serial = f"PD-{opened.year}-{cell * 1000 + number:06d}"
        if number % 2 == 0 and self.elders:
            case, pack = self._visit(number, serial, assignee), self.packs.visit
        else:
            case, pack = self._inspection(number, serial, assignee), self.packs.inspection
        fields = begin(pack, write(case), opened)
        if number < 2:
            fields["due_at"] = iso(datetime.combine(self.today, time(23, 30 + number), ZONE))
        elif number >= 6 and (closed := self._closed(opened, str(fields["due_at"]), draw)):
            fields |= {"state": "closed", "closed_at": iso(closed)}
        return fields

    def _opened(self, number: int, draw: random.Random) -> datetime:
        days = number % 4 if number < 6 else draw.randint(0, 120)
        day = self.today - timedelta(days=days + 1)
        while not CHINA.works_on(day):
            day -= timedelta(days=1)
        return datetime.combine(day, time(draw.choice((8, 9, 10, 11, 14, 15, 16)), draw.randint(0, 59)), ZONE)

    def _closed(self, opened: datetime, due: str, draw: random.Random) -> datetime | None:
        """When it was closed, nine times of ten in time; None while it is open."""
        taken = datetime.fromisoformat(due) - opened
        closed = opened + taken * (draw.uniform(0.1, 1) if draw.random() < 0.9 else draw.uniform(1, 1.6))
        is_past = closed < datetime.combine(self.today, time(), ZONE)
        return closed if is_past and draw.random() < 0.98 else None

    def _visit(self, number: int, serial: str, assignee: str) -> Case:
        alone = [elder for elder in self.elders if elder[3]]
        resident, name, address, is_alone = (alone or self.elders)[number // 2 % len(alone or self.elders)]
        title = f"{name} · 独居老人走访" if is_alone else f"{name} · 老人走访"
        return Case(serial, title, "visit", address, self.cell, assignee, "plan", resident=resident)

    def _inspection(self, number: int, serial: str, assignee: str) -> Case:
        building = number // 2 % 10 + 1
        title, address = f"{self.estate} {building} 号楼 · 楼道检查", f"{self.lane} {building} 号"
        return Case(serial, title, "inspection", address, self.cell, assignee, "plan")
