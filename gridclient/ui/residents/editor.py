"""Changes what the file of a person says: phone, emergency contact, living situation, note."""

from collections.abc import Callable

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from gridclient.domain.checks import refusals
from gridclient.domain.record import Kind, Value
from gridclient.store import work
from gridclient.store.cache import Changes, Transaction
from gridclient.text import tr
from gridclient.ui import theme
from gridclient.ui.case.session import CaseFile
from gridclient.ui.desk import Desk
from gridclient.ui.widgets import TextField
from gridclient.ui.widgets.sheets import Sheet


class ResidentEditor(Sheet):
    """A sheet over the window; saving is one transaction over all the person's records."""

    saved = Signal(object)  # Changes

    def __init__(self, desk: Desk, file: CaseFile, parent: QWidget | None = None) -> None:
        person = file.resident
        super().__init__(tr("Change the file"), person.text("name") if person else "", parent)
        self._desk, self._file = desk, file
        self.fields: dict[str, TextField] = {}
        for name, label, icon in (
            ("phone", tr("Phone"), "phone"), ("contact_name", tr("Emergency contact"), "user"),
            ("contact_phone", tr("Contact's phone"), "phone"),
        ):  # fmt: skip
            field = TextField(label, icon)
            field.set_text(file.ident.text(name) if file.ident else "")
            field.setEnabled(file.ident is not None)
            self.fields[name] = field
            self.body.addWidget(field)
        note = TextField(tr("Note"), "pencil")
        note.set_text(person.text("note") if person else "")
        self.fields["note"] = note
        self.body.addWidget(note)
        self.save = self.offer(tr("Save"))
        self.save.clicked.connect(self._save)
        self.setMinimumWidth(theme.px(420))

    def _save(self) -> None:
        texts: dict[str, Value] = {name: field.text().strip() for name, field in self.fields.items()}
        note = texts.pop("note")
        person, ident, actor = self._file.resident, self._file.ident, self._desk.actor
        if person is None or not self._holds(texts):
            return

        def save(tx: Transaction) -> Changes:
            before = {"note": note} if note != person.text("note") else {}
            changes = work.edit_record(tx, person.id, before, actor)
            if ident is not None:
                changed = {name: value for name, value in texts.items() if value != ident.text(name)}
                changes |= work.edit_record(tx, ident.id, changed, actor)
            return changes

        self._desk.start(self._write(save))

    def _holds(self, texts: dict[str, Value]) -> bool:
        """Whether every number can be right; one that cannot says so under its field."""
        wrong = refusals(Kind.IDENT, texts)
        for name in texts:
            self.fields[name].clear_error()
        for name, text in wrong.items():
            self.fields[name].show_error(text)
        if wrong:
            self.fields[next(iter(wrong))].edit.setFocus()
        return not wrong

    async def _write(self, save: Callable[[Transaction], Changes]) -> None:
        changes = await self._desk.write(save)
        self.saved.emit(changes)
        self.accept()
