"""One person's file in cards: basics with masked values, care, visits and cases; what belongs to it is beside it."""

from collections.abc import Sequence
from datetime import date

from PySide6.QtCore import Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QGridLayout,
    QHBoxLayout,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from gridclient.domain.consents import Topic, hides_health, said
from gridclient.domain.masking import mask_id_number, mask_phone
from gridclient.domain.record import Fields, Value, iso
from gridclient.domain.verified import verified
from gridclient.domain.zone import ZONE
from gridclient.store import lists, readings, residents, work
from gridclient.store.readings import Reading
from gridclient.store.residents import Filed, ResidentFile
from gridclient.store.unplanned import GOING_ON
from gridclient.text import pick, tr
from gridclient.ui import theme
from gridclient.ui.case.late_band import LateBand
from gridclient.ui.case.next_case import NextCase
from gridclient.ui.desk import Desk
from gridclient.ui.fields import field_name
from gridclient.ui.people_words import next_visit_text, person_text, tag_text, visit_stand
from gridclient.ui.queue.model import STATE_TONES
from gridclient.ui.queue.words import state_in
from gridclient.ui.residents.masked import MaskedValue, Revealing
from gridclient.ui.residents.side import PersonSide
from gridclient.ui.residents.verified import VerifiedCard
from gridclient.ui.when import moment_text
from gridclient.ui.widgets import (
    Banner,
    Card,
    CardList,
    ElidedLabel,
    FilePane,
    KeyCap,
    RowLook,
    StatusTag,
    link_button,
    outlined_button,
    primary_button,
    text_label,
)
from gridclient.ui.widgets.layouts import clear
from gridclient.workflow.plans import to_begin

_VISIT = "elderly-visit"
_TWO_COLUMNS = 700  # below it, as beside a building, the household and the log are left out


class ResidentFilePage(FilePane):
    """The file of the person who is chosen in the list."""

    case_opened = Signal(str)  # case id
    person_opened = Signal(str)  # resident id: somebody of the same household
    edit_wanted = Signal(str)  # resident id
    conflict_wanted = Signal()

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__("users", parent)
        self._desk = desk
        self._file: ResidentFile | None = None
        self.asked = ""  # what was to be opened last
        self._names: dict[str, str] = {}
        self.cards.addLayout(self._header())
        self.late = LateBand(desk, self)
        self.cards.addWidget(self.late)
        sides = QHBoxLayout()
        sides.setSpacing(12)
        sides.addLayout(self._main_side(), 5)
        self.side = PersonSide(desk)
        self.side.person_opened.connect(self.person_opened)
        self.side.tags_changed.connect(self._change_tags)
        self.side.consent_said.connect(self._say_consent)
        sides.addWidget(self.side, 2)
        self.cards.addLayout(sides, 1)
        self.again_wanted.connect(self._again)
        self.empty.action_wanted.connect(self._desk.try_now)
        self.retranslate()

    def _header(self) -> QVBoxLayout:
        lines = QVBoxLayout()
        lines.setSpacing(4)
        head = QHBoxLayout()
        head.setSpacing(8)
        self._name = ElidedLabel(role="title")
        self._name.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        self._who = text_label("", "muted")
        self._due, self._conflict = StatusTag(), link_button("", "git-merge")
        self._conflict.clicked.connect(self.conflict_wanted)
        for each in (self._name, self._who, self._due, self._conflict):
            head.addWidget(each)
        head.addStretch(1)
        self.edit = outlined_button("", "pencil")
        self.edit.clicked.connect(self._edit)
        self.visit = primary_button("", "map-pin-check")
        self._next = NextCase(self._desk, self.visit)
        self._next.opened.connect(self.case_opened)
        self._key = KeyCap("V")
        for each in (self.edit, self._key, self.visit):
            head.addWidget(each)
        lines.addLayout(head)
        self._where = ElidedLabel(role="muted")
        lines.addWidget(self._where)
        return lines

    def _main_side(self) -> QVBoxLayout:
        column = QVBoxLayout()
        column.setSpacing(12)
        self._basics, self._care, self._cases = Card(), Card(), Card()
        self._hint = ElidedLabel(role="small")
        self._hint.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        self._basics.head.addWidget(self._hint)
        grid = QGridLayout()
        grid.setHorizontalSpacing(12)
        grid.setVerticalSpacing(6)
        self._labels = {name: text_label("", "muted") for name in ("id_number", "phone", "contact", "contact_phone")}
        self.values = {name: MaskedValue() for name in ("id_number", "phone", "contact_phone")}
        self._contact = ElidedLabel()
        for row, name in enumerate(("id_number", "phone", "contact", "contact_phone")):
            grid.addWidget(self._labels[name], row, 0)
            if name == "contact":
                grid.addWidget(self._contact, row, 1)
            else:
                grid.addWidget(self.values[name], row, 1)
        grid.setColumnStretch(1, 1)
        self._basics.body.addLayout(grid)
        self._revealing = Revealing(self._desk, self.values, self)
        self.reason = self._revealing.reason
        self._basics.body.addWidget(self.reason)
        self._not_allowed = Banner("info", "", "", icon="lock")
        self._basics.body.addWidget(self._not_allowed)
        self.cases = CardList()
        self.cases.record_opened.connect(self.case_opened)
        self._no_cases = text_label("", "muted", wrap=True)
        self.verified = VerifiedCard(self._desk)
        self.verified.conflict_wanted.connect(self.conflict_wanted)
        self.verified.recheck_wanted.connect(self.start_visit)
        self._cases.body.addWidget(self.cases, 1)
        self._cases.body.addWidget(self._no_cases)
        column.addWidget(self._basics)
        column.addWidget(self.verified)
        column.addWidget(self._care)
        column.addWidget(self._cases, 1)
        return column

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        wide = self.width() >= theme.px(_TWO_COLUMNS)
        for each in (self.side, self._hint, self._who):
            each.setVisible(wide)
        self.edit.setVisible(wide and self._desk.actor.role == "worker")
        for value in self.values.values():
            value.be_short(not wide)

    # --- showing -------------------------------------------------------------------------------------------

    @property
    def resident_id(self) -> str:
        """The person whose file is open; empty when none is."""
        return self._file.resident.id if self._file else ""

    def open(self, resident_id: str) -> None:
        """Opens a person's file."""
        self.asked = resident_id
        self._desk.start(self._open(resident_id), self.say_fault)

    def _again(self) -> None:
        self.open(self.asked)

    async def _open(self, resident_id: str) -> None:
        file = await self._desk.read(lambda c: residents.file_of(c, self._desk.packs, resident_id))
        log = await self._desk.read(lambda c: readings.readings_of(c, resident_id))
        self._names = await self._desk.read(lists.worker_names)
        self._file = file
        if file is None:
            self.say_not_here()
        else:
            self.show_file(True)
            self._show(file, log)

    def _show(self, file: ResidentFile, log: Sequence[Reading]) -> None:
        now, person = self._desk.now(), file.resident
        today = now.astimezone(ZONE).date()
        self._name.set_text(person.text("name"))
        self._who.setText(person_text(person.text("sex"), person.text("birth"), today))
        self._show_due(file)
        self._conflict.setVisible(file.conflicts > 0)
        self._conflict.setText(tr("{n} conflicts", n=file.conflicts))
        where = (person.text("address"), tr("grid {code}", code=person.text("grid")))
        self._where.set_text("　·　".join(where))
        self._offer_visit(file)
        self._show_basics(file)
        self._show_verified(file, today)
        self._show_care(file)
        self._show_cases(file.cases)
        self.late.show_for(each.id for each in (person, file.ident, file.care) if each is not None)
        self.side.show_file(file, log, self._names, today)

    def _show_due(self, file: ResidentFile) -> None:
        care = file.care
        if care is None:
            self._due.hide()
            return
        every = int(care.text("visits_every_days") or 0)
        stand = visit_stand(care.text("last_visit_at"), every, self._desk.now())
        icon = {"bad": "triangle-alert", "warn": "clock", "ok": "check"}.get(stand.role, "")
        self._due.set_mark(stand.text, {"text_2": "neutral"}.get(stand.role, stand.role), icon)
        self._due.show()

    def _show_basics(self, file: ResidentFile) -> None:
        ident = file.ident
        self._not_allowed.setVisible(ident is None)
        plain = {name: ident.text(name) if ident else "" for name in self.values}
        masks = {name: mask_id_number if name == "id_number" else mask_phone for name in self.values}
        shown = {name: (masks[name](text), text) for name, text in plain.items()}
        self._revealing.show_values(file.resident.id, shown)
        said = f"{ident.text('contact_relation')}　{ident.text('contact_name')}".strip() if ident else ""
        self._contact.set_text(said or "—")
        for each in (self._contact, *self._labels.values(), *self.values.values()):
            each.setVisible(ident is not None)

    def _show_verified(self, file: ResidentFile, today: date) -> None:
        parts = [part for part in (file.ident, file.resident, file.care) if part is not None]
        values = [value for part in parts for value in verified(part.fields, file.contested.get(part.id, ()), today)]
        self.verified.show_values(values, self._names, self._next.is_offered)

    def _show_care(self, file: ResidentFile) -> None:
        clear(self._care.body)
        care, now = file.care, self._desk.now()
        if care is None:
            said = tr("No care file of this person is on this PC: there is none, or your duty does not include it.")
            self._care.body.addWidget(text_label(said, "muted", wrap=True))
            return
        if hides_health(file.resident.fields):
            told = tr("The person refused that health records are kept and shown. Ask again before you go on.")
            self._care.body.addWidget(text_label(told, "muted", wrap=True))
            return
        illnesses = care.fields.get("conditions")
        every = int(care.text("visits_every_days") or 0)
        last = care.text("last_visit_at")
        lines = [
            (tr("Care tier"), tag_text(care.text("tier"))),
            (tr("Illnesses"), tr(", ").join(tag_text(str(each)) for each in illnesses)
             if isinstance(illnesses, list) and illnesses else tr("none recorded")),
            (tr("Alarm"), tr("installed") if care.fields.get("alarm") is True else tr("not installed")),
            (tr("Last visit"), f"{moment_text(last, now)}（{visit_stand(last, every, now).text}）" if last else "—"),
            (tr("Next visit by"), f"{next_visit_text(last, every, now)} · {tr('every {n} days', n=every)}"),
        ]  # fmt: skip
        grid = QGridLayout()
        grid.setHorizontalSpacing(12)
        grid.setVerticalSpacing(6)
        grid.setColumnStretch(1, 1)
        for row, (name, value) in enumerate(lines):
            grid.addWidget(text_label(name, "muted"), row, 0)
            grid.addWidget(ElidedLabel(value), row, 1)
        host = QWidget()
        host.setLayout(grid)
        grid.setContentsMargins(0, 0, 0, 0)
        self._care.body.addWidget(host)

    def _show_cases(self, cases: Sequence[Filed]) -> None:
        now = self._desk.now()
        rows: list[tuple[str, RowLook]] = []
        for case in cases:
            pack = self._desk.packs.get(case.pack)
            by = self._names.get(case.submitted_by, "")
            when = moment_text(case.closed_at or case.due_at, now)
            kind = pick(pack.category) if pack else case.pack
            rows.append((case.id, RowLook(
                case.title, " · ".join(part for part in (kind, when, by) if part), "", state_in(pack, case.state),
                STATE_TONES.get(case.state, "neutral"), chip_icon="check" if case.is_ended else "",
            )))  # fmt: skip
        self.cases.show_records(rows)
        self._no_cases.setVisible(not cases)

    # --- acting --------------------------------------------------------------------------------------------

    def _offer_visit(self, file: ResidentFile) -> None:
        """Offers the visit that is under way, else one that no plan made: the worker is at the door."""
        person, role = file.resident, self._desk.actor.role
        visits = (case for case in file.cases if case.pack == _VISIT and case.state in GOING_ON)
        under_way = next((case.id for case in visits), "") if role == "worker" else ""
        is_there = person.text("status") in ("", "present")
        care: Fields = {} if file.care is None else file.care.fields
        packs = to_begin(self._desk.packs, "care", care, person.text("grid"), role) if is_there else []
        words = {"go_on": tr("Go on with the visit"), "begin": tr("Start a visit")}
        self._next.offer(person, under_way, packs, **words)
        self._key.setVisible(self._next.is_offered)

    def start_visit(self) -> None:
        """Opens the person's visit, or begins one."""
        if self._file is not None:
            self._next.act()

    def _edit(self) -> None:
        self.edit_wanted.emit(self.resident_id)

    def _change_tags(self, tags: list[Value]) -> None:
        self._edit_person({"tags": tags})

    def _say_consent(self, topic: object, agreed: bool) -> None:
        assert isinstance(topic, Topic)
        self._edit_person(said(topic, agreed, self._desk.actor.worker_id, iso(self._desk.now())))

    def _edit_person(self, values: Fields) -> None:
        resident, actor = self.resident_id, self._desk.actor
        self._desk.start(self._desk.write(lambda tx: work.edit_record(tx, resident, values, actor)))

    def retranslate(self) -> None:
        """Says the page's words in the active language."""
        self.empty.say(tr("Nobody is chosen"), tr("Choose somebody in the list to read the file."), icon="users")
        self.edit.setText(tr("Edit"))
        self._basics.set_title(tr("Identity and contact"))
        self._hint.set_text(tr("Masked values are shown for 30 s after a reason"))
        self._not_allowed.say(
            "info", tr("Identity and contact are not for your role"), tr("They are not on this PC."), icon="lock"
        )
        for name, label in self._labels.items():
            label.setText(tr("Emergency contact") if name == "contact" else field_name(name))
        self._care.set_title(tr("Care"))
        self._cases.set_title(tr("Visits and cases"))
        self.cases.setAccessibleName(tr("Visits and cases"))
        self._no_cases.setText(tr("No case about this person is on this PC."))
        self.side.retranslate()
        if self.asked:
            self.open(self.asked)
