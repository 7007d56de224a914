"""Dates and times (ODK XForms, "date and time functions").

A moment is an instant; as text it is local time, and only a date where that is midnight.
"""

import math
import re
from collections.abc import Sequence
from datetime import datetime
from functools import cache

from gridclient.forms.context import LIBRARY, Closure, Context, Registered, register
from gridclient.forms.values import Moment, Value, moment_at, moment_of, number_of, text_of

_SHORT = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})(T.*)?\Z", re.ASCII)
_TIME = re.compile(r"(?P<clock>([01]\d|2[0-3]):[0-5]\d(:[0-5]\d)?(\.\d+)?)(?P<offset>Z|[+-]\d\d(:?\d\d)?)?\Z", re.ASCII)
_MONTHS = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split()
_DAYS = "Mon Tue Wed Thu Fri Sat Sun".split()
_CODE = re.compile(r"%(.)", re.DOTALL)


_LANGUAGE = re.compile(r"(?:.*\()?(?P<code>[A-Za-z]{2,3}(?:[-_][A-Za-z]{2,4}){0,2})\)?\s*\Z", re.DOTALL)


@cache
def _names(language: str) -> tuple[Sequence[str], Sequence[str]]:
    """The short names of months, and of days from Monday, in a language as XLSForm writes it: `中文 (zh)`, or `zh`.

    They are English where no code is told or nobody knows it.
    """
    # Imported on first use: few forms say a date in words.
    from babel import Locale, UnknownLocaleError

    found = _LANGUAGE.match(language)
    code = found["code"].replace("-", "_") if found is not None else "en"
    try:
        locale = Locale.parse(code)
    except (UnknownLocaleError, ValueError):
        return _MONTHS, _DAYS
    if locale.language == "en":
        return _MONTHS, _DAYS
    width = "wide" if locale.language == "zh" else "abbreviated"  # 十一月 and 星期一 are as short as 11月 and 周一
    months, days = locale.months["format"][width], locale.days["format"][width]
    return [str(months[number]) for number in range(1, 13)], [str(days[number]) for number in range(7)]


@register("now", 0)
def _now(c: Context, _args: list[Closure]) -> Value:
    return Moment(c.world.now().astimezone(c.world.zone))


@register("today", 0)
def _today(c: Context, _args: list[Closure]) -> Value:
    now = c.world.now().astimezone(c.world.zone)
    return Moment(now.replace(hour=0, minute=0, second=0, microsecond=0, fold=0))


def _moment(value: Value, c: Context) -> Moment | None:
    """The moment that a value is: a text in ISO 8601, or a number of days since 1970-01-01 UTC."""
    if isinstance(value, Moment):
        return value
    if isinstance(value, list | str):
        return moment_of(text_of(value), c.world.zone)
    return None if isinstance(value, bool) else moment_at(value, c.world.zone)


@register("date", 1)
def _date(c: Context, args: list[Closure]) -> Value:
    value = args[0](c)
    if isinstance(value, list | str):
        text = text_of(value)
        found = _SHORT.match(text)
        if found is not None:
            value = f"{found[1]}-{found[2]:0>2}-{found[3]:0>2}{found[4] or ''}"
        elif c.world.lenient and text and (days := number_of(text, c.world.zone)) == days:
            value = days
        elif not text:
            return ""
    elif isinstance(value, bool):
        return ""
    moment = _moment(value, c)
    if moment is None:
        return "" if c.world.lenient else math.nan
    return moment


LIBRARY["date-time"] = Registered(_date, 1, 1)


@register("decimal-date-time", 1)
def _decimal_date_time(c: Context, args: list[Closure]) -> Value:
    moment = _moment(args[0](c), c)
    return moment.days if moment is not None else math.nan


@register("decimal-time", 1)
def _decimal_time(c: Context, args: list[Closure]) -> Value:
    """The part of the day that a time is, in local time."""
    value = args[0](c)
    found = _TIME.match(text_of(value))
    if found is None:
        moment = _moment(value, c)
    else:
        clock = found["clock"] if found["clock"].count(":") == 2 else f"{found['clock']}:00"
        moment = moment_of(f"1970-01-01T{clock}{found['offset'] or ''}", c.world.zone)
    if moment is None:
        return math.nan
    at = moment.at
    return (at.hour * 3600 + at.minute * 60 + at.second + at.microsecond / 1e6) / 86400


@register("format-date", 2)
def _format_date(c: Context, args: list[Closure]) -> Value:
    moment = _moment(args[0](c), c)
    return formatted(moment.at, text_of(args[1](c)), c.world.language or "") if moment is not None else ""


LIBRARY["format-date-time"] = Registered(_format_date, 2, 2)


def formatted(at: datetime, pattern: str, language: str) -> str:
    """A moment by the codes of `format-date-time()`, named in a form's language; what is no code stays as it is."""
    months, days = _names(language)
    fields = {
        "Y": f"{at.year:04d}", "y": f"{at.year % 100:02d}", "m": f"{at.month:02d}", "n": str(at.month),
        "b": months[at.month - 1], "d": f"{at.day:02d}", "e": str(at.day), "a": days[at.weekday()],
        "H": f"{at.hour:02d}", "h": str(at.hour), "M": f"{at.minute:02d}", "S": f"{at.second:02d}",
        "3": f"{at.microsecond // 1000:03d}", "W": str(at.isocalendar().week), "%": "%",
    }  # fmt: skip
    return _CODE.sub(lambda found: fields.get(found[1], found[0]), pattern)
