"""Who lives behind the door of a round: age, how the person lives, phone, the last visit, what was left out."""

from datetime import datetime

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QGridLayout, QWidget

from gridclient.domain.zone import ZONE
from gridclient.store.rounds import Visit
from gridclient.text import tr
from gridclient.ui.people_words import person_text, tag_text
from gridclient.ui.visits.words import date_text
from gridclient.ui.when import day_text, local
from gridclient.ui.widgets import Card, ElidedLabel, StatusTag, link_button, text_label
from gridclient.ui.widgets.flow import FlowLayout
from gridclient.ui.widgets.layouts import clear


class ElderCard(Card):
    """The short card of one visit; the file is one click away."""

    file_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("", parent)
        self.file = link_button("", "file-text")
        self.file.clicked.connect(self.file_wanted)
        self.head.addWidget(self.file)
        self._names = {name: text_label("", "muted") for name in ("address", "phone", "last", "due", "skipped")}
        self.values = {name: ElidedLabel() for name in self._names}
        grid = QGridLayout()
        grid.setHorizontalSpacing(12)
        grid.setVerticalSpacing(6)
        grid.setColumnStretch(1, 1)
        for row, (name, label) in enumerate(self._names.items()):
            grid.addWidget(label, row, 0)
            grid.addWidget(self.values[name], row, 1)
        self.body.addLayout(grid)
        tags = QWidget()
        self._tags = FlowLayout(tags, gap=6)
        self.body.addWidget(tags)
        self.retranslate()

    def show_visit(self, visit: Visit | None, now: datetime) -> None:
        """Shows whom a visit is about; nothing without one."""
        self.setVisible(visit is not None)
        if visit is None:
            return
        today, elder = now.astimezone(ZONE).date(), visit.elder
        self.set_title("　".join(part for part in (elder.name, person_text(elder.sex, elder.birth, today)) if part))
        last = day_text(local(elder.last_visit_at), now.astimezone(ZONE)) if elder.last_visit_at else ""
        skipped = tr(", ").join(date_text(day, today) for day in visit.skipped)
        texts = {"address": visit.door.address, "phone": elder.phone, "last": last or tr("not visited yet"),
                 "due": date_text(visit.due, today), "skipped": skipped}  # fmt: skip
        for name, text in texts.items():
            self.values[name].set_text(text or "—")
            for widget in (self._names[name], self.values[name]):
                widget.setVisible(bool(text))
        clear(self._tags)
        for tag, tone in ((elder.living, "warn" if elder.living == "alone" else "neutral"),
                          *((condition, "neutral") for condition in elder.conditions)):  # fmt: skip
            if tag:
                self._tags.addWidget(StatusTag(tag_text(tag), tone))

    def retranslate(self) -> None:
        """Says its words in the active language; the values are shown anew by the page."""
        self.file.setText(tr("Open the file"))
        names = {"address": tr("Address"), "phone": tr("Phone"), "last": tr("Last visit"), "due": tr("Due"),
                 "skipped": tr("Skipped")}  # fmt: skip
        for name, label in self._names.items():
            label.setText(names[name])
