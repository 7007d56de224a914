"""The axes of a location path (XPath 1.0, section 2.2) and the order of a document.

Reverse axes give the nearest node first, so that a predicate's position counts from the context node.
"""

from collections.abc import Callable
from typing import TypeAlias

from gridclient.forms.longlist import LongRow
from gridclient.forms.node import Kind, Node
from gridclient.forms.values import Nodes

Axis: TypeAlias = Callable[[Node], Nodes]
_XML = "http://www.w3.org/XML/1998/namespace"


def in_document_order(nodes: Nodes) -> Nodes:
    """The nodes sorted as they stand in their document, each once."""
    if len(nodes) < 2:
        return nodes
    distinct = dict.fromkeys(nodes)
    if len(distinct) < 2:
        return nodes[:1]
    places: dict[Node, dict[Node, int]] = {}

    def place(node: Node) -> list[int]:
        found: list[int] = []
        while node.parent is not None:
            if isinstance(node, LongRow):
                found.append(node.number)
            else:
                known = places.get(node.parent)
                if known is None:
                    known = places[node.parent] = _places(node.parent)
                found.append(known.get(node, -1))
            node = node.parent
        return found[::-1]

    return sorted(distinct, key=place)


def _places(parent: Node) -> dict[Node, int]:
    attributes = list(parent.attributes.values())
    known = {node: place - len(attributes) for place, node in enumerate(attributes)}
    known.update((node, place) for place, node in enumerate(parent.child_nodes()))
    return known


def _parent(node: Node) -> Nodes:
    return [node.parent] if node.parent is not None else []


def _ancestors(node: Node) -> Nodes:
    found: Nodes = []
    above = node.parent
    while above is not None:
        found.append(above)
        above = above.parent
    return found


def _descendants(node: Node) -> Nodes:
    found: Nodes = []
    waiting = node.child_nodes()[::-1]
    while waiting:
        here = waiting.pop()
        found.append(here)
        waiting += here.child_nodes()[::-1]
    return found


def _following_siblings(node: Node) -> Nodes:
    return _siblings(node)[1]


def _preceding_siblings(node: Node) -> Nodes:
    return _siblings(node)[0][::-1]


def _siblings(node: Node) -> tuple[Nodes, Nodes]:
    if node.parent is None or node.kind in (Kind.ATTRIBUTE, Kind.NAMESPACE):
        return [], []
    all_ = node.parent.child_nodes()
    at = next((place for place, each in enumerate(all_) if each == node), len(all_))
    return all_[:at], all_[at + 1 :]


def _following(node: Node) -> Nodes:
    found: Nodes = []
    if node.kind in (Kind.ATTRIBUTE, Kind.NAMESPACE) and node.parent is not None:
        found = _descendants(node.parent)
        node = node.parent
    for each in (node, *_ancestors(node)):
        for sibling in _siblings(each)[1]:
            found += [sibling, *_descendants(sibling)]
    return found


def _preceding(node: Node) -> Nodes:
    if node.kind in (Kind.ATTRIBUTE, Kind.NAMESPACE) and node.parent is not None:
        node = node.parent
    found: Nodes = []
    for each in (node, *_ancestors(node)):
        for sibling in _siblings(each)[0][::-1]:
            found += [*_descendants(sibling)[::-1], sibling]
    return found


def _namespaces(node: Node) -> Nodes:
    if node.kind is not Kind.ELEMENT:
        return []
    uris: dict[str, str] = {}
    for each in [node, *_ancestors(node)]:
        for name, attribute in each.attributes.items():
            if name == "xmlns" or name.startswith("xmlns:"):
                uris.setdefault(name.partition(":")[2], attribute.text)
    uris.setdefault("xml", _XML)
    return [Node(prefix, node, uris[prefix], Kind.NAMESPACE) for prefix in sorted(uris) if uris[prefix]]


AXES: dict[str, Axis] = {
    "child": Node.child_nodes,
    "parent": _parent,
    "self": lambda node: [node],
    "attribute": lambda node: [each for each in node.attributes.values() if not each.name.startswith("xmlns")],
    "namespace": _namespaces,
    "ancestor": _ancestors,
    "ancestor-or-self": lambda node: [node, *_ancestors(node)],
    "descendant": _descendants,
    "descendant-or-self": lambda node: [node, *_descendants(node)],
    "following-sibling": _following_siblings,
    "preceding-sibling": _preceding_siblings,
    "following": _following,
    "preceding": _preceding,
}
REVERSE = frozenset({"ancestor", "ancestor-or-self", "preceding", "preceding-sibling"})
