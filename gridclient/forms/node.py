"""The nodes of an instance: XPath's data model (XPath 1.0, section 5) and what a form says about each element now.

An element that holds only text keeps it in `text`; its text node is made when an expression asks for it. Elements of
mixed content have their text among their children.
"""

from collections.abc import Iterator
from enum import IntEnum


class Kind(IntEnum):
    """What a node is (XPath 1.0, section 5)."""

    DOCUMENT = 0
    ELEMENT = 1
    ATTRIBUTE = 2
    TEXT = 3
    COMMENT = 4
    INSTRUCTION = 5
    NAMESPACE = 6


_ELEMENT, _DOCUMENT = Kind.ELEMENT, Kind.DOCUMENT
NONE: list["Node"] = []  # shared, never changed
NO_NODES: dict[str, "Node"] = {}  # shared, never changed


class Lookup:
    """Rows of a secondary instance by the text and by the number in one of their columns."""

    __slots__ = ("numbers", "texts")

    def __init__(self) -> None:
        self.texts: dict[str, list[Node]] = {}
        self.numbers: dict[float, list[Node]] = {}


class Node:
    """A node of the primary or of a secondary instance.

    `own_relevant` is what the node's own expression says, `relevant` includes its ancestors. `template` is the path
    without positions, the key of everything that the form's definition says about the node. `lookup` holds the
    indexes of an element whose children never change.
    """

    __slots__ = (
        "attributes", "cached_ref", "children", "index", "invalid", "is_repeat", "kind", "lookup", "name",
        "own_readonly", "own_relevant", "parent", "readonly", "relevant", "required", "template", "text", "text_node",
        "uri",
    )  # fmt: skip

    def __init__(
        self, name: str, parent: "Node | None", text: str = "", kind: Kind = _ELEMENT, uri: str | None = None
    ) -> None:
        self.name = name
        self.parent = parent
        self.text = text
        self.kind = kind
        self.uri = uri
        self.children: list[Node] = NONE
        self.index: dict[str, list[Node]] = {}
        self.attributes: dict[str, Node] = NO_NODES
        mark = "@" if kind is Kind.ATTRIBUTE else ""
        self.template = f"{parent.template}/{mark}{name}" if parent is not None else ""  # "" is above the root element
        self.text_node: Node | None = None
        self.cached_ref = ""
        self.lookup: dict[tuple[str, str], Lookup] | None = None
        self.is_repeat = False
        self.own_relevant = self.relevant = True
        self.own_readonly = self.readonly = False
        self.required = False
        self.invalid = False

    def add(self, child: "Node", at: int | None = None) -> None:
        """Adds a child at the end, or at a place among the children."""
        if self.children is NONE:
            self.children = []
        if at is None:
            self.children.append(child)
            self.index.setdefault(child.name, []).append(child)
        else:
            follows = at > 0 and self.children[at - 1].name == child.name
            last = at == len(self.children) or self.children[at].name != child.name
            self.children.insert(at, child)
            there = self.index.setdefault(child.name, [])
            if follows and last and there[-1] is self.children[at - 1]:
                there.append(child)
            else:
                self.index[child.name] = [each for each in self.children if each.name == child.name]

    def remove(self, child: "Node") -> None:
        """Takes a child out."""
        self.children = [each for each in self.children if each is not child]
        self.index[child.name] = [each for each in self.index[child.name] if each is not child]

    def named(self, name: str) -> list["Node"]:
        """The child elements with a name, in document order."""
        return self.index.get(name, NONE)

    def column(self, name: str) -> list[str]:
        """The values of the child elements with a name, or of the attribute where it begins with `@`."""
        if name.startswith("@"):
            found = self.attributes.get(name[1:])
            return [found.text] if found is not None else []
        return [child.value for child in self.named(name)]

    def attribute(self, name: str) -> str:
        """The value of an attribute, empty without it."""
        found = self.attributes.get(name)
        return found.text if found is not None else ""

    def set_attribute(self, name: str, value: str, uri: str | None = None) -> None:
        """Gives an attribute its value."""
        if self.attributes is NO_NODES:
            self.attributes = {}
        self.attributes[name] = Node(name, self, value, Kind.ATTRIBUTE, uri)

    def begin(self, relevant: bool, readonly: bool) -> None:
        """Forgets what rules said about the node and its attributes, apart from what it has from above."""
        for node in (self, *self.attributes.values()):
            node.own_relevant, node.relevant = True, relevant
            node.own_readonly, node.readonly = False, readonly
            node.required = node.invalid = False

    def walk(self) -> Iterator["Node"]:
        """This node and everything beneath it, in document order, without attributes."""
        yield self
        for child in self.children:
            yield from child.walk()

    def child_nodes(self) -> list["Node"]:
        """The children as XPath has them, an element's only text among them."""
        if self.children or not self.text or self.kind > _ELEMENT:
            return self.children
        if self.text_node is None or self.text_node.text != self.text:
            self.text_node = Node("", self, self.text, Kind.TEXT)
        return [self.text_node]

    @property
    def value(self) -> str:
        """The string value as expressions see it: empty for what is not relevant."""
        if not self.relevant:
            return ""
        if not self.children:
            return self.text
        return "".join([c.value for c in self.children if c.kind is _ELEMENT or c.kind is Kind.TEXT])

    @property
    def local(self) -> str:
        """The name without its prefix."""
        return self.name.rpartition(":")[2]

    @property
    def position(self) -> int:
        """1-based position among siblings of the same name; after them for a node that is not there yet."""
        if self.parent is None:
            return 1
        siblings = self.parent.named(self.name)
        if len(siblings) == 1 and siblings[0] is self:
            return 1
        return siblings.index(self) + 1 if self in siblings else len(siblings) + 1

    @property
    def ref(self) -> str:
        """The absolute reference: positions at repeat instances only."""
        if not self.cached_ref and self.parent is not None:
            mark = "@" if self.kind is Kind.ATTRIBUTE else ""
            here = f"{mark}{self.name}[{self.position}]" if self.is_repeat else f"{mark}{self.name}"
            self.cached_ref = f"{self.parent.ref}/{here}"
        return self.cached_ref

    def forget_ref(self) -> None:
        """The position of a repeat instance around this node may have changed."""
        for node in self.walk():
            node.cached_ref = ""
            for attribute in node.attributes.values():
                attribute.cached_ref = ""

    @property
    def is_row(self) -> bool:
        """Whether the node is one of an element's children that never change."""
        return self.parent is not None and self.parent.lookup is not None

    def root(self) -> "Node":
        """The topmost node."""
        node = self
        while node.parent is not None:
            node = node.parent
        return node
