"""Who reads what: which nodes an expression depends on, and the order in which expressions are evaluated.

A read is a template path (no positions). `local` tells that reader and read share their repeat instance, because
the path is relative and stays inside it; then a change concerns only that instance.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from gridclient.forms.ast import Binary, Call, Expr, Filter, Negate, Path, Step
from gridclient.forms.errors import FormError


@dataclass(frozen=True, slots=True)
class Read:
    """A template path that an expression reads, and the deepest path it shares with its reader."""

    path: str
    anchor: str


def reads(tree: Expr, base: str, current: str | None = None) -> Iterator[Read]:
    """The paths that an expression reads when it stands at `base`."""
    here = base if current is None else current
    match tree:
        case Call(args=args):
            for arg in args:
                yield from reads(arg, base, here)
        case Binary(left=left, right=right):
            yield from reads(left, base, here)
            yield from reads(right, base, here)
        case Negate(operand=operand):
            yield from reads(operand, base, here)
        case Filter(base=inner, predicates=predicates):
            yield from reads(inner, base, here)
            for predicate in predicates:
                yield from reads(predicate, base, here)
        case Path():
            yield from _path(tree, base, here)
        case _:
            pass


def _path(tree: Path, base: str, current: str) -> Iterator[Read]:
    start: str | None = base
    anchor = base
    if tree.absolute:
        start, anchor = "", ""
    elif isinstance(tree.base, Call) and tree.base.name == "current":
        start = anchor = current
    elif tree.base is not None:
        yield from reads(tree.base, base, current)
        start = None  # nodes of another instance; only the predicates look into ours
    at = start
    for step in tree.steps:
        at, anchor = _walk(at, step, anchor)
        for predicate in step.predicates:
            yield from reads(predicate, at if at is not None else "\0", current)
    if at is not None and not at.startswith("\0"):
        yield Read(at.rstrip("\0"), anchor)


def _walk(at: str | None, step: Step, anchor: str) -> tuple[str | None, str]:
    if at is None or at.endswith("\0"):
        return at, anchor
    match step.axis:
        case "self":
            return at, anchor
        case "parent":
            above = at.rpartition("/")[0]
            return above, above if len(above) < len(anchor) else anchor
        case "child" if step.test not in ("*", "node()"):
            return f"{at}/{step.test}", anchor
        case "attribute":
            return at, anchor
        case _:
            return at + "\0", ""  # anything beneath: the whole subtree is read


def ranks(edges: dict[tuple[str, str], set[tuple[str, str]]]) -> dict[tuple[str, str], int]:
    """Numbers the keys so that each comes after everything it depends on; raises `FormError` on a cycle."""
    found: dict[tuple[str, str], int] = {}
    for start in edges:
        trail: list[tuple[tuple[str, str], Iterator[tuple[str, str]]]] = []
        on_trail: set[tuple[str, str]] = set()
        if start in found:
            continue
        trail.append((start, iter(edges[start])))
        on_trail.add(start)
        while trail:
            key, rest = trail[-1]
            following = next(rest, None)
            if following is None:
                trail.pop()
                on_trail.discard(key)
                found[key] = len(found)
            elif following in on_trail:
                raise FormError(f"{following[0]}: its {following[1]} depends on itself")
            elif following not in found and following in edges:
                trail.append((following, iter(edges[following])))
                on_trail.add(following)
    return found
