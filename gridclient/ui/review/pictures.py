"""The photos and signatures of a case under review, small, with the question that each answers."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QImage, QPixmap
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from gridclient.text import tr
from gridclient.ui import theme
from gridclient.ui.widgets import Card, ElidedLabel
from gridclient.ui.widgets.layouts import clear

_WIDE, _HIGH = 150, 92


class PicturesCard(Card):
    """A row of pictures; gone where there are none."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent=parent)
        self._row = QHBoxLayout()
        self._row.setSpacing(12)
        self.body.addLayout(self._row)

    def start_over(self, count: int) -> None:
        """Takes the pictures of the case before away; `count` will come."""
        clear(self._row)
        self.setVisible(count > 0)

    def add(self, question: str, image: QImage | None) -> None:
        """Adds a picture; without an image it says that it is not here."""
        frame = QFrame()
        theme.set_role(frame, "well")
        column = QVBoxLayout(frame)
        column.setContentsMargins(6, 6, 6, 6)
        column.setSpacing(4)
        picture = QLabel()
        picture.setAlignment(Qt.AlignmentFlag.AlignCenter)
        picture.setFixedSize(theme.size(_WIDE, _HIGH))
        if image is None:
            picture.setText(tr("not on this PC yet"))
        else:
            mode = Qt.TransformationMode.SmoothTransformation
            scaled = image.scaled(_WIDE, _HIGH, Qt.AspectRatioMode.KeepAspectRatio, mode)
            picture.setPixmap(QPixmap.fromImage(scaled))
        column.addWidget(picture)
        column.addWidget(ElidedLabel(question, "small"))
        self._row.addWidget(frame)

    def end(self) -> None:
        """All pictures are there."""
        self._row.addStretch(1)
