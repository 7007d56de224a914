"""Every test of a window collects garbage as the program does, and leaves no window and no running timer behind."""

from collections.abc import Generator
from typing import Any

import pytest
import shiboken6
from PySide6.QtCore import QCoreApplication, QEvent, QTimer
from PySide6.QtWidgets import QApplication

from gridclient.ui.garbage import Collector


@pytest.fixture(scope="package", autouse=True)
def collector(qapp: QApplication) -> Generator[None]:
    """Freed Qt objects of one test do not die on a thread of the next."""
    made = Collector(qapp)
    yield
    made.close()


@pytest.fixture(autouse=True)
def no_windows_or_timers(qapp: QApplication, monkeypatch: pytest.MonkeyPatch) -> Generator[None]:
    """What a test opened is closed, and what it started has stopped, when it ends."""
    started: list[QTimer] = []
    start = QTimer.start

    def note(timer: QTimer, *given: Any) -> None:
        started.append(timer)
        start(timer, *(each for each in given if isinstance(each, int)))  # a signal's own arguments do not count

    monkeypatch.setattr(QTimer, "start", note)
    before = {id(window) for window in QApplication.topLevelWidgets() if window.isVisible()}
    yield
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    windows = [each for each in QApplication.topLevelWidgets() if each.isVisible() and id(each) not in before]
    assert windows == []
    assert [each.parent() for each in started if shiboken6.isValid(each) and each.isActive()] == []
