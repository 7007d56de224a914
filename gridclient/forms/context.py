"""Where an expression is evaluated, and the library of functions that it may call."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import Protocol, TypeAlias

from gridclient.forms.errors import XPathError
from gridclient.forms.node import Node
from gridclient.forms.values import Nodes, Value

MOST_STEPS = 5_000_000
LONGEST_S = 10.0


class Budget:
    """What one change of a form, or one expression, may cost: so that none goes on for ever."""

    __slots__ = ("_deadline", "_steps")

    def __init__(self) -> None:
        self._steps = MOST_STEPS
        self._deadline = 0.0  # the clock is looked at when something is spent

    def renew(self) -> None:
        """Another change begins."""
        self._steps = MOST_STEPS
        self._deadline = 0.0

    def spend(self, steps: int) -> None:
        """Counts nodes that were looked at; raises `XPathError` when it is too many, or takes too long."""
        self._steps -= steps
        if self._steps < 0:
            raise XPathError("an expression looks at too many nodes")
        now = time.monotonic()
        if not self._deadline:
            self._deadline = now + LONGEST_S
        elif now > self._deadline:
            raise XPathError(f"the expressions take longer than {LONGEST_S:g} s")


class World(Protocol):
    """What expressions need besides nodes: the instances, the clock, the languages.

    `lenient` is how a form counts: a blank answer is left out of sums and extremes, as Collect does. Without it an
    expression is plain XPath, where a blank is not a number. `seed` orders what is shuffled without a seed;
    `fixed` keeps where paths outside repeats lead.
    """

    zone: tzinfo
    lenient: bool
    language: str | None
    seed: int
    fixed: dict[str, Nodes]

    def now(self) -> datetime:
        """This moment, aware."""
        ...

    def document(self) -> Node:
        """The node above the primary instance's root."""
        ...

    def secondary(self, name: str) -> Node:
        """The node above a secondary instance's root; raises `XPathError`."""
        ...

    def itext(self, name: str) -> Value:
        """A text in the active language, or the nodes that hold it."""
        ...

    def choice_label(self, place: Node, path: str, value: str) -> str:
        """The label of a choice of the question that a path names from a node."""
        ...

    def spend(self, steps: int) -> None:
        """Counts the nodes that predicates look at; raises `XPathError` when an evaluation would not end."""
        ...

    def property(self, name: str) -> str:
        """What is known of device and user."""
        ...


class Context:
    """One evaluation: the node, where the whole expression stands, position and size within a predicate (or 0, 1)."""

    __slots__ = ("current", "node", "position", "size", "world")

    def __init__(self, world: World, node: Node, current: Node, position: int = 0, size: int = 1) -> None:
        self.world = world
        self.node = node
        self.current = current
        self.position = position
        self.size = size


Closure: TypeAlias = Callable[[Context], Value]
Function: TypeAlias = Callable[[Context, list[Closure]], Value]


@dataclass(frozen=True, slots=True)
class Registered:
    """A function of the library: how many arguments it takes; it evaluates them itself."""

    run: Function
    least: int
    most: int


LIBRARY: dict[str, Registered] = {}
MANY = 1000


def register(name: str, least: int, most: int | None = None) -> Callable[[Function], Function]:
    """Puts a function into the library under a name."""

    def add(run: Function) -> Function:
        LIBRARY[name] = Registered(run, least, least if most is None else most)
        return run

    return add


def nodes_of(value: Value, name: str) -> Nodes:
    """The argument of a function that takes a node-set only."""
    if not isinstance(value, list):
        raise XPathError(f"{name}() needs a node-set")
    return value
