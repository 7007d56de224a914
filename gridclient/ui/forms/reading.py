"""Reads what a person types for numbers, days, times and places, and says it in the form that ODK stores.

Lenient on the way in (full-width digits, `1125`, `2026/11/25`, `9.30`, `31°12'N`), exact on the way out.
"""

import re
import unicodedata
from datetime import date, datetime, time, timedelta

_DAY = re.compile(r"(?:(\d{4})\D+)?(\d{1,2})\D+(\d{1,2})\D*\Z")
_FULL, _MONTH = re.compile(r"(\d{4})(\d{2})(\d{2})\Z"), re.compile(r"(\d{4})\D*(\d{1,2})\D*\Z")
_TIME = re.compile(r"(\d{1,2})(?:[:.时点h](\d{1,2})?)?(?:[:.分](\d{1,2})(?:\.\d+)?)?\D*\Z")
_COMPACT = re.compile(r"(\d{1,2})(\d{2})\Z")
_SIDE = "[NSEW北南东西]"
_ANGLE = re.compile(
    rf"({_SIDE})?[纬经]?\s*([+-]?\d+(?:\.\d+)?)\s*[°度]?\s*"
    r"(?:(\d+(?:\.\d+)?)\s*['′分]\s*)?(?:(\d+(?:\.\d+)?)\s*[\"″秒])?"
    rf"(?(1)|\s*({_SIDE})?)"
)
_NEAR_DAYS = {"今天": 0, "today": 0, "明天": 1, "tomorrow": 1, "后天": 2, "昨天": -1, "yesterday": -1}


def plain(text: str) -> str:
    """The text with full-width digits and signs as ordinary ones, without blanks around it."""
    return unicodedata.normalize("NFKC", text).strip()


def read_day(text: str, today: date) -> date | None:
    """A day from `2026-11-25`, `20261125`, `11-25`, `1125`, `+3`, `明天` …; None when it is none."""
    typed = plain(text).lower()
    if typed in _NEAR_DAYS:
        return today + timedelta(days=_NEAR_DAYS[typed])
    if re.fullmatch(r"[+-]\d{1,4}", typed):
        return today + timedelta(days=int(typed))
    if found := _FULL.match(typed):
        return _day(int(found[1]), int(found[2]), int(found[3]))
    if found := _COMPACT.match(typed) if len(typed) == 4 else None:
        return _day(today.year, int(found[1]), int(found[2]))
    if found := _DAY.match(typed):
        return _day(int(found[1] or today.year), int(found[2]), int(found[3]))
    return None


def read_month(text: str) -> date | None:
    """The first day of a month from `2026-11` or `202611`."""
    found = _MONTH.match(plain(text))
    return _day(int(found[1]), int(found[2]), 1) if found else None


def read_year(text: str) -> date | None:
    """The first day of a year."""
    typed = plain(text).removesuffix("年")
    return _day(int(typed), 1, 1) if re.fullmatch(r"\d{4}", typed) else None


def read_time(text: str) -> time | None:
    """A time of day from `9:30`, `930`, `9.30`, `9点30`, `下午3:20`, `3:20 pm`."""
    typed = plain(text).lower()
    typed = re.sub(r"[点时]半", ":30", typed)
    late = bool(re.search(r"下午|晚上|pm", typed))
    typed = re.sub(r"上午|下午|晚上|早上|am|pm|\s", "", typed)
    found = _COMPACT.match(typed) if len(typed) in (3, 4) else None
    found = found or _TIME.match(typed)
    if found is None:
        return None
    hour, minute = int(found[1]), int(found[2] or 0)
    second = int(found[3] or 0) if (found.lastindex or 0) >= 3 else 0
    if late and hour < 12:
        hour += 12
    try:
        return time(hour, minute, second)
    except ValueError:
        return None


def read_moment(text: str, today: date) -> datetime | None:
    """A day and a time in one line, apart by a blank or a T."""
    day_part, _, time_part = plain(text).replace("T", " ").replace("t", " ").partition(" ")
    if not time_part.strip():
        return None
    day, moment = read_day(day_part, today), read_time(time_part.split("+")[0].removesuffix("Z").removesuffix("z"))
    return datetime.combine(day, moment) if day and moment else None


def read_place(text: str) -> str | None:
    """A geopoint (`latitude longitude altitude accuracy`) from what was typed; None when it is none."""
    typed = plain(text)
    numbers = typed.replace(",", " ").split()
    if 2 <= len(numbers) <= 4 and all(re.fullmatch(r"[+-]?\d+(\.\d+)?", number) for number in numbers):
        return _place(float(numbers[0]), float(numbers[1]), numbers)
    angles = [found for found in _ANGLE.finditer(typed.upper().replace(",", " ")) if found[2]]
    if len(angles) != 2 or not all(found[1] or found[5] for found in angles):
        return None
    sides = {("北", "N"): (0, 1), ("南", "S"): (0, -1), ("东", "E"): (1, 1), ("西", "W"): (1, -1)}
    found_places: dict[int, float] = {}
    for found in angles:
        degrees = float(found[2]) + float(found[3] or 0) / 60 + float(found[4] or 0) / 3600
        axis, sign = next(where for names, where in sides.items() if (found[1] or found[5]) in names)
        found_places[axis] = round(sign * degrees, 7)
    if found_places.keys() != {0, 1}:
        return None
    return _place(found_places[0], found_places[1], [str(found_places[0]), str(found_places[1])])


def read_line(text: str, closed: bool) -> str | None:
    """A geotrace or geoshape from one point a line (or `;` between them); a shape ends where it began."""
    points = [read_place(part) for part in re.split(r"[;\n]", text) if part.strip()]
    found = [point for point in points if point]
    if len(found) != len(points) or len(found) < (3 if closed else 2):
        return None
    if closed and found[0] != found[-1]:
        found.append(found[0])
    return "; ".join(found) if len(found) >= (4 if closed else 2) else None


def thousands(value: str) -> str:
    """A number with separators between its thousands."""
    sign = "-" if value.startswith("-") else ""
    whole, point, rest = value.removeprefix("-").partition(".")
    return f"{sign}{int(whole):,}{point}{rest}" if whole.isdigit() else value


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _place(latitude: float, longitude: float, words: list[str]) -> str | None:
    if abs(latitude) > 90 or abs(longitude) > 180:
        return None
    return " ".join([*words, "0", "0"][: max(4, len(words))])
