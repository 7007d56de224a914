"""Exchange by file for a PC without a network: a bundle out, the platform's answer in, by button or by drop."""

from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QFileDialog, QHBoxLayout

from gridclient.errors import GridError
from gridclient.store.cache import Changes
from gridclient.sync.bundles import export_bundle, import_bundle
from gridclient.text import tr
from gridclient.ui.desk import Desk
from gridclient.ui.dropping import SUFFIX, dropped_bundle
from gridclient.ui.widgets import Card, compact_button, text_label

_EVERYTHING = Changes.of(areas=("case", "resident", "outbox", "outcomes", "conflict", "review", "scope"))


class ByFile(Card):
    """The card with both buttons; what came of it stands beneath them."""

    finished = Signal(str)  # what was done, in words

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self.setAcceptDrops(True)
        self._hint = text_label("", "small", wrap=True)
        self.out, self.back = compact_button("", "upload"), compact_button("", "download")
        self.out.clicked.connect(self.choose_target)
        self.back.clicked.connect(self.choose_answer)
        self._said = text_label("", "small", wrap=True)
        self._said.hide()
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        buttons.addWidget(self.out)
        buttons.addWidget(self.back)
        buttons.addStretch(1)
        self.body.addWidget(self._hint)
        self.body.addLayout(buttons)
        self.body.addWidget(self._said)
        self.finished.connect(self._say)
        self.retranslate()

    def retranslate(self) -> None:
        """Says the card's words in the active language."""
        self.set_title(tr("Without a network"))
        self._hint.setText(tr("Carry your work to the platform as a file, and its answer back. Only they can read it."))
        self.out.setText(tr("Write a bundle"))
        self.back.setText(tr("Take an answer"))

    def _say(self, text: str) -> None:
        self._said.setText(text)
        self._said.show()

    def choose_target(self) -> None:
        """Asks where the bundle is to be written, and writes it."""
        name = f"{self._desk.opened.facts.account}-{self._desk.now():%Y%m%d-%H%M}{SUFFIX}"
        dialog = QFileDialog(self, tr("Write a bundle"), name, tr("Bundles (*.gcb)"))
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setDefaultSuffix(SUFFIX)

        def write(path: str) -> None:
            self._desk.start(self.write(Path(path)))

        dialog.fileSelected.connect(write)
        dialog.open()

    def choose_answer(self) -> None:
        """Asks which answer is to be taken, and takes it."""
        dialog = QFileDialog(self, tr("Take an answer"), "", tr("Bundles (*.gcb)"))
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.fileSelected.connect(self.take_file)
        dialog.open()

    def take_file(self, path: str | Path) -> None:
        """Takes the answer in a file."""
        self._desk.start(self.take(Path(path)))

    async def write(self, path: Path) -> None:
        """Writes all unsent work into a file; it stays in the outbox until the answer comes."""
        made = await self._desk.run(lambda: export_bundle(self._desk.opened, path))
        self.finished.emit(tr("{n} edits and {photos} photos are in {name}. They stay here until the answer comes.",
                              n=made.mutations, photos=made.photos, name=path.name))  # fmt: skip

    async def take(self, path: Path) -> None:
        """Takes the platform's answer; a file that is none changes nothing and says why."""
        try:
            report = await self._desk.run(lambda: import_bundle(self._desk.opened, path.read_bytes()))
        except GridError as fault:
            self.finished.emit(str(fault))
            return
        self._desk.tell(_EVERYTHING)
        self.finished.emit(tr("{n} edits were answered, {rows} records came.", n=report.pushed, rows=report.rows))

    # --- dropping a file -----------------------------------------------------------------------------------

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if dropped_bundle(event):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        if path := dropped_bundle(event):
            event.acceptProposedAction()
            self.take_file(path)
