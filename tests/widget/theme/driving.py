"""What the widget tests share: a plain look before and after, typing Chinese, and listening to signals."""

from collections.abc import Iterator

import pytest
from PySide6.QtCore import SignalInstance
from PySide6.QtGui import QInputMethodEvent
from PySide6.QtWidgets import QApplication, QWidget

from gridclient.text import set_language
from gridclient.ui import theme


@pytest.fixture(autouse=True)
def plain_look(qapp: QApplication) -> Iterator[None]:
    """Each test starts in light colours and English, and leaves them so."""
    theme.apply(qapp, dark=False)
    set_language("en")
    yield
    set_language("en")
    theme.apply(qapp, dark=False)


def heard(signal: SignalInstance) -> list[object]:
    """Everything the signal says from now on: its one value, or None when it carries none."""
    said: list[object] = []

    def listen(*values: object) -> None:
        said.append(values[0] if values else None)

    signal.connect(listen)
    return said


def compose(widget: QWidget, pinyin: str, text: str) -> None:
    """Types as a Chinese input method does: a pre-edit, then a commit."""
    QApplication.sendEvent(widget, QInputMethodEvent(pinyin, []))
    commit = QInputMethodEvent()
    commit.setCommitString(text)
    QApplication.sendEvent(widget, commit)
