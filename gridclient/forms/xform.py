"""Reads an XForm (ODK XForms specification) into a definition: what a form is, apart from any answers.

XML is parsed without entities, DTD or network. What cannot be run is refused here with the reference that is wrong.
"""

import csv
import io
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from importlib import import_module
from typing import Any, TypeAlias

from gridclient.forms.ast import Expr
from gridclient.forms.errors import FormError, XPathError
from gridclient.forms.node import Node
from gridclient.forms.parser import parse

XF, H, JR = "{http://www.w3.org/2002/xforms}", "{http://www.w3.org/1999/xhtml}", "{http://openrosa.org/javarosa}"
etree: Any = import_module("lxml.etree")  # has no type stubs
Element: TypeAlias = Any
Attach: TypeAlias = Callable[[str], bytes | None]
_MAX_BYTES = 32 * 1024 * 1024
_CONTROLS = {"input": "input", "select1": "select1", "select": "select", "rank": "rank", "upload": "upload",
             "trigger": "trigger", "range": "range", "group": "group", "repeat": "repeat"}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Control:
    """A body control, group or repeat as it is written in the form."""

    kind: str
    ref: str
    appearance: str = ""
    datatype: str = "string"
    mediatype: str = ""
    parameters: Mapping[str, str] = field(default_factory=dict[str, str])
    children: tuple["Control", ...] = ()


@dataclass(slots=True)
class Text:
    """A text with places that expressions fill: literal parts and trees in turn."""

    parts: list[str | Expr] = field(default_factory=list[str | Expr])
    itext: str = ""


@dataclass(slots=True)
class Itemset:
    """Choices that come from nodes: which, and where value and label stand in each."""

    nodes: Expr
    value: str
    label: Expr


@dataclass(slots=True)
class Bind:
    """What the model says about one node."""

    ref: str
    datatype: str = "string"
    relevant: Expr | None = None
    required: Expr | None = None
    readonly: Expr | None = None
    constraint: Expr | None = None
    calculate: Expr | None = None
    constraint_message: Text | None = None
    required_message: Text | None = None
    preload: tuple[str, str] = ("", "")


@dataclass(frozen=True, slots=True)
class Action:
    """A `setvalue`: when, where, what; `source` is the control whose change it follows."""

    events: tuple[str, ...]
    ref: str
    value: Expr | None
    text: str
    source: str = ""


@dataclass(slots=True)
class Definition:
    """A form as it was written."""

    title: str
    form_id: str
    version: str
    root: Node
    namespaces: dict[str | None, str]
    root_attributes: dict[str, str]
    binds: dict[str, Bind] = field(default_factory=dict[str, Bind])
    body: tuple[Control, ...] = ()
    labels: dict[str, Text] = field(default_factory=dict[str, Text])
    hints: dict[str, Text] = field(default_factory=dict[str, Text])
    itemsets: dict[str, Itemset] = field(default_factory=dict[str, Itemset])
    items: dict[str, list[tuple[str, Text]]] = field(default_factory=dict[str, list[tuple[str, Text]]])
    repeats: dict[str, Expr | None] = field(default_factory=dict[str, Expr | None])
    templates: dict[str, Node] = field(default_factory=dict[str, Node])
    actions: list[Action] = field(default_factory=list[Action])
    languages: list[str] = field(default_factory=list[str])
    itext: dict[str, dict[str, dict[str, Text]]] = field(default_factory=dict[str, dict[str, dict[str, Text]]])
    secondary: dict[str, Node] = field(default_factory=dict[str, Node])
    questions: int = 0


def parse_xml(source: bytes) -> Element:
    """The root element of a document; raises `FormError`."""
    if len(source) > _MAX_BYTES:
        raise FormError(f"the document is larger than {_MAX_BYTES // 2**20} MB")
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, remove_comments=True,
                             remove_pis=True, huge_tree=False)  # fmt: skip
    try:
        return etree.fromstring(source, parser)
    except etree.XMLSyntaxError as error:
        raise FormError(f"this is not well-formed XML: {error}") from error


def expression(source: str, place: str) -> Expr:
    """The tree of an expression of the form; an error names the place."""
    try:
        return parse(source)
    except XPathError as error:
        raise FormError(f"{place}: {error}") from error


def qualified(element: Element) -> str:
    """An element's name as it is written, with its prefix."""
    local = etree.QName(element).localname
    return f"{element.prefix}:{local}" if element.prefix else local


def read(source: bytes, attach: Attach) -> Definition:
    """The definition of an XForm; raises `FormError`."""
    return _Reader(parse_xml(source), attach).read()


def tree(element: Element, parent: Node | None) -> Node:
    """The nodes of an element and everything in it; namespace declarations stay behind."""
    node = Node(qualified(element), parent, "" if len(element) else (element.text or ""))
    for name, value in element.attrib.items():
        key = etree.QName(name).localname
        node.attributes[f"jr:{key}" if name.startswith(JR) else key] = str(value)
    for child in element:
        node.add(tree(child, node))
    return node


class _Reader:
    def __init__(self, html: Element, attach: Attach) -> None:
        self._html, self._attach = html, attach
        model = html.find(f".//{XF}model")
        if model is None:
            raise FormError("the document has no model")
        self._model = model

    def read(self) -> Definition:
        instances = self._model.findall(f"{XF}instance")
        if not instances or not len(instances[0]):
            raise FormError("the form has no primary instance")
        element = instances[0][0]
        document = Node("", None)
        root = tree(element, document)
        document.add(root)
        title = self._html.findtext(f".//{H}title") or ""
        attributes = {name: value for name, value in root.attributes.items() if not name.startswith("jr:")}
        found = Definition(title, attributes.get("id", element.nsmap.get(None) or root.name),
                           attributes.get("version", ""), root, dict(element.nsmap), attributes)  # fmt: skip
        self._read_itext(found)
        for instance in instances[1:]:
            found.secondary[str(instance.get("id"))] = self._secondary(instance)
        for bind in self._model.findall(f"{XF}bind"):
            self._read_bind(found, bind)
        body = self._html.find(f".//{H}body")
        if body is not None:
            found.body = tuple(self._controls(found, body, ""))
        for element in self._model.findall(f"{XF}setvalue"):
            found.actions.append(self._action(element, "", ""))
        self._check(found)
        return found

    # --- model -----------------------------------------------------------------------------------------------

    def _secondary(self, instance: Element) -> Node:
        document = Node("", None)
        if len(instance):
            document.add(tree(instance[0], document))
            return document
        source = str(instance.get("src") or "")
        data = self._attach(source)
        if data is None:
            document.add(Node("root", document))
        elif source.endswith(".csv"):
            document.add(_from_csv(data, document))
        else:
            document.add(tree(parse_xml(data), document))
        return document

    def _read_bind(self, found: Definition, element: Element) -> None:
        ref = str(element.get("nodeset") or "")
        bind = Bind(ref, (element.get("type") or "string").removeprefix("xsd:"))
        for name in ("relevant", "required", "readonly", "constraint", "calculate"):
            if (source := element.get(name)) is not None and source.strip():
                setattr(bind, name, expression(source, f"{ref} {name}"))
        for name, attribute in (("constraint_message", "constraintMsg"), ("required_message", "requiredMsg")):
            if (source := element.get(JR + attribute)) is not None:
                setattr(bind, name, _reference_or_text(source))
        bind.preload = (element.get(JR + "preload") or "", element.get(JR + "preloadParams") or "")
        found.binds[ref] = bind

    def _read_itext(self, found: Definition) -> None:
        for translation in self._model.findall(f"{XF}itext/{XF}translation"):
            language = str(translation.get("lang"))
            found.languages.append(language)
            if translation.get("default") is not None:
                found.languages.insert(0, found.languages.pop())
            texts = found.itext.setdefault(language, {})
            for text in translation.findall(f"{XF}text"):
                forms = texts.setdefault(str(text.get("id")), {})
                for value in text.findall(f"{XF}value"):
                    forms[value.get("form") or ""] = _text(value)

    # --- body ------------------------------------------------------------------------------------------------

    def _controls(self, found: Definition, parent: Element, context: str) -> list[Control]:
        controls: list[Control] = []
        for element in parent:
            if not isinstance(element.tag, str) or not element.tag.startswith(XF):
                continue
            local = etree.QName(element).localname
            if local == "setvalue":
                found.actions.append(self._action(element, context, context))
            elif kind := _CONTROLS.get(local):
                controls += self._control(found, element, kind, context)
        return controls

    def _control(self, found: Definition, element: Element, kind: str, context: str) -> list[Control]:
        ref = _absolute(element.get("ref") or element.get("nodeset") or "", context)
        bind = found.binds.get(ref)
        if kind == "repeat":
            count = element.get(JR + "count")
            found.repeats[ref] = expression(count, f"{ref} count") if count else None
        elif kind != "group":
            found.questions += 1
        if (label := element.find(f"{XF}label")) is not None and ref and ref not in found.labels:
            found.labels[ref] = _labelled(label)
        if (hint := element.find(f"{XF}hint")) is not None:
            found.hints[ref] = _labelled(hint)
        self._choices(found, element, ref)
        children = tuple(self._controls(found, element, ref or context))
        names = ("start", "end", "step", "rows")
        parameters = {name: str(element.get(name)) for name in names if element.get(name) is not None}
        return [Control(kind, ref, element.get("appearance") or "", bind.datatype if bind else "string",
                        element.get("mediatype") or "", parameters, children)]  # fmt: skip

    def _choices(self, found: Definition, element: Element, ref: str) -> None:
        if (itemset := element.find(f"{XF}itemset")) is not None:
            value, label = itemset.find(f"{XF}value"), itemset.find(f"{XF}label")
            found.itemsets[ref] = Itemset(
                expression(str(itemset.get("nodeset")), f"{ref} itemset"),
                str(value.get("ref")) if value is not None else "name",
                expression(str(label.get("ref")) if label is not None else "label", f"{ref} itemset label"),
            )
        items = element.findall(f"{XF}item")
        if items:
            found.items[ref] = [
                (item.findtext(f"{XF}value") or "", _labelled(label) if (label := item.find(f"{XF}label")) is not None
                 else Text()) for item in items
            ]  # fmt: skip

    def _action(self, element: Element, context: str, source: str) -> Action:
        ref = _absolute(element.get("ref") or "", context)
        events = tuple((element.get("event") or "").split())
        value = element.get("value")
        tree_ = expression(value, f"{ref} setvalue") if value else None
        return Action(events, ref, tree_, element.text or "", source)

    def _check(self, found: Definition) -> None:
        known = {node.template for node in found.root.walk()}
        for ref in [*found.binds, *(control.ref for control in flat(found.body) if control.ref)]:
            if ref.startswith("/") and "@" not in ref and ref not in known:
                raise FormError(f"{ref}: there is no such node in the primary instance")
        for ref in found.repeats:
            first = next(node for node in found.root.walk() if node.template == ref)
            found.templates[ref] = first
        for node in found.root.walk():
            node.is_repeat = node.template in found.repeats


def flat(controls: tuple[Control, ...]) -> list[Control]:
    """Controls and everything in them, in document order."""
    return [each for control in controls for each in (control, *flat(control.children))]


def _absolute(ref: str, context: str) -> str:
    if not ref or ref.startswith("/"):
        return ref
    parts = context.split("/")
    for part in ref.split("/"):
        if part == "..":
            parts.pop()
        elif part != ".":
            parts.append(part)
    return "/".join(parts)


def _reference_or_text(source: str) -> Text:
    if source.startswith("jr:itext("):
        return Text(itext=source[len("jr:itext(") : -1].strip("'\""))
    return Text([source])


def _labelled(element: Element) -> Text:
    reference = element.get("ref")
    return _reference_or_text(reference) if reference else _text(element)


def _text(element: Element) -> Text:
    parts: list[str | Expr] = [element.text or ""]
    for child in element:
        if isinstance(child.tag, str) and etree.QName(child).localname == "output":
            source = child.get("value") or child.get("ref") or ""
            parts.append(expression(source, "output"))
        else:
            parts.append("".join(str(piece) for piece in child.itertext()))
        parts.append(child.tail or "")
    return Text(parts)


def _from_csv(data: bytes, document: Node) -> Node:
    root = Node("root", document)
    for row in csv.DictReader(io.StringIO(data.decode("utf-8-sig"))):
        item = Node("item", root)
        for name, value in row.items():
            if name:
                item.add(Node(name, item, value or ""))
        root.add(item)
    return root
