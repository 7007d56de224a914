"""The shape of an expression after parsing; immutable, and knowing nothing of forms."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TypeAlias


@dataclass(frozen=True, slots=True)
class Number:
    """A number literal."""

    value: float


@dataclass(frozen=True, slots=True)
class Literal:
    """A text literal."""

    value: str


@dataclass(frozen=True, slots=True)
class Call:
    """A function call."""

    name: str
    args: tuple["Expr", ...]


@dataclass(frozen=True, slots=True)
class Binary:
    """Two operands and their operator."""

    op: str
    left: "Expr"
    right: "Expr"


@dataclass(frozen=True, slots=True)
class Negate:
    """Unary minus."""

    operand: "Expr"


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a path: axis, node test (`*`, a name, `node()`, `text()`), predicates.

    `target` is the name in `processing-instruction('name')`.
    """

    axis: str
    test: str
    predicates: tuple["Expr", ...] = ()
    target: str = ""


@dataclass(frozen=True, slots=True)
class Path:
    """A location path; `base` is the expression it starts from, None for the context or the root."""

    steps: tuple[Step, ...]
    absolute: bool = False
    base: "Expr | None" = None


@dataclass(frozen=True, slots=True)
class Filter:
    """An expression with predicates, `f(x)[1]`."""

    base: "Expr"
    predicates: tuple["Expr", ...]


Expr: TypeAlias = Number | Literal | Call | Binary | Negate | Path | Filter


def walk(tree: Expr) -> Iterator[Expr]:
    """An expression and all that it is made of."""
    yield tree
    inner: list[Expr] = []
    match tree:
        case Call(args=args):
            inner += args
        case Binary(left=left, right=right):
            inner += [left, right]
        case Negate(operand=operand):
            inner.append(operand)
        case Filter(base=base, predicates=predicates):
            inner += [base, *predicates]
        case Path(steps=steps, base=base):
            inner += [base] if base is not None else []
            inner += [predicate for step in steps for predicate in step.predicates]
        case Number() | Literal():
            pass
    for each in inner:
        yield from walk(each)
