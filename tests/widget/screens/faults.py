"""Walkers over the widgets of a window: what has no name for a screen reader, and which words are cut silently."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QFontMetrics
from PySide6.QtWidgets import QAbstractButton, QLabel, QPushButton, QWidget

_QT_OWN = ("qt_scrollarea_viewport", "qt_spinbox_lineedit", "qt_toolbar_ext_button")


def nameless(window: QWidget) -> list[str]:
    """The visible widgets that take the keyboard and have no accessible name."""
    found: list[str] = []
    for widget in window.findChildren(QWidget):
        takes = widget.focusPolicy() != Qt.FocusPolicy.NoFocus and widget.isVisibleTo(window) and widget.isEnabled()
        proxied = widget.focusProxy() is not None or widget.objectName() in _QT_OWN
        if not takes or proxied:
            continue
        named = widget.accessibleName() or (widget.text() if isinstance(widget, QAbstractButton) else "")
        if not named:
            parent = widget.parentWidget()
            found.append(f"{type(widget).__name__} in {type(parent).__name__}")
    return found


def clipped(window: QWidget) -> list[str]:
    """The words of visible labels and buttons that have no room, unless a tooltip says them whole."""
    found: list[str] = []
    for widget in window.findChildren(QWidget):
        if not widget.isVisibleTo(window) or widget.toolTip():
            continue
        if isinstance(widget, QLabel | QPushButton) and widget.text() and not _has_room(widget):
            found.append(widget.text())
    return found


def _has_room(widget: QLabel | QPushButton) -> bool:
    if isinstance(widget, QPushButton):
        return widget.sizeHint().width() <= widget.width() + 1
    if widget.wordWrap():
        return widget.heightForWidth(widget.width()) <= widget.height() + 2
    return QFontMetrics(widget.font()).horizontalAdvance(widget.text()) <= widget.contentsRect().width() + 1
