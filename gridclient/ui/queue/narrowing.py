"""What a queue is narrowed to: a sheet in which all conditions are chosen, and one chip for each that is set."""

from collections.abc import Sequence
from datetime import date, datetime, time

from PySide6.QtCore import QDate, Signal
from PySide6.QtWidgets import QCheckBox, QComboBox, QDateEdit, QGridLayout, QHBoxLayout, QWidget

from gridclient.domain.record import iso
from gridclient.domain.zone import ZONE
from gridclient.store.arranging import EVERYTHING, NOBODY, TIERS, Narrow
from gridclient.text import tr
from gridclient.ui import theme
from gridclient.ui.people_words import tag_text
from gridclient.ui.queue.words import STATES, Known, parts, state_text
from gridclient.ui.when import local
from gridclient.ui.widgets import (
    Calendar,
    Chip,
    ChipLook,
    TextField,
    compact_button,
    link_button,
    text_label,
)
from gridclient.ui.widgets.flow import FlowLayout
from gridclient.ui.widgets.layouts import clear
from gridclient.ui.widgets.sheets import Sheet

_WIDTH = 760
_TAGS = ("elder", "alone", "empty_nest", "left_behind", "disabled")


class NarrowChips(QWidget):
    """A chip for each condition that is set; a click takes it away."""

    narrowed = Signal(object)  # Narrow: what is left

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._flow = FlowLayout(self, gap=6)
        self.hide()

    def show_narrow(self, narrow: Narrow, known: Known, now: datetime) -> None:
        """Shows these conditions, and nothing when there are none."""
        clear(self._flow)
        found = list(parts(narrow, known, now))
        for words, left in found:
            chip = compact_button(words, "x")
            chip.setAccessibleName(tr("Take away: {words}", words=words))
            chip.setProperty("left", left)
            chip.clicked.connect(self._take_away)
            self._flow.addWidget(chip)
        if len(found) > 1:
            all_away = link_button(tr("Clear all"))
            all_away.setProperty("left", EVERYTHING)
            all_away.clicked.connect(self._take_away)
            self._flow.addWidget(all_away)
        self.setVisible(bool(found))

    def _take_away(self) -> None:
        self.narrowed.emit(self.sender().property("left"))


class _Choices(QWidget):
    """Chips of which any number are on."""

    def __init__(self, name: str, looks: Sequence[ChipLook], chosen: Sequence[str]) -> None:
        super().__init__()
        self.setAccessibleName(name)
        flow = FlowLayout(self, gap=6)
        self.chips = [Chip(look, self) for look in looks]
        for chip in self.chips:
            chip.setChecked(chip.look.id in chosen)
            flow.addWidget(chip)

    def chosen(self) -> tuple[str, ...]:
        """The ids of those that are on."""
        return tuple(chip.look.id for chip in self.chips if chip.isChecked())


class _Day(QWidget):
    """A day that counts only while its box is ticked."""

    def __init__(self, name: str, moment: str, today: date) -> None:
        super().__init__()
        line = QHBoxLayout(self)
        line.setContentsMargins(0, 0, 0, 0)
        self.wanted = QCheckBox(name)
        self.wanted.setChecked(bool(moment))
        self.day = QDateEdit()
        self.day.setCalendarPopup(True)
        self.day.setCalendarWidget(Calendar())
        self.day.setDisplayFormat("yyyy-MM-dd")
        self.day.setAccessibleName(name)
        shown = local(moment).date() if moment else today
        self.day.setDate(QDate(shown.year, shown.month, shown.day))
        self.day.setEnabled(bool(moment))
        self.day.setMinimumWidth(theme.px(140))
        self.wanted.toggled.connect(self.day.setEnabled)
        line.addWidget(self.wanted)
        line.addWidget(self.day, 1)

    def moment(self, at: time) -> str:
        """The day at this time in the city, as records keep it; empty when it does not count."""
        day = self.day.date()
        chosen = datetime.combine(date(day.year(), day.month(), day.day()), at, ZONE)
        return iso(chosen) if self.wanted.isChecked() else ""


class NarrowSheet(Sheet):
    """All conditions of a list at once; nothing changes until they are taken over."""

    narrowed = Signal(object)  # Narrow

    def __init__(self, narrow: Narrow, known: Known, today: date, *, of_one_pack: bool, parent: QWidget) -> None:
        super().__init__(tr("Narrow the list"), tr("Show only cases for which all of this holds"), parent)
        self.states = _Choices(tr("State"), [ChipLook(each, state_text(each)) for each in STATES], narrow.states)
        kinds = sorted(known.packs.items(), key=lambda pack: pack[1])
        self.pack = _box(tr("Kind"), [("", tr("any kind")), *kinds], "".join(narrow.packs[:1]))
        self.tiers = _Choices(tr("Care tier"), [ChipLook(each, tag_text(each)) for each in TIERS], narrow.tiers)
        self.place = TextField(tr("Address contains"), "map-pin")
        self.place.set_text(narrow.place)
        tags = [("", tr("anybody")), *((each, tag_text(each)) for each in _TAGS)]
        self.tag = _box(tr("About a resident who is"), tags, narrow.tag)
        people = [(each, name) for each, name in known.workers.items() if each != known.me]
        people.sort(key=lambda person: person[1])
        self.assignee = _box(
            tr("Assignee"),
            [("", tr("anybody")), *((each, known.assignee(each)) for each in (known.me, NOBODY)), *people],
            narrow.assignee,
        )
        self.due_from, self.due_to = (
            _Day(tr("Due from"), narrow.due_from, today), _Day(tr("Due until"), narrow.due_to, today)
        )  # fmt: skip
        self.pending, self.conflict = QCheckBox(tr("Not uploaded yet")), QCheckBox(tr("With a conflict"))
        self.pending.setChecked(narrow.pending)
        self.conflict.setChecked(narrow.conflict)
        grid = QGridLayout()
        grid.setHorizontalSpacing(16)
        grid.setVerticalSpacing(12)
        grid.setColumnStretch(1, 1)
        lines: list[tuple[str, QWidget]] = [(tr("State"), self.states)]
        if of_one_pack:
            self.pack.hide()
        else:
            lines.append((tr("Kind"), self.pack))
        lines += [
            (tr("Care tier"), self.tiers), (tr("About a resident who is"), self.tag), (tr("Assignee"), self.assignee),
            (tr("Deadline"), _side_by_side(self.due_from, self.due_to)),
            (tr("Marks"), _side_by_side(self.pending, self.conflict)),
        ]  # fmt: skip
        for row, (name, widget) in enumerate(lines):
            grid.addWidget(text_label(name, "label"), row, 0)
            grid.addWidget(widget, row, 1)
        self.body.addWidget(self.place)
        self.body.addLayout(grid)
        nothing = link_button(tr("Clear all"))
        nothing.clicked.connect(self._clear)
        self.buttons.addWidget(nothing)
        self.show_ = self.offer(tr("Show these"))
        self.show_.clicked.connect(self._take_over)
        self.setMinimumSize(
            theme.px(_WIDTH), self.height_for(theme.px(_WIDTH))
        )  # chips in several lines are known by then
        self.place.setFocus()

    def _take_over(self) -> None:
        pack = str(self.pack.currentData())
        self.narrowed.emit(Narrow(
            self.states.chosen(), (pack,) if pack else (), self.tiers.chosen(), self.place.text().strip(),
            str(self.tag.currentData()), self.due_from.moment(time.min), self.due_to.moment(time(23, 59, 59)),
            str(self.assignee.currentData()), self.pending.isChecked(), self.conflict.isChecked(),
        ))  # fmt: skip
        self.accept()

    def _clear(self) -> None:
        self.narrowed.emit(EVERYTHING)
        self.accept()


def _box(name: str, choices: list[tuple[str, str]], chosen: str) -> QComboBox:
    box = QComboBox()
    box.setAccessibleName(name)
    for value, words in choices:
        box.addItem(words, value)
    box.setCurrentIndex(max(0, box.findData(chosen)))
    return box


def _side_by_side(*widgets: QWidget) -> QWidget:
    both = QWidget()
    line = QHBoxLayout(both)
    line.setContentsMargins(0, 0, 0, 0)
    line.setSpacing(16)
    for widget in widgets:
        line.addWidget(widget, 1)
    return both
