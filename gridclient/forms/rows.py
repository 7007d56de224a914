"""Picks rows of a secondary instance by an equality through a hash index instead of looking at each row.

`instance('wards')/root/item[district = current()/../district]` looks its rows up by the text in `district`. That is
allowed where the other side of `=` does not depend on the row, and no part asks for positions.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

from gridclient.forms.ast import Binary, Call, Expr, Filter, Literal, Negate, Number, Path, Step
from gridclient.forms.context import Closure, Context
from gridclient.forms.longlist import LongList
from gridclient.forms.node import Lookup, Node
from gridclient.forms.scope import Scope, is_named_child
from gridclient.forms.values import Nodes, plain_number, truth_of

_OF_THE_CONTEXT = frozenset({"string", "number", "name", "local-name", "namespace-uri", "normalize-space",
                             "string-length"})  # fmt: skip
_NEVER_FREE = frozenset({"position", "last", "lang", "once", "random", "uuid", "now", "id"})
_NUMERIC = frozenset({"+", "-", "*", "div", "mod"})


class _Compile(Protocol):
    def __call__(self, tree: Expr, scope: Scope = ..., *, whole: bool = ...) -> Closure: ...


@dataclass(frozen=True, slots=True)
class Wanted:
    """One equality that rows are looked up by: a column, the key, and the predicate itself for keys of other kinds."""

    column: str
    key: Closure
    test: Closure


@dataclass(frozen=True, slots=True)
class Picker:
    """How rows are looked up, and the predicates that are left to test on those found."""

    name: str
    wanted: tuple[Wanted, ...]
    rest: tuple[Closure, ...]

    def pick(self, parent: Node, context: Context) -> Nodes:
        """The rows for which all predicates hold; those whose key is neither text nor number are tested one by one."""
        exact: list[tuple[Wanted, str | float]] = []
        tests: list[Closure] = []
        for each in self.wanted:
            key = each.key(context)
            if isinstance(key, list) and len(key) < 2:
                if not key:
                    return []
                key = key[0].value
            if isinstance(key, str):
                exact.append((each, key))
            elif type(key) is float:
                if math.isnan(key):
                    return []
                exact.append((each, key))
            else:
                tests.append(each.test)
        left = [*tests, *self.rest]
        nodes = _found(parent, self.name, exact, context) if exact else keep_of(parent, self.name, left.pop(0), context)
        for test in left:
            nodes = keep(nodes, test, context)
        return nodes


def _found(parent: Node, name: str, exact: list[tuple[Wanted, str | float]], context: Context) -> Nodes:
    """The rows with all these keys: the shortest of the lists that they have, without what the others do not have."""
    if isinstance(parent, LongList):
        return parent.pick([(wanted.column, key) for wanted, key in exact]) if name == parent.row_name else []
    lists = [(_rows(parent, name, wanted.column, key), wanted.test) for wanted, key in exact]
    shortest = min(range(len(lists)), key=lambda place: len(lists[place][0]))
    nodes = lists[shortest][0]
    for place, (_, test) in enumerate(lists):
        if place != shortest and nodes:
            nodes = keep(nodes, test, context)
    return nodes


def _rows(parent: Node, name: str, column: str, key: str | float) -> Nodes:
    lookup = _lookup(parent, name, column)
    return lookup.texts.get(key, []) if isinstance(key, str) else lookup.numbers.get(key, [])


def rows_with(parent: Node, name: str, column: str, key: str) -> Nodes:
    """The child elements of a name that have a text in one of their columns."""
    if isinstance(parent, LongList):
        return parent.pick([(column, key)]) if name == parent.row_name else []
    if parent.lookup is not None:
        return _rows(parent, name, column, key)
    return [row for row in parent.named(name) if key in row.column(column)]


def _lookup(parent: Node, name: str, column: str) -> Lookup:
    """The index of the rows of one name by one of their columns, made when it is first asked for."""
    assert parent.lookup is not None
    found = parent.lookup.get((name, column))
    if found is None:
        found = parent.lookup[name, column] = Lookup()
        for row in parent.named(name):
            for value in dict.fromkeys(row.column(column)):
                found.texts.setdefault(value, []).append(row)
                number = plain_number(value)
                if number is not None:
                    found.numbers.setdefault(number, []).append(row)
    return found


def keep_of(parent: Node, name: str, test: Closure, context: Context) -> Nodes:
    """The child elements of a name for which a predicate holds."""
    if not isinstance(parent, LongList) or name != parent.row_name:
        return keep(parent.named(name), test, context)
    context.world.spend(parent.length)
    inner = Context(context.world, context.node, context.current, 0, parent.length)
    found: Nodes = []
    for row in parent.cursor():
        inner.node, inner.position = row, row.number
        value = test(inner)
        if value == row.number if type(value) is float else truth_of(value):
            found.append(parent.row(row.number, row.cells))
    return found


def keep(nodes: Nodes, test: Closure, context: Context) -> Nodes:
    """The nodes for which a predicate holds (XPath 1.0, section 2.4)."""
    size = len(nodes)
    context.world.spend(size)
    found: Nodes = []
    inner = Context(context.world, context.node, context.current, 0, size)
    for place, node in enumerate(nodes, start=1):
        inner.node, inner.position = node, place
        value = test(inner)
        if value == place if type(value) is float else truth_of(value):
            found.append(node)
    return found


def picker_of(step: Step, scope: Scope, compile_tree: _Compile) -> Picker | None:
    """How the rows of a step can be looked up; None where its first predicate is of another shape."""
    parts: list[Expr] = []
    positional: list[Expr] = list(step.predicates)
    while positional and all(_is_placeless(part) for part in _conjuncts(positional[0])):
        parts += _conjuncts(positional.pop(0))
    wanted: list[Wanted] = []
    others: list[Closure] = []
    for part in parts:
        test, found = compile_tree(part, scope), _equality(part)
        if found is None:
            others.append(test)
        else:
            wanted.append(Wanted(found[0], compile_tree(found[1], scope), test))
    if not wanted:
        return None
    last = [compile_tree(predicate, scope) for predicate in positional]
    return Picker(step.test, tuple(wanted), (*others, *last))


def _conjuncts(tree: Expr) -> Iterator[Expr]:
    if isinstance(tree, Binary) and tree.op == "and":
        yield from _conjuncts(tree.left)
        yield from _conjuncts(tree.right)
    else:
        yield tree


def _equality(tree: Expr) -> tuple[str, Expr] | None:
    if not isinstance(tree, Binary) or tree.op != "=":
        return None
    for column, key in ((tree.left, tree.right), (tree.right, tree.left)):
        if (
            isinstance(column, Path)
            and not column.absolute
            and column.base is None
            and len(column.steps) == 1
            and (is_named_child(step := column.steps[0]) or (step.axis == "attribute" and step.test[-1] not in ")*"))
            and not step.predicates
            and _is_free(key)
        ):
            return (step.test if step.axis == "child" else f"@{step.test}"), key
    return None


def _is_free(tree: Expr) -> bool:
    """Whether an expression gives the same in every row."""
    match tree:
        case Number() | Literal():
            return True
        case Negate(operand):
            return _is_free(operand)
        case Binary(left=left, right=right):
            return _is_free(left) and _is_free(right)
        case Call(name=name, args=args):
            return name not in _NEVER_FREE and not (not args and name in _OF_THE_CONTEXT) and all(map(_is_free, args))
        case Filter(base=base):
            return _is_free(base)
        case Path(absolute=absolute, base=base):
            return absolute or (base is not None and _is_free(base))


def _is_placeless(tree: Expr) -> bool:
    """Whether an expression as a predicate is no position and asks for none."""
    match tree:
        case Number() | Negate():
            return False
        case Binary(op=op, left=left, right=right):
            return op not in _NUMERIC and _names_no_place(left) and _names_no_place(right)
        case Call(name=name):
            return name in ("not", "selected", "contains", "starts-with", "true", "boolean") and _names_no_place(tree)
        case Path() | Literal():
            return _names_no_place(tree)
        case Filter():
            return False


def _names_no_place(tree: Expr) -> bool:
    match tree:
        case Call(name=name, args=args):
            return name not in ("position", "last") and all(map(_names_no_place, args))
        case Binary(left=left, right=right):
            return _names_no_place(left) and _names_no_place(right)
        case Negate(operand):
            return _names_no_place(operand)
        case Filter(base=base):
            return _names_no_place(base)
        case Path(base=base):
            return base is None or _names_no_place(base)
        case _:
            return True
