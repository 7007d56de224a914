"""A window for looking at photos: as large as they are, two side by side, with what they tell of themselves."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QImage, QKeyEvent, QPixmap, QResizeEvent, QWheelEvent
from PySide6.QtWidgets import QDialog, QGraphicsScene, QGraphicsView, QHBoxLayout, QVBoxLayout, QWidget

from gridclient.text import tr
from gridclient.ui import theme
from gridclient.ui.pictures import NoPicture, read
from gridclient.ui.widgets import compact_button, outlined_button, text_label

_STEP, _LEAST, _MOST = 1.25, 0.05, 8.0
_SHOWN_OF_HASH = 12


@dataclass(frozen=True, slots=True)
class Shown:
    """One photo and what it is called, such as the question that it answers."""

    name: str
    data: bytes


class Viewer(QDialog):
    """Up to two photos that are moved and enlarged together, such as before and after."""

    def __init__(self, photos: Sequence[Shown], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        theme.set_role(self, "canvas")
        self.setWindowTitle(tr("Photos"))
        self.resize(theme.window_size(1080, 720))
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 12, 16, 12)
        column.setSpacing(10)
        row = QHBoxLayout()
        row.setSpacing(12)
        self.panes = [_Pane(photo) for photo in photos[:2]]
        for pane in self.panes:
            row.addWidget(pane, 1)
            pane.view.zoomed.connect(self.zoom_by)
            pane.view.fitted.connect(self._say)
        column.addLayout(row, 1)
        self._join()
        foot = QHBoxLayout()
        foot.setSpacing(8)
        self._zoom = text_label("", "muted")
        for text, icon, act in (
            (tr("Smaller"), "zoom-out", self._smaller), (tr("Larger"), "zoom-in", self._larger),
        ):  # fmt: skip
            button = compact_button(text)
            theme.set_icon(button, icon)
            button.clicked.connect(act)
            foot.addWidget(button)
        for text, act in ((tr("Whole picture"), self.fit), (tr("Actual size"), self._actual)):
            button = compact_button(text)
            button.clicked.connect(act)
            foot.addWidget(button)
        foot.addWidget(self._zoom)
        foot.addStretch(1)
        close = outlined_button(tr("Close"))
        close.clicked.connect(self.accept)
        foot.addWidget(close)
        column.addLayout(foot)

    def zoom(self) -> float:
        """Screen pixels for each pixel of the picture."""
        return self.panes[0].view.transform().m11() if self.panes else 1.0

    def fit(self) -> None:
        """Shows the pictures whole."""
        for pane in self.panes:
            pane.view.fits = True
            pane.view.fit()

    def zoom_by(self, factor: float) -> None:
        """Makes every picture larger or smaller, about its middle."""
        to = min(_MOST, max(_LEAST, self.zoom() * factor))
        for pane in self.panes:
            pane.view.fits = False
            pane.view.resetTransform()
            pane.view.scale(to, to)
        self._say()

    def _larger(self) -> None:
        self.zoom_by(_STEP)

    def _smaller(self) -> None:
        self.zoom_by(1 / _STEP)

    def _actual(self) -> None:
        self.zoom_by(1 / self.zoom())

    def _say(self) -> None:
        self._zoom.setText(f"{round(100 * self.zoom())} %")

    def _join(self) -> None:
        """What one picture is moved, the other is moved too."""
        for one in self.panes:
            for other in self.panes:
                if one is not other:
                    one.view.horizontalScrollBar().valueChanged.connect(other.view.horizontalScrollBar().setValue)
                    one.view.verticalScrollBar().valueChanged.connect(other.view.verticalScrollBar().setValue)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        match event.key():
            case Qt.Key.Key_Plus | Qt.Key.Key_Equal:
                self._larger()
            case Qt.Key.Key_Minus:
                self._smaller()
            case Qt.Key.Key_0:
                self.fit()
            case Qt.Key.Key_1:
                self._actual()
            case _:
                super().keyPressEvent(event)


class _Pane(QWidget):
    """A photo under its name, with the lines that it tells of itself."""

    def __init__(self, photo: Shown) -> None:
        super().__init__()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        column.addWidget(text_label(photo.name, "heading"))
        self.view = _View(QImage.fromData(photo.data))
        self.view.setAccessibleName(photo.name)
        column.addWidget(self.view, 1)
        self.told = text_label("\n".join(_lines(photo.data)), "muted", wrap=True)
        column.addWidget(self.told)


class _View(QGraphicsView):
    """The picture itself: the wheel enlarges, a drag moves."""

    zoomed = Signal(float)  # by which factor
    fitted = Signal()

    def __init__(self, image: QImage) -> None:
        super().__init__()
        scene = QGraphicsScene(self)
        self.setScene(scene)
        self.fits = True  # follows the size of the window
        self._item = scene.addPixmap(QPixmap.fromImage(image))
        self._item.setTransformationMode(Qt.TransformationMode.SmoothTransformation)
        self.setDragMode(QGraphicsView.DragMode.ScrollHandDrag)
        self.setTransformationAnchor(QGraphicsView.ViewportAnchor.AnchorUnderMouse)
        theme.set_role(self, "well")

    def fit(self) -> None:
        """Shows the picture whole, never larger than it is."""
        self.fitInView(self._item, Qt.AspectRatioMode.KeepAspectRatio)
        if self.transform().m11() > 1:
            self.resetTransform()
        self.fitted.emit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if self.fits:
            self.fit()

    def wheelEvent(self, event: QWheelEvent) -> None:
        if turns := event.angleDelta().y() / 120:
            self.zoomed.emit(_STEP**turns)


def _lines(data: bytes) -> list[str]:
    try:
        photo = read(data)
    except NoPicture:
        return []
    found: list[str] = []
    if photo.taken_at:
        found.append(tr("Taken {when}", when=photo.taken_at.replace("T", " ")))
    if photo.position is not None:
        found.append(tr("Position {lat}, {lon}", lat=f"{photo.position[0]:.5f}", lon=f"{photo.position[1]:.5f}"))
    if photo.original:
        found.append(tr("Made from the file {hash}", hash=photo.original[:_SHOWN_OF_HASH] + "…"))
    return found
