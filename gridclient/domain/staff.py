"""Those who do the work: workers with their cells, and the teams they belong to."""

import re
import unicodedata
from dataclasses import dataclass, field
from typing import Literal

Role = Literal["worker", "supervisor", "administrator"]

_ACCOUNT = re.compile(r"[\w.@-]{1,64}\Z")


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


def account_key(name: str) -> str:
    """An account's name as it is kept, whatever way it was typed; empty when no account can have it."""
    key = unicodedata.normalize("NFKC", name).strip().casefold()
    return key if _ACCOUNT.match(key) else ""
