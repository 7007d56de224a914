"""Taking layouts apart."""

from PySide6.QtWidgets import QLayout


def clear(layout: QLayout) -> None:
    """Takes everything out of a layout, nested rows too."""
    while (item := layout.takeAt(0)) is not None:
        if (widget := item.widget()) is not None:
            widget.hide()
            widget.deleteLater()
        elif (inner := item.layout()) is not None:
            clear(inner)
