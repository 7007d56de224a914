"""Functions of numbers (XPath 1.0, section 4.4; ODK XForms, "number functions")."""

import math
import random as _random
from collections.abc import Callable

from gridclient.forms.context import LIBRARY, MANY, Closure, Context, Registered, nodes_of, register
from gridclient.forms.functions.arguments import each_value, number
from gridclient.forms.values import Value, number_of

_MOST_DIGITS = 300


def _register1(name: str, work: Callable[[float], float]) -> None:
    """Registers a function of one number; outside its domain it is NaN."""

    def run(c: Context, args: list[Closure]) -> Value:
        try:
            return float(work(number(c, args[0])))
        except ValueError:
            return math.nan
        except OverflowError:
            return math.inf

    LIBRARY[name] = Registered(run, 1, 1)


@register("number", 0, 1)
def _number(c: Context, args: list[Closure]) -> Value:
    return number(c, args[0]) if args else number_of(c.node.value, c.world.zone)


@register("int", 1)
def _int(c: Context, args: list[Closure]) -> Value:
    value = number(c, args[0])
    return value if math.isnan(value) or math.isinf(value) else float(math.trunc(value))


@register("round", 1, 2)
def _round(c: Context, args: list[Closure]) -> Value:
    """Halves go away from zero."""
    value = number(c, args[0])
    digits = number(c, args[1]) if len(args) == 2 else 0.0
    if math.isnan(value) or math.isinf(value):
        return value
    if math.isnan(digits) or abs(digits) > _MOST_DIGITS:
        return math.nan
    scale = 10.0 ** int(digits)
    shifted = abs(value) * scale
    return value if math.isinf(shifted) else math.copysign(math.floor(shifted + 0.5), value) / scale


def _exact(work: Callable[[float], int]) -> Callable[[float], float]:
    return lambda value: value if math.isnan(value) or math.isinf(value) else float(work(value))


def _log(base: Callable[[float], float]) -> Callable[[float], float]:
    return lambda value: -math.inf if value == 0 else base(value)


def _power(base: float, exponent: float) -> float:
    if base == 0 and exponent < 0:
        return math.inf
    return math.pow(base, exponent)


def _register2(name: str, work: Callable[[float, float], float]) -> None:
    """Registers a function of two numbers; outside its domain it is NaN."""

    def run(c: Context, args: list[Closure]) -> Value:
        left, right = number(c, args[0]), number(c, args[1])
        try:
            return math.nan if left != left or right != right else work(left, right)
        except ValueError:
            return math.nan
        except OverflowError:
            return math.inf

    LIBRARY[name] = Registered(run, 2, 2)


_register1("floor", _exact(math.floor))
_register1("ceiling", _exact(math.ceil))
_register1("abs", abs)
_register1("sqrt", math.sqrt)
_register1("exp", math.exp)
_register1("exp10", lambda value: math.pow(10.0, value))
_register1("log", _log(math.log))
_register1("log10", _log(math.log10))
_register1("sin", math.sin)
_register1("cos", math.cos)
_register1("tan", math.tan)
_register1("asin", math.asin)
_register1("acos", math.acos)
_register1("atan", math.atan)
_register2("pow", _power)
_register2("atan2", math.atan2)
LIBRARY["pi"] = Registered(lambda _c, _a: math.pi, 0, 0)
LIBRARY["random"] = Registered(lambda _c, _a: _random.random(), 0, 0)  # noqa: S311 - a form's dice


@register("sum", 1)
def _sum(c: Context, args: list[Closure]) -> Value:
    """In a form a blank answer adds nothing, as in Collect; in plain XPath it is not a number."""
    zone, lenient = c.world.zone, c.world.lenient
    total = 0.0
    for node in nodes_of(args[0](c), "sum"):
        value = number_of(node.value, zone)
        if value == value or not lenient:
            total += value
    return total


def _extreme(c: Context, args: list[Closure], pick: Callable[[list[float]], float]) -> Value:
    values = [number_of(value, c.world.zone) for value in each_value(c, args)]
    if c.world.lenient:
        values = [value for value in values if value == value]
    return pick(values) if values and not any(map(math.isnan, values)) else math.nan


LIBRARY["min"] = Registered(lambda c, args: _extreme(c, args, min), 0, MANY)
LIBRARY["max"] = Registered(lambda c, args: _extreme(c, args, max), 0, MANY)
