"""Shows any XLSForm or XForm as it will be filled in, reads it again whenever the file is saved, and lists its faults.

Answers stay over a reload as far as the form still has their questions. Nothing is stored.
"""

from dataclasses import dataclass, field
from pathlib import Path

from PySide6.QtCore import QFileSystemWatcher, QObject, QRect, QRunnable, QSize, Qt, QThreadPool, QTimer, Signal
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import (
    QApplication,
    QComboBox,
    QFileDialog,
    QHBoxLayout,
    QListWidget,
    QListWidgetItem,
    QSplitter,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from gridclient import forms
from gridclient.domain.zone import ZONE
from gridclient.forms import Form, FormError
from gridclient.text import tr
from gridclient.ui import theme
from gridclient.ui.forms.attaching import Attachments
from gridclient.ui.forms.contents import Contents
from gridclient.ui.forms.illustrating import MediaFolders
from gridclient.ui.forms.page import FormPage
from gridclient.ui.forms.pager import Pager
from gridclient.ui.forms.sheet import SheetFault, Sheets, fault_from, faults_of, read_sheets
from gridclient.ui.forms.tongue import choose_language
from gridclient.ui.widgets import Card, ElidedLabel, EmptyState, StatusTag, icon_button, outlined_button, text_label

_SETTLE_MS = 250  # a spreadsheet program writes a file in several moves
SUFFIXES = frozenset({".xlsx", ".xls", ".csv", ".md", ".xml"})


@dataclass(frozen=True, slots=True)
class Reading:
    """What came of reading a file: a form, or what is wrong with it; `remarks` are probably mistakes, but it runs."""

    form: Form | None
    faults: list[SheetFault] = field(default_factory=list[SheetFault])
    remarks: list[SheetFault] = field(default_factory=list[SheetFault])


def read_form(path: Path, answers: bytes | None = None) -> Reading:
    """Reads a form with the answers it had; a file that is wrong gives its faults."""
    sheets: Sheets = {}
    try:
        if path.suffix.lower() != ".xml":
            sheets = read_sheets(path)
        found = faults_of(sheets) if sheets else []
        form = _load(path, answers)
    except FormError as error:
        told = fault_from(str(error), sheets)
        found = faults_of(sheets) if sheets else []
        known = {(fault.sheet, fault.row) for fault in found}
        if (told.sheet, told.row) not in known:
            found = sorted([told, *found], key=lambda fault: fault.row)
        return Reading(None, found)
    return Reading(form, found, [fault_from(remark, sheets) for remark in form.warnings])


def _load(path: Path, answers: bytes | None) -> Form:
    if answers is not None:
        try:
            return forms.load(path, instance=answers, tz=ZONE.key, missing="blank")
        except FormError:
            pass  # another form by now: it begins anew below
    return forms.load(path, tz=ZONE.key, missing="blank")


class _Signals(QObject):
    read = Signal(object, int)  # Reading, generation


class _Job(QRunnable):
    """Reads a file away from the window."""

    def __init__(self, path: Path, answers: bytes | None, generation: int) -> None:
        super().__init__()
        self.signals = _Signals()
        self._path, self._answers, self._generation = path, answers, generation

    def run(self) -> None:
        self.signals.read.emit(read_form(self._path, self._answers), self._generation)


class Preview(QWidget):
    """The window of the preview: contents, the form, and the list of faults."""

    loaded = Signal(object)  # Reading

    def __init__(self) -> None:
        super().__init__()
        theme.set_role(self, "canvas")
        self.setAcceptDrops(True)
        self.resize(theme.window_size(1180, 800))
        self.path: Path | None = None
        self.form: Form | None = None
        self.page: FormPage | None = None
        self.pager: Pager | None = None
        self._generation = 0
        self._pool = QThreadPool(self)
        self._pool.setMaxThreadCount(1)
        self._watcher = QFileSystemWatcher(self)
        self._watcher.fileChanged.connect(self._file_changed)
        self._watcher.directoryChanged.connect(self._file_changed)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(_SETTLE_MS)
        self._timer.timeout.connect(self.reload)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(16, 12, 16, 16)
        outer.setSpacing(12)
        outer.addLayout(self._bar())
        split = QSplitter(Qt.Orientation.Horizontal)
        self.contents = Contents()
        self.contents.chosen.connect(self._go_to)
        split.addWidget(self._side())
        self._stack = QStackedWidget()
        self._empty = EmptyState(
            tr("Drop a form here"), tr("An Excel sheet or an XForm. It is shown anew whenever it is saved."),
            tr("Choose a file"), "file-spreadsheet",
        )  # fmt: skip
        self._empty.action_wanted.connect(self._choose)
        self._stack.addWidget(self._empty)
        self._card = Card()
        self._stack.addWidget(self._card)
        split.addWidget(self._stack)
        split.setStretchFactor(1, 1)
        split.setSizes([280, 880])
        outer.addWidget(split, 1)
        self.setWindowTitle(tr("Form preview"))

    def _bar(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(10)
        self._title = ElidedLabel(role="title")
        row.addWidget(self._title, 1)
        self.state = StatusTag()
        row.addWidget(self.state)
        self.languages = QComboBox()
        self.languages.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        self.languages.setAccessibleName(tr("Language of the form"))
        self.languages.textActivated.connect(self._speak)
        row.addWidget(self.languages)
        self._by_page = icon_button("file-text", tr("Page by page"))
        self._by_page.setCheckable(True)
        self._by_page.toggled.connect(self._turn_pages)
        row.addWidget(self._by_page)
        check = outlined_button(tr("Check the answers"), "circle-check")
        check.clicked.connect(self.check)
        row.addWidget(check)
        again = outlined_button(tr("Begin anew"), "rotate-ccw")
        again.clicked.connect(self.begin_anew)
        row.addWidget(again)
        look = icon_button("moon", tr("Light or dark colours"))
        look.clicked.connect(self._toggle_look)
        row.addWidget(look)
        choose = icon_button("file-spreadsheet", tr("Choose a file"))
        choose.clicked.connect(self._choose)
        row.addWidget(choose)
        return row

    def _side(self) -> QWidget:
        side = QWidget()
        column = QVBoxLayout(side)
        column.setContentsMargins(0, 0, 8, 0)
        column.setSpacing(8)
        column.addWidget(self.contents, 3)
        self._faults_title = text_label(tr("Faults and remarks"), "heading")
        column.addWidget(self._faults_title)
        self.faults = QListWidget()
        self.faults.setAccessibleName(tr("Faults and remarks"))
        self.faults.setIconSize(theme.size(16, 16))
        self.faults.setWordWrap(True)
        self.faults.setResizeMode(QListWidget.ResizeMode.Adjust)
        self.faults.setTextElideMode(Qt.TextElideMode.ElideNone)
        self.faults.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        column.addWidget(self.faults, 2)
        return side

    # --- reading -------------------------------------------------------------------------------------------

    def open(self, path: Path) -> None:
        """Shows a file and watches it."""
        for watched in (self._watcher.files(), self._watcher.directories()):
            if watched:
                self._watcher.removePaths(watched)
        self.path, self.form = path.resolve(), None
        self._watcher.addPath(str(self.path.parent))
        self._title.set_text(self.path.name)
        self.reload()

    def reload(self) -> None:
        """Reads the file again, keeping the answers."""
        if self.path is None or not self.path.is_file():
            return
        if str(self.path) not in self._watcher.files():
            self._watcher.addPath(str(self.path))  # a program that saves by renaming took the old one away
        self._generation += 1
        answers = self.form.save() if self.form is not None else None
        job = _Job(self.path, answers, self._generation)
        job.signals.read.connect(self._take)
        self._signals = job.signals
        self.state.set_mark(tr("Reading"), "neutral", "loader")
        self._pool.start(job)

    def _take(self, reading: object, generation: int) -> None:
        if generation != self._generation or not isinstance(reading, Reading):
            return
        self._show_faults(reading.faults, reading.remarks)
        if reading.form is not None:
            self._show_form(reading.form)
        self.loaded.emit(reading)

    def _show_faults(self, faults: list[SheetFault], remarks: list[SheetFault]) -> None:
        self.faults.clear()
        self.faults.setVisible(bool(faults or remarks))
        room = QRect(0, 0, max(180, self.faults.viewport().width() - 44), 2000)
        marked = [(fault, "circle-alert", "bad") for fault in faults]
        for fault, icon, tone in (*marked, *((remark, "triangle-alert", "warn") for remark in remarks)):
            item = QListWidgetItem(f"{fault.where()}\n{fault.text}")
            words = self.faults.fontMetrics().boundingRect(room, int(Qt.TextFlag.TextWordWrap), item.text())
            item.setSizeHint(QSize(room.width(), words.height() + 14))
            item.setIcon(theme.icon(icon, tone))
            self.faults.addItem(item)
        self._faults_title.setVisible(bool(faults or remarks))
        if faults:
            self.state.set_mark(tr("{n} faults", n=len(faults)) if len(faults) > 1 else tr("One fault"), "bad",
                                "circle-alert")  # fmt: skip
        elif remarks:
            self.state.set_mark(tr("{n} remarks", n=len(remarks)) if len(remarks) > 1 else tr("One remark"), "warn",
                                "triangle-alert")  # fmt: skip
        else:
            self.state.set_mark(tr("Up to date"), "ok", "circle-check")

    def _show_form(self, form: Form) -> None:
        spoken = self.languages.currentText()
        self.languages.clear()
        self.languages.addItems(form.languages)
        self.languages.setVisible(len(form.languages) > 1)
        if spoken in form.languages:
            form.set_language(spoken)
        else:
            choose_language(form)
        if form.language in form.languages:
            self.languages.setCurrentText(str(form.language))
        if self.page is None:  # the form's own wish; from then on the person's
            self._by_page.setChecked("pages" in form.style.split())
        scrolled = self.page.area.verticalScrollBar().value() if self.page is not None else 0
        here = self.page.current_ref() if self.page is not None else ""
        if self.pager is not None:
            self._card.body.removeWidget(self.pager)
            self.pager.hide()
            self.pager.deleteLater()
        self.form = form
        folders = MediaFolders.of_form(self.path) if self.path is not None else None
        self.pager = Pager(form, self._by_page.isChecked(), folders)
        self.pager.page_changed.connect(self._take_page)
        self._take_page(self.pager.page)
        self._card.set_title(form.title)
        self._card.body.addWidget(self.pager, 1)
        self._stack.setCurrentWidget(self._card)
        self._answered()
        self.pager.page.area.verticalScrollBar().setValue(scrolled)
        if here in self.pager.page.refs():
            self.pager.page.focus_ref(here)

    def _take_page(self, page: object) -> None:
        assert isinstance(page, FormPage)
        assert self.form is not None
        self.page = page
        self._attachments = Attachments(page)
        page.answered.connect(self._answered)

    # --- what the person does ------------------------------------------------------------------------------

    def check(self) -> None:
        """Tells what stands in the way of finishing the form."""
        if self.form is not None and self.page is not None:
            self.page.show_errors(self.form.validate())
            if not self.page.fault_list.faults:
                self.state.set_mark(tr("All answers hold"), "ok", "circle-check")

    def begin_anew(self) -> None:
        """Forgets the answers."""
        self.form = None
        self.reload()

    def _answered(self) -> None:
        if self.form is not None:
            self.contents.show_form(self.form, self.form.body)

    def _go_to(self, ref: str) -> None:
        if self.pager is not None:
            self.pager.focus_ref(ref)

    def _turn_pages(self, paged: bool) -> None:
        if self.pager is not None:
            self.pager.set_paged(paged)

    def _speak(self, name: str) -> None:
        if self.form is not None and self.page is not None:
            self.form.set_language(name)
            self.page.retranslate()
            self._answered()

    def _toggle_look(self) -> None:
        app = QApplication.instance()
        assert isinstance(app, QApplication)
        theme.apply(app, dark=not theme.is_dark())
        self.contents.refresh()

    def _choose(self) -> None:
        path, _ = QFileDialog.getOpenFileName(
            self, tr("Choose a form"), "", tr("Forms (*.xlsx *.xls *.csv *.md *.xml)")
        )
        if path:
            self.open(Path(path))

    def _file_changed(self) -> None:
        self._timer.start()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if any(Path(url.toLocalFile()).suffix.lower() in SUFFIXES for url in event.mimeData().urls()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        for url in event.mimeData().urls():
            if Path(url.toLocalFile()).suffix.lower() in SUFFIXES:
                self.open(Path(url.toLocalFile()))
                event.acceptProposedAction()
                return
