"""Asks what is printed and whose head stands above it, and makes the PDF or sends the paper to the printer."""

import asyncio
from collections.abc import Callable, Sequence
from concurrent.futures import Executor
from pathlib import Path
from typing import TypeVar, cast

import qasync
from PySide6.QtCore import QObject
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QFileDialog, QWidget
from sqlalchemy.engine import Connection

from gridclient.store import lists
from gridclient.text import tr
from gridclient.ui import preferences
from gridclient.ui.case import printing
from gridclient.ui.case.paper import Paper
from gridclient.ui.case.photos import fit
from gridclient.ui.case.print_sheet import PaperKind, PrintSheet
from gridclient.ui.desk import Desk
from gridclient.ui.forms.files import write_file

T = TypeVar("T")
Make = Callable[[PaperKind, str], Paper]  # of the kind and the office's head
_OFFICE = "office"
_PRINTED_PX = 900
_PREVIEW_DPI = 96


class Printer(QObject):
    """The sheet that asks, and what its buttons do."""

    def __init__(self, desk: Desk, over: QWidget) -> None:
        super().__init__(over)
        self._desk, self._over = desk, over

    async def ask(self, kinds: Sequence[PaperKind], make: Make, name: str) -> None:
        """Asks which of the papers is printed; a PDF is proposed under `name`."""
        office = await self.office()
        sheet = PrintSheet(kinds, office, printing.printers(), self._over)

        def show() -> None:
            self._desk.start(self._show_page(make(sheet.kind, sheet.office.text()), sheet))

        def save() -> None:
            self._ask_file(make, name, sheet)

        def send(printer: str) -> None:
            self._desk.start(self.send(make, sheet, printer))

        sheet.changed.connect(show)
        sheet.pdf_wanted.connect(save)
        sheet.print_wanted.connect(send)
        sheet.open()
        show()

    async def _pictures(self, made: Paper) -> dict[str, QImage]:
        found: dict[str, QImage] = {}
        for sha256 in made.hashes():
            data = await self._desk.picture(made.case, sha256)
            image = await self._desk.run(lambda d=data: fit(d, _PRINTED_PX))
            if image is not None:
                found[sha256] = image
        return found

    async def _show_page(self, made: Paper, sheet: PrintSheet) -> None:
        pictures = await self._pictures(made)
        page, count = await _painted(lambda: printing.page_picture(made, pictures, _PREVIEW_DPI))
        if sheet.isVisible():
            sheet.show_page(page, count)

    def _ask_file(self, make: Make, name: str, sheet: PrintSheet) -> None:
        dialog = QFileDialog(sheet, tr("Save a PDF"), f"{name}.pdf", tr("PDF (*.pdf)"))
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setDefaultSuffix("pdf")
        kind, office = sheet.kind, sheet.office.text()

        def save(path: str) -> None:
            self._desk.start(self.save_pdf(make(kind, office), office, Path(path)))

        dialog.fileSelected.connect(save)
        dialog.open()

    async def save_pdf(self, made: Paper, office: str, path: Path) -> None:
        """Writes the paper as a PDF to where the worker says, and nowhere else."""
        await self._keep_office(office)
        data = await self.pdf_of(made)
        await self._desk.run(lambda: write_file(path, data))

    async def pdf_of(self, made: Paper) -> bytes:
        """The paper as a PDF."""
        pictures = await self._pictures(made)
        return await _painted(lambda: printing.pdf_of(made, pictures))

    async def office(self) -> str:
        """The name at the head of papers, as it is kept on this PC."""
        return await self._desk.read(_office)

    async def send(self, make: Make, sheet: PrintSheet, printer: str) -> None:
        """Prints what the sheet asks for, and closes it."""
        made = make(sheet.kind, sheet.office.text())
        pictures = await self._pictures(made)
        await self._keep_office(sheet.office.text())
        await _painted(lambda: printing.print_paper(made, pictures, printer))
        sheet.accept()

    async def _keep_office(self, office: str) -> None:
        await self._desk.write(lambda tx: preferences.keep(tx, _OFFICE, office.strip()))


async def _painted(work: Callable[[], T]) -> T:
    """Lays out and paints on a thread of Qt's own: fonts need one, and the store's thread is none."""
    with qasync.QThreadExecutor(1) as painter:
        return await asyncio.get_running_loop().run_in_executor(
            cast(Executor, painter), work
        )  # it is none by its type only


def _office(connection: Connection) -> str:
    return preferences.kept(connection, _OFFICE) or "".join(lists.team_names(connection)[:1])
