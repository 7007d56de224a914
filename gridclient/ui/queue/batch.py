"""What is done with several chosen cases at once: taking them over, one form for all, printing, a file for Excel."""

from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QFileDialog, QFrame, QVBoxLayout, QWidget

from gridclient.domain.zone import ZONE
from gridclient.forms import Form
from gridclient.store import chosen, work, workbooks
from gridclient.store.cache import Changes, Transaction
from gridclient.store.chosen import Chosen
from gridclient.text import pick, tr
from gridclient.ui import theme
from gridclient.ui.case import session
from gridclient.ui.case.paper import Paper
from gridclient.ui.case.print_sheet import PaperKind
from gridclient.ui.case.printer import Printer
from gridclient.ui.desk import Desk
from gridclient.ui.forms import FormPage
from gridclient.ui.forms.files import write_file
from gridclient.ui.forms.illustrating import MediaFolders
from gridclient.ui.queue import marking
from gridclient.ui.queue.excel import table
from gridclient.ui.queue.list_paper import list_paper
from gridclient.ui.widgets import Banner, compact_button, text_label
from gridclient.ui.widgets.flow import FlowLayout
from gridclient.ui.widgets.sheets import ReasonSheet, Sheet
from gridclient.workflow import Pack

MOST = 1000
"""How many cases are dealt with at once."""


class BatchBar(QFrame):
    """How many cases are chosen and what can be done with them; afterwards, what was left undone and why."""

    take_wanted = Signal()
    fill_wanted = Signal()
    print_wanted = Signal()
    export_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 0, 16, 8)
        column.setSpacing(8)
        self._chosen = QWidget()
        flow = FlowLayout(self._chosen, gap=6)
        self.count = text_label("", "strong")
        self.count.setMinimumHeight(theme.px(26))
        flow.addWidget(self.count)
        self.take, self.fill, self.print, self.export = (
            compact_button("", icon) for icon in ("user-check", "clipboard-check", "printer", "file-spreadsheet")
        )
        for button, wanted in (
            (self.take, self.take_wanted), (self.fill, self.fill_wanted), (self.print, self.print_wanted),
            (self.export, self.export_wanted),
        ):  # fmt: skip
            button.clicked.connect(wanted)
            flow.addWidget(button)
        self.banner = Banner("warn")
        self.banner.action_wanted.connect(self._close)
        self.banner.hide()
        column.addWidget(self.banner)
        column.addWidget(self._chosen)
        self.show_count(0)
        self.retranslate()

    def show_count(self, n: int) -> None:
        """Shows what can be done with this many cases; one alone is opened, and none needs nothing."""
        self.count.setText(tr("{n} chosen", n=n) if n <= MOST else tr("{n} chosen; at most {most}", n=n, most=MOST))
        for button in (self.take, self.fill, self.print, self.export):
            button.setEnabled(n <= MOST)
        self._chosen.setVisible(n > 1)
        self._fit()

    def tell_left(self, title: str, why: str) -> None:
        """Says what was left as it was, until it is read."""
        self.banner.say("warn", title, why, tr("Close"))
        self.banner.show()
        self._fit()

    def retranslate(self) -> None:
        """Says its words in the active language."""
        for button, words in (
            (self.take, tr("Assign to me")), (self.fill, tr("One form for all…")), (self.print, tr("Print…")),
            (self.export, tr("Export…")),
        ):  # fmt: skip
            button.setText(words)
        self._close()

    def _close(self) -> None:
        self.banner.hide()
        self._fit()

    def _fit(self) -> None:
        self.setVisible(not (self._chosen.isHidden() and self.banner.isHidden()))


class OneFormSheet(Sheet):
    """Asks once what is written into many cases."""

    given = Signal(object)  # dict[str, str]: the answers by reference

    def __init__(self, pack: Pack, form: Form, n: int, parent: QWidget) -> None:
        super().__init__(
            pick(pack.title),
            tr("Your answers go into each of the {n} cases, which are then sent. Phone, contact and what else is a "
               "person's own stays as the file says.", n=n), parent,
        )  # fmt: skip
        self._form = form
        self.page = FormPage(
            form, "", controls=marking.shared(form.body, pack), folders=MediaFolders.of_form(pack.form)
        )  # fmt: skip
        self.page.setAccessibleName(pick(pack.title))
        self.body.addWidget(self.page, 1)
        self.act = self.offer(tr("Write into {n} cases", n=n))
        self.act.setDefault(False)  # Enter goes from question to question
        self.act.clicked.connect(self._give)
        self.resize(theme.window_size(760, 660))
        self.page.focus_first()

    def _give(self) -> None:
        asked = set(self.page.refs())
        if left := [each for each in self._form.validate() if each.ref in asked]:
            self.page.show_errors(left)
            return
        self.given.emit({ref: value for ref in asked if (value := self._form.get(ref))})
        self.accept()


class Batch(QObject):
    """Does with the chosen cases what the bar asks for; `rids` says which they are."""

    def __init__(self, desk: Desk, bar: BatchBar, title: Callable[[], str], rids: Callable[[], list[int]],
                 over: QWidget) -> None:  # fmt: skip
        super().__init__(over)
        self._desk, self._bar, self._title, self._rids, self._over = desk, bar, title, rids, over
        self._printer = Printer(desk, over)
        self.sheet: Sheet | None = None
        bar.take_wanted.connect(self.take)
        bar.fill_wanted.connect(self.fill)
        bar.print_wanted.connect(self.print)
        bar.export_wanted.connect(self.export)

    async def _cases(self) -> list[Chosen]:
        rids = self._rids()
        return await self._desk.read_long(lambda c: chosen.chosen(c, rids))

    async def _each(self, cases: Sequence[Chosen], edit: Callable[[Transaction, str], Changes]) -> None:
        """One transaction for each case; what refused is told, with the first reason."""

        def of(case: str) -> Callable[[Transaction], Changes]:
            return lambda tx: edit(tx, case)

        _, refusals = await self._desk.write_each([of(each.row.id) for each in cases])
        left = [refusal for refusal in refusals if refusal is not None]
        if left:
            self._bar.tell_left(tr("{n} of {all} stay as they were", n=len(left), all=len(cases)), str(left[0]))

    # --- taking over, one form for all ---------------------------------------------------------------------

    def take(self) -> None:
        """Makes whoever asks the assignee."""
        self._desk.start(self._take())

    async def _take(self) -> None:
        actor = self._desk.actor
        await self._each(await self._cases(), lambda tx, case: work.take_case(tx, case, actor))

    def fill(self) -> None:
        """Asks once what is written into all of them."""
        self._desk.start(self._ask_answers())

    async def _ask_answers(self) -> None:
        cases = await self._cases()
        kinds = {each.row.pack for each in cases}
        pack = self._desk.packs.get(next(iter(kinds))) if len(kinds) == 1 else None
        if pack is None:
            self._bar.tell_left(tr("One form needs one kind of case"), tr("Choose only visits, or only checks."))
            return
        form = await self._desk.run(lambda: session.load_form(pack, self._desk.now))
        sheet = OneFormSheet(pack, form, len(cases), self._over)

        def finish(answers: dict[str, str]) -> None:
            self._desk.start(self._finish(cases, answers, is_sealed=form.is_encrypted))

        sheet.given.connect(finish)
        self._open(sheet)

    async def _finish(self, cases: Sequence[Chosen], answers: dict[str, str], *, is_sealed: bool) -> None:
        desk = self._desk
        await self._each(cases, lambda tx, case: marking.finish(tx, desk, case, answers))
        if is_sealed:
            await desk.run(desk.cache.collect)

    # --- on paper, into a file -----------------------------------------------------------------------------

    def print(self) -> None:
        """Asks how the list is printed."""
        self._desk.start(self._print())

    async def _print(self) -> None:
        cases, title, desk = await self._cases(), self._title(), self._desk
        mark = self._mark("")

        def make(_kind: PaperKind, office: str) -> Paper:
            return list_paper(office, title, cases, desk.packs, desk.now(), mark)

        await self._printer.ask([PaperKind.LIST], make, title)

    def export(self) -> None:
        """Asks for the reason and the file, and writes the cases into it."""
        sheet = ReasonSheet(
            tr("Export to Excel"),
            tr("Phones stay masked. Your name, the time and the reason stand in the file and in the history of each "
               "case."), tr("Choose the file…"), self._over,
        )  # fmt: skip
        sheet.given.connect(self._ask_file)
        self._open(sheet)

    def _ask_file(self, reason: str) -> None:
        dialog = QFileDialog(self._over, tr("Export to Excel"), f"{self._title()}.xlsx", tr("Excel (*.xlsx)"))
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setDefaultSuffix("xlsx")

        def save(path: str) -> None:
            self._desk.start(self.save(Path(path), reason))

        dialog.fileSelected.connect(save)
        dialog.open()

    async def save(self, path: Path, reason: str) -> None:
        """Writes the cases to where the worker says; the log is written first, so that no copy goes without it."""
        cases, actor, mark = await self._cases(), self._desk.actor, self._mark(reason)
        ids = [each.row.id for each in cases]
        sheet = table(cases, self._desk.packs, mark)
        await self._desk.write(lambda tx: chosen.log_export(tx, ids, reason, actor.worker_id), undoable=False)
        await self._desk.read_long(lambda _: write_file(path, workbooks.write_table(sheet)))

    def _mark(self, reason: str) -> str:
        at = f"{self._desk.now().astimezone(ZONE):%Y-%m-%d %H:%M}"
        name = self._desk.opened.facts.name
        if reason:
            return tr("{name}, {at}, for: {reason}. For this work only; not to be passed on.", name=name, at=at,
                      reason=reason)  # fmt: skip
        return tr("{name}, {at}. For this work only; not to be passed on.", name=name, at=at)

    def _open(self, sheet: Sheet) -> None:
        sheet.finished.connect(self._closed)
        self.sheet = sheet
        sheet.open()

    def _closed(self) -> None:
        self.sheet = None
