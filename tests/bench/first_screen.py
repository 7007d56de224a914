"""`python -m tests.bench.first_screen [ROOT ACCOUNT PIN]`: a program that says when its first screen is painted.

Without arguments the screen is an empty Qt window; with them it is the desktop program, unlocked by a PIN, with the
queue of its worker. Says `painted` and ends.
"""

import sys
from pathlib import Path

from PySide6.QtCore import QEvent, QObject, QTimer
from PySide6.QtWidgets import QApplication, QWidget


class Watch(QObject):
    """Tells the first painting of a widget that has something to show."""

    def __init__(self, widget: QWidget, root: QObject) -> None:
        super().__init__(root)
        widget.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Paint:
            print("painted", flush=True)
            QTimer.singleShot(0, QApplication.quit)
        return False


def bare() -> int:
    """An empty window of the desktop's size."""
    app = QApplication(sys.argv[:1])
    window = QWidget()
    window.resize(1440, 900)
    Watch(window, app)
    window.show()
    return app.exec()


def client(root: Path, account: str, pin: str) -> int:
    """The desktop program as `gridclient` starts it."""
    from gridclient.ui.app import Desktop
    from gridclient.ui.start import run_desktop

    def began(desktop: Desktop) -> None:
        desktop.ready.connect(lambda: watch(desktop))

    def watch(desktop: Desktop) -> None:
        assert desktop.bench is not None
        queue = desktop.bench.queue

        def loaded(rows: int) -> None:
            if rows:
                Watch(queue.view.viewport(), desktop)

        queue.model.loaded.connect(loaded)

    return run_desktop(root, sign_in=(account, "", pin), began=began)


if __name__ == "__main__":
    sys.exit(client(Path(sys.argv[1]), *sys.argv[2:4]) if len(sys.argv) > 1 else bare())
