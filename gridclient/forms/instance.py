"""Makes the nodes of an open form: a new instance from the form's own, and a saved one laid over it."""

import base64
from dataclasses import dataclass

from gridclient.forms.datatypes import as_default
from gridclient.forms.definition import Definition
from gridclient.forms.errors import FormError
from gridclient.forms.node import Kind, Node
from gridclient.forms.xml import etree, instance_tree, local, parse_xml

DRAFT = "form-draft"  # the instruction that marks a draft; without it an instance is a submission to edit
LOG = "form-log"  # the instruction that carries a draft's log, in base64: it must not end the instruction


@dataclass(frozen=True, slots=True)
class Saved:
    """What a saved instance is: a draft, or a submission to edit; with the log that a draft carries."""

    is_draft: bool
    log: str = ""


def new_document(definition: Definition) -> Node:
    """A fresh copy of the form's instance, under its document."""
    document = Node("", None, "", Kind.DOCUMENT)
    document.add(copy_of(definition.root, document, definition))
    return document


def copy_of(source: Node, parent: Node, definition: Definition) -> Node:
    """A copy of a node and what is in it."""
    node = Node(source.name, parent, source.text, source.kind, source.uri)
    if source.text:
        bind = definition.binds.get(source.template)
        if bind is not None:
            node.text = as_default(source.text, bind.datatype)
    node.is_repeat = source.is_repeat
    for attribute in source.attributes.values():
        node.set_attribute(attribute.name, attribute.text, attribute.uri)
    for child in source.children:
        if not child.is_repeat or not _comes_later(child, definition):
            node.add(copy_of(child, node, definition))
    node.attributes.pop("jr:template", None)
    return node


def _comes_later(node: Node, definition: Definition) -> bool:
    """Whether a repeat instance is made when it is asked for: a template is none, and jr:count makes its own.

    Where nobody may add instances and there is only the template, it is the one instance.
    """
    if definition.repeats.get(node.template) is not None:
        return True
    is_only = node.template in definition.fixed_repeats and node.template not in definition.instances
    return "jr:template" in node.attributes and not is_only


def new_repeat(parent: Node, template: str, definition: Definition) -> Node:
    """A new instance of a repeat, added after its siblings; a counted one begins as the form writes that instance."""
    source = definition.templates[template]
    siblings = parent.named(source.name)
    written = definition.instances.get(template, []) if definition.repeats[template] is not None else []
    node = copy_of(written[len(siblings)] if len(siblings) < len(written) else source, parent, definition)
    put_last(node, parent, definition)
    return node


def put_last(node: Node, parent: Node, definition: Definition) -> None:
    """Puts a repeat instance after its siblings."""
    siblings = parent.named(node.name)
    if siblings:
        last = siblings[-1]
        at = next(place for place in range(len(parent.children), 0, -1) if parent.children[place - 1] is last)
    else:
        at = _place_of(parent, node.name, definition)
    parent.add(node, at)


def _place_of(parent: Node, name: str, definition: Definition) -> int:
    """Where the first instance of a repeat belongs among its siblings."""
    pattern = next(node for node in definition.root.walk() if node.template == parent.template)
    names = [child.name for child in pattern.children]
    before = set(names[: names.index(name)])
    return sum(child.name in before for child in parent.children)


def lay(source: bytes, root: Node, definition: Definition) -> Saved:
    """Lays a saved instance over a new one, and says what it is."""
    element = parse_xml(source, everything=True)
    if local(element) != root.local:
        raise FormError(f"the instance is of {local(element)}, not of {root.local}")
    told = {each.target: each.text or "" for each in element.itersiblings(preceding=True) if each.tag is etree.PI}
    etree.strip_tags(element, etree.Comment, etree.PI)
    saved = instance_tree(element, None)
    _lay(saved, root, definition)
    return Saved(DRAFT in told, _log_in(told.get(LOG, "")))


def _log_in(text: str) -> str:
    try:
        return base64.b64decode(text).decode()
    except ValueError as error:
        raise FormError("the log in the draft cannot be read") from error


def _lay(saved: Node, node: Node, definition: Definition) -> None:
    for name, attribute in saved.attributes.items():
        if not name.startswith("jr:") and (node.parent is None or node.parent.parent is not None):
            node.set_attribute(name, attribute.text, attribute.uri)
    if not saved.children:
        if not node.children:
            node.text = saved.text
        else:
            _drop_repeats(node, {})
        return
    seen: dict[str, int] = {}
    for child in saved.children:
        there = node.named(child.name) or [each for each in node.children if each.local == child.local]
        name = there[0].name if there else child.name
        place = seen.get(name, 0)
        seen[name] = place + 1
        if place >= len(there):
            added = _more(child, name, node, definition)
            if added is None:
                continue  # the form no longer has it
            there = node.named(name)
        _lay(child, there[place], definition)
    _drop_repeats(node, seen)


def _more(child: Node, name: str, node: Node, definition: Definition) -> Node | None:
    """What a saved instance has more than a new one: repeat instances, and metadata of its own."""
    template = f"{node.template}/{name}"
    if template in definition.templates:
        return new_repeat(node, template, definition)
    if node.local == "meta" and not child.children:
        added = Node(child.name, node, child.text, Kind.ELEMENT, child.uri)
        node.add(added)
        return added
    return None


def _drop_repeats(node: Node, seen: dict[str, int]) -> None:
    for name, found in list(node.index.items()):
        if found and found[0].is_repeat:
            for extra in found[seen.get(name, 0) :]:
                node.remove(extra)
