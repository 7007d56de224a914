"""Who reads what: which nodes an expression depends on, and the order in which expressions are evaluated.

A read is a template path (no positions) and an anchor: the deepest template that reader and read are sure to share,
because the path never left it. Then a change concerns only the readers within the same instance of the anchor.
"""

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, replace

from gridclient.forms.ast import Binary, Call, Expr, Filter, Literal, Negate, Path, Step
from gridclient.forms.errors import FormError, XPathError
from gridclient.forms.parser import parse
from gridclient.forms.scope import Scope, is_named_child, repeats_on

_COUNTING = frozenset({"count", "position", "name", "local-name"})  # they ask which nodes there are, not what they say


@dataclass(frozen=True, slots=True)
class Read:
    """A template path that an expression reads.

    `beneath`: everything under it too. `counted`: only whether the nodes are there. `once`: to see whether it is blank.
    """

    path: str
    anchor: str
    beneath: bool = False
    counted: bool = False
    once: bool = False


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a part of an expression stands: its context template and the template that it cannot leave unnoticed."""

    at: str | None
    anchor: str


class Reader:
    """Finds the reads of the expressions of one form."""

    def __init__(self, scope: Scope, choices: Callable[[str], Expr | None]) -> None:
        self._scope, self._choices = scope, choices

    def reads(self, tree: Expr, ref: str) -> list[Read]:
        """The paths that an expression reads when it stands at a template."""
        home = _Place(ref, ref)
        return list(dict.fromkeys(self._reads(tree, home, home, False)))

    def _reads(self, tree: Expr, here: _Place, home: _Place, counted: bool) -> Iterator[Read]:
        match tree:
            case Call(name=name, args=args):
                if name == "jr:choice-name" and isinstance(args[-1], Literal):
                    yield from self._choice_name(args[-1].value, here, home)
                for arg in args:
                    for read in self._reads(arg, here, home, name in _COUNTING):
                        yield replace(read, anchor="") if name == "indexed-repeat" else read
                if name == "once" and home.at is not None:
                    yield Read(home.at, home.anchor, once=True)
            case Binary(left=left, right=right):
                yield from self._reads(left, here, home, counted and tree.op == "|")
                yield from self._reads(right, here, home, counted and tree.op == "|")
            case Negate(operand=operand):
                yield from self._reads(operand, here, home, False)
            case Filter(base=inner, predicates=predicates):
                yield from self._reads(inner, here, home, counted)
                for predicate in predicates:
                    yield from self._reads(predicate, _Place(None, ""), home, False)
            case Path():
                yield from self._path(tree, here, home, counted)
            case _:
                pass

    def _choice_name(self, path: str, here: _Place, home: _Place) -> Iterator[Read]:
        try:
            tree = parse(path.strip())
        except XPathError:
            return
        for read in self._reads(tree, here, home, False):
            yield read
            nodes = self._choices(read.path)
            if nodes is not None:
                place = _Place(read.path, "")
                yield from self._reads(nodes, place, place, False)

    def _path(self, tree: Path, here: _Place, home: _Place, counted: bool) -> Iterator[Read]:
        start = here
        if tree.absolute:
            start = _Place("", self._shared(tree, home) if here is home else "")
        elif isinstance(tree.base, Call) and tree.base.name == "current":
            start = home
        elif tree.base is not None:
            yield from self._reads(tree.base, here, home, False)
            start = _Place(None, "")
        at, anchor, beneath = start.at, start.anchor, False
        for step in tree.steps:
            if at is not None and not beneath:
                at, anchor, beneath = _walk(at, step, anchor)
            for predicate in step.predicates:
                inner = _Place(None if beneath else at, anchor if anchor != here.at else _above(anchor))
                yield from self._reads(predicate, inner, home, False)
        if at:
            yield Read(at, anchor, beneath, counted and not beneath)

    def _shared(self, tree: Path, home: _Place) -> str:
        """The deepest repeat that an absolute path passes together with the expression: it means that instance."""
        found = ""
        for repeat in repeats_on(tree, self._scope, whole=False):
            if home.at is not None and under(home.at, repeat):
                found = repeat
        return found


def _walk(at: str, step: Step, anchor: str) -> tuple[str, str, bool]:
    if step.axis == "self":
        return at, anchor, False
    if step.axis == "parent":
        above = _above(at)
        return above, above if len(above) < len(anchor) else anchor, False
    if is_named_child(step):
        return f"{at}/{step.test}", anchor, False
    if step.axis == "attribute" and step.test not in ("*", "node()"):
        return f"{at}/@{step.test}", anchor, False
    if step.axis in ("child", "descendant", "descendant-or-self"):
        return at, anchor, True
    return _above(at), "", True  # siblings, ancestors and what follows: all around


def _above(path: str) -> str:
    return path.rpartition("/")[0]


def under(path: str, above: str) -> bool:
    """Whether a template is another one, or lies in it."""
    return path == above or path.startswith(f"{above}/")


def ranks(edges: Mapping[int, Collection[int]], name: Callable[[int], str]) -> list[int]:
    """The keys in an order in which each comes after everything it depends on; raises `FormError` on a cycle."""
    order: dict[int, None] = {}
    for start in edges:
        if start in order:
            continue
        trail = [(start, iter(edges[start]))]
        on_trail = {start}
        while trail:
            key, rest = trail[-1]
            following = next(rest, None)
            if following is None:
                trail.pop()
                on_trail.discard(key)
                order[key] = None
            elif following in on_trail:
                keys = [each for each, _ in trail]
                others = [name(each).partition(":")[0] for each in keys[keys.index(following) + 1 :]]
                through = f", through {', '.join(dict.fromkeys(others))}" if others else ""
                raise FormError(f"{name(following)} depends on itself{through}")
            elif following not in order and following in edges:
                trail.append((following, iter(edges[following])))
                on_trail.add(following)
    return list(order)
