"""Keeps what is attached to a form in memory, for windows without an encrypted cache: the gallery and the preview."""

import hashlib
import mimetypes
from pathlib import Path

from PySide6.QtCore import QObject
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QFileDialog

from gridclient.forms import Form
from gridclient.text import tr
from gridclient.ui.forms.page import FormPage


class Attachments(QObject):
    """The files of one open form; gone with it."""

    def __init__(self, form: Form, page: FormPage) -> None:
        super().__init__(page)
        self._page = page
        self.files: dict[str, bytes] = {}
        page.attachment_wanted.connect(self._choose)
        page.attachment_made.connect(self._made)

    def _choose(self, ref: object) -> None:
        path, _ = QFileDialog.getOpenFileName(self._page, tr("Choose a file"))
        if path:
            self.attach(str(ref), Path(path).read_bytes(), Path(path).suffix)

    def _made(self, ref: object, data: object, media_type: str) -> None:
        assert isinstance(data, bytes)
        self.attach(str(ref), data, mimetypes.guess_extension(media_type) or ".bin")

    def attach(self, ref: str, data: bytes, suffix: str) -> None:
        """Answers a question with a file."""
        name = f"{hashlib.sha256(data).hexdigest()[:16]}{suffix}"
        self.files[name] = data
        image = QImage.fromData(data)
        self._page.set_attachment(ref, name, None if image.isNull() else image)
