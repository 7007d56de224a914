"""At a door that nobody opens: the deeds with their moments, the number to call, and what to say without a network."""

from collections.abc import Callable, Mapping
from dataclasses import replace

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from gridclient.domain.masking import mask_phone
from gridclient.domain.record import Value
from gridclient.store import drafts, work
from gridclient.store.cache import Changes, Transaction
from gridclient.store.readings import log_reading
from gridclient.text import tr
from gridclient.ui.case import audited, session
from gridclient.ui.case.sending import Filled, answers_to_send
from gridclient.ui.case.session import CaseFile
from gridclient.ui.desk import Desk
from gridclient.ui.widgets import Banner, Card, IconLabel, StatusTag, compact_button, link_button, text_label
from gridclient.ui.widgets.layouts import clear
from gridclient.workflow.door import Deed, Line, Protocol, lines, protocol

_DISC = 24
_MARKS = {"done": ("circle-check", "ok"), "skipped": ("circle-minus", "text_2"), "now": ("circle-dot", "accent_ink"),
          "later": ("circle-dot", "text_3")}  # fmt: skip


def deed_text(deed: Deed) -> tuple[str, str]:
    """What is done, and what belongs to it."""
    match deed:
        case Deed.NEIGHBOURS:
            return tr("Ask the neighbours"), tr("Who saw or heard the person today?")
        case Deed.FAMILY:
            return tr("Call the family"), tr("The emergency contact of the file")
        case Deed.COMMITTEE:
            return tr("Call the residents' committee"), tr("Somebody comes, with the spare key where there is one")
        case Deed.RESCUE:
            return tr("Signs of danger: 110 or 120"), tr("A smell, a call, post of several days: call at once")
        case Deed.STAY:
            return tr("Stay until help is there"), tr("Go in only with the police and the committee")
        case Deed.REPORT:
            return tr("Report to the supervisor"), tr("By phone where there is no network")


class EmergencyCard(Card):
    """The deeds of one visit, one of them to do now; what was noted cannot be changed here."""

    done = Signal(object)  # Deed
    no_danger = Signal()
    number_wanted = Signal()
    entered = Signal()  # somebody opened: the visit goes on

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("", parent)
        self.told = StatusTag()
        self.open = compact_button("", "door-open")
        self.open.clicked.connect(self.entered)
        self.head.addWidget(self.open)
        self.body.addWidget(self.told)
        self._lines = QVBoxLayout()
        self._lines.setSpacing(6)
        self.body.addLayout(self._lines)
        self.script = Banner("info", icon="phone")
        self.body.addWidget(self.script)
        self.act: QPushButton | None = None  # of the deed to do now
        self.hide()

    def show_lines(self, kept: Protocol, file: CaseFile, number: str, worker: str, *, sent: bool) -> None:
        """Shows how far it is; `number` is the family's, masked until it was asked for; `sent` if it leaves the PC."""
        self.set_title(tr("Nobody opens the door"))
        self.open.setText(tr("Somebody opened"))
        is_told = kept.is_told(file.case.fields)
        if is_told:
            words = tr("the supervisor was told")
        else:
            words = tr("the supervisor does not know yet") if sent else tr("call the supervisor: this stays on this PC")
        self.told.set_mark(words, *(("ok", "check") if is_told else ("warn", "cloud-off")))
        clear(self._lines)
        self.act = None
        found = lines(kept, file.case.fields)
        for line in found:
            self._lines.addWidget(self._line(line, number))
        now = next((line.deed for line in found if line.state == "now"), None)
        self.script.say("info", tr("Say this on the phone"), _script(now, file, worker), icon="phone")
        self.script.setVisible(now is Deed.FAMILY or not is_told)
        self.show()

    def _line(self, line: Line, number: str) -> QWidget:
        row = QWidget()
        across = QHBoxLayout(row)
        across.setContentsMargins(0, 0, 0, 0)
        across.setSpacing(10)
        icon, role = _MARKS[line.state]
        across.addWidget(IconLabel(icon, role, _DISC - 4), 0, Qt.AlignmentFlag.AlignTop)
        title, detail = deed_text(line.deed)
        texts = QVBoxLayout()
        texts.setSpacing(0)
        texts.addWidget(text_label(title, "strong" if line.state == "now" else ""))
        told = tr("done at {at}", at=line.at) if line.at else tr("no sign of it") if line.state == "skipped" else detail
        if line.deed is Deed.FAMILY and line.state == "now" and number:
            told = number
        texts.addWidget(text_label(told, "muted"))
        across.addLayout(texts, 1)
        if line.state == "now":
            for button in self._buttons(line.deed, number):
                across.addWidget(button)
        row.setAccessibleName(tr(", ").join((title, told)))
        return row

    def _buttons(self, deed: Deed, number: str) -> list[QWidget]:
        found = list[QWidget]()
        if deed is Deed.FAMILY and "*" in number:
            show = link_button(tr("Show the number"), "eye")
            show.clicked.connect(self.number_wanted)
            found.append(show)
        if deed is Deed.RESCUE:
            nothing = compact_button(tr("No sign of danger"))
            nothing.clicked.connect(self.no_danger)
            found.append(nothing)
        act = compact_button(tr("Done now"), "clock")
        act.setProperty("deed", deed.value)
        act.clicked.connect(self._do)
        self.act = act
        return [*found, act]

    def _do(self) -> None:
        self.done.emit(Deed(self.sender().property("deed")))


def _script(now: Deed | None, file: CaseFile, worker: str) -> str:
    name = file.resident.text("name") if file.resident is not None else file.case.text("title")
    if now is Deed.FAMILY:
        return tr("“Hello, I am {worker}, the grid worker. I came to see {name}, and nobody opens. Where could {name} "
                  "be? Who has a key?”", worker=worker, name=name)  # fmt: skip
    return tr("“{worker} here, the grid worker. At {address} nobody opens to me; {name} lives there. I am going "
              "through the steps and stay at the door.”", worker=worker, address=file.case.text("address"),
              name=name)  # fmt: skip


class Emergency(QObject):
    """What the card's buttons do for the visit that is chosen; each deed is one transaction."""

    left = Signal(str)  # case id: the visit goes on in its own page

    def __init__(self, desk: Desk, card: EmergencyCard, over: QWidget) -> None:
        super().__init__(over)
        self._desk, self.card = desk, card
        self._file: CaseFile | None = None
        self._number = ""
        card.done.connect(self._do)
        card.no_danger.connect(self._deny)
        card.number_wanted.connect(self._ask_number)
        card.entered.connect(self._leave)

    def show_case(self, case_id: str) -> None:
        """Shows the card where the case says that nobody opened; hides it otherwise."""
        if self._file is None or self._file.case.id != case_id:
            self.card.hide()
            self._file, self._number = None, ""
        if case_id:
            self._desk.start(self._show(case_id))

    async def _show(self, case_id: str) -> None:
        today = self._desk.today()
        file = await self._desk.read(lambda c: session.read_case(c, case_id, today))
        kept = protocol(self._desk.pack_of(file.case.fields))
        self._file = file
        if kept is None:
            self.card.hide()
            return
        so_far, sent = await self._desk.run(lambda: _so_far(self._desk, kept, file))
        if not kept.is_begun(so_far.case.fields):
            self.card.hide()
            return
        plain = file.ident.text("contact_phone") if file.ident is not None else ""
        self.card.show_lines(
            kept, so_far, self._number or mask_phone(plain), self._desk.opened.facts.name, sent=sent
        )  # fmt: skip

    def begin(self, case_id: str) -> None:
        """Notes that nobody opened, which alerts the supervisor as soon as the platform hears of it."""
        self._desk.start(self._note(case_id, lambda kept: kept.begin()))

    def _do(self, deed: object) -> None:
        assert isinstance(deed, Deed)
        if self._file is not None:
            now = self._desk.now()
            self._desk.start(self._note(self._file.case.id, lambda kept: kept.done(deed, now)))

    def _deny(self) -> None:
        if self._file is not None:
            self._desk.start(self._note(self._file.case.id, lambda kept: kept.no_danger()))

    def _leave(self) -> None:
        if self._file is not None:
            self.left.emit(self._file.case.id)

    def _ask_number(self) -> None:
        self._desk.start(self._show_number())

    async def _show_number(self) -> None:
        file, worker = self._file, self._desk.actor.worker_id
        if file is None or file.ident is None or file.resident is None:
            return
        resident = file.resident.id
        await self._desk.write(lambda tx: log_reading(tx, resident, "contact_phone", "emergency", worker))
        self._number = file.ident.text("contact_phone")
        await self._show(file.case.id)

    async def _note(self, case_id: str, answers: Callable[[Protocol], Mapping[str, str]]) -> None:
        desk, today = self._desk, self._desk.today()

        def note(tx: Transaction) -> Changes:
            file = session.read_case(tx.connection, case_id, today)
            kept = protocol(desk.pack_of(file.case.fields))
            return Changes() if kept is None else _noted(tx, desk, kept, file, answers(kept))

        await desk.write(note)
        await self._show(case_id)


def _noted(tx: Transaction, desk: Desk, kept: Protocol, file: CaseFile, answers: Mapping[str, str]) -> Changes:
    """The step with these answers over what it had, sent at once, and open again as a draft for what follows.

    Of a form with a key the draft is all: nothing of it leaves the PC before the report is whole.
    """
    pack, actor, case_id = desk.pack_of(file.case.fields), desk.actor, file.case.id
    form = session.open_form(pack, file, desk.now)
    audited.ended(audited.lay(form, answers, desk.cache.files, actor.worker_id), form, whole=False)
    changes = drafts.save_draft(tx, case_id, kept.step, form.save())
    if given := answers_to_send(tx, desk.cache.files, Filled(case_id, kept.group, form)):
        changes |= work.complete_step(tx, pack, case_id, kept.step, given, actor, session.blobs_in(given.values()))
    return changes


def _so_far(desk: Desk, kept: Protocol, file: CaseFile) -> tuple[CaseFile, bool]:
    """The case with its deeds, and whether they leave this PC: of a form with a key only the draft has them."""
    if file.draft is None:
        return file, True
    form = session.open_form(desk.pack_of(file.case.fields), file, desk.now)
    if not form.is_encrypted:
        return file, True
    noted = {f"answers.{kept.step}": dict[str, Value](session.answers_in(form, kept.group))}
    return replace(file, case=replace(file.case, fields={**file.case.fields, **noted})), False
