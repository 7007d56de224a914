"""An open form as XML: a draft with every answer, or a submission without what is not relevant (OpenRosa)."""

import base64
from collections.abc import Mapping
from dataclasses import dataclass

from gridclient.forms.instance import DRAFT, LOG
from gridclient.forms.node import Node
from gridclient.forms.scope import XFORMS
from gridclient.forms.xml import JAVAROSA, Element, etree


@dataclass(frozen=True, slots=True)
class Sealed:
    """An encrypted submission: the manifest, and the files by name in the order in which they were encrypted."""

    manifest: bytes
    files: Mapping[str, bytes]


@dataclass(frozen=True, slots=True)
class Submission:
    """What is to be sent, and the form that it belongs to."""

    form_id: str
    version: str
    instance_id: str
    xml: bytes
    attachments: Mapping[str, bytes]


def draft_xml(root: Node, namespaces: Mapping[str | None, str], log: str = "") -> str:
    """The instance as a draft keeps it: every value, and the log of how it was filled in."""
    carried = f"<?{LOG} {base64.b64encode(log.encode()).decode()}?>" if log else ""
    return f"<?{DRAFT}?>{carried}{written_xml(root, namespaces, relevant_only=False)}"


def written_xml(root: Node, namespaces: Mapping[str | None, str], *, relevant_only: bool) -> str:
    """The instance as XML."""
    used = {each.uri for node in root.walk() for each in (node, *node.attributes.values())}
    spaces: dict[str | None, str] = {
        prefix: uri for prefix, uri in namespaces.items() if uri in used and uri not in (XFORMS, JAVAROSA)
    }
    return etree.tostring(_element(root, None, spaces, relevant_only), encoding="unicode")


def _element(node: Node, parent: Element | None, spaces: dict[str | None, str], relevant_only: bool) -> Element:
    uri = node.uri if node.uri != XFORMS else None
    name = f"{{{uri}}}{node.local}" if uri else node.local
    element = etree.Element(name, nsmap=spaces) if parent is None else etree.SubElement(parent, name)
    for attribute in node.attributes.values():
        if attribute.uri != JAVAROSA and (attribute.relevant or not relevant_only):
            element.set(f"{{{attribute.uri}}}{attribute.local}" if attribute.uri else attribute.local, attribute.text)
    if node.children:
        for child in node.children:
            if child.relevant or not relevant_only:
                _element(child, element, spaces, relevant_only)
    elif node.text:
        element.text = node.text
    return element
