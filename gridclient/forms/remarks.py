"""What is probably a mistake in a form although it can be run: told by `Form.warnings`, never refused.

Other clients run such forms too: a path to nothing is an empty node-set (XPath 1.0, section 2). Whoever fills the form
in never sees a remark, so they are looked for when somebody asks.
"""

from collections.abc import Iterable, Iterator

from gridclient.forms.advice import similar
from gridclient.forms.ast import Binary, Call, Expr, Filter, Literal, Negate, Path, Step, walk
from gridclient.forms.definition import Definition
from gridclient.forms.depend import Read
from gridclient.forms.errors import XPathError
from gridclient.forms.longlist import LongList
from gridclient.forms.patterns import holds
from gridclient.forms.rules import Compiled, Rule, reader_of


def remarks(compiled: Compiled) -> list[str]:
    """Remarks about a form's expressions: paths to nothing, patterns that cannot be read, columns that a list lacks."""
    definition, reader = compiled.definition, reader_of(compiled)
    nodes = list(definition.root.walk())
    attributes = (attribute.template for node in nodes for attribute in node.attributes.values())
    known = frozenset(["/", *(node.template for node in nodes), *attributes])
    return [
        remark
        for rules in compiled.by_ref.values()
        for rule in rules
        for remark in _of_one(definition, rule, reader.reads(rule.tree, rule.ref), known)
    ]


def _of_one(definition: Definition, rule: Rule, reads: Iterable[Read], known: frozenset[str]) -> list[str]:
    place, tree = f"{rule.ref} {rule.kind}", rule.tree
    found = [
        f"{place}: {_nothing(read.path, rule.ref, known)}"
        for read in reads
        if read.path and read.path not in known and not any(mark in read.path for mark in "*(")
    ]
    for each in walk(tree):
        match each:
            case Call(name="regex", args=(_, Literal(value=pattern))):
                try:
                    holds(pattern, "", whole=True)
                except XPathError as error:
                    found.append(f"{place}: {error}")
            case Path(base=Call(name="instance", args=(Literal(value=name),)), steps=(_, Step(predicates=tests), *_)):
                found += [f"{place}: the list {name} has no {each}" for each in _lacking(definition, name, tests)]
            case _:
                pass
    return found


def _nothing(path: str, ref: str, known: Iterable[str]) -> str:
    above, _, name = path.rpartition("/")
    if above == ref:  # a bare word, where the expression stands
        return f"{name} means nothing here; a text is written '{name}', an answer ${{{name}}}"
    meant = similar(path, known)
    return f"there is no {path}{f'; {meant} is meant perhaps' if meant else ''}"


def _lacking(definition: Definition, name: str, tests: tuple[Expr, ...]) -> list[str]:
    """The columns that the conditions name and no row of a list has."""
    document = definition.secondary.get(name)
    top = document.children[0] if document is not None and document.children else None
    if top is None or isinstance(top, LongList):
        return []
    rows = top.children
    named = dict.fromkeys(column for test in tests for column in _columns(test))
    return [f"column {column}" for column in named if rows and not any(row.column(column) for row in rows)]


def _columns(tree: Expr) -> Iterator[str]:
    """The names of children that an expression reads where it stands."""
    match tree:
        case Path(steps=(Step(axis="child", test=name),), absolute=False, base=None) if name[-1] not in "*)":
            yield name
        case Call(args=parts):
            for part in parts:
                yield from _columns(part)
        case Binary(left=left, right=right):
            yield from _columns(left)
            yield from _columns(right)
        case Negate(operand=inner) | Filter(base=inner):
            yield from _columns(inner)
        case _:
            pass
