"""Evaluates one expression over an XML document, outside any form: for authors, tests and comparisons.

Node results are canonical paths: steps `*[n]` and `@name`, where n counts sibling elements.
"""

import math
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, tzinfo
from typing import Any, Literal
from zoneinfo import ZoneInfo

from gridclient.forms.compile import Context, compile_tree
from gridclient.forms.errors import FormError, XPathError
from gridclient.forms.node import Attribute, Node
from gridclient.forms.parser import parse
from gridclient.forms.values import number_of, text_of, truth_of
from gridclient.forms.xform import XF, Element, parse_xml, tree

__all__ = ["XPathError", "evaluate"]


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
    del namespaces  # names are compared with their prefixes as written
    try:
        element = parse_xml(xml.encode() if isinstance(xml, str) else xml)
    except FormError as error:
        raise XPathError(str(error)) from error
    document = Node("", None)
    document.add(tree(element, document))
    clock: Callable[[], datetime] = now if callable(now) else (lambda: now or datetime.now(UTC))
    zone: tzinfo = ZoneInfo(tz) if tz else datetime.now(UTC).astimezone().tzinfo or UTC
    world = _World(_at(document, root), document, element, clock, zone, language)
    node = _at(document, context_ref)
    value = compile_tree(parse(expr))(Context(world, node, node))
    match result:
        case "string":
            return text_of(value)
        case "number":
            return number_of(value, zone)
        case "boolean":
            return truth_of(value)
        case "nodes":
            if not isinstance(value, list):
                raise XPathError("the expression gives no nodes")
            return [_canonical(each) for each in value]


class _World:
    """A document as the world of an expression."""

    def __init__(
        self,
        root: Node | Attribute,
        document: Node,
        element: Element,
        clock: Callable[[], datetime],
        zone: tzinfo,
        language: str | None,
    ) -> None:
        self._root, self._document, self._element, self._clock = root, document, element, clock
        self.zone, self._language = zone, language

    def now(self) -> datetime:
        """This moment."""
        return self._clock()

    def document(self) -> Node:
        """What absolute paths start from."""
        return self._root if isinstance(self._root, Node) else self._document

    def secondary(self, name: str) -> Node:
        """An `<instance>` of the document by its id."""
        for node in self._document.walk():
            if node.name == "instance" and node.attributes.get("id") == name:
                return node
        raise XPathError(f"there is no instance {name}")

    def itext(self, name: str) -> str:
        """A text of the document's itext."""
        translations: list[Any] = list(self._element.iter(f"{XF}translation"))
        chosen = [t for t in translations if t.get("lang") == self._language] or translations
        texts: list[Any] = list(chosen[0].iter(f"{XF}text")) if chosen else []
        for text in texts:
            if text.get("id") == name:
                return str(text.findtext(f"{XF}value") or "")
        return ""

    def choice_label(self, ref: str, value: str) -> str:
        """Without a form there are no questions, so the value stands for itself."""
        del ref
        return value


def _at(document: Node, ref: str) -> Node | Attribute:
    node = document
    for part in ref.split("/")[1:]:
        if not part:
            continue
        if part.startswith("@"):
            return Attribute(part[1:], node.attributes.get(part[1:], ""), node)
        place = int(part.partition("[")[2].rstrip("]") or 1) if part.startswith("*") else 0
        if not 0 < place <= len(node.children):
            raise XPathError(f"there is no node {ref}")
        node = node.children[place - 1]
    return node


def _canonical(node: Node | Attribute) -> str:
    if isinstance(node, Attribute):
        return f"{_canonical(node.parent)}/@{node.name}"
    if node.parent is None:
        return "/"
    above = _canonical(node.parent)
    return f"{above if above != '/' else ''}/*[{node.parent.children.index(node) + 1}]"


def show(value: str | float | bool | list[str]) -> str:
    """A result as the command prints it."""
    if isinstance(value, list):
        return "\n".join(value)
    if isinstance(value, float) and math.isnan(value):
        return "NaN"
    return value if isinstance(value, str) else text_of(value)
