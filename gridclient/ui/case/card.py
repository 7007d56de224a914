"""The card of the person or place that a case is about; the phone is masked."""

from datetime import datetime

from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from gridclient.domain.masking import mask_phone
from gridclient.domain.zone import ZONE
from gridclient.text import tr
from gridclient.ui.case.session import CaseFile
from gridclient.ui.people_words import person_text, tag_text, visit_stand
from gridclient.ui.widgets import Card, ElidedLabel, StatusTag, link_button, text_label


class FileCard(Card):
    """Name, sex and age, address, masked phone, emergency contact, and tags."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent=parent)
        self.edit = link_button("", "pencil")
        self._values = {name: ElidedLabel() for name in ("who", "phone", "address", "contact")}
        self._names = {name: text_label("", "muted") for name in self._values}
        body = QVBoxLayout()
        grid = QGridLayout()
        grid.setHorizontalSpacing(12)
        grid.setVerticalSpacing(6)
        for place, name in enumerate(self._values):
            row, column = divmod(place, 2)
            grid.addWidget(self._names[name], row, column * 2)
            grid.addWidget(self._values[name], row, column * 2 + 1)
        grid.setColumnStretch(1, 3)
        grid.setColumnStretch(3, 2)
        body.addLayout(grid)
        self._tags = QHBoxLayout()
        self._tags.setSpacing(8)
        body.addLayout(self._tags)
        self.body.addLayout(body)
        self._tags.addWidget(self.edit)

    def show_file(self, file: CaseFile, now: datetime) -> None:
        """Shows what is known; the phone only as far as everybody at the door may read it."""
        person, today = file.resident, now.astimezone(ZONE).date()
        labels = {"who": tr("Resident") if person else tr("Place"), "phone": tr("Phone"), "address": tr("Address"),
                  "contact": tr("Emergency contact")}  # fmt: skip
        for name, label in self._names.items():
            label.setText(labels[name])
        self.edit.setText(tr("Edit"))
        self.edit.setVisible(person is not None)
        if person is None:
            texts = {"who": file.case.text("title"), "address": file.case.text("address"), "phone": "", "contact": ""}
        else:
            ident = file.ident
            phone = mask_phone(ident.text("phone")) if ident else tr("not for your role")
            contact = f"{ident.text('contact_relation')} {ident.text('contact_name')}".strip() if ident else ""
            who = person_text(person.text("sex"), person.text("birth"), today)
            texts = {"who": f"{person.text('name')}　{who}", "address": person.text("address"),
                     "phone": phone, "contact": contact}  # fmt: skip
        for name, value in self._values.items():
            value.set_text(texts[name] or "—")
            for widget in (self._names[name], value):
                widget.setVisible(person is not None or name in ("who", "address"))
        self._show_tags(file, now)

    def _show_tags(self, file: CaseFile, now: datetime) -> None:
        while (item := self._tags.takeAt(0)) is not None:
            if (widget := item.widget()) is not None and widget is not self.edit:
                widget.deleteLater()
        tags: list[tuple[str, str]] = []
        if file.resident is not None and (living := file.resident.text("living")):
            tags.append((tag_text(living), "warn" if living == "alone" else "neutral"))
        if file.care is not None:
            tags.append((tag_text(file.care.text("tier")), "neutral"))
            conditions = file.care.fields.get("conditions")
            if isinstance(conditions, list):
                tags += [(tag_text(str(condition)), "neutral") for condition in conditions]
            if file.care.fields.get("alarm") is True:
                tags.append((tr("Alarm installed"), "ok"))
        for text, tone in tags[:5]:
            self._tags.addWidget(StatusTag(text, tone))
        if file.care is not None and (last := file.care.text("last_visit_at")):
            every = int(file.care.text("visits_every_days") or 0)
            said = visit_stand(last, every, now)
            self._tags.addWidget(text_label(tr("last visit: {when}", when=said.text), "small"))
        self._tags.addStretch(1)
        self._tags.addWidget(self.edit)
