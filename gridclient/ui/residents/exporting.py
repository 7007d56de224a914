"""Takes the list of residents out of this PC as an Excel workbook: why, then where, then the log, then the file."""

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QFileDialog, QWidget
from sqlalchemy.engine import Connection

from gridclient.domain.record import Kind
from gridclient.domain.zone import ZONE
from gridclient.store import exporting, lists, readings, workbooks
from gridclient.store.exporting import Leaving
from gridclient.store.readings import Export
from gridclient.store.residents import ResidentAsk, ResidentFilter
from gridclient.store.workbooks import Sheet
from gridclient.text import tr
from gridclient.ui.desk import Desk
from gridclient.ui.fields import field_name
from gridclient.ui.forms.files import write_file
from gridclient.ui.people_words import age_text, sex_text, tag_text
from gridclient.ui.when import local, moment_text
from gridclient.ui.widgets import text_label
from gridclient.ui.widgets.sheets import ReasonSheet

_EARLIER = 3


class Exporting(QObject):
    """One list on its way into a file."""

    told = Signal(str)  # what was done, without names

    def __init__(self, desk: Desk, window: QWidget) -> None:
        super().__init__(window)
        self._desk, self._window = desk, window
        self._ask = ResidentAsk(ResidentFilter.CARE)
        self.sheet: ReasonSheet | None = None

    def ask(self, ask: ResidentAsk) -> None:
        """Asks why a list is to leave, and then where to."""
        self._ask = ask
        self._desk.start(self._open())

    async def _open(self) -> None:
        earlier = await self._desk.read(lambda c: readings.exports(c, _EARLIER))
        names = await self._desk.read(lists.worker_names)
        sheet = self.sheet = ReasonSheet(
            tr("Export this list to Excel"),
            tr("Identity numbers and phones stay masked. Your name, the time and the reason stand in the file and go "
               "into the log that your supervisor reads."),
            tr("Choose where"), self._window,
        )  # fmt: skip
        for line in earlier:
            sheet.body.addWidget(text_label(self._earlier_text(line, names.get(line.by, line.by)), "small", wrap=True))
        sheet.given.connect(self._choose_place)
        sheet.open()

    def _earlier_text(self, line: Export, name: str) -> str:
        when = moment_text(line.at, self._desk.now())
        if line.of is Kind.CASE:
            return tr("{when}: {name}, {n} cases: {reason}", when=when, name=name, n=line.count, reason=line.reason)
        return tr("{when}: {name}, {n} people: {reason}", when=when, name=name, n=line.count, reason=line.reason)

    def _choose_place(self, reason: str) -> None:
        day = self._desk.now().astimezone(ZONE).strftime("%Y-%m-%d")
        name = f"{tr('residents')}-{day}.xlsx"
        dialog = QFileDialog(self._window, tr("Export this list to Excel"), name, tr("Excel workbooks (*.xlsx)"))
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setDefaultSuffix("xlsx")
        dialog.setProperty("reason", reason)
        dialog.fileSelected.connect(self._place_chosen)
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def _place_chosen(self, path: str) -> None:
        self._desk.start(self.export(Path(path), str(self.sender().property("reason"))))

    async def export(self, path: Path, reason: str) -> None:
        """Logs the export and writes the file, in this order; raises `NotWritten` when the place cannot be written."""
        ask, desk = self._ask, self._desk

        def read(connection: Connection) -> list[Leaving]:
            return list(exporting.leaving(connection, ask))

        people = await desk.read_long(read)
        grids, by = exporting.by_grid(people), desk.actor.worker_id
        await desk.write(lambda tx: readings.log_export(tx, Kind.RESIDENT, grids, reason, by), undoable=False)
        sheet = self._sheet(people, reason)
        await desk.read_long(lambda _: write_file(path, workbooks.write_table(sheet)))
        self.told.emit(tr("{n} people were exported to {name}", n=len(people), name=path.name))

    def _sheet(self, people: Sequence[Leaving], reason: str) -> Sheet:
        now = self._desk.now().astimezone(ZONE)
        mark = tr("Exported by {name} on {when}: {reason}. {n} people; for office use only, do not pass on.",
                  name=self._desk.opened.facts.name, when=now.strftime("%Y-%m-%d %H:%M"), reason=reason,
                  n=len(people))  # fmt: skip
        today = now.date()
        header = [tr("Name"), tr("Sex"), tr("Date of birth"), tr("Age"), tr("Address"), tr("Grid"),
                  tr("Living situation"), tr("Care tier"), tr("Last visit")]  # fmt: skip
        has_numbers = any(person.id_number or person.phone for person in people)
        numbers = ("id_number", "phone", "contact_name", "contact_phone") if has_numbers else ()
        header += [field_name(name) for name in numbers]
        rows: list[list[str]] = []
        for person in people:
            row = person.row
            last = local(row.last_visit_at).strftime("%Y-%m-%d") if row.last_visit_at else ""
            rows.append([
                row.name, sex_text(row.sex), row.birth, age_text(row.birth, today), row.address, person.grid,
                tag_text(row.living), tag_text(row.tier), last, *(str(getattr(person, name)) for name in numbers),
            ])  # fmt: skip
        return Sheet(tr("Residents"), mark, header, rows)
