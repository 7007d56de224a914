"""Photos and files of the open step: taken into the encrypted file, and shown when a step is opened again."""

from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path

from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import QFileDialog, QWidget
from shiboken6 import isValid

from gridclient.domain.zone import ZONE
from gridclient.errors import GridError
from gridclient.forms import Control
from gridclient.store import blobs
from gridclient.store.shown import Shown
from gridclient.text import tr
from gridclient.ui.case import session
from gridclient.ui.case.photos import fit
from gridclient.ui.desk import Desk
from gridclient.ui.forms import FormPage
from gridclient.ui.forms.files import Taken, Unreadable, filter_of, kind_of, photo, read_file, write_file
from gridclient.ui.viewer import Shown as Photo
from gridclient.ui.viewer import Viewer
from gridclient.workflow.provisions import Photos


class Attaching(QObject):
    """Serves the page of one step at a time."""

    def __init__(self, desk: Desk, write_draft: Callable[[], Awaitable[None]], over: QWidget) -> None:
        super().__init__(over)
        self._desk, self._write_draft, self._over = desk, write_draft, over
        self._page: FormPage | None = None
        self._case: Shown | None = None
        self._rule = Photos()

    def serve(self, page: FormPage, case: Shown, rule: Photos) -> None:
        """From now on answers what this page of a case asks for, and keeps photos as the rule of its pack says."""
        self._page, self._case, self._rule = page, case, rule
        page.attachment_wanted.connect(self._ask)
        page.attachment_offered.connect(self._offered)
        page.attachment_made.connect(self._made)
        page.attachment_copy_wanted.connect(self._ask_copy)
        page.attachment_look_wanted.connect(self.look)

    def _ask(self, ref: str) -> None:
        assert self._page is not None
        dialog = QFileDialog(self._over, tr("Choose a file"), "", filter_of(self._page.question(ref).control))
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)

        def attach(path: str) -> None:
            self.attach_file(ref, path)

        dialog.fileSelected.connect(attach)
        dialog.open()

    def attach_file(self, ref: str, path: str) -> None:
        """Copies a file into the encrypted file and answers the question with it; says at the question why not."""
        if self._page is not None:
            self._desk.start(self._attach_path(self._page, ref, Path(path), self._page.question(ref).control))

    def _offered(self, ref: str, path: object) -> None:
        self.attach_file(ref, str(path))

    async def _attach_path(self, page: FormPage, ref: str, path: Path, control: Control) -> None:
        try:
            taken = await self._desk.run(lambda: read_file(path, control, self._rule, self._stamp()))
        except GridError as fault:
            if page is self._page:
                page.refuse_attachment(ref, str(fault))
        else:
            await self._attach(ref, taken)

    def _made(self, ref: str, taken: object) -> None:
        assert isinstance(taken, Taken)
        assert self._page is not None
        self._desk.start(self._attach_made(ref, taken, self._page.question(ref).control))

    async def _attach_made(self, ref: str, taken: Taken, control: Control) -> None:
        if kind_of(control) == "image" and not taken.drawn:
            data, stamp = taken.data, self._stamp()
            taken = await self._desk.run(lambda: photo(data, "", control, self._rule, stamp))
        await self._attach(ref, taken)

    def _stamp(self) -> tuple[str, ...]:
        """What is written into a photo where the pack wants it: time, place, case and worker."""
        if not self._rule.stamp or self._case is None:
            return ()
        at = self._desk.now().astimezone(ZONE)
        number = self._case.text("number")
        return (f"{at:%Y-%m-%d %H:%M}", self._case.text("address"), f"{number} {self._desk.actor.worker_id}")

    async def _attach(self, ref: str, taken: Taken) -> None:
        page, case, data, cache = self._page, self._case, taken.data, self._desk.cache
        assert case is not None
        try:
            sha256, changes = await self._desk.run(lambda: blobs.attach(cache, case.id, data, taken.media_type))
        except blobs.TooLargeToSend as fault:
            if page is not None and page is self._page:
                page.refuse_attachment(ref, str(fault))
            return
        self._desk.tell(changes)
        if page is None or page is not self._page:
            return
        side = page.picture_side(ref)
        image = await self._desk.run(lambda: fit(data, side))
        if page is self._page:
            page.set_attachment(ref, f"{sha256}.{taken.suffix}", image)
            await self._write_draft()

    async def show_kept(self, page: FormPage, answers: Mapping[str, str]) -> None:
        """Shows the pictures of answers that are there, those that are only on the platform too."""
        for ref, answer in answers.items():
            for sha256 in session.blobs_in([answer]):
                side, data = page.picture_side(ref), await self._picture(sha256)
                image = await self._desk.run(lambda d=data, s=side: fit(d, s))
                if not isValid(page):
                    return
                if image is not None:
                    page.set_attachment(ref, answer, image)

    async def _picture(self, sha256: str) -> bytes | None:
        return await self._desk.picture(self._case.id if self._case else "", sha256)

    def look(self, ref: str) -> None:
        """Opens a photo as large as it is; one that stands beside it, such as the one before, is shown with it."""
        page = self._page
        if page is not None:
            beside = page.pictures_beside(ref)
            at = beside.index(ref) if ref in beside else 0
            chosen = beside[max(0, at - 1) : at + 1] if at else beside[:2]
            self._desk.start(self._look([(page.label_of(each), page.answer_of(each)) for each in chosen]))

    async def _look(self, chosen: list[tuple[str, str]]) -> None:
        found: list[Photo] = []
        for name, answer in chosen:
            for sha256 in session.blobs_in([answer]):
                data = await self._picture(sha256)
                if data is not None:
                    found.append(Photo(name, data))
        if found:
            viewer = Viewer(found, self._over)
            viewer.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
            viewer.open()

    def _ask_copy(self, ref: str) -> None:
        assert self._page is not None
        answer = self._page.answer_of(ref)
        dialog = QFileDialog(self._over, tr("Save a copy"), f"{answer[:8]}.{answer.rpartition('.')[2]}")
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)

        def save(path: str) -> None:
            self._desk.start(self.save_copy(answer, Path(path)))

        dialog.fileSelected.connect(save)
        dialog.open()

    async def save_copy(self, answer: str, path: Path) -> None:
        """Writes an attachment to where the worker says; raises `Unreadable` when it is not here."""
        for sha256 in session.blobs_in([answer]):
            data = await self._picture(sha256)
            if data is None:
                raise Unreadable(name=path.name)
            await self._desk.run(lambda d=data: write_file(path, d))
