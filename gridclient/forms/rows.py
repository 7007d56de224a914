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
from gridclient.forms.node import Lookup, Node
from gridclient.forms.scope import Scope, is_named_child
from gridclient.forms.values import Nodes, plain_number

_OF_THE_CONTEXT = frozenset({"string", "number", "name", "local-name", "namespace-uri", "normalize-space",
                             "string-length"})  # fmt: skip
_NEVER_FREE = frozenset({"position", "last", "lang", "once", "random", "uuid", "now", "id"})
_NUMERIC = frozenset({"+", "-", "*", "div", "mod"})


class _Compile(Protocol):
    def __call__(self, tree: Expr, scope: Scope = ..., *, whole: bool = ...) -> Closure: ...


@dataclass(frozen=True, slots=True)
class Picker:
    """How rows are looked up, and the predicates that are left to test on those found."""

    name: str
    column: str
    key: Closure
    test: Closure
    rest: tuple[Closure, ...]

    def pick(self, parent: Node, context: Context) -> Nodes:
        """The rows whose column equals the key; the predicate decides where the key is neither text nor number."""
        key = self.key(context)
        if isinstance(key, list):
            if len(key) != 1:
                return self._each(parent, context) if key else []
            key = key[0].value
        lookup = lookup_of(parent, self.name, self.column)
        if isinstance(key, str):
            return lookup.texts.get(key, [])
        if type(key) is float:
            return [] if math.isnan(key) else lookup.numbers.get(key, [])
        return self._each(parent, context)

    def _each(self, parent: Node, context: Context) -> Nodes:
        from gridclient.forms.paths import keep

        return keep(parent.named(self.name), self.test, context)


def lookup_of(parent: Node, name: str, column: str) -> Lookup:
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


def picker_of(step: Step, scope: Scope, compile_tree: _Compile) -> Picker | None:
    """How the rows of a step can be looked up; None where its predicates are of another shape."""
    if not step.predicates:
        return None
    parts = list(_conjuncts(step.predicates[0]))
    if not all(_is_placeless(part) for part in parts):
        return None
    for place, part in enumerate(parts):
        found = _equality(part)
        if found is not None:
            column, key = found
            others = [compile_tree(other, scope) for at, other in enumerate(parts) if at != place]
            rest = [compile_tree(predicate, scope) for predicate in step.predicates[1:]]
            return Picker(step.test, column, compile_tree(key, scope), compile_tree(part, scope), (*others, *rest))
    return None


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
