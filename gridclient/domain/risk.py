"""Risk scores and what follows from them: a score with the factors that made it, a tier, and its cadence.

Factors, points and cadences are data of a pack, because they differ by city. A score says where to look first; it
never decides anything by itself.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from math import inf
from typing import Annotated, Literal

from msgspec import Meta, Struct

from gridclient.domain.record import Value
from gridclient.domain.texts import Texts


class Factor(Struct, frozen=True, forbid_unknown_fields=True):
    """One circumstance and its points: a fact that is one of some values, contains one, or is at least a number."""

    id: str
    title: Texts
    points: int
    fact: str
    one_of: list[str] = []
    at_least: float | None = None

    def holds(self, facts: Mapping[str, Value]) -> bool:
        """Whether the circumstance is given; what is not known does not count."""
        value = facts.get(self.fact)
        if isinstance(value, list):
            return any(str(each) in self.one_of for each in value)
        if isinstance(value, bool):
            return ("yes" if value else "no") in self.one_of
        if self.at_least is not None:
            return _number(value) >= self.at_least
        return value is not None and str(value) in self.one_of


def _number(value: Value) -> float:
    """A number, also where an answer keeps it as text; what is none is less than any."""
    try:
        return float(value) if isinstance(value, int | float | str) else -inf
    except ValueError:
        return -inf


class Tier(Struct, frozen=True, forbid_unknown_fields=True):
    """How closely is looked after somebody, or something, from a score on."""

    id: str
    title: Texts
    from_score: int
    every_days: Annotated[int, Meta(ge=1)]
    verified: bool = False


@dataclass(frozen=True, slots=True)
class Risk:
    """A score with the factors that made it, in the pack's order."""

    score: int
    factors: tuple[Factor, ...]


def score(factors: Sequence[Factor], facts: Mapping[str, Value]) -> Risk:
    """Adds the points of every circumstance that is given."""
    holding = tuple(factor for factor in factors if factor.holds(facts))
    return Risk(sum(factor.points for factor in holding), holding)


def tier_of(tiers: Sequence[Tier], risk: Risk) -> Tier:
    """The highest tier that the score reaches, the lowest of all when it reaches none."""
    reached = [tier for tier in tiers if risk.score >= tier.from_score]
    return max(reached or [min(tiers, key=_from_score)], key=_from_score)


def _from_score(tier: Tier) -> int:
    return tier.from_score


@dataclass(frozen=True, slots=True)
class Planned:
    """The next visit or check: when, and how many were left out since the last one."""

    due: date
    status: Literal["ahead", "due", "overdue"]
    skipped: int


def planned(last: date | None, every_days: int, today: date) -> Planned:
    """When the next one is due by its cadence; what was never done is due today."""
    if last is None:
        return Planned(today, "due", 0)
    due = last + timedelta(days=every_days)
    skipped = max(0, (today - due).days // every_days)
    return Planned(due, "ahead" if due > today else "due" if due == today else "overdue", skipped)
