"""Printing of the open report: asks what, shows the first page, and makes the PDF or sends it to the printer."""

import asyncio
from collections.abc import Callable, Mapping
from concurrent.futures import Executor
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar, cast

import qasync
from PySide6.QtCore import QObject
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QFileDialog, QWidget
from sqlalchemy.engine import Connection

from gridclient.forms import Form
from gridclient.store import lists
from gridclient.text import tr
from gridclient.ui import preferences
from gridclient.ui.case import paper, printing
from gridclient.ui.case.paper import Paper
from gridclient.ui.case.photos import fit
from gridclient.ui.case.print_sheet import PaperKind, PrintSheet
from gridclient.ui.case.session import CaseFile
from gridclient.ui.desk import Desk
from gridclient.ui.forms.files import write_file
from gridclient.workflow import Pack, Step

T = TypeVar("T")
_OFFICE = "office"
_PRINTED_PX = 900
_PREVIEW_DPI = 96


@dataclass(frozen=True, slots=True)
class OpenReport:
    """The report that the page shows."""

    file: CaseFile
    pack: Pack
    form: Form
    step: Step
    last: Mapping[str, str]
    editable: bool

    @property
    def case_id(self) -> str:
        """The case it belongs to."""
        return self.file.case.id


class Printouts(QObject):
    """The sheet that asks, and what its buttons do."""

    def __init__(self, desk: Desk, over: QWidget) -> None:
        super().__init__(over)
        self._desk, self._over = desk, over

    async def ask(self, now: OpenReport, first: PaperKind = PaperKind.REPORT) -> None:
        """Asks what is printed of a report, with one kind of paper chosen already."""
        office = await self._desk.read(_office)
        kinds = [kind for kind in PaperKind if kind is not PaperKind.NOTICE or paper.can_notify(now.form)]
        kinds.sort(key=lambda kind: kind is not first)
        sheet = PrintSheet(kinds, office, printing.printers(), self._over)

        def show() -> None:
            self._desk.start(self._show_page(now, sheet))

        def save() -> None:
            self._ask_file(now, sheet)

        def send(name: str) -> None:
            self._desk.start(self.send(now, sheet, name))

        sheet.changed.connect(show)
        sheet.pdf_wanted.connect(save)
        sheet.print_wanted.connect(send)
        sheet.open()
        show()

    def paper_of(self, now: OpenReport, kind: PaperKind, office: str) -> Paper:
        """The paper of a kind for the report as it is now."""
        at = self._desk.now()
        match kind:
            case PaperKind.REPORT:
                return paper.report(office, now.pack, now.file, now.form, at)
            case PaperKind.SHEET:
                return paper.visit_sheet(office, now.pack, now.file, now.form, now.last)
            case PaperKind.NOTICE:
                return paper.notice(office, now.pack, now.file, now.form, at)

    async def _pictures(self, made: Paper) -> dict[str, QImage]:
        found: dict[str, QImage] = {}
        for sha256 in made.hashes():
            image = await self._desk.run(lambda h=sha256: fit(self._desk.picture(h), _PRINTED_PX))
            if image is not None:
                found[sha256] = image
        return found

    async def _show_page(self, now: OpenReport, sheet: PrintSheet) -> None:
        made = self.paper_of(now, sheet.kind, sheet.office.text())
        pictures = await self._pictures(made)
        page, count = await _painted(lambda: printing.page_picture(made, pictures, _PREVIEW_DPI))
        if sheet.isVisible():
            sheet.show_page(page, count)

    def _ask_file(self, now: OpenReport, sheet: PrintSheet) -> None:
        name = now.file.case.text("number") or "case"
        dialog = QFileDialog(sheet, tr("Save a PDF"), f"{name}.pdf", tr("PDF (*.pdf)"))
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setDefaultSuffix("pdf")
        kind, office = sheet.kind, sheet.office.text()

        def save(path: str) -> None:
            self._desk.start(self.save_pdf(now, kind, office, Path(path)))

        dialog.fileSelected.connect(save)
        dialog.open()

    async def save_pdf(self, now: OpenReport, kind: PaperKind, office: str, path: Path) -> None:
        """Writes the paper as a PDF to where the worker says, and nowhere else."""
        await self._keep_office(office)
        data = await self.pdf_of(now, kind)
        await self._desk.run(lambda: write_file(path, data))

    async def pdf_of(self, now: OpenReport, kind: PaperKind) -> bytes:
        """The paper as a PDF, under the office's name that is kept."""
        made = self.paper_of(now, kind, await self._desk.read(_office))
        pictures = await self._pictures(made)
        return await _painted(lambda: printing.pdf_of(made, pictures))

    async def send(self, now: OpenReport, sheet: PrintSheet, printer: str) -> None:
        """Prints what the sheet asks for, and closes it."""
        made = self.paper_of(now, sheet.kind, sheet.office.text())
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
