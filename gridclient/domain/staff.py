"""Those who do the work: workers with their cells, and the teams they belong to."""

from dataclasses import dataclass, field
from typing import Literal

Role = Literal["worker", "supervisor", "administrator"]


@dataclass(frozen=True, slots=True)
class Worker:
    """Somebody with an account; `cells` are the units of duty, of any level."""

    name: str
    account: str
    role: Role
    team: str
    cells: list[str] = field(default_factory=list[str])


@dataclass(frozen=True, slots=True)
class Team:
    """Workers of one street."""

    name: str
    street: str
