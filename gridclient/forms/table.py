"""Rows of a list that comes from a table: tens of thousands are held as plain texts until one is looked at."""

from collections.abc import Sequence

from gridclient.forms.node import NO_NODES, Kind, Node


class Row(Node):
    """An `item` whose cells become nodes when something asks for them.

    What every node has and a row has nothing of its own to say about is not stored: it is given when it is missing.
    """

    __slots__ = ("cells", "columns")

    def __init__(self, parent: Node, columns: dict[str, int], cells: Sequence[str]) -> None:
        self.parent: Node = parent
        self.columns = columns
        self.cells = cells

    def __getattr__(self, name: str) -> object:
        if name in ("children", "index"):
            self._unfold()
            return getattr(self, name)
        match name:
            case "name":
                return "item"
            case "template":
                return f"{self.parent.template}/item"
            case "kind":
                return Kind.ELEMENT
            case "attributes":
                return NO_NODES
            case "relevant" | "own_relevant":
                return True
            case "is_repeat" | "invalid" | "required" | "readonly" | "own_readonly":
                return False
            case "text" | "cached_ref":
                return ""
            case "uri" | "lookup" | "text_node":
                return None
            case _:
                raise AttributeError(name)

    def _unfold(self) -> None:
        self.children, self.index = [], {}
        for name, place in self.columns.items():
            if place < len(self.cells):
                self.add(Node(name, self, self.cells[place]))

    def column(self, name: str) -> list[str]:
        """The text in a column."""
        place = self.columns.get(name)
        return [self.cells[place]] if place is not None and place < len(self.cells) else []
