"""Photos and files of the open step: taken into the encrypted file, and shown when a step is opened again."""

from collections.abc import Awaitable, Callable, Mapping

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QFileDialog, QWidget
from shiboken6 import isValid

from gridclient.store import blobs
from gridclient.text import tr
from gridclient.ui.case import session
from gridclient.ui.case.photos import MEDIA, thumbnail
from gridclient.ui.desk import Desk
from gridclient.ui.forms import FormPage


class Attaching(QObject):
    """Serves the page of one step at a time."""

    def __init__(self, desk: Desk, write_draft: Callable[[], Awaitable[None]], over: QWidget) -> None:
        super().__init__(over)
        self._desk, self._write_draft, self._over = desk, write_draft, over
        self._page: FormPage | None = None
        self._case_id = ""

    def serve(self, page: FormPage, case_id: str) -> None:
        """From now on answers what this page asks for."""
        self._page, self._case_id = page, case_id
        page.attachment_wanted.connect(self._ask)
        page.attachment_made.connect(self._made)

    def _ask(self, ref: object) -> None:
        dialog = QFileDialog(self._over, tr("Add a photo"), "", tr("Pictures (*.jpg *.jpeg *.png)"))
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)

        def attach(path: str) -> None:
            self.attach_file(str(ref), path)

        dialog.fileSelected.connect(attach)
        dialog.open()

    def attach_file(self, ref: str, path: str) -> None:
        """Copies a picture into the encrypted file and answers the question with it."""
        self._desk.start(self._attach_path(ref, path))

    async def _attach_path(self, ref: str, path: str) -> None:
        data, media_type = await self._desk.run(lambda: session.read_picture(path))
        await self._attach(ref, data, media_type)

    def _made(self, ref: object, data: bytes, media_type: str) -> None:
        self._desk.start(self._attach(str(ref), data, media_type))

    async def _attach(self, ref: str, data: bytes, media_type: str) -> None:
        page, case_id = self._page, self._case_id
        sha256, changes = await self._desk.run(lambda: blobs.attach(self._desk.cache, case_id, data, media_type))
        self._desk.tell(changes)
        image = await self._desk.run(lambda: thumbnail(data))
        if page is not None and page is self._page:
            page.set_attachment(ref, f"{sha256}.{MEDIA[media_type]}", image)
            await self._write_draft()

    async def show_kept(self, page: FormPage, answers: Mapping[str, str]) -> None:
        """Shows the pictures of answers that are there, those that are only on the platform too."""
        for ref, answer in answers.items():
            for sha256 in session.blobs_in([answer]):
                image = await self._desk.run(lambda h=sha256: thumbnail(self._desk.picture(h)))
                if not isValid(page):
                    return
                if image is not None:
                    page.set_attachment(ref, answer, image)
