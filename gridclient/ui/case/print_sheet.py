"""Asks what is printed of a case and whose head stands above it, and shows the first page of it."""

from collections.abc import Sequence
from enum import StrEnum

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QImage, QPixmap
from PySide6.QtWidgets import QButtonGroup, QComboBox, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from gridclient.text import tr
from gridclient.ui import theme
from gridclient.ui.widgets import TextField, outlined_button, primary_button, text_label
from gridclient.ui.widgets.sheets import Sheet


class PaperKind(StrEnum):
    """What can be printed."""

    REPORT = "report"
    SHEET = "sheet"
    NOTICE = "notice"
    LIST = "list"


def kind_text(kind: PaperKind) -> str:
    """What can be printed, in words."""
    return {
        PaperKind.REPORT: tr("Answers"), PaperKind.SHEET: tr("Sheet for the visit"), PaperKind.NOTICE: tr("Notice"),
        PaperKind.LIST: tr("List"),
    }[kind]  # fmt: skip


class PrintSheet(Sheet):
    """The choices at the left, the first page at the right."""

    changed = Signal()  # another kind or head: the page must be shown anew
    pdf_wanted = Signal()
    print_wanted = Signal(str)  # the printer's name

    def __init__(self, kinds: Sequence[PaperKind], office: str, printers: Sequence[str],
                 parent: QWidget | None = None) -> None:  # fmt: skip
        super().__init__(tr("Print"), "", parent)
        self.kind = kinds[0]
        row = QHBoxLayout()
        row.setSpacing(20)
        self.body.addLayout(row, 1)
        left = QVBoxLayout()
        left.setSpacing(10)
        side = QWidget()
        side.setMinimumWidth(theme.px(250))
        side.setLayout(left)
        left.setContentsMargins(0, 0, 0, 0)
        row.addWidget(side)
        left.addWidget(text_label(tr("What to print"), "label"))
        self._group = QButtonGroup(self)
        self.kinds: dict[PaperKind, QPushButton] = {}
        for kind in kinds:
            button = outlined_button(kind_text(kind))
            button.setCheckable(True)
            theme.set_role(button, "choice")
            button.setChecked(kind is self.kind)
            button.setMinimumHeight(theme.control_height())
            self.kinds[kind] = button
            self._group.addButton(button)
            left.addWidget(button)
        self._group.buttonClicked.connect(self._chosen)
        self.office = TextField(tr("Head of the paper"), "building-2", tr("The office's name; kept on this PC."))
        self.office.set_text(office)
        self.office.edit.editingFinished.connect(self.changed)
        left.addWidget(self.office)
        self.printer = QComboBox()
        self.printer.setAccessibleName(tr("Printer"))
        self.printer.addItems(list(printers) or [tr("No printer is set up")])
        self.printer.setEnabled(bool(printers))
        left.addWidget(text_label(tr("Printer"), "label"))
        left.addWidget(self.printer)
        self._pages = text_label("", "muted")
        left.addWidget(self._pages)
        left.addStretch(1)
        self.picture = QLabel()
        self.picture.setFixedSize(theme.size(360, 510))
        self.picture.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.picture.setAccessibleName(tr("The first page"))
        theme.set_role(self.picture, "well")
        row.addWidget(self.picture)
        self._add_buttons(bool(printers))

    def _add_buttons(self, can_print: bool) -> None:
        self.buttons.addStretch(1)
        close = outlined_button(tr("Close"))
        close.clicked.connect(self.reject)
        self.buttons.addWidget(close)
        self.pdf = outlined_button(tr("Save a PDF…"), "file-text") if can_print else primary_button(tr("Save a PDF…"))
        self.pdf.clicked.connect(self.pdf_wanted)
        self.buttons.addWidget(self.pdf)
        self.print = primary_button(tr("Print"), "printer")
        self.print.clicked.connect(self._print)
        self.buttons.addWidget(self.print)
        self.print.setVisible(can_print)
        (self.print if can_print else self.pdf).setDefault(True)

    def show_page(self, page: QImage, count: int) -> None:
        """Shows the first page and how many there are."""
        ratio, mode = self.devicePixelRatioF(), Qt.TransformationMode.SmoothTransformation
        made = QPixmap.fromImage(page.scaled(self.picture.size() * ratio, Qt.AspectRatioMode.KeepAspectRatio, mode))
        made.setDevicePixelRatio(ratio)
        self.picture.setPixmap(made)
        self._pages.setText(tr("Pages: {n}", n=count))

    def _chosen(self, button: QPushButton) -> None:
        self.kind = next(kind for kind, each in self.kinds.items() if each is button)
        self.changed.emit()

    def _print(self) -> None:
        self.print_wanted.emit(self.printer.currentText())
