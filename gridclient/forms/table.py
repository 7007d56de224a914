"""Rows of a list that comes from a table: held as plain texts until one is looked at.

A cell becomes a node when something asks for it. What every node has and a row has nothing of its own to say about is
not stored: it is given when it is missing.
"""

from collections.abc import Mapping, Sequence

from gridclient.forms.node import NO_NODES, NONE, Kind, Node


class Row(Node):
    """One row of a table, an element whose children are its cells; a cell that is None is not there."""

    __slots__ = ("cells", "columns")

    cells: Sequence[str | None]

    def __init__(self, parent: Node, columns: Mapping[str, int], cells: Sequence[str | None]) -> None:
        self.parent: Node = parent
        self.columns = columns
        self.cells = cells

    def __getattr__(self, name: str) -> object:
        match name:
            case "index":
                self.index = _Cells(self)
                return self.index
            case "children":
                self.children = [node for column in self.columns for node in self.index.get(column, NONE)]
                return self.children
            case "name":
                return "item"
            case "template":
                return f"{self.parent.template}/{self.name}"
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

    def column(self, name: str) -> list[str]:
        """The text in a column."""
        place = self.columns.get(name)
        text = self.cells[place] if place is not None and place < len(self.cells) else None
        return [text] if text is not None else []


class _Cells(dict[str, list[Node]]):
    """The cells of a row by their column, made one by one."""

    __slots__ = ("_row",)

    def __init__(self, row: Row) -> None:
        super().__init__()
        self._row = row

    def get(self, key: str, default: list[Node] = NONE) -> list[Node]:  # type: ignore[override] - always with a default
        if key in self:
            return self[key]
        texts = self._row.column(key)
        if not texts:
            return default
        found = self[key] = [Node(key, self._row, texts[0])]
        return found
