"""People as the work knows them: living situations, care tiers, and age."""

from datetime import date
from enum import StrEnum


class Living(StrEnum):
    """With whom a person lives."""

    ALONE = "alone"
    EMPTY_NEST = "empty_nest"
    FAMILY = "family"
    LEFT_BEHIND = "left_behind"


class Tier(StrEnum):
    """How closely a person is looked after."""

    HIGH = "high"
    KEY = "key"
    GENERAL = "general"


def age(birth: date, today: date) -> int:
    """Completed years on a day; somebody born on 29 February has the birthday on 1 March in common years."""
    return today.year - birth.year - ((today.month, today.day) < (birth.month, birth.day))
