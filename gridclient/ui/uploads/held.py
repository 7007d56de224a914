"""Photos of saved steps that cannot go to the platform: why, and what can be done about each."""

import mimetypes
from functools import partial
from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFileDialog, QGridLayout

from gridclient.store import blobs
from gridclient.store.blobs import HeldBack
from gridclient.text import tr
from gridclient.ui.desk import Desk
from gridclient.ui.forms.files import Unreadable, write_file
from gridclient.ui.widgets import Card, compact_button, rule, text_label
from gridclient.ui.widgets.layouts import clear

_MB = 2**20
_ACROSS = 2  # buttons in a line


class HeldPhotos(Card):
    """A line for each of them; hidden while there is none."""

    case_wanted = Signal(str)

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self.hide()
        self.retranslate()

    def retranslate(self) -> None:
        """Says the card's title in the active language; its lines follow when the page is read anew."""
        self.set_title(tr("Photos that cannot be sent"))

    def show_photos(self, held: list[HeldBack]) -> None:
        """Shows these, oldest first."""
        clear(self.body)
        for photo in held:
            if self.body.count():
                self.body.addWidget(rule())
            self._add(photo)
        self.setVisible(bool(held))

    def _add(self, photo: HeldBack) -> None:
        self.body.addWidget(text_label(photo.title, "label", wrap=True))
        self.body.addWidget(text_label(_why(photo), "small", wrap=True))
        acts = [(tr("Open the case"), "arrow-right", partial(self.case_wanted.emit, photo.record))]
        if photo.most:
            acts.append((tr("Save a copy"), "download", partial(self._ask_copy, photo)))
        acts.append((tr("Do not send"), "x", partial(self._give_up, photo)))
        grid = QGridLayout()
        grid.setSpacing(8)
        grid.setColumnStretch(_ACROSS, 1)
        for n, (text, icon, act) in enumerate(acts):
            button = compact_button(text, icon)
            button.clicked.connect(act)
            grid.addWidget(button, n // _ACROSS, n % _ACROSS)
        self.body.addLayout(grid)

    def _give_up(self, photo: HeldBack) -> None:
        self._desk.start(self._desk.write(lambda tx: blobs.give_up(tx, photo.sha256)))

    def _ask_copy(self, photo: HeldBack) -> None:
        name = photo.sha256[:8] + (mimetypes.guess_extension(photo.media_type) or "")
        path, _ = QFileDialog.getSaveFileName(self, tr("Save a copy"), name)
        if path:
            self._desk.start(self.save_copy(photo, Path(path)))

    async def save_copy(self, photo: HeldBack, path: Path) -> None:
        """Writes the photo to where the worker says."""
        data = await self._desk.run(lambda: self._desk.cache.files.get(photo.sha256))
        if data is None:
            raise Unreadable(name=path.name)
        await self._desk.run(lambda: write_file(path, data))


def _why(photo: HeldBack) -> str:
    if photo.most:
        return tr("It has {size} MB; the platform takes at most {most} MB. It stays on this PC with its case.",
                  size=f"{photo.size / _MB:.1f}", most=f"{photo.most / _MB:.1f}")  # fmt: skip
    return tr("Its bytes are no longer on this PC. Open the case and attach the photo again.")
