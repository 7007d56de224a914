"""Conditions and checklists (XPath 1.0, section 4.3; ODK XForms, "boolean functions")."""

import math

from gridclient.forms.context import LIBRARY, MANY, Closure, Context, Registered, register
from gridclient.forms.errors import XPathError
from gridclient.forms.functions.arguments import each_value, number, text1
from gridclient.forms.node import Kind, Node
from gridclient.forms.values import Value, number_of, text_of, truth_of


@register("if", 3)
def _if(c: Context, args: list[Closure]) -> Value:
    return args[1](c) if truth_of(args[0](c)) else args[2](c)


@register("coalesce", 1, MANY)
def _coalesce(c: Context, args: list[Closure]) -> Value:
    value: Value = ""
    for arg in args:
        value = arg(c)
        if value != value or text_of(value) == "":
            continue
        return value
    return value


@register("once", 1)
def _once(c: Context, args: list[Closure]) -> Value:
    value = c.current.value or args[0](c)
    return value if value == value else ""


@register("not", 1)
def _not(c: Context, args: list[Closure]) -> Value:
    return not truth_of(args[0](c))


@register("boolean", 1)
def _boolean(c: Context, args: list[Closure]) -> Value:
    return truth_of(args[0](c))


text1("boolean-from-string", lambda text: text in ("true", "1"))
LIBRARY["true"] = Registered(lambda _c, _a: True, 0, 0)
LIBRARY["false"] = Registered(lambda _c, _a: False, 0, 0)
LIBRARY["depend"] = Registered(lambda c, args: args[0](c), 1, MANY)


@register("lang", 1)
def _lang(c: Context, args: list[Closure]) -> Value:
    wanted = text_of(args[0](c)).lower()
    node: Node | None = c.node if c.node.kind is Kind.ELEMENT else c.node.parent
    while node is not None:
        found = node.attribute("xml:lang").lower()
        if found:
            return bool(wanted) and (found == wanted or found.startswith(f"{wanted}-"))
        node = node.parent
    return False


def _bounds(c: Context, args: list[Closure]) -> tuple[float, float]:
    """The least and the most; a negative most is no limit."""
    least, most = number(c, args[0]), number(c, args[1])
    return least, math.inf if most < 0 else most


@register("checklist", 2, MANY)
def _checklist(c: Context, args: list[Closure]) -> Value:
    least, most = _bounds(c, args)
    return least <= sum(truth_of(value) for value in each_value(c, args[2:])) <= most


@register("weighted-checklist", 2, MANY)
def _weighted(c: Context, args: list[Closure]) -> Value:
    if len(args) % 2:
        raise XPathError("weighted-checklist() needs a weight for each condition")
    least, most = _bounds(c, args)
    total = 0.0
    for test, weight in zip(args[2::2], args[3::2], strict=True):
        tests, weights = list(each_value(c, [test])), list(each_value(c, [weight]))
        if len(tests) != len(weights):
            raise XPathError("weighted-checklist() needs a weight for each condition")
        for holds, heavy in zip(tests, weights, strict=True):
            total += number_of(heavy, c.world.zone) if truth_of(holds) else 0.0
    return least <= total <= most
