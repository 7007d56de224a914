"""XML in and out of nodes: no entities, no DTD, no network, bounded size and depth."""

from importlib import import_module
from typing import Any, TypeAlias

from gridclient.forms.errors import FormError
from gridclient.forms.node import Kind, Node

etree: Any = import_module("lxml.etree")  # has no type stubs
Element: TypeAlias = Any
MAX_BYTES = 64 * 1024 * 1024
ORX = "http://openrosa.org/xforms"
ODK = "http://www.opendatakit.org/xforms"
JAVAROSA = "http://openrosa.org/javarosa"
_XML = "http://www.w3.org/XML/1998/namespace"
_KEPT_PREFIXES = {JAVAROSA: "jr", _XML: "xml"}


def parse_xml(source: bytes, *, everything: bool = False) -> Element:
    """The root element of a document; raises `FormError`. Comments and instructions are kept on demand."""
    if len(source) > MAX_BYTES:
        raise FormError(f"the document is larger than {MAX_BYTES // 2**20} MB")
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False,
        remove_comments=not everything, remove_pis=not everything,
    )  # fmt: skip
    try:
        return etree.fromstring(source.lstrip(), parser)
    except etree.XMLSyntaxError as error:
        raise FormError(f"this is not well-formed XML: {error}") from error
    except ValueError as error:
        raise FormError(f"this is not XML: {error}") from error


def local(element: Element) -> str:
    """An element's name without namespace and prefix; empty for what is no element."""
    tag = element.tag
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def uri(element: Element) -> str | None:
    """An element's namespace."""
    tag = element.tag
    return tag[1:].partition("}")[0] if isinstance(tag, str) and tag[0] == "{" else None


def qualified(element: Element) -> str:
    """An element's name as it is written, with its prefix."""
    return f"{element.prefix}:{local(element)}" if element.prefix else local(element)


def instance_tree(element: Element, parent: Node | None) -> Node:
    """The nodes of an instance's element: white space between elements is not kept, namespace declarations neither."""
    node = Node(qualified(element), parent, "", Kind.ELEMENT, uri(element))
    children = [child for child in element if isinstance(child.tag, str)]
    if not children:
        node.text = "".join(element.itertext()) if len(element) else (element.text or "")
    add_attributes(node, element)
    for child in children:
        node.add(instance_tree(child, node))
    return node


def add_attributes(node: Node, element: Element) -> None:
    """Gives a node the attributes of an element."""
    for name, value in element.attrib.items():
        space, _, key = name.rpartition("}")
        prefix = _prefix(element, space[1:]) if space else ""
        node.set_attribute(f"{prefix}:{key}" if prefix else key, value, space[1:] or None)


def _prefix(element: Element, space: str) -> str:
    if space in _KEPT_PREFIXES:
        return _KEPT_PREFIXES[space]
    return next((prefix for prefix, found in element.nsmap.items() if found == space and prefix), "")


def document_tree(root: Element) -> Node:
    """A whole document as XPath has it: text, comments, instructions and namespace declarations too."""
    document = Node("", None, "", Kind.DOCUMENT)
    for before in reversed(list(root.itersiblings(preceding=True))):
        _add_special(document, before)
    document.add(_full(root, document))
    for after in root.itersiblings():
        _add_special(document, after)
    return document


def _add_special(parent: Node, element: Element) -> None:
    if element.tag is etree.Comment:
        parent.add(Node("", parent, element.text or "", Kind.COMMENT))
    elif element.tag is etree.PI:
        parent.add(Node(element.target, parent, element.text or "", Kind.INSTRUCTION))


def _full(element: Element, parent: Node) -> Node:
    node = Node(qualified(element), parent, "", Kind.ELEMENT, uri(element))
    above = element.getparent()
    inherited: dict[str | None, str] = above.nsmap if above is not None else {}
    for prefix, found in element.nsmap.items():
        if inherited.get(prefix) != found:
            node.set_attribute(f"xmlns:{prefix}" if prefix else "xmlns", found)
    add_attributes(node, element)
    if not len(element):
        node.text = element.text or ""
        return node
    _add_text(node, element.text)
    for child in element:
        if isinstance(child.tag, str):
            node.add(_full(child, node))
        else:
            _add_special(node, child)
        _add_text(node, child.tail)
    return node


def _add_text(parent: Node, text: str | None) -> None:
    if text:
        parent.add(Node("", parent, text, Kind.TEXT))
