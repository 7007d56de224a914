"""Printing of the open report: its answers, a sheet to take along, or a notice of what was found."""

from collections.abc import Mapping
from dataclasses import dataclass

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from gridclient.forms import Form
from gridclient.ui.case import paper
from gridclient.ui.case.paper import Paper
from gridclient.ui.case.print_sheet import PaperKind
from gridclient.ui.case.printer import Printer
from gridclient.ui.case.session import CaseFile
from gridclient.ui.desk import Desk
from gridclient.workflow import Pack, Step


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
    """The papers that can be made of a report."""

    def __init__(self, desk: Desk, over: QWidget) -> None:
        super().__init__(over)
        self._desk = desk
        self.printer = Printer(desk, over)

    async def ask(self, now: OpenReport, first: PaperKind = PaperKind.REPORT) -> None:
        """Asks what is printed of a report, with one kind of paper chosen already."""
        kinds = [PaperKind.REPORT, PaperKind.SHEET, *([PaperKind.NOTICE] if paper.can_notify(now.form) else [])]
        kinds.sort(key=lambda kind: kind is not first)

        def make(kind: PaperKind, office: str) -> Paper:
            return self.paper_of(now, kind, office)

        await self.printer.ask(kinds, make, now.file.case.text("number") or "case")

    def paper_of(self, now: OpenReport, kind: PaperKind, office: str) -> Paper:
        """The paper of a kind for the report as it is now."""
        at = self._desk.now()
        match kind:
            case PaperKind.SHEET:
                return paper.visit_sheet(office, now.pack, now.file, now.form, now.last)
            case PaperKind.NOTICE:
                return paper.notice(office, now.pack, now.file, now.form, at)
            case _:
                return paper.report(office, now.pack, now.file, now.form, at)
