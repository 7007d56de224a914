"""Starts the desktop program: one process a profile folder, one loop for Qt and asyncio, one handler for bugs."""

import signal
import sys
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

from PySide6.QtCore import QEventLoop, QMessageLogContext, QTimer, QtMsgType, qFormatLogMessage, qInstallMessageHandler
from PySide6.QtWidgets import QApplication

from gridclient import bugs
from gridclient.ui import theme
from gridclient.ui.app import Desktop
from gridclient.ui.garbage import Collector
from gridclient.ui.instance import FirstInstance, call_first
from gridclient.ui.zoom import read_zoom

_BEGIN_WITHIN_S = 10.0  # a shift's first cycles are spread over so long; whoever presses a button does not wait
_PAINTED_WITHIN_MS = 500  # a window that is covered or minimised is not painted at all
_NOISE = "This plugin does not support"  # the offscreen one, at every resize and whenever a window is raised


def _tell_qt(kind: QtMsgType, context: QMessageLogContext, message: str) -> None:
    if not message.startswith(_NOISE):
        print(qFormatLogMessage(kind, context, message), file=sys.stderr)


def application() -> QApplication:
    """The one application object, with our look."""
    qInstallMessageHandler(_tell_qt)
    found = QApplication.instance()
    app = found if isinstance(found, QApplication) else QApplication(sys.argv[:1])
    app.setApplicationName("GridClient")
    app.setDesktopFileName("gridclient")
    theme.apply(app, dark=False)
    Collector(app)
    return app


def run_desktop(
    root: Path,
    *,
    address: str = "",
    sign_in: tuple[str, str, str] | None = None,
    began: Callable[[Desktop], None] = lambda desktop: None,
) -> int:
    """Opens the window and runs until it is closed; `sign_in` (account, password, PIN) fills the demo's form."""
    app = application()
    theme.apply(app, zoom=read_zoom(root))
    if call_first(root):
        return 0  # the window that is open already comes to the front
    first = FirstInstance(root)
    bugs.catch(root)
    desktop = Desktop(root, address=address, find_ring=_find_ring, begin_within_s=_BEGIN_WITHIN_S)
    app.aboutToQuit.connect(desktop.close)
    app.aboutToQuit.connect(first.close)
    first.asked.connect(desktop.come_to_front)
    for each in (signal.SIGINT, signal.SIGTERM):  # as if the window was closed, but never in the middle of a painting
        signal.signal(each, lambda number, frame: QTimer.singleShot(0, desktop, desktop.leave))
    began(desktop)
    _paint(desktop)
    with _loop(app) as loop:
        if sign_in is not None:
            desktop.sign_in_as(*sign_in)
        loop.run_forever()
    return 0


def _find_ring() -> Any:
    """The keyring of this PC, looked for after the first painting."""
    from gridclient.store.keys import system_keyring

    return system_keyring()


def _paint(desktop: Desktop) -> None:
    """Shows the first screen before the packages of asyncio's loop are imported; never waits for ever."""
    waiting = QEventLoop()
    desktop.painted.connect(waiting.quit)
    QTimer.singleShot(_PAINTED_WITHIN_MS, waiting, waiting.quit)
    desktop.show()
    waiting.exec()


def _loop(app: QApplication) -> Any:  # qasync has no types
    import asyncio

    import qasync

    loop = qasync.QEventLoop(app)
    asyncio.set_event_loop(loop)
    return loop


def run_script(script: Coroutine[Any, Any, int]) -> int:
    """Runs a script of the tour on the loop of Qt and asyncio."""
    loop = _loop(application())
    try:
        return int(loop.run_until_complete(script))
    finally:
        loop.close()
