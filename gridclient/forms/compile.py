"""Turns an expression's tree into a closure, and finds the paths that it reads.

A closure takes a `Context` and gives a value. Names are resolved when the form is loaded: an unknown function or a
wrong number of arguments never waits for a user to meet it.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, tzinfo
from typing import Protocol, TypeAlias, cast

from gridclient.forms.ast import Binary, Call, Expr, Filter, Literal, Negate, Number, Path, Step
from gridclient.forms.errors import XPathError
from gridclient.forms.node import Attribute, Node
from gridclient.forms.values import Nodes, Value, compare, equal, number_of, truth_of


class World(Protocol):
    """What expressions need besides nodes: the instances, the clock, the languages."""

    zone: tzinfo

    def now(self) -> datetime:
        """This moment, aware."""
        ...

    def document(self) -> Node:
        """The node above the primary instance's root."""
        ...

    def secondary(self, name: str) -> Node:
        """The node above a secondary instance's root; raises `XPathError`."""
        ...

    def itext(self, name: str) -> str:
        """A text in the active language."""
        ...

    def choice_label(self, ref: str, value: str) -> str:
        """The label of a choice of a question."""
        ...


@dataclass(slots=True)
class Context:
    """Where an expression is evaluated."""

    world: World
    node: Node | Attribute
    current: Node | Attribute
    position: int = 1
    size: int = 1


Closure: TypeAlias = Callable[[Context], Value]
Function: TypeAlias = Callable[..., Value]


@dataclass(frozen=True, slots=True)
class Registered:
    """A function of the library: how many arguments it takes, and whether it wants them unevaluated."""

    run: Callable[[Context, list[Closure]], Value]
    least: int
    most: int


LIBRARY: dict[str, Registered] = {}


@dataclass(slots=True)
class Compiled:
    """An expression that is ready to run."""

    source: str
    run: Closure
    paths: list[Path] = field(default_factory=list[Path])


def compile_tree(tree: Expr) -> Closure:
    """The closure of a tree; raises `XPathError`."""
    match tree:
        case Number(value):
            return lambda _context: value
        case Literal(text):
            return lambda _context: text
        case Negate(operand):
            inner = compile_tree(operand)
            return lambda context: -number_of(inner(context), context.world.zone)
        case Binary():
            return _binary(tree)
        case Call():
            return _call(tree)
        case Filter(base, predicates):
            return _filter(compile_tree(base), predicates)
        case Path():
            return _path(tree)


def _call(tree: Call) -> Closure:
    known = LIBRARY.get(tree.name)
    if known is None:
        raise XPathError(f"unknown function {tree.name}()")
    if not known.least <= len(tree.args) <= known.most:
        raise XPathError(f"{tree.name}() does not take {len(tree.args)} arguments")
    args = [compile_tree(arg) for arg in tree.args]
    run = known.run
    return lambda context: run(context, args)


def _binary(tree: Binary) -> Closure:
    left, right = compile_tree(tree.left), compile_tree(tree.right)
    match tree.op:
        case "or":
            return lambda c: truth_of(left(c)) or truth_of(right(c))
        case "and":
            return lambda c: truth_of(left(c)) and truth_of(right(c))
        case "=":
            return lambda c: equal(left(c), right(c), c.world.zone)
        case "!=":
            return lambda c: _unequal(left(c), right(c), c)
        case "<" | "<=" | ">" | ">=" as op:
            return lambda c: compare(op, left(c), right(c), c.world.zone)
        case "|":
            return lambda c: _union(left(c), right(c))
        case op:
            compute = _ARITHMETIC[op]
            return lambda c: compute(number_of(left(c), c.world.zone), number_of(right(c), c.world.zone))


def _unequal(left: Value, right: Value, context: Context) -> bool:
    zone = context.world.zone
    if isinstance(left, list) and not isinstance(right, bool):
        return any(_unequal(node.value, right, context) for node in left)
    if isinstance(right, list) and not isinstance(left, bool):
        return any(_unequal(left, node.value, context) for node in right)
    return not equal(left, right, zone)


def _divide(a: float, b: float) -> float:
    if b == 0:
        return math.nan if a == 0 or math.isnan(a) else math.copysign(math.inf, a) * math.copysign(1, b)
    return a / b


def _modulo(a: float, b: float) -> float:
    return math.nan if b == 0 or math.isinf(a) or math.isnan(a) or math.isnan(b) else math.fmod(a, b)


_ARITHMETIC: dict[str, Callable[[float, float], float]] = {
    "+": lambda a, b: a + b, "-": lambda a, b: a - b, "*": lambda a, b: a * b, "div": _divide, "mod": _modulo,
}  # fmt: skip


def _union(left: Value, right: Value) -> Nodes:
    if not isinstance(left, list) or not isinstance(right, list):
        raise XPathError("| joins node-sets only")
    seen = {id(node) for node in left}
    return in_document_order([*left, *(node for node in right if id(node) not in seen)])


def in_document_order(nodes: Nodes) -> Nodes:
    """The nodes sorted as they stand in their document."""
    if len(nodes) < 2:
        return nodes

    def place(node: Node | Attribute) -> list[int]:
        found: list[int] = []
        if isinstance(node, Attribute):
            found, node = [-1], node.parent
        while node.parent is not None:
            found.append(node.parent.children.index(node))
            node = node.parent
        return found[::-1]

    return sorted(nodes, key=place)


# --- paths -----------------------------------------------------------------------------------------------------


def _filter(base: Closure, predicates: tuple[Expr, ...]) -> Closure:
    tests = [compile_tree(predicate) for predicate in predicates]

    def run(context: Context) -> Value:
        nodes = base(context)
        for test in tests:
            nodes = _keep(cast(Nodes, nodes), test, context)
        return nodes

    return run


def _keep(nodes: Nodes, test: Closure, context: Context) -> Nodes:
    size = len(nodes)
    found: Nodes = []
    for place, node in enumerate(nodes, start=1):
        value = test(Context(context.world, node, context.current, place, size))
        if value == float(place) if type(value) is float else truth_of(value):
            found.append(node)
    return found


def _path(tree: Path) -> Closure:
    steps = [_step(step) for step in tree.steps]
    base = compile_tree(tree.base) if tree.base is not None else None
    absolute = tree.absolute
    simple = [step.test for step in tree.steps] if all(_is_plain(step) for step in tree.steps) else None

    def run(context: Context) -> Value:
        if base is not None:
            nodes = cast(Nodes, base(context))
        elif absolute:
            nodes = cast(Nodes, [context.world.document()])
        else:
            nodes = [context.node]
        if simple is not None:
            return _plain(nodes, simple)
        for step in steps:
            nodes = step(nodes, context)
        return nodes

    return run


def _is_plain(step: Step) -> bool:
    return step.axis == "child" and not step.predicates and step.test[-1] not in ")*"


def _plain(nodes: Nodes, names: list[str]) -> Nodes:
    for name in names:
        if len(nodes) == 1:
            only = nodes[0]
            nodes = cast(Nodes, only.named(name)) if isinstance(only, Node) else []
        else:
            nodes = [child for node in nodes if isinstance(node, Node) for child in node.named(name)]
    return nodes


def _step(step: Step) -> Callable[[Nodes, Context], Nodes]:
    axis, test = _AXES.get(step.axis), step.test
    if axis is None:
        raise XPathError(f"the axis {step.axis} is not supported")
    tests = [compile_tree(predicate) for predicate in step.predicates]
    walk = axis

    def run(nodes: Nodes, context: Context) -> Nodes:
        found: Nodes = []
        seen: set[int] = set()
        for node in nodes:
            reached = [each for each in walk(node) if _passes(each, test, step.axis)]
            for predicate in tests:
                reached = _keep(reached, predicate, context)
            for each in reached:
                if id(each) not in seen:
                    seen.add(id(each))
                    found.append(each)
        return found if len(nodes) < 2 else in_document_order(found)

    return run


def _passes(node: Node | Attribute, test: str, axis: str) -> bool:
    if test == "node()":
        return True
    if test in ("text()", "comment()", "processing-instruction()"):
        return False
    if isinstance(node, Node) and node.parent is None and node.name == "":
        return False
    if axis != "attribute" and isinstance(node, Attribute):
        return False
    return test == "*" or node.name == test


def _children(node: Node | Attribute) -> Nodes:
    return cast(Nodes, node.children) if isinstance(node, Node) else []


def _parent(node: Node | Attribute) -> Nodes:
    return [node.parent] if node.parent is not None else []


def _ancestors(node: Node | Attribute) -> Nodes:
    found: Nodes = []
    above = node.parent
    while above is not None:
        found.append(above)
        above = above.parent
    return found


def _descendants(node: Node | Attribute) -> Nodes:
    return [each for each in node.walk() if each is not node] if isinstance(node, Node) else []


def _siblings(node: Node | Attribute, after: bool) -> Nodes:
    if not isinstance(node, Node) or node.parent is None:
        return []
    all_ = node.parent.children
    place = all_.index(node)
    return cast(Nodes, all_[place + 1 :] if after else all_[:place][::-1])


def _attributes(node: Node | Attribute) -> Nodes:
    return [Attribute(name, text, node) for name, text in node.attributes.items()] if isinstance(node, Node) else []


def _self(node: Node | Attribute) -> Nodes:
    return [node]


_AXES: dict[str, Callable[[Node | Attribute], Nodes]] = {
    "child": _children,
    "parent": _parent,
    "self": _self,
    "attribute": _attributes,
    "ancestor": _ancestors,
    "ancestor-or-self": lambda node: [node, *_ancestors(node)],
    "descendant": _descendants,
    "descendant-or-self": lambda node: [node, *_descendants(node)],
    "following-sibling": lambda node: _siblings(node, True),
    "preceding-sibling": lambda node: _siblings(node, False),
}  # fmt: skip
