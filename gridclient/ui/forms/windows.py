"""Starts the two windows for form authors, each as a program of its own."""

import os
import sys
from pathlib import Path

from PySide6.QtWidgets import QApplication

from gridclient.text import tr
from gridclient.ui import theme
from gridclient.ui.forms.gallery import Gallery, take_pictures
from gridclient.ui.forms.preview import Preview


def run_gallery(folder: Path | None) -> int:
    """Shows the gallery until its window is closed, or saves its pictures in a folder."""
    if folder is not None:
        # Pictures need no screen, and come out the same on every one.
        os.environ["QT_QPA_PLATFORM"] = "offscreen"
    app = _app()
    if folder is not None:
        count = sum(1 for _ in take_pictures(app, folder))
        print(tr("{n} pictures in {folder}", n=count, folder=folder))
        return 0
    window = Gallery()
    window.show()
    return app.exec()


def run_preview(path: Path | None) -> int:
    """Shows the preview until its window is closed."""
    app = _app()
    window = Preview()
    if path is not None:
        window.open(path)
    window.show()
    return app.exec()


def _app() -> QApplication:
    app = QApplication(sys.argv[:1])
    theme.apply(app)
    return app
