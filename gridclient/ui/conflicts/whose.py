"""Who changed what and when, in words: the heads of the columns, and what happened on each side."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from gridclient.text import tr
from gridclient.ui import theme
from gridclient.ui.conflicts.field_row import BASE_WIDTH, NAME_WIDTH
from gridclient.ui.conflicts.values import ConflictFile
from gridclient.ui.fields import field_name
from gridclient.ui.when import moment_text
from gridclient.ui.widgets import Avatar, Card, ElidedLabel, text_label


@dataclass(frozen=True, slots=True)
class Reader:
    """Who reads the page, and when: a worker at a PC, with the names that they know."""

    worker: str
    device: str
    now: datetime
    names: Mapping[str, str]

    def name_of(self, worker: str) -> str:
        """A worker's name."""
        return self.names.get(worker, "") or tr("somebody")

    def when(self, moment: str) -> str:
        """A moment as it is said now."""
        return moment_text(moment, self.now)

    def who_and_when(self, by: str, at: str) -> str:
        """A worker and a moment in one line."""
        return tr("{name} {at}", name=self.name_of(by), at=self.when(at))


class Heads(QWidget):
    """The heads of the columns: the field, the value before, mine and the platform's."""

    def __init__(self) -> None:
        super().__init__()
        row = QHBoxLayout(self)
        row.setContentsMargins(20, 12, 20, 12)
        row.setSpacing(12)
        self._field, self._base = _Head(has_face=False), _Head(has_face=False)
        self._field.setFixedWidth(theme.px(NAME_WIDTH))
        self._base.setFixedWidth(theme.px(BASE_WIDTH))
        self._mine, self._theirs = _Head(has_face=True), _Head(has_face=True)
        row.addWidget(self._field)
        row.addWidget(self._base)
        row.addWidget(self._mine, 1)
        row.addWidget(self._theirs, 1)

    def show_file(self, file: ConflictFile, reader: Reader) -> None:
        """Says whose values these are."""
        by, at = file.conflict.text("by"), file.conflict.text("authored_at")
        own = tr("this PC") if file.conflict.text("device") == reader.device else tr("another PC")
        name = reader.name_of(by)
        mine = tr("Mine · {name}", name=name) if by == reader.worker else tr("Apart · {name}", name=name)
        latest = max(file.fields, key=lambda sides: sides.their_at, default=None)
        theirs = reader.name_of(latest.their_by) if latest else ""
        self._field.say(tr("Field"), "")
        self._base.say(tr("Before"), tr("what both sides saw"))
        self._mine.say(mine, f"{reader.when(at)} · {own}", name)
        self._theirs.say(
            tr("On the platform · {name}", name=theirs), reader.when(latest.their_at) if latest else "", theirs
        )


class _Head(QWidget):
    """The head of a column: a face where there is one, the name and a detail."""

    def __init__(self, *, has_face: bool) -> None:
        super().__init__()
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        self._face = Avatar(size=26)
        row.addWidget(self._face)
        self._face.setVisible(has_face)
        words = QVBoxLayout()
        words.setSpacing(0)
        self._title, self._detail = ElidedLabel(role="strong"), ElidedLabel(role="small")
        words.addWidget(self._title)
        words.addWidget(self._detail)
        row.addLayout(words, 1)

    def say(self, title: str, detail: str, face: str = "") -> None:
        """Shows these words."""
        self._title.set_text(title)
        self._detail.set_text(detail)
        self._detail.setVisible(bool(detail))
        self._face.set_name(face)


def my_history(file: ConflictFile, reader: Reader) -> Card:
    """What happened on the side of whoever changed the record apart."""
    conflict = file.conflict
    names = tr(", ").join(field_name(sides.name) for sides in file.fields)
    lines = [
        (reader.when(conflict.text("authored_at")), tr("changed {fields}", fields=names)),
        ("", tr("uploaded later; the same fields had been changed meanwhile")),
    ]
    if not file.is_open:
        by = reader.name_of(conflict.text("resolved_by"))
        lines.append((reader.when(conflict.text("resolved_at")), tr("decided by {name}", name=by)))
        for later in file.later:
            said = tr("{name} decided it too; the first decision stands.", name=reader.name_of(later.by))
            lines += [(reader.when(later.at), said), *([("", later.note)] if later.note else [])]
    return _history(reader.name_of(conflict.text("by")), tr("What happened on my side"), lines)


def their_history(file: ConflictFile, reader: Reader) -> Card:
    """What happened on the platform meanwhile: one line for each worker and moment."""
    ordered = sorted(file.fields, key=lambda sides: (sides.their_at, sides.their_by))
    lines: list[tuple[str, str]] = []
    for (at, by), group in groupby(ordered, key=lambda sides: (sides.their_at, sides.their_by)):
        fields = tr(", ").join(field_name(sides.name) for sides in group)
        lines.append((reader.when(at), tr("{name} changed {fields}", name=reader.name_of(by), fields=fields)))
    face = reader.name_of(ordered[-1].their_by) if ordered else ""
    return _history(face, tr("What happened on the platform"), lines)


def _history(face: str, title: str, lines: list[tuple[str, str]]) -> Card:
    card = Card(title)
    card.head.insertWidget(0, Avatar(face, 26))
    for at, what in lines:
        line = QHBoxLayout()
        line.setSpacing(12)
        when = text_label(at, "small")
        when.setFixedWidth(theme.px(96))
        line.addWidget(when, 0, Qt.AlignmentFlag.AlignTop)
        line.addWidget(text_label(what, "label", wrap=True), 1)
        card.body.addLayout(line)
    card.body.addStretch(1)
    return card
