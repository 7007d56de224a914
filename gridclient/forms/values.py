"""Values of expressions and how they turn into each other (XPath 1.0, section 4; ODK XForms for dates).

A value is text, a number, a boolean, a moment, or a list of nodes. A date in an arithmetic or ordering place is
the number of days since 1970-01-01 UTC, as ODK Web Forms has it.
"""

import math
import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from functools import lru_cache
from typing import TypeAlias

from gridclient.forms.node import Node

Nodes: TypeAlias = "list[Node]"
_DATE = re.compile(
    r"(\d{4})-(\d\d)-(\d\d)(?:T(\d\d)(?::(\d\d)(?::(\d\d)(?:[.,](\d+))?)?)?(Z|[+-]\d\d(?::?\d\d)?)?)?\Z", re.ASCII
)
_NUMBER = re.compile(r"[ \t\r\n]*(-?(?:\d+(?:\.\d*)?|\.\d+))[ \t\r\n]*\Z", re.ASCII)
_WORD = re.compile(r"[^ \t\r\n]+")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_DAY = timedelta(days=1)
_WIDEST_OFFSET = 14 * 60


@dataclass(frozen=True, slots=True)
class Moment:
    """An instant, aware; as text it is a date where it is midnight in its zone."""

    at: datetime

    def __str__(self) -> str:
        at = self.at
        if at.hour == at.minute == at.second == 0 and at.microsecond < 1000:
            return at.date().isoformat()
        return self.full()

    def full(self) -> str:
        """Date, time and offset."""
        return self.at.isoformat(timespec="milliseconds")

    @property
    def days(self) -> float:
        """Days since 1970-01-01 UTC with their fraction."""
        return (self.at - _EPOCH) / _DAY


Value: TypeAlias = "str | float | bool | Moment | Nodes"


def words(text: str) -> list[str]:
    """The parts of a text between white space as XML has it: other spaces belong to them."""
    return _WORD.findall(text)


def text_of(value: Value) -> str:
    """The value as text (XPath 1.0, section 4.2)."""
    if type(value) is str:
        return value
    if isinstance(value, list):
        return value[0].value if value else ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Moment):
        return str(value)
    return number_text(float(value))  # type: ignore[arg-type] - only numbers are left


@lru_cache(maxsize=4096)
def number_text(value: float) -> str:
    """A number as XPath prints it: whole numbers without a point, never an exponent."""
    if value != value:
        return "NaN"
    if math.isinf(value):
        return "Infinity" if value > 0 else "-Infinity"
    if value == int(value):
        return str(int(value)) if abs(value) < 1e17 else format(value, ".0f")
    text = repr(value)
    if "e" in text:
        digits, _, exponent = text.partition("e")
        places = max(0, len(digits.partition(".")[2]) - int(exponent))
        text = format(value, f".{places}f").rstrip("0")
    return text


@lru_cache(maxsize=65536)
def plain_number(text: str) -> float | None:
    """The number that a text is (XPath 1.0, section 4.4), None when it is none."""
    found = _NUMBER.match(text)
    return float(found[1]) if found is not None else None


def number_of(value: Value, zone: tzinfo) -> float:
    """The value as a number; NaN when it is none. A text that is a date counts as its days."""
    if type(value) is float:
        return value
    if isinstance(value, list):
        if not value:
            return math.nan
        value = value[0].value
    if type(value) is str:
        number = plain_number(value)
        if number is not None:
            return number
        moment = moment_of(value, zone) if len(value) >= 10 else None
        return moment.days if moment is not None else math.nan
    if isinstance(value, Moment):
        return value.days
    return float(value)  # type: ignore[arg-type] - a boolean or a whole number


def truth_of(value: Value) -> bool:
    """The value as a boolean (XPath 1.0, section 4.3)."""
    if value is True or value is False:
        return value
    if type(value) is float:
        return value != 0 and value == value
    return bool(value) if not isinstance(value, Moment) else value.at != _EPOCH


@lru_cache(maxsize=4096)
def moment_of(text: str, zone: tzinfo) -> Moment | None:
    """The date that a text is (ISO 8601), local time where it names no zone; None when it is none."""
    found = _DATE.match(text)
    if found is None:
        return None
    year, month, day, hour, minute, second, fraction, offset = found.groups()
    micro = int((fraction + "000000")[:6]) if fraction else 0
    try:
        at = datetime(int(year), int(month), int(day), int(hour or 0), int(minute or 0), int(second or 0), micro,
                      _offset_of(offset, zone))  # fmt: skip
        return Moment(at.astimezone(zone))
    except (ValueError, OverflowError):
        return None


def _offset_of(text: str | None, zone: tzinfo) -> tzinfo:
    if text is None:
        return zone
    if text == "Z":
        return UTC
    digits = text[1:].replace(":", "").ljust(4, "0")
    hours, minutes = int(digits[:2]), int(digits[2:])
    total = hours * 60 + minutes
    if minutes > 59 or total > _WIDEST_OFFSET:
        raise ValueError(text)
    delta = timedelta(minutes=total)
    return timezone(-delta if text[0] == "-" else delta)


def moment_at(days: float, zone: tzinfo) -> Moment | None:
    """The instant that lies a number of days after 1970-01-01 UTC; None beyond the calendar."""
    if math.isnan(days) or math.isinf(days):
        return None
    try:
        return Moment((_EPOCH + timedelta(milliseconds=round(days * 86_400_000))).astimezone(zone))
    except OverflowError:
        return None


def equal(left: Value, right: Value, zone: tzinfo) -> bool:
    """`=` (XPath 1.0, section 3.4)."""
    kind = type(left)
    if kind is type(right) and (kind is str or kind is float):
        return left == right
    if isinstance(left, list):
        if isinstance(right, list):
            if len(left) == 1 and len(right) == 1:
                return left[0].value == right[0].value
            there = {node.value for node in right}
            return any(node.value in there for node in left)
        if isinstance(right, bool):
            return bool(left) == right
        return any(equal(node.value, right, zone) for node in left)
    if isinstance(right, list):
        return equal(right, left, zone)
    if isinstance(left, bool) or isinstance(right, bool):
        return truth_of(left) == truth_of(right)
    return number_of(left, zone) == number_of(right, zone)


def unequal(left: Value, right: Value, zone: tzinfo) -> bool:
    """`!=` (XPath 1.0, section 3.4): true if any pair of nodes differs."""
    if isinstance(left, list) and not isinstance(right, bool):
        return any(unequal(node.value, right, zone) for node in left)
    if isinstance(right, list) and not isinstance(left, bool):
        return any(unequal(left, node.value, zone) for node in right)
    return not equal(left, right, zone)


def compare(op: str, left: Value, right: Value, zone: tzinfo) -> bool:
    """An ordering comparison; node-sets compare if any node does."""
    if isinstance(left, list) and len(left) != 1:
        return any(compare(op, node.value, right, zone) for node in left)
    if isinstance(right, list) and len(right) != 1:
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
