"""Values of expressions and how they turn into each other (XPath 1.0, section 4; ODK XForms for dates).

A value is text, a number, a boolean, a moment, or a list of nodes. A date in an arithmetic or ordering place is
the number of days since 1970-01-01 UTC, as ODK Web Forms has it.
"""

import math
import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import TypeAlias

from gridclient.forms.node import Attribute, Node

Nodes: TypeAlias = "list[Node | Attribute]"
_DATE = re.compile(r"\d{4}-\d\d-\d\d(?:T\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:?\d\d)?)?\Z")
_NUMBER = re.compile(r"\s*-?(?:\d+(?:\.\d*)?|\.\d+)\s*\Z")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Moment:
    """A date or a date with its time, aware; `is_date` prints the day only."""

    at: datetime
    is_date: bool

    def __str__(self) -> str:
        return self.at.date().isoformat() if self.is_date else self.at.isoformat(timespec="milliseconds")

    @property
    def days(self) -> float:
        """Days since 1970-01-01 UTC with their fraction."""
        return (self.at - _EPOCH) / timedelta(days=1)


Value: TypeAlias = "str | float | bool | Moment | Nodes"


def text_of(value: Value) -> str:
    """The value as text."""
    match value:
        case str():
            return value
        case bool():
            return "true" if value else "false"
        case float() | int():
            return number_text(float(value))
        case Moment():
            return str(value)
        case list():
            return value[0].value if value else ""


def number_text(value: float) -> str:
    """A number as XPath prints it: whole numbers without a point."""
    if math.isnan(value):
        return "NaN"
    if math.isinf(value):
        return "Infinity" if value > 0 else "-Infinity"
    if value == int(value) and abs(value) < 1e21:
        return str(int(value))
    return format(value, "f").rstrip("0") if abs(value) < 1e-4 else repr(value)


def number_of(value: Value, zone: tzinfo) -> float:
    """The value as a number; NaN when it is none."""
    match value:
        case bool():
            return 1.0 if value else 0.0
        case float() | int():
            return float(value)
        case Moment():
            return value.days
        case list():
            return number_of(value[0].value, zone) if value else math.nan
        case str():
            if _NUMBER.match(value):
                return float(value)
            moment = moment_of(value, zone)
            return moment.days if moment is not None else math.nan


def truth_of(value: Value) -> bool:
    """The value as a boolean."""
    match value:
        case bool():
            return value
        case float() | int():
            return bool(value) and not math.isnan(value)
        case str():
            return value != ""
        case Moment():
            return True
        case list():
            return bool(value)


def moment_of(text: str, zone: tzinfo) -> Moment | None:
    """The date that a text is, local time where it names no zone; None when it is none."""
    if not _DATE.match(text):
        return None
    try:
        if "T" not in text:
            return Moment(datetime.combine(date.fromisoformat(text), time(), zone), True)
        at = datetime.fromisoformat(text)
    except ValueError:
        return None
    return Moment(at if at.tzinfo else at.replace(tzinfo=zone), False)


def equal(left: Value, right: Value, zone: tzinfo) -> bool:
    """`=` (XPath 1.0, section 3.4)."""
    if isinstance(left, list):
        if isinstance(right, bool):
            return bool(left) == right
        return any(equal(node.value, right, zone) for node in left)
    if isinstance(right, list):
        return equal(right, left, zone)
    if isinstance(left, bool) or isinstance(right, bool):
        return truth_of(left) == truth_of(right)
    if isinstance(left, float) or isinstance(right, float):
        return number_of(left, zone) == number_of(right, zone)
    if isinstance(left, Moment) or isinstance(right, Moment):
        a, b = number_of(left, zone), number_of(right, zone)
        return a == b or text_of(left) == text_of(right)
    return left == right


def compare(op: str, left: Value, right: Value, zone: tzinfo) -> bool:
    """An ordering comparison; node-sets compare if any node does."""
    if isinstance(left, list):
        return any(compare(op, node.value, right, zone) for node in left)
    if isinstance(right, list):
        return any(compare(op, left, node.value, zone) for node in right)
    a, b = number_of(left, zone), number_of(right, zone)
    match op:
        case "<":
            return a < b
        case "<=":
            return a <= b
        case ">":
            return a > b
        case _:
            return a >= b
