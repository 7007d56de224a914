"""The file of one place in cards: whose it is, how its checks stand, what hazards are left, and what was confirmed."""

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from gridclient.domain.masking import mask_phone
from gridclient.domain.verified import verified
from gridclient.domain.zone import ZONE
from gridclient.store import lists, places
from gridclient.store.places import Check, PlaceFile
from gridclient.store.unplanned import GOING_ON
from gridclient.text import pick, tr
from gridclient.ui import theme
from gridclient.ui.case.next_case import NextCase
from gridclient.ui.desk import Desk
from gridclient.ui.fields import field_name, value_text
from gridclient.ui.places.words import check_stand, kind_text
from gridclient.ui.queue.model import STATE_TONES
from gridclient.ui.queue.words import state_in
from gridclient.ui.residents.masked import MaskedValue, Revealing
from gridclient.ui.residents.verified import VerifiedCard
from gridclient.ui.when import due_text, moment_text
from gridclient.ui.widgets import (
    Card,
    CardList,
    ElidedLabel,
    FilePane,
    KeyCap,
    RowLook,
    StatusTag,
    primary_button,
    text_label,
)
from gridclient.ui.widgets.layouts import clear
from gridclient.workflow.plans import to_begin

_ICONS = {"bad": "triangle-alert", "warn": "clock", "ok": "check"}
_FACTS = ("owner", "manager", "uscc", "area", "staff", "beds", "exits", "no_living", "no_ebikes")


class PlaceFilePage(FilePane):
    """The file of the place that is chosen in the list."""

    case_opened = Signal(str)  # case id

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__("store", parent)
        self._desk = desk
        self._file: PlaceFile | None = None
        self.asked = ""  # what was to be opened last
        self.cards.addLayout(self._header())
        self._add_cards()
        self.cards.addStretch(1)
        self.again_wanted.connect(self._again)
        self.empty.action_wanted.connect(self._desk.try_now)
        self.retranslate()

    def _header(self) -> QVBoxLayout:
        lines = QVBoxLayout()
        lines.setSpacing(4)
        head = QHBoxLayout()
        head.setSpacing(8)
        self._name, self._kind, self._due = ElidedLabel(role="title"), text_label("", "muted"), StatusTag()
        self.check = primary_button("", "clipboard-check")
        self._key = KeyCap("V")
        self.next = NextCase(self._desk, self.check)
        self.next.opened.connect(self.case_opened)
        head.addWidget(self._name, 1)
        for each in (self._kind, self._due, self._key, self.check):
            head.addWidget(each)
        lines.addLayout(head)
        self._where = ElidedLabel(role="muted")
        lines.addWidget(self._where)
        return lines

    def _add_cards(self) -> None:
        self._facts, self._hazards, self._checks = Card(), Card(), Card()
        self._grid = QVBoxLayout()
        self._facts.body.addLayout(self._grid)
        phone = QHBoxLayout()
        phone.setSpacing(12)
        self._phone_label, self.phone = text_label("", "muted"), MaskedValue()
        self._phone_label.setFixedWidth(theme.px(132))
        phone.addWidget(self._phone_label)
        phone.addWidget(self.phone, 1)
        self._facts.body.addLayout(phone)
        self._revealing = Revealing(self._desk, {"phone": self.phone}, self)
        self.reason = self._revealing.reason
        self._facts.body.addWidget(self.reason)
        self.hazards, self.checks = CardList(), CardList()
        self._no_hazards, self._no_checks = (text_label("", "muted", wrap=True) for _ in range(2))
        for card, cases, nothing in (
            (self._hazards, self.hazards, self._no_hazards), (self._checks, self.checks, self._no_checks),
        ):  # fmt: skip
            cases.record_opened.connect(self.case_opened)
            card.body.addWidget(cases)
            card.body.addWidget(nothing)
        self.verified = VerifiedCard(self._desk)
        self.verified.recheck_wanted.connect(self.start_check)
        for card in (self._facts, self._hazards, self.verified, self._checks):
            self.cards.addWidget(card)

    # --- showing -------------------------------------------------------------------------------------------

    @property
    def place_id(self) -> str:
        """The place whose file is open; empty when none is."""
        return self._file.place.id if self._file else ""

    def open(self, place_id: str) -> None:
        """Opens the file of a place."""
        self.asked = place_id
        self._desk.start(self._open(place_id), self.say_fault)

    def _again(self) -> None:
        self.open(self.asked)

    async def _open(self, place_id: str) -> None:
        file = await self._desk.read(lambda c: places.file_of(c, self._desk.packs, place_id))
        names = await self._desk.read(lists.worker_names)
        self._file = file
        if file is None:
            self.say_not_here()
        else:
            self.show_file(True)
            self._show(file, names)

    def _show(self, file: PlaceFile, names: dict[str, str]) -> None:
        place, now = file.place, self._desk.now()
        self._name.set_text(place.text("name"))
        self._kind.setText(kind_text(place.text("kind") or place.text("category")))
        stand = check_stand(place.text("last_check_at"), int(place.text("checks_every_days") or 0), now)
        tone = {"text_2": "neutral"}.get(stand.role, stand.role)
        self._due.set_mark(stand.text, tone, _ICONS.get(stand.role, ""))
        self._where.set_text("　·　".join((place.text("address"), tr("grid {code}", code=place.text("grid")))))
        self._offer_check(file)
        self._show_facts(file)
        phone = place.text("phone")
        self._revealing.show_values(place.id, {"phone": (mask_phone(phone), phone)})
        self._show_hazards(file, names)
        self.checks.show_records(self._looks(file.checks, names))
        self._no_checks.setVisible(not file.checks)
        values = verified(place.fields, (), now.astimezone(ZONE).date())
        self.verified.show_values(values, names, self.next.is_offered)

    def _show_facts(self, file: PlaceFile) -> None:
        clear(self._grid)
        host = QWidget()
        grid = QGridLayout(host)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(12)
        grid.setVerticalSpacing(6)
        grid.setColumnMinimumWidth(0, 132)
        grid.setColumnStretch(1, 1)
        lines = [(field_name(name), _fact_text(name, file)) for name in _FACTS if file.place.fields.get(name)]
        last = file.last
        if last is not None:
            lines.append((tr("Last result"), self._last_text(last)))
        for row, (name, text) in enumerate(lines):
            grid.addWidget(text_label(name, "muted"), row, 0)
            grid.addWidget(ElidedLabel(text), row, 1)
        self._grid.addWidget(host)
        host.setVisible(bool(lines))

    def _last_text(self, last: Check) -> str:
        pack = self._desk.packs.get(last.pack)
        said = (moment_text(last.at, self._desk.now()), pick(pack.title) if pack else last.pack,
                last.outcome or state_in(pack, last.state))  # fmt: skip
        return " · ".join(part for part in said if part)

    def _show_hazards(self, file: PlaceFile, names: dict[str, str]) -> None:
        left = sum(not case.is_ended for case in file.hazards)
        told = int(file.place.text("open_hazards") or 0)
        self.hazards.show_records(self._looks(file.hazards, names))
        self._hazards.set_title(tr("Hazards ({n} open)", n=left) if left else tr("Hazards"))
        self._no_hazards.setVisible(not file.hazards)
        self._no_hazards.setText(
            tr("{n} were left open at the last check; their cases are not on this PC.", n=told)
            if told else tr("No hazard of this place is on this PC.")
        )  # fmt: skip

    def _looks(self, cases: Sequence[Check], names: dict[str, str]) -> list[tuple[str, RowLook]]:
        now = self._desk.now()
        found: list[tuple[str, RowLook]] = []
        for case in cases:
            pack = self._desk.packs.get(case.pack)
            due, role = ("", "text_2") if case.is_ended else due_text(case.due_at, now)
            parts = (pick(pack.title) if pack else case.pack, moment_text(case.at, now), names.get(case.by, ""))
            found.append((case.id, RowLook(
                case.title, " · ".join(part for part in parts if part), "", state_in(pack, case.state),
                STATE_TONES.get(case.state, "neutral"), due, role, chip_icon="check" if case.is_ended else "",
            )))  # fmt: skip
        return found

    # --- acting --------------------------------------------------------------------------------------------

    def _offer_check(self, file: PlaceFile) -> None:
        """Offers the check that is under way, else one that no plan made, by what kind of place it is."""
        place, role = file.place, self._desk.actor.role
        checks = (check.id for check in file.checks if check.state in GOING_ON)
        under_way = next(checks, "") if role == "worker" else ""
        packs = to_begin(self._desk.packs, "place", place.fields, place.text("grid"), role)
        words = {"go_on": tr("Go on with the check"), "begin": tr("Start a check")}
        self.next.offer(place, under_way, packs, **words)
        self._key.setVisible(self.next.is_offered)

    def start_check(self) -> None:
        """Opens the check of this place, or begins one."""
        if self._file is not None:
            self.next.act()

    def retranslate(self) -> None:
        """Says the page's words in the active language."""
        self.empty.say(tr("No place is chosen"), tr("Choose one in the list to read its file."), icon="store")
        self._facts.set_title(tr("Owner and premises"))
        self._phone_label.setText(field_name("phone"))
        self._checks.set_title(tr("Checks"))
        self.checks.setAccessibleName(tr("Checks"))
        self.hazards.setAccessibleName(tr("Hazards"))
        self._no_checks.setText(tr("No check of this place is on this PC."))
        if self.asked:
            self.open(self.asked)


def _fact_text(name: str, file: PlaceFile) -> str:
    value = file.place.fields.get(name)
    if value in ("yes", "no"):
        return tr("yes") if value == "yes" else tr("no")
    return value_text(name, value)
