"""The first download, shown part by part: it can be interrupted and resumed; the workbench follows by itself."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from gridclient.text import tr
from gridclient.ui import theme
from gridclient.ui.sign_in.data_sets import DataSetTable, bytes_text, rows_text
from gridclient.ui.sign_in.values import FirstSyncProgress
from gridclient.ui.widgets import (
    Banner,
    Card,
    IconLabel,
    KeyCap,
    ProgressBar,
    StepRail,
    outlined_button,
    text_label,
)
from gridclient.ui.widgets.layouts import scrolling

_SIDE = 340


class FirstSyncPage(QWidget):
    """Shows exactly where the download stands and what can already be done."""

    interrupt_wanted = Signal()
    resume_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        theme.set_role(self, "surface")
        self._progress = FirstSyncProgress("", ())
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(self._build_side())
        right = QVBoxLayout()
        right.setSpacing(0)
        right.addWidget(self._build_content(), 1)
        right.addWidget(self._build_footer())
        row.addLayout(right, 1)
        self._retry = QShortcut(QKeySequence("F5"), self)
        self._retry.activated.connect(self._toggle_by_key)
        self.retranslate()

    def show_progress(self, progress: FirstSyncProgress) -> None:
        """Shows how far the download is."""
        self._progress = progress
        self._worker.setText(progress.worker)
        self._rail.set_steps(progress.steps)
        self._rail.setVisible(bool(progress.steps))
        self._table.show_parts(progress.data_sets)
        self._bar.set_share(progress.share)
        self._percent.setText(f"{int(progress.share * 100)} %")
        rows = rows_text(progress.rows_done, progress.rows_total)
        received = sum(part.bytes_done for part in progress.data_sets)
        coming = sum(part.bytes_total for part in progress.data_sets)
        self._figures.setText(" · ".join((rows, bytes_text(received, coming))))
        self._rest.setText(progress.speed_and_rest)
        for banner, kind, words in (
            (self._problem, "warn", progress.problem),
            (self._ready, "info", progress.ready),
        ):
            banner.setVisible(any(words))
            if any(words):
                banner.say(kind, *words, icon="wifi-off" if kind == "warn" else "circle-check")
        self._log.setText("\n".join(progress.log))
        self._log_card.setVisible(bool(progress.log))
        self.toggle.setText(tr("Interrupt") if progress.running else tr("Resume"))
        theme.set_icon(self.toggle, "pause" if progress.running else "play", "text_1")
        finished = bool(progress.data_sets) and progress.share >= 1.0
        self.toggle.setVisible(not finished)
        self._toggle_key.setVisible(not finished and not progress.running)

    def has_rows(self) -> bool:
        """Whether anything has come."""
        return self._progress.rows_done > 0

    def is_interrupted(self) -> bool:
        """Whether the download stands and can be resumed."""
        return not self._progress.running

    def retranslate(self) -> None:
        """Says the page in the active language."""
        self._title.setText(tr("First synchronisation"))
        self._caption.setText(tr("Altogether"))
        self._bar.setAccessibleName(tr("Altogether"))
        self._rail.setAccessibleName(tr("Steps"))
        self._promise.setText(
            tr("Everything is kept encrypted on this PC and covers only your grids; it is erased when you move on.")
        )
        self._log_card.set_title(tr("What just happened"))
        self._may_close.setText(tr("You may close the window; the download goes on from where it stopped."))
        self._table.retranslate()
        self.show_progress(self._progress)

    def _build_side(self) -> QWidget:
        side = QWidget()
        theme.set_role(side, "side")
        side.setFixedWidth(theme.px(_SIDE))
        column = QVBoxLayout(side)
        column.setContentsMargins(40, 48, 24, 32)
        column.setSpacing(0)
        brand = QHBoxLayout()
        brand.setSpacing(12)
        brand.addWidget(IconLabel("layout-grid", "accent_ink", 26))
        names = QVBoxLayout()
        names.setSpacing(0)
        self._title = text_label("", "title")
        self._worker = text_label("", "muted")
        names.addWidget(self._title)
        names.addWidget(self._worker)
        brand.addLayout(names, 1)
        column.addLayout(brand)
        column.addSpacing(36)
        self._rail = StepRail()
        column.addWidget(self._rail)
        column.addStretch(1)
        promise = QHBoxLayout()
        promise.setSpacing(8)
        promise.addWidget(IconLabel("shield-check"), 0, Qt.AlignmentFlag.AlignTop)
        self._promise = text_label("", "small", wrap=True)
        promise.addWidget(self._promise, 1)
        column.addLayout(promise)
        return side

    def _build_content(self) -> QScrollArea:
        content = QWidget()
        theme.set_role(content, "plain")
        column = QVBoxLayout(content)
        column.setContentsMargins(48, 32, 48, 16)
        column.setSpacing(16)
        head = QVBoxLayout()
        head.setSpacing(4)
        self._caption = text_label("", "muted")
        head.addWidget(self._caption)
        figures = QHBoxLayout()
        figures.setSpacing(12)
        self._percent = text_label("0 %", "title")
        self._figures = text_label("", "muted")
        self._rest = text_label("", "muted")
        figures.addWidget(self._percent)
        figures.addWidget(self._figures)
        figures.addStretch(1)
        figures.addWidget(self._rest)
        head.addLayout(figures)
        self._bar = ProgressBar(12)
        head.addSpacing(4)
        head.addWidget(self._bar)
        column.addLayout(head)
        self._problem, self._ready = Banner("warn"), Banner("info")
        column.addWidget(self._problem)
        self._table = DataSetTable()
        column.addWidget(self._table)
        column.addWidget(self._ready)
        self._log_card = Card()
        self._log = text_label("", "muted", wrap=True)
        self._log_card.body.addWidget(self._log)
        column.addWidget(self._log_card)
        column.addStretch(1)
        return scrolling(content)

    def _build_footer(self) -> QWidget:
        footer = QWidget()
        theme.set_role(footer, "footer")
        footer.setFixedHeight(theme.px(60))
        row = QHBoxLayout(footer)
        row.setContentsMargins(48, 0, 48, 0)
        row.setSpacing(8)
        row.addWidget(IconLabel("info"))
        self._may_close = text_label("", "muted")
        row.addWidget(self._may_close)
        row.addStretch(1)
        self._toggle_key = KeyCap("F5")
        row.addWidget(self._toggle_key)
        self.toggle = outlined_button("")
        self.toggle.clicked.connect(self._toggled)
        row.addWidget(self.toggle)
        return footer

    def _toggled(self) -> None:
        (self.interrupt_wanted if self._progress.running else self.resume_wanted).emit()

    def _toggle_by_key(self) -> None:
        if not self._progress.running:
            self.resume_wanted.emit()
