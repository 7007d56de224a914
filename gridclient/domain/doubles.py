"""Doubles (疑似重复): two files that may be of one person, and why they are thought so.

Pure. Only a person decides; two different identity numbers mean two people, whatever else is alike.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from gridclient.domain.letters import name_letters
from gridclient.domain.record import Fields, Value


class Reason(StrEnum):
    """Why two files may be of one person, the surest first."""

    NUMBER = "number"  # the same identity number
    BIRTH = "birth"  # the same name and date of birth
    PHONE = "phone"  # the same phone and a similar name


@dataclass(frozen=True, slots=True)
class Facts:
    """What of a person's files tells one person from another; empty where it is not known."""

    id: str
    name: str
    birth: str
    address: str
    number: str
    phone: str


@dataclass(frozen=True, slots=True)
class Double:
    """Two files, the older record first."""

    first: Facts
    second: Facts
    reasons: tuple[Reason, ...]

    @property
    def key(self) -> str:
        """The pair, whichever of them is named first."""
        return "+".join(sorted((self.first.id, self.second.id)))


def double_of(first: Facts, second: Facts) -> Double | None:
    """The pair when it may be one person."""
    if first.number and second.number and first.number != second.number:
        return None
    reasons: list[Reason] = []
    if first.number and first.number == second.number:
        reasons.append(Reason.NUMBER)
    if first.birth and (first.name, first.birth) == (second.name, second.birth):
        reasons.append(Reason.BIRTH)
    if first.phone and first.phone == second.phone and similar(first.name, second.name):
        reasons.append(Reason.PHONE)
    return Double(first, second, tuple(reasons)) if reasons else None


def similar(name: str, other: str) -> bool:
    """Whether two names sound alike, or differ in one character of the given name."""
    if not name or not other:
        return False
    if name == other or set(name_letters(name)[1:2]) & set(name_letters(other)[1:2]):
        return True
    differing = sum(mine != theirs for mine, theirs in zip(name, other, strict=False))
    return len(name) == len(other) > 2 and name[0] == other[0] and differing == 1


def united(kept: Fields, gone: Fields, chosen: Mapping[str, Value]) -> dict[str, Value]:
    """What changes in the kept file: what was chosen, and what only the other one says."""
    changed = {name: value for name, value in gone.items() if name not in kept} | dict(chosen)
    return {name: value for name, value in changed.items() if kept.get(name) != value}
