"""Evaluates one expression over an XML document, outside any form: for authors, tests and comparisons.

Node results are canonical paths: steps `*[n]`, `text()[n]`, `comment()[n]`, `processing-instruction()[n]` and `@name`,
where n counts siblings of that kind.
"""

import math
import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, tzinfo
from typing import Literal
from zoneinfo import ZoneInfo

from gridclient.forms import functions
from gridclient.forms.compile import compile_tree
from gridclient.forms.context import Budget, Context
from gridclient.forms.errors import FormError, XPathError
from gridclient.forms.node import Kind, Node
from gridclient.forms.parser import parse
from gridclient.forms.scope import XFORMS, Scope
from gridclient.forms.values import Nodes, Value, number_of, text_of, truth_of
from gridclient.forms.xml import document_tree, parse_xml

__all__ = ["XPathError", "evaluate", "functions", "show"]

_STEP = re.compile(
    r"(?:(?P<kind>\*|text\(\)|comment\(\)|processing-instruction\(\))(?:\[(?P<at>\d+)\])?|@(?P<name>.+))\Z"
)
_KINDS = {"*": Kind.ELEMENT, "text()": Kind.TEXT, "comment()": Kind.COMMENT,
          "processing-instruction()": Kind.INSTRUCTION}  # fmt: skip
_NAMES = {kind: name for name, kind in _KINDS.items()}
_KNOWN = {"jr": "http://openrosa.org/javarosa", "xml": "http://www.w3.org/XML/1998/namespace"}


def evaluate(
    expr: str,
    xml: str | bytes,
    context_ref: str = "/",
    *,
    result: Literal["string", "number", "boolean", "nodes"],
    root: str = "/",
    namespaces: Mapping[str, str] | None = None,
    now: datetime | Callable[[], datetime] | None = None,
    tz: str | None = None,
    language: str | None = None,
) -> str | float | bool | list[str]:
    """The value of an expression at a node of a document; raises `XPathError`.

    `root` is the element that plays the document for absolute paths; `context_ref` and it are canonical paths.
    """
    try:
        element = parse_xml(xml.encode() if isinstance(xml, str) else xml, everything=True)
    except FormError as error:
        raise XPathError(str(error)) from error
    document = document_tree(element)
    top, node = _at(document, root), _at(document, context_ref)
    clock: Callable[[], datetime] = now if callable(now) else (lambda: now or datetime.now(UTC))
    zone: tzinfo = ZoneInfo(tz) if tz else datetime.now(UTC).astimezone().tzinfo or UTC
    default = {None, XFORMS} if top is document else {None, XFORMS, top.uri}
    declared = {str(prefix): str(uri) for prefix, uri in element.nsmap.items() if prefix}
    scope = Scope(frozenset(), {**_KNOWN, **declared, **(namespaces or {})}, frozenset(default), plain=False, late=True)
    world = _World(document, top, clock, zone, language)
    try:
        value = compile_tree(parse(expr), scope)(Context(world, node, node))
        return _converted(value, result, zone)
    except RecursionError as error:
        raise XPathError("the expression is nested too deeply") from error


def _converted(value: Value, result: str, zone: tzinfo) -> str | float | bool | list[str]:
    match result:
        case "string":
            return text_of(value)
        case "number":
            return number_of(value, zone)
        case "boolean":
            return truth_of(value)
        case _:
            if not isinstance(value, list):
                raise XPathError("the expression gives no nodes")
            return [_canonical(each) for each in value]


class _World:
    """A document as the world of an expression; nothing above `top` is seen by it."""

    lenient = False
    seed = 1

    def __init__(
        self, document: Node, top: Node, clock: Callable[[], datetime], zone: tzinfo, language: str | None
    ) -> None:
        self._document, self._top, self.now, self.zone = document, top, clock, zone
        self.language = language
        self._budget = Budget()
        self.fixed: dict[str, Nodes] = {}

    def document(self) -> Node:
        """What absolute paths start from."""
        return self._top

    def _model(self) -> Nodes:
        return [node for node in self._document.walk() if node.kind is Kind.ELEMENT]

    def secondary(self, name: str) -> Node:
        """An `<instance>` of the document by its id."""
        for node in self._model():
            if node.local == "instance" and node.attribute("id") == name:
                return node
        raise XPathError(f"there is no instance {name}")

    def itext(self, name: str) -> Value:
        """The values of an itext in the language, in the default one without it."""
        translations = [node for node in self._model() if node.local == "translation"]
        chosen = [node for node in translations if node.attribute("lang") == self.language]
        chosen = chosen or [node for node in translations if "default" in node.attributes] or translations
        for text in chosen[0].children if chosen else []:
            if text.local == "text" and text.attribute("id") == name:
                return [node for node in text.children if node.local == "value"]
        return []

    def choice_label(self, place: Node, path: str, value: str) -> str:
        """Without a form there are no questions, so the value stands for itself."""
        del place, path
        return value

    def property(self, name: str) -> str:
        """Without a form nothing is known of device and user."""
        del name
        return ""

    def spend(self, steps: int) -> None:
        """Counts what predicates look at."""
        self._budget.spend(steps)


def _at(document: Node, ref: str) -> Node:
    node: Node | None = document
    for part in ref.split("/")[1:]:
        if part:
            node = _child(node, part) if node is not None else None
    if node is None:
        raise XPathError(f"there is no node {ref}")
    return node


def _child(node: Node, part: str) -> Node | None:
    found = _STEP.match(part)
    if found is None:
        return None
    if found["name"]:
        return node.attributes.get(found["name"])
    there = [each for each in node.child_nodes() if each.kind is _KINDS[found["kind"]]]
    place = int(found["at"] or 1)
    return there[place - 1] if 0 < place <= len(there) else None


def _canonical(node: Node) -> str:
    if node.parent is None:
        return "/"
    above = _canonical(node.parent).rstrip("/")
    if node.kind in (Kind.ATTRIBUTE, Kind.NAMESPACE):
        return f"{above}/@{node.name}"
    siblings = [each for each in node.parent.child_nodes() if each.kind is node.kind]
    return f"{above}/{_NAMES[node.kind]}[{next(n for n, each in enumerate(siblings, 1) if each is node)}]"


def show(value: str | float | bool | list[str]) -> str:
    """A result as the command prints it."""
    if isinstance(value, list):
        return "\n".join(value)
    if isinstance(value, float) and math.isnan(value):
        return "NaN"
    return value if isinstance(value, str) else text_of(value)
