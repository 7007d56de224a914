"""The world's faults: what can go wrong around the program although the program is right.

Each fault is raised low and shown in one place; its text says what happened and what to do. Bugs are any
other exception and are never caught.
"""

from gridclient.text import tr


class GridError(Exception):
    """A fault that a person can do something about; `text` is English with `{names}` for the values."""

    text = "Something went wrong."

    def __init__(self, **values: object) -> None:
        super().__init__(values)
        self.values = values

    def __str__(self) -> str:
        return tr(self.text, **self.values)
