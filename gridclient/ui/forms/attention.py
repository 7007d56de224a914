"""Tells the open pages where the keyboard went.

One listener for all: a page that listened itself would still be called while its own destruction moves the keyboard.
"""

from collections.abc import Callable
from weakref import WeakKeyDictionary

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QApplication, QWidget
from shiboken6 import isValid

Heard = Callable[[QWidget, QWidget | None], None]


class Attention(QObject):
    """Listens to the application for every page that wants to know."""

    def __init__(self, app: QApplication) -> None:
        super().__init__(app)
        self._pages: WeakKeyDictionary[QWidget, Heard] = WeakKeyDictionary()
        app.focusChanged.connect(self._changed)

    def add(self, page: QWidget, heard: Heard) -> None:
        """From now on calls `heard` with the page and what has the keyboard, as long as the page lives."""
        self._pages[page] = heard

    def _changed(self, _before: QWidget | None, now: QWidget | None) -> None:
        for page, heard in list(self._pages.items()):
            if isValid(page):
                heard(page, now)


def watch(page: QWidget, heard: Heard) -> None:
    """Tells a page of every change of the keyboard's place; `heard` must not hold the page."""
    app = QApplication.instance()
    assert isinstance(app, QApplication)
    found = app.findChild(Attention)
    (found if found is not None else Attention(app)).add(page, heard)
