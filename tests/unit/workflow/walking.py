"""Walks a case through a pack as people do: by steps with answers, and by moves, each at its own moment."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from gridclient.domain.record import Fields, Value, iso
from gridclient.domain.zone import ZONE
from gridclient.workflow import Asked, Pack, advance, allowed, begin, take, take_due

MORNING = datetime(2026, 3, 9, 9, tzinfo=ZONE)  # a Monday


@dataclass
class Walk:
    """One case and the time; every act may take some of it first."""

    pack: Pack
    now: datetime = MORNING
    case: dict[str, Value] = field(default_factory=dict[str, Value])

    def __post_init__(self) -> None:
        self.case = self.case or begin(self.pack, {"title": "synthetic"}, self.now)

    @property
    def state(self) -> str:
        return str(self.case["state"])

    def wait(self, **amount: float) -> None:
        self.now += timedelta(**amount)

    def step(self, step_id: str, by: str = "w-lin", **answers: str) -> None:
        group = self.pack.step(step_id).group
        refs: Mapping[str, str] = {f"{group}/{name}": value for name, value in answers.items()}
        self.case |= advance(self.pack, self.case, step_id, refs, by, iso(self.now))

    def asked(self, by: str, reason: str = "", **given: Value) -> Asked:
        return Asked(by, self.now, reason, given)

    def refusal(self, role: str, name: str, by: str = "w-lin", reason: str = "", **given: Value) -> str:
        return allowed(self.pack, self.case, role, name, self.asked(by, reason, **given))

    def move(self, role: str, name: str, by: str = "w-lin", reason: str = "", **given: Value) -> Fields:
        fields = take(self.pack, self.case, role, name, self.asked(by, reason, **given))
        self._lay(fields)
        return fields

    def by_itself(self, name: str) -> None:
        self._lay(take_due(self.pack, self.case, name, self.now))

    def _lay(self, fields: Fields) -> None:
        self.case |= fields
        self.case = {name: value for name, value in self.case.items() if value is not None}
