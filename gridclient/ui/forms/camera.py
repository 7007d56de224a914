"""A photo from this PC's camera, where QtMultimedia is installed and a camera is there; else nothing is offered.

QtMultimedia comes with PySide6-Addons, which the product does not need otherwise, so it is looked for when it is used.
The picture is taken into memory; nothing is recorded and nothing is written to a file.
"""

from functools import cache
from importlib import import_module
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QComboBox, QDialog, QHBoxLayout, QVBoxLayout, QWidget

from gridclient.text import tr
from gridclient.ui import theme
from gridclient.ui.widgets import outlined_button, primary_button, text_label


@cache
def _multimedia() -> tuple[Any, Any] | None:
    """QtMultimedia and its widgets, None where they or a library of the system that they need are not installed."""
    try:
        return import_module("PySide6.QtMultimedia"), import_module("PySide6.QtMultimediaWidgets")
    except ImportError:
        return None


def cameras() -> list[Any]:
    """The cameras of this PC."""
    found = _multimedia()
    return list(found[0].QMediaDevices.videoInputs()) if found is not None else []


class CameraSheet(QDialog):
    """What the camera sees, and the button (or Space) that takes the photo."""

    taken = Signal(QImage)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        found = _multimedia()
        assert found is not None
        self._media, widgets = found
        self._cameras = cameras()
        theme.set_role(self, "surface")
        self.setWindowTitle(tr("Take a photo"))
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 16, 20, 16)
        column.setSpacing(10)
        self._view = widgets.QVideoWidget()
        self._view.setMinimumSize(560, 420)
        column.addWidget(self._view, 1)
        self._fault = text_label("", "error", wrap=True)
        self._fault.hide()
        column.addWidget(self._fault)
        row = QHBoxLayout()
        row.setSpacing(8)
        self._which = QComboBox(self)
        self._which.setAccessibleName(tr("Camera"))
        self._which.addItems([str(each.description()) for each in self._cameras])
        self._which.setVisible(len(self._cameras) > 1)
        self._which.currentIndexChanged.connect(self._start)
        row.addWidget(self._which)
        row.addStretch(1)
        cancel = outlined_button(tr("Cancel"))
        cancel.clicked.connect(self.reject)
        self.shoot = primary_button(tr("Take a photo"), "camera")
        self.shoot.setShortcut("Space")
        self.shoot.clicked.connect(self._shoot)
        row.addWidget(cancel)
        row.addWidget(self.shoot)
        column.addLayout(row)
        self._session = self._media.QMediaCaptureSession(self)
        self._session.setVideoOutput(self._view)
        self._capture = self._media.QImageCapture(self)
        self._session.setImageCapture(self._capture)
        self._capture.imageCaptured.connect(self._captured)
        self._capture.errorOccurred.connect(self._failed)
        self._camera: Any = None
        self.finished.connect(self._stop)
        self._start()

    def _start(self) -> None:
        self._stop()
        self._camera = self._media.QCamera(self._cameras[max(0, self._which.currentIndex())], self)
        self._session.setCamera(self._camera)
        self._camera.start()

    def _stop(self) -> None:
        if self._camera is not None:
            self._camera.stop()
            self._camera.deleteLater()
            self._camera = None

    def _shoot(self) -> None:
        self._capture.capture()

    def _captured(self, _number: int, image: QImage) -> None:
        self.taken.emit(image)
        self.accept()

    def _failed(self, _number: int, _error: object, _text: str) -> None:
        self._fault.setText(tr("The camera gave no picture. Check that no other program uses it."))
        self._fault.show()
