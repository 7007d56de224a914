"""Data types of binds (ODK XForms, "Data Types"): which answers fit, and how a value is written."""

import math
import re
from collections.abc import Callable
from datetime import datetime, time, tzinfo
from functools import lru_cache
from typing import TypeAlias

from gridclient.forms.functions.geo import point_of
from gridclient.forms.values import Moment, Value, moment_of, number_of, number_text, plain_number, text_of

Cast: TypeAlias = Callable[[str], str | None]
LARGEST_INT = 2**31 - 1  # ODK XForms, "Data Types": an int is that of XML Schema
_INTS = range(-LARGEST_INT - 1, LARGEST_INT + 1)
_WHOLE = frozenset({"int", "long"})
_EXACT_DIGITS = 15
_INTEGER = re.compile(r"[+-]?\d{1,18}\Z", re.ASCII)
_DECIMAL = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?\Z", re.ASCII)
_CLOCK = r"\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)?"
_TIME, _DATE_TIME = re.compile(_CLOCK, re.ASCII), re.compile(rf"\d{{4}}-\d\d-\d\d(T{_CLOCK})?", re.ASCII)


def cast_of(datatype: str) -> Cast:
    """How an answer of a type is written; None where it is no such answer."""
    return _CASTS.get(datatype, _same)


def _same(text: str) -> str | None:
    return text


def _long(text: str) -> str | None:
    text = text.strip()
    return str(int(text)) if _INTEGER.match(text) else None


def _int(text: str) -> str | None:
    if text.isdecimal() and text.isascii() and text[0] != "0" and len(text) < 10:
        return text
    found = _long(text)
    return found if found is not None and int(found) in _INTS else None


def _decimal(text: str) -> str | None:
    text = text.strip()
    if not _DECIMAL.match(text):
        return None
    number = float(text)
    return number_text(number) if len(text) <= _EXACT_DIGITS and not math.isinf(number) else text


def as_default(text: str, datatype: str) -> str:
    """A value from the form's own instance as its type writes it; one of another type stays, an int loses its rest.

    Spaces around a number or date are no part of it.
    """
    found = cast_of(datatype)(text)
    if found is None and datatype in _WHOLE and (number := plain_number(text)) is not None:
        return number_text(float(int(number)))
    return found or text


def _boolean(text: str) -> str | None:
    return {"true": "1", "1": "1", "false": "0", "0": "0"}.get(text.strip().lower())


def _date_time(text: str) -> str | None:
    text = text.strip()
    if _DATE_TIME.fullmatch(text) is None:
        return None
    try:
        datetime.fromisoformat(text)
    except ValueError:
        return None
    return text


def _date(text: str) -> str | None:
    """A day; of a local time the day is taken, of an instant none: it is another one elsewhere."""
    found = _date_time(text)
    return found[:10] if found is not None and datetime.fromisoformat(found).tzinfo is None else None


def _time(text: str) -> str | None:
    text = text.strip()
    if _TIME.fullmatch(text) is None:
        return None
    try:
        time.fromisoformat(text)
    except ValueError:
        return None
    return text


@lru_cache(maxsize=1024)
def _geopoint(text: str) -> str | None:
    if point_of(text) is None:
        return None
    parts = [*text.split(), "0", "0"][:4]
    try:
        return " ".join(repr(float(part)) for part in parts)
    except ValueError:
        return None


def _trace(text: str) -> str | None:
    points = [_geopoint(part) for part in text.strip().rstrip("; ").split(";")]
    return "; ".join(map(str, points)) if all(point is not None for point in points) else None


_CASTS: dict[str, Cast] = {
    "int": _int, "long": _long, "decimal": _decimal, "boolean": _boolean, "date": _date, "dateTime": _date_time,
    "time": _time, "geopoint": _geopoint, "geotrace": _trace, "geoshape": _trace,
}  # fmt: skip


def written(value: Value, datatype: str, zone: tzinfo) -> str:
    """A computed value as its node holds it: no NaN, dates by the type, whole numbers for `int`."""
    if type(value) is float:
        if value != value:
            return ""
        if datatype in _WHOLE:
            return number_text(float(int(value))) if abs(value) < 1e18 else number_text(value)
        if datatype in ("date", "dateTime", "time"):
            return number_text(value)
    if isinstance(value, Moment):
        return _moment(value, datatype)
    if datatype in _WHOLE:
        number = number_of(value, zone)
        return number_text(float(int(number))) if abs(number) < 1e18 else ""
    text = text_of(value)
    if isinstance(value, bool) and datatype == "boolean":
        return "1" if value else "0"
    if text and datatype == "date" and "T" in text:
        moment = moment_of(text, zone)
        return moment.at.date().isoformat() if moment is not None else text
    if text and datatype in _WRITTEN:
        return cast_of(datatype)(text) or text
    return text


_WRITTEN = frozenset({"boolean", "geopoint", "geotrace", "geoshape"})


def _moment(value: Moment, datatype: str) -> str:
    match datatype:
        case "date":
            return value.at.date().isoformat()
        case "dateTime":
            return value.full()
        case "time":
            return value.full().partition("T")[2]
        case _:
            return str(value)
