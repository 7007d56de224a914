"""What a form knows about its paths when it compiles them: where its repeats are and which prefixes it uses.

An absolute path inside a repeat means the instance that the expression stands in, as in Collect: from
`/data/child[2]/age`, the path `/data/child/name` is `/data/child[2]/name`. Plain XPath (no scope) has no such rule.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

from gridclient.forms.ast import Path, Step
from gridclient.forms.context import Context
from gridclient.forms.node import Node

XFORMS = "http://www.w3.org/2002/xforms"
Start: TypeAlias = Callable[[Context], tuple[Node, int]]


@dataclass(frozen=True, slots=True)
class Scope:
    """The static surroundings of an expression; `plain` names match what is written, without namespaces."""

    repeats: frozenset[str] = frozenset()
    namespaces: Mapping[str, str] = field(default_factory=dict[str, str])
    default_uris: frozenset[str | None] = frozenset({None, XFORMS})
    plain: bool = True
    late: bool = False  # a wrong number of arguments waits until the call is evaluated


PLAIN = Scope()


def is_named_child(step: Step) -> bool:
    """Whether a step goes to child elements of one name."""
    return step.axis == "child" and step.test[-1] not in ")*"


def repeats_on(tree: Path, scope: Scope, *, whole: bool) -> dict[str, int]:
    """The repeats that an absolute path passes, each with the number of steps up to it.

    A path that ends at a repeat means all its instances, unless it is wanted `whole`.
    """
    path = ""
    found: dict[str, int] = {}
    for place, step in enumerate(tree.steps, start=1):
        if not is_named_child(step) or step.predicates:
            break
        path += f"/{step.test}"
        if path in scope.repeats and (whole or place < len(tree.steps)):
            found[path] = place
    return found


def start_of(repeats: Mapping[str, int]) -> Start:
    """Finds the nearest repeat instance around an expression; steps up to it are taken already."""

    def start(context: Context) -> tuple[Node, int]:
        for node in (context.node, context.current):
            here: Node | None = node
            while here is not None:
                taken = repeats.get(here.template)
                if taken is not None:
                    return here, taken
                here = here.parent
        return context.world.document(), 0

    return start
