"""Keeps what is attached to a form in memory, for windows without an encrypted cache: the gallery and the preview."""

import hashlib
from pathlib import Path

from PySide6.QtCore import QObject
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QFileDialog

from gridclient.errors import GridError
from gridclient.text import tr
from gridclient.ui.forms.files import Taken, filter_of, read_file, write_file
from gridclient.ui.forms.page import FormPage


class Attachments(QObject):
    """The files of one open form; gone with it."""

    def __init__(self, page: FormPage) -> None:
        super().__init__(page)
        self._page = page
        self.files: dict[str, bytes] = {}
        page.attachment_wanted.connect(self._choose)
        page.attachment_offered.connect(self._offered)
        page.attachment_made.connect(self._made)
        page.attachment_copy_wanted.connect(self._copy)

    def _choose(self, ref: str) -> None:
        dialog = QFileDialog(self._page, tr("Choose a file"), "", filter_of(self._page.question(ref).control))
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)

        def attach(path: str) -> None:
            self._offered(ref, Path(path))

        dialog.fileSelected.connect(attach)
        dialog.open()

    def _offered(self, ref: str, path: object) -> None:
        assert isinstance(path, Path)
        try:
            taken = read_file(path, self._page.question(ref).control)
        except GridError as fault:
            self._page.refuse_attachment(ref, str(fault))
        else:
            self._made(ref, taken)

    def _made(self, ref: str, taken: object) -> None:
        assert isinstance(taken, Taken)
        self.attach(ref, taken.data, taken.suffix)

    def attach(self, ref: str, data: bytes, suffix: str) -> None:
        """Answers a question with a file."""
        name = f"{hashlib.sha256(data).hexdigest()[:16]}.{suffix}"
        self.files[name] = data
        image = QImage.fromData(data)
        self._page.set_attachment(ref, name, None if image.isNull() else image)

    def _copy(self, ref: str) -> None:
        data = self.files.get(self._page.answer_of(ref))
        if data is None:
            return
        dialog = QFileDialog(self._page, tr("Save a copy"))
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)

        def save(path: str) -> None:
            write_file(Path(path), data)

        dialog.fileSelected.connect(save)
        dialog.open()
