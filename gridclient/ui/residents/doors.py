"""The doors of one building with what stands around them: whose building, which colours, which tiers, which keys."""

from collections.abc import Sequence
from datetime import datetime

from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from gridclient.store.buildings import Building, Door
from gridclient.text import tr
from gridclient.ui import theme
from gridclient.ui.people_words import tag_text
from gridclient.ui.residents.building import HAZARDS, TIER, VISIT, BuildingView
from gridclient.ui.widgets import Chip, ChipLook, ChipRow, ElidedLabel, IconLabel, KeyCap, StatusTag, text_label

_COLOURS = (TIER, VISIT, HAZARDS)  # as the key goes through them


class DoorsSide(QWidget):
    """Shows a building; what is done at its doors is told by `view`."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        theme.set_role(self, "pane")
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 16, 12, 0)
        column.setSpacing(8)
        head = QHBoxLayout()
        head.setSpacing(8)
        self._house, self._detail = text_label("", "title"), ElidedLabel(role="muted")
        self.colours = ChipRow()
        self.colours.chosen.connect(self._show_colours)
        head.addWidget(self._house)
        head.addWidget(self._detail, 1)
        column.addLayout(head)
        column.addWidget(self.colours)
        column.addLayout(self._tier_line())
        self.view = BuildingView()
        self.view.colours_wanted.connect(self._other_colours)
        column.addWidget(self.view, 1)
        column.addLayout(self._key_line())

    def _tier_line(self) -> QHBoxLayout:
        line = QHBoxLayout()
        line.setSpacing(6)
        self._tiers = {tier: Chip(ChipLook(tier, "")) for tier in ("high", "key", "general")}
        for chip in self._tiers.values():
            chip.clicked.connect(self._tier_clicked)
            line.addWidget(chip)
        self._late_icon, self._late = IconLabel("triangle-alert", "bad", 14), text_label("", "small")
        self._hazards = StatusTag()
        line.addSpacing(8)
        for each in (self._late_icon, self._late, self._hazards):
            line.addWidget(each)
        line.addStretch(1)
        return line

    def _key_line(self) -> QHBoxLayout:
        line = QHBoxLayout()
        line.setContentsMargins(0, 0, 0, 12)
        line.setSpacing(6)
        self._key_words = [text_label("", "small") for _ in range(5)]
        for cap, words in zip(("↑↓←→", "Enter", "V", "1–3", "C"), self._key_words, strict=True):
            line.addWidget(KeyCap(cap))
            line.addWidget(words)
            line.addSpacing(6)
        line.addStretch(1)
        return line

    def show_building(self, house: Building, doors: Sequence[Door], now: datetime) -> None:
        """Shows the doors of a building as they stand now."""
        self._house.setText(f"{house.lane} {tr('No. {number}', number=house.number)}")
        self._detail.set_text(tr("{doors} doors, {n} cared for", doors=house.doors, n=house.cared_for))
        self.view.show_doors(doors, now)
        self.setMaximumWidth(self.view.wanted_width() + theme.px(40))
        for tier, chip in self._tiers.items():
            chip.set_look(ChipLook(tier, tag_text(tier), self.view.doors.count(tier)))
        late, hazards = self.view.doors.overdue, self.view.doors.hazards
        self._hazards.set_mark(tr("{n} hazards", n=hazards), "warn", "triangle-alert")
        self._hazards.setVisible(hazards > 0)
        self._late.setText(tr("{n} overdue", n=late))
        self._late.setVisible(late > 0)
        self._late_icon.setVisible(late > 0)

    def _tier_clicked(self) -> None:
        chip = self.sender()
        assert isinstance(chip, Chip)
        self.view.show_tier(chip.look.id)
        for each in self._tiers.values():
            each.setChecked(each.look.id == self.view.tier)

    def _show_colours(self, colours: str) -> None:
        self.view.show_colours(colours)

    def _other_colours(self) -> None:
        colours = _COLOURS[(_COLOURS.index(self.view.colours) + 1) % len(_COLOURS)]
        self.colours.choose(colours)
        self.view.show_colours(colours)

    def retranslate(self) -> None:
        """Says the words in the active language."""
        self.colours.set_chips(
            [ChipLook(TIER, tr("Care tier"), icon="chevrons-up"), ChipLook(VISIT, tr("Last visit"), icon="clock"),
             ChipLook(HAZARDS, tr("Hazards"), icon="triangle-alert")]
        )  # fmt: skip
        words = (tr("move"), tr("open"), tr("visit"), tr("one tier"), tr("other colours"))
        for label, said in zip(self._key_words, words, strict=True):
            label.setText(said)
