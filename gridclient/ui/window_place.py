"""Where a window was left: its size, its place on the screen, and whether it filled it."""

from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QWidget


def place_of(window: QWidget) -> str:
    """The place as text; of a window that fills the screen also the one that it goes back to."""
    rect = window.normalGeometry()
    numbers = (rect.x(), rect.y(), rect.width(), rect.height(), int(window.isMaximized()))
    return " ".join(map(str, numbers))


def put(window: QWidget, place: str) -> None:
    """Puts a window where it was left; one that no screen of today holds stays where it is, as without a place."""
    if not place:
        return
    *corners, is_maximized = map(int, place.split())
    rect = QRect(*corners)
    if any(screen.availableGeometry().contains(rect) for screen in QGuiApplication.screens()):
        window.setGeometry(rect)
    if is_maximized:
        window.setWindowState(window.windowState() | Qt.WindowState.WindowMaximized)
