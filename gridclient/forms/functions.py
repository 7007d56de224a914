"""The function library: XPath 1.0 core, ODK XForms (section "XPath functions"), JavaRosa's additions.

Functions take the context and their arguments as closures, so that `if` and `coalesce` evaluate only what they need.
"""

import base64
import hashlib
import math
import random as _random
import re
import uuid
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from itertools import pairwise
from typing import cast

from gridclient.forms.compile import LIBRARY, Closure, Context, Registered
from gridclient.forms.errors import XPathError
from gridclient.forms.node import Node
from gridclient.forms.values import Moment, Nodes, Value, moment_of, number_of, text_of, truth_of

_MANY = 255


def _register(name: str, least: int, most: int | None = None) -> Callable[[Callable[..., Value]], Callable[..., Value]]:
    def add(run: Callable[..., Value]) -> Callable[..., Value]:
        LIBRARY[name] = Registered(run, least, least if most is None else most)
        return run

    return add


def _text1(name: str, work: Callable[[str], Value]) -> None:
    """Registers a function of one text."""
    LIBRARY[name] = Registered(lambda c, args: work(text_of(args[0](c))), 1, 1)


def _text2(name: str, work: Callable[[str, str], Value]) -> None:
    """Registers a function of two texts."""
    LIBRARY[name] = Registered(lambda c, args: work(text_of(args[0](c)), text_of(args[1](c))), 2, 2)


def _number1(name: str, work: Callable[[float], float]) -> None:
    """Registers a function of one number; a domain error is NaN."""

    def run(c: Context, args: list[Closure]) -> Value:
        try:
            return float(work(number_of(args[0](c), c.world.zone)))
        except (ValueError, OverflowError):
            return math.nan

    LIBRARY[name] = Registered(run, 1, 1)


def _number2(name: str, work: Callable[[float, float], float]) -> None:
    """Registers a function of two numbers; a domain error is NaN."""

    def run(c: Context, args: list[Closure]) -> Value:
        left, right = (number_of(arg(c), c.world.zone) for arg in args)
        try:
            return float(work(left, right))
        except (ValueError, OverflowError, ZeroDivisionError):
            return math.nan

    LIBRARY[name] = Registered(run, 2, 2)


def _nodes(value: Value, name: str) -> Nodes:
    if not isinstance(value, list):
        raise XPathError(f"{name}() needs a node-set")
    return value


def _each(c: Context, args: list[Closure]) -> Iterator[str]:
    """The texts of arguments, of every node where one is a node-set."""
    for arg in args:
        value = arg(c)
        if isinstance(value, list):
            yield from (node.value for node in value)
        else:
            yield text_of(value)


# --- logic -----------------------------------------------------------------------------------------------------


@_register("if", 3)
def _if(c: Context, args: list[Closure]) -> Value:
    return args[1](c) if truth_of(args[0](c)) else args[2](c)


@_register("coalesce", 1, _MANY)
def _coalesce(c: Context, args: list[Closure]) -> Value:
    for arg in args:
        value = arg(c)
        text = text_of(value)
        if text and text != "NaN":
            return value
    return ""


@_register("once", 1)
def _once(c: Context, args: list[Closure]) -> Value:
    return c.current.value or args[0](c)


@_register("not", 1)
def _not(c: Context, args: list[Closure]) -> Value:
    return not truth_of(args[0](c))


@_register("boolean", 1)
def _boolean(c: Context, args: list[Closure]) -> Value:
    return truth_of(args[0](c))


_text1("boolean-from-string", lambda text: text in ("true", "1"))
LIBRARY["true"] = Registered(lambda _c, _a: True, 0, 0)
LIBRARY["false"] = Registered(lambda _c, _a: False, 0, 0)


@_register("checklist", 2, _MANY)
def _checklist(c: Context, args: list[Closure]) -> Value:
    least, most = (number_of(arg(c), c.world.zone) for arg in args[:2])
    n = sum(truth_of(arg(c)) for arg in args[2:])
    return (least < 0 or n >= least) and (most < 0 or n <= most)


@_register("weighted-checklist", 2, _MANY)
def _weighted(c: Context, args: list[Closure]) -> Value:
    least, most = (number_of(arg(c), c.world.zone) for arg in args[:2])
    total = sum(
        number_of(weight(c), c.world.zone) for test, weight in zip(args[2::2], args[3::2], strict=False)
        if truth_of(test(c))
    )  # fmt: skip
    return (least < 0 or total >= least) and (most < 0 or total <= most)


# --- selects ---------------------------------------------------------------------------------------------------

_text2("selected", lambda text, value: value.strip() in text.split())
_text1("count-selected", lambda text: float(len(text.split())))


@_register("selected-at", 2)
def _selected_at(c: Context, args: list[Closure]) -> Value:
    place, parts = number_of(args[1](c), c.world.zone), text_of(args[0](c)).split()
    return parts[int(place)] if not math.isnan(place) and 0 <= place < len(parts) else ""


@_register("jr:choice-name", 2)
def _choice_name(c: Context, args: list[Closure]) -> Value:
    return c.world.choice_label(text_of(args[1](c)), text_of(args[0](c)))


@_register("jr:itext", 1)
def _itext(c: Context, args: list[Closure]) -> Value:
    return c.world.itext(text_of(args[0](c)))


# --- nodes -----------------------------------------------------------------------------------------------------


@_register("position", 0, 1)
def _position(c: Context, args: list[Closure]) -> Value:
    if not args:
        return float(c.position)
    nodes = _nodes(args[0](c), "position")
    return float(nodes[0].position) if nodes and isinstance(nodes[0], Node) else math.nan


LIBRARY["last"] = Registered(lambda c, _a: float(c.size), 0, 0)
LIBRARY["current"] = Registered(lambda c, _a: [c.current], 0, 0)


@_register("instance", 1)
def _instance(c: Context, args: list[Closure]) -> Value:
    return cast(Nodes, [c.world.secondary(text_of(args[0](c)))])


@_register("count", 1)
def _count(c: Context, args: list[Closure]) -> Value:
    return float(sum(not isinstance(n, Node) or n.relevant for n in _nodes(args[0](c), "count")))


@_register("count-non-empty", 1)
def _count_non_empty(c: Context, args: list[Closure]) -> Value:
    return float(sum(node.value != "" for node in _nodes(args[0](c), "count-non-empty")))


@_register("sum", 1)
def _sum(c: Context, args: list[Closure]) -> Value:
    values = [node.value for node in _nodes(args[0](c), "sum")]
    return float(sum(number_of(value, c.world.zone) for value in values if value != ""))


def _extreme(c: Context, args: list[Closure], pick: Callable[[list[float]], float]) -> Value:
    values = [number_of(text, c.world.zone) for text in _each(c, args) if text != ""]
    return pick(values) if values and not any(map(math.isnan, values)) else math.nan


LIBRARY["min"] = Registered(lambda c, args: _extreme(c, args, min), 1, _MANY)
LIBRARY["max"] = Registered(lambda c, args: _extreme(c, args, max), 1, _MANY)


@_register("indexed-repeat", 3, 7)
def _indexed_repeat(c: Context, args: list[Closure]) -> Value:
    wanted = _nodes(args[0](c), "indexed-repeat")
    for group, index in zip(args[1::2], args[2::2], strict=False):
        template = next((n.template for n in _nodes(group(c), "indexed-repeat") if isinstance(n, Node)), "")
        place = number_of(index(c), c.world.zone)
        wanted = [node for node in wanted if _repeat_at(node, template) == place]
    return wanted


def _repeat_at(node: object, template: str) -> int:
    while isinstance(node, Node):
        if node.template == template:
            return node.position
        node = node.parent
    return -1


@_register("name", 0, 1)
def _name(c: Context, args: list[Closure]) -> Value:
    nodes = _nodes(args[0](c), "name") if args else [c.node]
    return nodes[0].name if nodes else ""


@_register("local-name", 0, 1)
def _local_name(c: Context, args: list[Closure]) -> Value:
    return text_of(_name(c, args)).rpartition(":")[2]


@_register("randomize", 1, 2)
def _randomize(c: Context, args: list[Closure]) -> Value:
    nodes = list(_nodes(args[0](c), "randomize"))
    if len(args) == 1:
        _random.shuffle(nodes)
        return nodes
    seed = number_of(args[1](c), c.world.zone)
    park = int(seed) % 2147483647 if not math.isnan(seed) else 1
    park = park + 2147483646 if park <= 0 else park
    for place in range(len(nodes) - 1, 0, -1):
        park = park * 48271 % 2147483647
        other = int((park - 1) / 2147483646 * (place + 1))
        nodes[place], nodes[other] = nodes[other], nodes[place]
    return nodes


# --- texts -----------------------------------------------------------------------------------------------------


@_register("string", 0, 1)
def _string(c: Context, args: list[Closure]) -> Value:
    return text_of(args[0](c)) if args else c.node.value


@_register("concat", 0, _MANY)
def _concat(c: Context, args: list[Closure]) -> Value:
    return "".join(_each(c, args))


@_register("join", 1, _MANY)
def _join(c: Context, args: list[Closure]) -> Value:
    return text_of(args[0](c)).join(_each(c, args[1:]))


@_register("string-length", 0, 1)
def _length(c: Context, args: list[Closure]) -> Value:
    return float(len(text_of(args[0](c)) if args else c.node.value))


@_register("normalize-space", 0, 1)
def _normalize(c: Context, args: list[Closure]) -> Value:
    return " ".join((text_of(args[0](c)) if args else c.node.value).split())


@_register("regex", 2)
def _regex(c: Context, args: list[Closure]) -> Value:
    text, pattern = text_of(args[0](c)), text_of(args[1](c))
    try:
        return re.fullmatch(pattern, text) is not None
    except re.error as error:
        raise XPathError(f"the pattern {pattern} cannot be read: {error}") from error


@_register("substr", 2, 3)
def _substr(c: Context, args: list[Closure]) -> Value:
    text = text_of(args[0](c))
    numbers = [number_of(arg(c), c.world.zone) for arg in args[1:]]
    if any(map(math.isnan, numbers)):
        return ""
    return text[slice(*(int(number) for number in numbers))]


@_register("substring", 2, 3)
def _substring(c: Context, args: list[Closure]) -> Value:
    text, start = text_of(args[0](c)), number_of(args[1](c), c.world.zone)
    length = number_of(args[2](c), c.world.zone) if len(args) == 3 else math.inf
    first = math.floor(start + 0.5) if not math.isnan(start) and not math.isinf(start) else start
    end = first + (math.floor(length + 0.5) if not math.isinf(length) and not math.isnan(length) else length)
    return "".join(letter for place, letter in enumerate(text, start=1) if first <= place < end)


_text2("contains", lambda text, part: part in text)
_text2("starts-with", lambda text, part: text.startswith(part))
_text2("ends-with", lambda text, part: text.endswith(part))
_text2("substring-before", lambda text, part: text.partition(part)[0] if part in text else "")
_text2("substring-after", lambda text, part: text.partition(part)[2] if part in text else "")
_text1("base64-decode", lambda text: base64.b64decode(text, validate=False).decode("utf-8", "replace"))


@_register("translate", 3)
def _translate(c: Context, args: list[Closure]) -> Value:
    text, source, target = (text_of(arg(c)) for arg in args)
    table: dict[int, str | None] = {}
    for place, letter in enumerate(source):
        table.setdefault(ord(letter), target[place] if place < len(target) else None)
    return text.translate(table)


@_register("digest", 2, 3)
def _digest(c: Context, args: list[Closure]) -> Value:
    text, algorithm = text_of(args[0](c)), text_of(args[1](c))
    encoding = text_of(args[2](c)) if len(args) == 3 else "base64"
    name = algorithm.replace("-", "").lower()
    if name not in ("md5", "sha1", "sha256", "sha384", "sha512") or encoding not in ("hex", "base64"):
        raise XPathError(f"digest() knows no {algorithm} in {encoding}")
    raw = hashlib.new(name, text.encode(), usedforsecurity=False).digest()
    return raw.hex() if encoding == "hex" else base64.b64encode(raw).decode()


@_register("uuid", 0, 1)
def _uuid(c: Context, args: list[Closure]) -> Value:
    text = str(uuid.uuid4())
    return text[: int(number_of(args[0](c), c.world.zone))] if args else text


# --- numbers ---------------------------------------------------------------------------------------------------


@_register("number", 0, 1)
def _number(c: Context, args: list[Closure]) -> Value:
    return number_of(args[0](c) if args else c.node.value, c.world.zone)


@_register("int", 1)
def _int(c: Context, args: list[Closure]) -> Value:
    value = number_of(args[0](c), c.world.zone)
    return value if math.isnan(value) or math.isinf(value) else float(math.trunc(value))


@_register("round", 1, 2)
def _round(c: Context, args: list[Closure]) -> Value:
    value = number_of(args[0](c), c.world.zone)
    digits = number_of(args[1](c), c.world.zone) if len(args) == 2 else 0.0
    if math.isnan(value) or math.isinf(value) or math.isnan(digits):
        return value
    scale = 10.0 ** int(digits)
    return math.copysign(math.floor(abs(value) * scale + 0.5), value) / scale


_number1("floor", math.floor)
_number1("ceiling", math.ceil)
_number1("abs", abs)
_number2("pow", math.pow)
_number1("sqrt", math.sqrt)
_number1("exp", math.exp)
_number1("exp10", lambda a: 10.0**a)
_number1("log", math.log)
_number1("log10", math.log10)
_number1("sin", math.sin)
_number1("cos", math.cos)
_number1("tan", math.tan)
_number1("asin", math.asin)
_number1("acos", math.acos)
_number1("atan", math.atan)
_number2("atan2", math.atan2)
LIBRARY["pi"] = Registered(lambda _c, _a: math.pi, 0, 0)
LIBRARY["random"] = Registered(lambda _c, _a: _random.random(), 0, 0)  # noqa: S311 - a form's dice


# --- dates -----------------------------------------------------------------------------------------------------

LIBRARY["now"] = Registered(lambda c, _a: Moment(c.world.now().astimezone(c.world.zone), False), 0, 0)


@_register("today", 0)
def _today(c: Context, _args: list[Closure]) -> Value:
    now = c.world.now().astimezone(c.world.zone)
    return Moment(now.replace(hour=0, minute=0, second=0, microsecond=0), True)


def _moment(value: Value, c: Context) -> Moment | None:
    if isinstance(value, Moment):
        return value
    if isinstance(value, list):
        value = text_of(value)
    if isinstance(value, str):
        return moment_of(value, c.world.zone)
    if isinstance(value, bool) or math.isnan(value) or math.isinf(value):
        return None
    at = datetime(1970, 1, 1, tzinfo=c.world.zone) + timedelta(days=value)
    return Moment(at, value == int(value))


@_register("date", 1)
def _date(c: Context, args: list[Closure]) -> Value:
    return _moment(args[0](c), c) or ""


LIBRARY["date-time"] = Registered(_date, 1, 1)


@_register("decimal-date-time", 1)
def _decimal_date_time(c: Context, args: list[Closure]) -> Value:
    moment = _moment(args[0](c), c)
    return moment.days if moment is not None else math.nan


@_register("decimal-time", 1)
def _decimal_time(c: Context, args: list[Closure]) -> Value:
    text = text_of(args[0](c))
    found = re.match(r"(?:.*T)?(\d\d):(\d\d)(?::(\d\d(?:\.\d+)?))?", text)
    if found is None:
        return math.nan
    return (int(found[1]) * 3600 + int(found[2]) * 60 + float(found[3] or 0)) / 86400


@_register("format-date", 2)
def _format_date(c: Context, args: list[Closure]) -> Value:
    moment = _moment(args[0](c), c)
    return _format(moment.at.astimezone(c.world.zone), text_of(args[1](c))) if moment is not None else ""


LIBRARY["format-date-time"] = Registered(_format_date, 2, 2)


def _format(at: datetime, pattern: str) -> str:
    fields = {
        "Y": f"{at.year:04d}", "y": f"{at.year % 100:02d}", "m": f"{at.month:02d}", "n": str(at.month),
        "b": at.strftime("%b"), "B": at.strftime("%B"), "d": f"{at.day:02d}", "e": str(at.day),
        "H": f"{at.hour:02d}", "h": str(at.hour), "M": f"{at.minute:02d}", "S": f"{at.second:02d}",
        "3": f"{at.microsecond // 1000:03d}", "a": at.strftime("%a"), "W": str(at.isocalendar().week), "%": "%",
    }  # fmt: skip
    return re.sub(r"%(.)", lambda found: fields.get(found[1], found[0]), pattern)


# --- places ----------------------------------------------------------------------------------------------------

_EARTH_M = 6378100.0


def _points(texts: Iterator[str]) -> list[tuple[float, float]]:
    found: list[tuple[float, float]] = []
    for text in texts:
        for part in text.split(";"):
            numbers = part.split()
            if len(numbers) >= 2:
                found.append((math.radians(float(numbers[0])), math.radians(float(numbers[1]))))
    return found


@_register("distance", 1, _MANY)
def _distance(c: Context, args: list[Closure]) -> Value:
    points = _points(_each(c, args))
    total = 0.0
    for (lat1, lon1), (lat2, lon2) in pairwise(points):
        h = math.sin((lat2 - lat1) / 2) ** 2 + math.cos(lat1) * math.cos(lat2) * math.sin((lon2 - lon1) / 2) ** 2
        total += 2 * _EARTH_M * math.asin(math.sqrt(h))
    return total


@_register("area", 1)
def _area(c: Context, args: list[Closure]) -> Value:
    points = _points(_each(c, args))
    if len(points) < 3:
        return 0.0
    ring = [*points, points[0]]
    total = sum((b[1] - a[1]) * (2 + math.sin(a[0]) + math.sin(b[0])) for a, b in pairwise(ring))
    return abs(total * _EARTH_M**2 / 2)


@_register("pulldata", 4)
def _pulldata(c: Context, args: list[Closure]) -> Value:
    name, wanted, key, value = (text_of(arg(c)) for arg in args)
    root = c.world.secondary(name)
    for item in root.children[0].children if root.children else []:
        if any(field.value == value for field in item.named(key)):
            return next((field.value for field in item.named(wanted)), "")
    return ""
