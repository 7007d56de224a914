"""Places on the ground (ODK XForms, "geographic functions"): a geopoint is `lat lon alt acc`, a trace has `;`."""

import math
from collections.abc import Iterable
from itertools import pairwise
from typing import TypeAlias

from gridclient.forms.context import LIBRARY, MANY, Closure, Context, register
from gridclient.forms.errors import XPathError
from gridclient.forms.functions.arguments import texts
from gridclient.forms.values import Value, plain_number

Point: TypeAlias = tuple[float, float]
_EARTH_M = 6378100.0


def point_of(text: str) -> Point | None:
    """Latitude and longitude of a geopoint, None where it is none."""
    parts = text.split()
    numbers = [plain_number(part) for part in parts]
    if not 2 <= len(parts) <= 4 or numbers[0] is None or numbers[1] is None:
        return None
    return (numbers[0], numbers[1]) if abs(numbers[0]) <= 90 and abs(numbers[1]) <= 180 else None


def trace_of(values: list[str]) -> list[Point]:
    """The points of a trace or shape, or of geopoints in turn; empty where there is no line."""
    parts = values[0].strip().rstrip("; \t\n").split(";") if len(values) == 1 else values
    points = [point for part in parts if (point := point_of(part)) is not None]
    return points if len(points) == len(parts) and len(points) > 1 else []


def _cents(value: float) -> float:
    return math.floor(value * 100 + 0.5) / 100


@register("distance", 1, MANY)
def _distance(c: Context, args: list[Closure]) -> Value:
    """Metres along the points, to the centimetre."""
    values = texts(c, args)
    points = trace_of(values)
    if not points and any(value.strip() and point_of(value.split(";")[0]) is None for value in values):
        raise XPathError("distance() needs points")
    return _cents(sum(metres_between(a, b) for a, b in pairwise(points)))


def metres_between(a: Point, b: Point) -> float:
    """The distance of two points on the ground."""
    lat1, lat2, across = math.radians(a[0]), math.radians(b[0]), math.radians(b[1] - a[1])
    h = math.sin((lat2 - lat1) / 2) ** 2 + math.cos(lat1) * math.cos(lat2) * math.sin(across / 2) ** 2
    return 2 * _EARTH_M * math.asin(min(1.0, math.sqrt(h)))


@register("area", 1)
def _area(c: Context, args: list[Closure]) -> Value:
    """Square metres within the points, to two places."""
    points = trace_of(texts(c, args))
    if len(points) < 3:
        return 0.0
    ring = points if points[0] == points[-1] else [*points, points[0]]
    total = sum(
        math.radians(b[1] - a[1]) * (2 + math.sin(math.radians(a[0])) + math.sin(math.radians(b[0])))
        for a, b in pairwise(ring)
    )
    return _cents(abs(total * _EARTH_M**2 / 2))


LIBRARY["enclosed-area"] = LIBRARY["area"]


@register("geofence", 2)
def _geofence(c: Context, args: list[Closure]) -> Value:
    """Whether a point lies in a closed shape: a ray from it crosses the border an odd number of times."""
    point = point_of("".join(texts(c, args[:1])[:1]))
    shape = trace_of(texts(c, args[1:])[:1] or [""])
    if point is None or len(shape) < 3 or shape[0] != shape[-1]:
        return False
    (y, x), inside = point, False
    for (y1, x1), (y2, x2) in pairwise(shape):
        if (y2 > y) != (y1 > y) and x < (x1 - x2) * (y - y2) / (y1 - y2) + x2:
            inside = not inside
    return inside


@register("intersects", 1)
def _intersects(c: Context, args: list[Closure]) -> Value:
    """Whether a trace or shape crosses or touches itself."""
    points = trace_of(texts(c, args)[:1] or [""])
    lines = [line for line in pairwise(points) if line[0] != line[1]]
    closed = bool(lines) and lines[0][0] == lines[-1][1]
    return any(
        _cross(lines[i], lines[j])
        for i in range(len(lines))
        for j in range(i + 1, len(lines))
        if not (j == i + 1 or (closed and i == 0 and j == len(lines) - 1)) or _folds(lines[i], lines[j])
    )


_Line: TypeAlias = tuple[Point, Point]


def _side(a: Point, b: Point, p: Point) -> float:
    return (b[0] - a[0]) * (p[1] - a[1]) - (b[1] - a[1]) * (p[0] - a[0])


def _on(line: _Line, p: Point) -> bool:
    (a, b) = line
    return (
        _side(a, b, p) == 0
        and min(a[0], b[0]) <= p[0] <= max(a[0], b[0])
        and min(a[1], b[1]) <= p[1] <= max(a[1], b[1])
    )


def _cross(one: _Line, other: _Line) -> bool:
    d1, d2 = _side(*other, one[0]), _side(*other, one[1])
    d3, d4 = _side(*one, other[0]), _side(*one, other[1])
    if d1 * d2 < 0 and d3 * d4 < 0:
        return True
    return _on(other, one[0]) or _on(other, one[1]) or _on(one, other[0]) or _on(one, other[1])


def _folds(one: _Line, other: _Line) -> bool:
    """Whether neighbours lie on each other, besides the point that they share."""
    shared = one[1] if one[1] == other[0] else one[0]
    ends: Iterable[tuple[_Line, Point]] = ((one, other[1]), (one, other[0]), (other, one[0]), (other, one[1]))
    return any(point != shared and _on(line, point) for line, point in ends)
