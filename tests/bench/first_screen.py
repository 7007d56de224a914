"""`python -m tests.bench.first_screen [ROOT ACCOUNT PIN PAUSE]`: a program that says when its screens are painted.

Without arguments the screen is an empty Qt window. With them it is the desktop program: it says `sign-in` when that
screen is painted, `pin` after a pause (in seconds) in which the worker types, and `painted` when the rows of the
queue are on the screen.
"""

import sys
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtWidgets import QApplication, QWidget


class Watch(QObject):
    """Tells the first painting of a widget that has something to show."""

    _seen = Signal()

    def __init__(self, widget: QWidget, root: QObject, painted: Callable[[], None]) -> None:
        super().__init__(root)
        self._seen.connect(painted, Qt.ConnectionType.QueuedConnection)  # after this painting, before anything else
        widget.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Paint:
            watched.removeEventFilter(self)
            self._seen.emit()
        return False


def _say(word: str) -> None:
    print(word, flush=True)


def _end() -> None:
    _say("painted")
    QApplication.quit()


def bare() -> int:
    """An empty window of the desktop's size."""
    app = QApplication(sys.argv[:1])
    window = QWidget()
    window.resize(1440, 900)
    Watch(window, app, _end)
    window.show()
    return app.exec()


def client(root: Path, account: str, pin: str, pause_s: float) -> int:
    """The desktop program as `gridclient` starts it."""
    from gridclient.ui.app import Desktop
    from gridclient.ui.start import run_desktop

    def began(desktop: Desktop) -> None:
        Watch(desktop.sign_in, desktop, lambda: at_door(desktop))
        desktop.ready.connect(lambda: watch(desktop))

    def at_door(desktop: Desktop) -> None:
        _say("sign-in")
        QTimer.singleShot(round(1000 * pause_s), lambda: enter(desktop))

    def enter(desktop: Desktop) -> None:
        _say("pin")
        desktop.sign_in_as(account, "", pin)

    def watch(desktop: Desktop) -> None:
        assert desktop.bench is not None
        queue = desktop.bench.queue

        def loaded(rows: int) -> None:
            if rows:
                Watch(queue.view.viewport(), desktop, _end)

        queue.model.loaded.connect(loaded)

    return run_desktop(root, began=began)


if __name__ == "__main__":
    match sys.argv[1:]:
        case [root, account, pin, pause_s]:
            sys.exit(client(Path(root), account, pin, float(pause_s)))
        case _:
            sys.exit(bare())
