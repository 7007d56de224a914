"""The one conflict that is being decided: what it is about, its fields, what happened, a note, and the confirmation."""

from collections.abc import Mapping

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from gridclient.store import work
from gridclient.text import tr
from gridclient.ui.conflicts.table import FieldTable
from gridclient.ui.conflicts.values import ConflictFile
from gridclient.ui.conflicts.whose import Reader, my_history, their_history
from gridclient.ui.desk import Desk
from gridclient.ui.fields import field_name
from gridclient.ui.widgets import (
    Card,
    ElidedLabel,
    FilePane,
    Foot,
    IconLabel,
    KeyCap,
    StatusTag,
    TextField,
    outlined_button,
    primary_button,
    text_label,
)
from gridclient.ui.widgets.layouts import clear


class Decision(FilePane):
    """Records the choices of a conflict once every field is decided; where there is none it says so."""

    put_off = Signal()  # the conflict stays open and the next one is wanted

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__("git-merge", parent)
        self._desk = desk
        self._names: Mapping[str, str] = {}
        self._file: ConflictFile | None = None
        self.empty.action_wanted.connect(desk.sync.wake)
        self.cards.addLayout(self._header())
        self.table = FieldTable()
        self.table.chosen.connect(self._tell_left)
        self.cards.addWidget(self.table)
        self._histories = QHBoxLayout()
        self._histories.setSpacing(12)
        self.cards.addLayout(self._histories)
        self._note_card = Card()
        self.note = TextField()
        self._note_card.body.addWidget(self.note)
        self.cards.addWidget(self._note_card)
        self.cards.addStretch(1)
        self.add_foot(self._footer())

    def _header(self) -> QVBoxLayout:
        lines = QVBoxLayout()
        lines.setSpacing(4)
        head = QHBoxLayout()
        head.setSpacing(10)
        self._name = text_label("", "title")
        self._tag = StatusTag()
        head.addWidget(self._name)
        head.addWidget(self._tag)
        head.addStretch(1)
        lines.addLayout(head)
        self._where = ElidedLabel(role="muted")
        lines.addWidget(self._where)
        return lines

    def _footer(self) -> Foot:
        foot = Foot()
        self._left_icon = IconLabel("circle-alert", "warn", 16)
        self._left = ElidedLabel(role="small")
        foot.line.addWidget(self._left_icon)
        foot.line.addWidget(self._left, 1)
        foot.line.addWidget(KeyCap("Ctrl+Enter"))
        self.later = outlined_button("")
        self.later.clicked.connect(self.put_off)
        self.confirm = primary_button("")
        self.confirm.clicked.connect(self._confirm)
        foot.line.addWidget(self.later)
        foot.line.addWidget(self.confirm)
        return foot

    def listen(self, page: QWidget) -> None:
        """Lets the keys decide wherever the keyboard is on the page."""
        table = self.table
        for keys, act in (
            ("1", table.take_mine), ("2", table.take_theirs), ("3", table.take_both), ("0", table.take_base),
            ("E", table.take_other), ("N", self.note.edit.setFocus), ("Up", table.move_up), ("Down", table.move_down),
            ("Shift+1", table.take_all_mine), ("Shift+2", table.take_all_theirs),
            ("Ctrl+Return", self._confirm), ("Ctrl+Enter", self._confirm),
        ):  # fmt: skip
            shortcut = QShortcut(QKeySequence(keys), page)
            shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            shortcut.activated.connect(act)

    def know(self, names: Mapping[str, str]) -> None:
        """Learns the names of the workers, by their ids."""
        self._names = names

    def open(self, file: ConflictFile | None) -> None:
        """Shows a conflict; the one that is shown already keeps its choices."""
        if file is None or file != self._file:
            self._show(file)
        else:
            self.show_file(True, can_act=file.is_open)  # in the place of a fault

    def _show(self, file: ConflictFile | None) -> None:
        self._file = file
        reader = Reader(self._desk.actor.worker_id, self._desk.opened.http.device, self._desk.now(), self._names)
        self.show_file(file is not None, can_act=file is not None and file.is_open)
        self.table.show_file(file, reader)
        clear(self._histories)
        if file is None:
            return
        self._name.setText(file.title)
        said = tr("{n} in conflict", n=len(file.fields)) if file.is_open else tr("Resolved")
        self._tag.set_mark(said, "bad" if file.is_open else "ok", "git-merge" if file.is_open else "check")
        self._where.set_text(file.place)
        self._histories.addWidget(my_history(file, reader), 1)
        self._histories.addWidget(their_history(file, reader), 1)
        self._note_card.setVisible(file.is_open or bool(file.conflict.text("note")))
        self.note.set_text("" if file.is_open else file.conflict.text("note"))
        self.note.edit.setReadOnly(not file.is_open)
        self._tell_left()

    def _tell_left(self) -> None:
        left, all_ = self.table.undecided(), len(self.table.rows)
        if left:
            name = field_name(left[0].sides.name)
            done = all_ - len(left)
            self._left.set_text(tr("{n} of {all} decided; {name} is not chosen yet", n=done, all=all_, name=name))
        else:
            self._left.set_text(tr("All {all} decided", all=all_))
        self._left_icon.set_icon(*(("circle-alert", "warn") if left else ("circle-check", "ok")))

    def _confirm(self) -> None:
        file = self._file
        if file is None or not file.is_open:
            return
        if undecided := self.table.undecided():
            self.table.activate(undecided[0])
            return
        conflict_id, choices, note, actor = file.conflict.id, self.table.choices(), self.note.text(), self._desk.actor
        self._file = None  # a second press confirms nothing
        self._desk.start(self._desk.write(lambda tx: work.resolve_conflict(tx, conflict_id, choices, actor, note)))

    def retranslate(self) -> None:
        """Says everything in the active language."""
        self.empty.say(
            tr("No conflicts"),
            tr("When two people change the same field, both values wait here."),
            tr("Synchronise now"),
            "git-merge",
        )
        self.table.retranslate()
        self.note.set_label(tr("Note (goes into the history, both sides see it)  N"))
        self.later.setText(tr("Leave for later"))
        self.confirm.setText(tr("Confirm choices"))
        self._show(self._file)
