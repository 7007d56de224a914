"""Turns an expression's tree into a closure.

A closure takes a `Context` and gives a value. Names are resolved when the form is loaded: an unknown function or a
wrong number of arguments never waits for a user to meet it.
"""

import math
import operator
from collections.abc import Callable
from dataclasses import replace
from typing import NoReturn

from gridclient.forms.advice import similar
from gridclient.forms.ast import Binary, Call, Expr, Filter, Literal, Negate, Number, Path
from gridclient.forms.axes import in_document_order
from gridclient.forms.context import LIBRARY, MANY, Closure, Context, Registered
from gridclient.forms.errors import XPathError
from gridclient.forms.paths import compile_filter, compile_path
from gridclient.forms.scope import PLAIN, Scope
from gridclient.forms.values import Nodes, Value, compare, equal, number_of, truth_of, unequal

_ONE_NODE = frozenset({"position"})  # an absolute path to a repeat means one instance here


def compile_tree(tree: Expr, scope: Scope = PLAIN, *, whole: bool = False) -> Closure:
    """The closure of a tree; raises `XPathError`."""
    match tree:
        case Number(value):
            return lambda _context: value
        case Literal(text):
            return lambda _context: text
        case Negate(operand):
            inner = compile_tree(operand, scope)
            return lambda context: -number_of(inner(context), context.world.zone)
        case Binary():
            return _binary(tree, scope)
        case Call():
            return _call(tree, scope)
        case Filter():
            return compile_filter(tree, scope, compile_tree)
        case Path():
            return compile_path(tree, scope, compile_tree, whole=whole)


def _call(tree: Call, scope: Scope) -> Closure:
    known = LIBRARY.get(tree.name)
    if known is None:
        meant = similar(tree.name, LIBRARY)
        raise XPathError(f"unknown function {tree.name}(){f', {meant}() is meant perhaps' if meant else ''}")
    if not known.least <= len(tree.args) <= known.most:
        message = f"{tree.name}() takes {_many(known)}, not {len(tree.args)}"
        if not scope.late:
            raise XPathError(message)
        return lambda _context: _refuse(message)
    whole = tree.name in _ONE_NODE
    inner = replace(scope, repeats=frozenset(), fixed=False) if tree.name in _ALL_NODES else scope
    args = [compile_tree(arg, inner, whole=whole) for arg in tree.args]
    run = known.run
    return lambda context: run(context, args)


def _many(known: Registered) -> str:
    """How many arguments a function takes."""
    if known.most >= MANY:
        return f"{known.least} or more arguments"
    if known.least == known.most:
        return "1 argument" if known.least == 1 else f"{known.least or 'no'} arguments"
    return f"{known.least} to {known.most} arguments"


def _refuse(message: str) -> NoReturn:
    raise XPathError(message)


_ALL_NODES = frozenset({"indexed-repeat"})  # its paths mean all instances, the indexes choose


def _binary(tree: Binary, scope: Scope) -> Closure:
    left, right = compile_tree(tree.left, scope), compile_tree(tree.right, scope)
    match tree.op:
        case "or":
            return lambda c: truth_of(left(c)) or truth_of(right(c))
        case "and":
            return lambda c: truth_of(left(c)) and truth_of(right(c))
        case "=":
            return lambda c: equal(left(c), right(c), c.world.zone)
        case "!=":
            return lambda c: unequal(left(c), right(c), c.world.zone)
        case "<" | "<=" | ">" | ">=" as op:
            return lambda c: compare(op, left(c), right(c), c.world.zone)
        case "|":
            return lambda c: _union(left(c), right(c))
        case op:
            return _arithmetic(_ARITHMETIC[op], left, right)


def _arithmetic(compute: Callable[[float, float], float], left: Closure, right: Closure) -> Closure:
    def run(context: Context) -> Value:
        a, b = left(context), right(context)
        if type(a) is not float:
            a = number_of(a, context.world.zone)
        if type(b) is not float:
            b = number_of(b, context.world.zone)
        return compute(a, b)

    return run


def _divide(a: float, b: float) -> float:
    if b == 0:
        return math.nan if a == 0 or a != a else math.copysign(math.inf, a) * math.copysign(1, b)
    return a / b


def _modulo(a: float, b: float) -> float:
    return math.nan if b == 0 or math.isinf(a) or a != a or b != b else math.fmod(a, b)


_ARITHMETIC: dict[str, Callable[[float, float], float]] = {
    "+": operator.add, "-": operator.sub, "*": operator.mul, "div": _divide, "mod": _modulo,
}  # fmt: skip


def _union(left: Value, right: Value) -> Nodes:
    if not isinstance(left, list) or not isinstance(right, list):
        raise XPathError("| joins node-sets only")
    return in_document_order([*left, *right])
