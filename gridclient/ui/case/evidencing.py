"""Takes the evidence of the open case out as one zip: printed reports, photos as they were taken, and hashes.

The file goes only where the worker says, and the log of the case keeps who took it out, when, and its hash.
"""

from collections.abc import Callable
from datetime import date
from pathlib import Path

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QFileDialog, QWidget
from sqlalchemy.engine import Connection

from gridclient.store import shown
from gridclient.store.chosen import log_export
from gridclient.store.evidence import Evidence, evidence_of, photos_of
from gridclient.text import tr
from gridclient.ui.case import paper, session
from gridclient.ui.case.print_sheet import PaperKind
from gridclient.ui.case.printouts import OpenReport, Printouts
from gridclient.ui.case.session import CaseFile
from gridclient.ui.desk import Desk
from gridclient.ui.fields import hash_text
from gridclient.ui.forms.files import write_file
from gridclient.ui.widgets.sheets import TellSheet


class Evidencing(QObject):
    """Asks for the file, makes it, and says what is in it."""

    def __init__(
        self, desk: Desk, printouts: Printouts, current: Callable[[], OpenReport | None], over: QWidget
    ) -> None:
        super().__init__(over)
        self._desk, self._printouts, self._current, self._over = desk, printouts, current, over

    def ask(self) -> None:
        """Asks where the evidence of the open case is to be saved."""
        now = self._current()
        if now is None:
            return
        name = tr("{number} evidence", number=now.file.case.text("number") or now.case_id[-6:].upper())
        dialog = QFileDialog(self._over, tr("Save the evidence"), f"{name}.zip", tr("Archive (*.zip)"))
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setDefaultSuffix("zip")

        def save(path: str) -> None:
            self._desk.start(self._save_and_tell(now, Path(path)))

        dialog.fileSelected.connect(save)
        dialog.open()

    async def _save_and_tell(self, now: OpenReport, path: Path) -> None:
        made = await self.save(now, path)
        said = tr("{photos} photos are in it, and the log of the case keeps who took it out.", photos=len(made.photos))
        lacking = tr("{n} photos are only on the platform and could not be fetched; save it again when you are online.",
                     n=len(made.missing)) if made.missing else ""  # fmt: skip
        hashed = tr("SHA-256 of the file: {sum}", sum=hash_text(made.sha256))
        told = "\n".join(line for line in (said, lacking, hashed) if line)
        TellSheet(tr("The evidence was saved"), told, self._over).open()

    async def save(self, now: OpenReport, path: Path) -> Evidence:
        """Logs, then writes the evidence of a case and of the case that it came from; raises `NotWritten`."""
        reports = [now]
        if (parent := now.file.case.text("parent")) and (before := await self._opened(parent)) is not None:
            reports.append(before)
        papers, office = dict[str, bytes](), await self._printouts.printer.office()
        for each in reports:
            kinds = [PaperKind.REPORT, *([PaperKind.NOTICE] if paper.can_notify(each.form) else [])]
            number = each.file.case.text("number") or each.case_id
            for kind in kinds:
                made_of = self._printouts.paper_of(each, kind, office)
                papers[f"{number}-{kind}.pdf"] = await self._printouts.printer.pdf_of(made_of)
        cases, at = {each.case_id: each.file.case.fields for each in reports}, self._desk.now()
        taken = {
            name[:64]: await self._desk.picture(case_id, name[:64])
            for case_id, fields in cases.items()
            for name in photos_of(fields).values()
        }
        made = await self._desk.run(lambda: evidence_of(cases, taken.get, at, papers))
        by, why = self._desk.actor.worker_id, tr("Evidence, SHA-256 {sum}", sum=hash_text(made.sha256))
        await self._desk.write(lambda tx: log_export(tx, list(cases), why, by), undoable=False)
        await self._desk.run(lambda: write_file(path, made.data))
        return made

    async def _opened(self, case_id: str) -> OpenReport | None:
        """Another case as a report to be printed; None when it is not on this PC."""
        today = self._desk.today()
        file = await self._desk.read(lambda c: _read(c, case_id, today))
        if file is None:
            return None
        pack = self._desk.pack_of(file.case.fields)
        form = await self._desk.run(lambda: session.open_form(pack, file, self._desk.now))
        return OpenReport(file, pack, form, pack.steps[0], {}, False)


def _read(connection: Connection, case_id: str, today: date) -> CaseFile | None:
    return session.read_case(connection, case_id, today) if shown.find(connection, case_id) is not None else None
