"""The nodes of an instance: an element with its answer, its children by name, and what the form says about it now."""

from collections.abc import Iterator


class Node:
    """An element of the primary or of a secondary instance.

    `own_relevant` is what the node's own expression says, `relevant` includes its ancestors. `template` is the path
    without positions, the key of everything that the form's definition says about the node.
    """

    __slots__ = (
        "attributes", "children", "index", "invalid", "is_repeat", "name", "own_readonly", "own_relevant", "parent",
        "readonly", "relevant", "required", "template", "text",
    )  # fmt: skip

    def __init__(self, name: str, parent: "Node | None", text: str = "") -> None:
        self.name = name
        self.parent = parent
        self.text = text
        self.children: list[Node] = []
        self.index: dict[str, list[Node]] = {}
        self.attributes: dict[str, str] = {}
        self.template = f"{parent.template}/{name}" if parent is not None else ""  # "" is above the root element
        self.is_repeat = False
        self.own_relevant = self.relevant = True
        self.own_readonly = self.readonly = False
        self.required = False
        self.invalid = False

    def add(self, child: "Node", at: int | None = None) -> None:
        """Adds a child at the end, or at a place among the children."""
        if at is None:
            self.children.append(child)
        else:
            self.children.insert(at, child)
        self.index[child.name] = (
            [each for each in self.children if each.name == child.name]
            if at is not None
            else [*self.index.get(child.name, ()), child]
        )

    def remove(self, child: "Node") -> None:
        """Takes a child out."""
        self.children.remove(child)
        self.index[child.name] = [each for each in self.index[child.name] if each is not child]

    def named(self, name: str) -> list["Node"]:
        """The children with a name, in document order."""
        return self.index.get(name, [])

    def walk(self) -> Iterator["Node"]:
        """This node and everything beneath it, in document order."""
        yield self
        for child in self.children:
            yield from child.walk()

    @property
    def value(self) -> str:
        """The string value as expressions see it: empty for what is not relevant."""
        if not self.relevant:
            return ""
        if not self.children:
            return self.text
        return "".join(child.value for child in self.children)

    @property
    def position(self) -> int:
        """1-based position among siblings of the same name."""
        if self.parent is None:
            return 1
        return self.parent.named(self.name).index(self) + 1

    @property
    def ref(self) -> str:
        """The absolute reference: positions at repeat instances only."""
        here = f"{self.name}[{self.position}]" if self.is_repeat else self.name
        return f"{self.parent.ref}/{here}" if self.parent is not None else ""

    def root(self) -> "Node":
        """The topmost element."""
        node = self
        while node.parent is not None:
            node = node.parent
        return node


class Attribute:
    """An attribute as a node of an expression's result."""

    __slots__ = ("name", "parent", "value")

    def __init__(self, name: str, value: str, parent: Node) -> None:
        self.name, self.value, self.parent = name, value, parent
