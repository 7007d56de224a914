"""Functions of nodes (XPath 1.0, section 4.1; ODK XForms, "node-set functions")."""

import math

from gridclient.forms.axes import in_document_order
from gridclient.forms.context import LIBRARY, Closure, Context, Registered, nodes_of, register
from gridclient.forms.errors import XPathError
from gridclient.forms.functions.arguments import texts, whole
from gridclient.forms.functions.shuffle import seed_of, shuffled
from gridclient.forms.node import Kind, Node
from gridclient.forms.values import Nodes, Value, text_of

_NAMED = frozenset({Kind.ELEMENT, Kind.ATTRIBUTE, Kind.INSTRUCTION, Kind.NAMESPACE})


@register("position", 0, 1)
def _position(c: Context, args: list[Closure]) -> Value:
    """Without an argument the place in the predicate; of a node its place among the repeat's instances."""
    if not args:
        return float(c.position or (c.node.position if c.world.lenient else 1))
    nodes = nodes_of(args[0](c), "position")
    return float(nodes[0].position) if nodes else math.nan


LIBRARY["last"] = Registered(lambda c, _a: float(c.size), 0, 0)
LIBRARY["current"] = Registered(lambda c, _a: [c.current], 0, 0)


@register("instance", 1)
def _instance(c: Context, args: list[Closure]) -> Value:
    return [c.world.secondary(text_of(args[0](c)))]


@register("count", 1)
def _count(c: Context, args: list[Closure]) -> Value:
    return float(sum(node.relevant for node in nodes_of(args[0](c), "count")))


@register("count-non-empty", 1)
def _count_non_empty(c: Context, args: list[Closure]) -> Value:
    return float(sum(node.value != "" for node in nodes_of(args[0](c), "count-non-empty")))


@register("id", 1)
def _id(c: Context, args: list[Closure]) -> Value:
    wanted = {part for text in texts(c, args[:1]) for part in text.split()}
    found: Nodes = []
    for node in c.node.root().walk():
        name = node.attribute("id") or node.attribute("xml:id")
        if name in wanted:
            wanted.discard(name)
            found.append(node)
    return found


def _first(c: Context, args: list[Closure], name: str) -> Node | None:
    """The first node of the argument, or the context node without one."""
    if not args:
        return c.node
    nodes = nodes_of(args[0](c), name)
    return in_document_order(nodes)[0] if nodes else None


@register("name", 0, 1)
def _name(c: Context, args: list[Closure]) -> Value:
    node = _first(c, args, "name")
    return node.name if node is not None and node.kind in _NAMED else ""


@register("local-name", 0, 1)
def _local_name(c: Context, args: list[Closure]) -> Value:
    node = _first(c, args, "local-name")
    return node.local if node is not None and node.kind in _NAMED else ""


@register("namespace-uri", 0, 1)
def _namespace_uri(c: Context, args: list[Closure]) -> Value:
    node = _first(c, args, "namespace-uri")
    return (node.uri or "") if node is not None else ""


@register("randomize", 1, 2)
def _randomize(c: Context, args: list[Closure]) -> Value:
    """Without a seed the order is another for each instance of a form, and the same within it."""
    nodes = nodes_of(args[0](c), "randomize")
    return shuffled(nodes, seed_of(args[1](c), c.world.zone) if len(args) == 2 else c.world.seed)


@register("indexed-repeat", 3, 11)
def _indexed_repeat(c: Context, args: list[Closure]) -> Value:
    """The node within the repeat instances that the indexes name; repeats not named are those around the caller."""
    if len(args) % 2 == 0:
        raise XPathError("indexed-repeat() needs an index for each repeat")
    wanted = nodes_of(args[0](c), "indexed-repeat")
    named: set[str] = set()
    for group, index in zip(args[1::2], args[2::2], strict=True):
        repeats = nodes_of(group(c), "indexed-repeat")
        if not repeats:
            return []
        template, place = repeats[0].template, max(1, whole(c, index))
        named.add(template)
        wanted = [node for node in wanted if (there := _within(node, template)) and there.position == place]
    here: Node | None = c.current
    while here is not None:
        if here.is_repeat and here.template not in named and any(_within(node, here.template) for node in wanted):
            wanted = [node for node in wanted if _within(node, here.template) is here]
        here = here.parent
    return wanted


def _within(node: Node, template: str) -> Node | None:
    """The node itself or what it lies in, of a template."""
    here: Node | None = node
    while here is not None and here.template != template:
        here = here.parent
    return here
