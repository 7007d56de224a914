"""The conflict desk: what two people changed apart, side by side, and a choice for each field.

The value as it was before, mine and theirs, who and when. Nothing is applied before every field is decided; the
choice and the note are recorded, and both sides see them.
"""

from dataclasses import dataclass
from typing import cast

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QAbstractButton,
    QButtonGroup,
    QGridLayout,
    QHBoxLayout,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)
from sqlalchemy.engine import Connection

from gridclient.domain.record import Value
from gridclient.store import lists, shown, work
from gridclient.store.cache import Changes
from gridclient.store.shown import Shown
from gridclient.text import tr
from gridclient.ui import theme
from gridclient.ui.desk import Desk
from gridclient.ui.fields import field_name, kind_text, value_text
from gridclient.ui.when import moment_text
from gridclient.ui.widgets import (
    ROW_LOOK,
    Card,
    ElidedLabel,
    EmptyState,
    RowLook,
    StatusTag,
    TextField,
    TwoLineDelegate,
    primary_button,
    text_label,
)


@dataclass(frozen=True, slots=True)
class ConflictFile:
    """A conflict and what it is about."""

    conflict: Shown
    title: str
    place: str


def read_conflicts(connection: Connection) -> list[ConflictFile]:
    """The conflicts of this worker's scope, undecided ones first."""
    found: list[ConflictFile] = []
    for conflict_id in lists.open_conflicts(connection):
        conflict = shown.find(connection, conflict_id)
        if conflict is not None:
            found.append(ConflictFile(conflict, *_named(connection, conflict)))
    return found


def _named(connection: Connection, conflict: Shown) -> tuple[str, str]:
    target = shown.find(connection, conflict.text("record"))
    owner = shown.find(connection, target.text("resident")) if target and target.text("resident") else target
    name = owner.text("name") or owner.text("title") if owner else conflict.text("title")
    return f"{name} · {kind_text(conflict.text('record_kind'))}", owner.text("address") if owner else ""


class ChoiceButton(QPushButton):
    """One value that may be chosen for a field."""

    def __init__(self, value: Value, text: str, detail: str, key: str, name: str) -> None:
        super().__init__(f"{text}\n{detail}  [{key}]" if detail else f"{text}  [{key}]")
        self.value = value
        self.setCheckable(True)
        self.setAutoDefault(False)
        theme.set_role(self, "choice")
        self.setMinimumHeight(54)
        self.setAccessibleName(f"{name}: {text}")


class ConflictPage(QWidget):
    """The list of conflicts and the one that is being decided."""

    count_changed = Signal(int)  # undecided conflicts

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        theme.set_role(self, "canvas")
        self._desk = desk
        self._files: list[ConflictFile] = []
        self._names: dict[str, str] = {}
        self._current: ConflictFile | None = None
        self._groups: dict[str, QButtonGroup] = {}
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(self._list_side())
        row.addWidget(self._desk_side(), 1)
        desk.changed.connect(self._changed)
        self.retranslate()
        self.reload()

    def _list_side(self) -> QWidget:
        side = QWidget()
        side.setFixedWidth(372)
        theme.set_role(side, "surface")
        column = QVBoxLayout(side)
        column.setContentsMargins(0, 16, 0, 0)
        self._title = text_label("", "title")
        self._title.setContentsMargins(20, 0, 0, 8)
        column.addWidget(self._title)
        self.list = QListWidget()
        self.list.setItemDelegate(TwoLineDelegate(self.list))
        self.list.currentRowChanged.connect(self._open_row)
        column.addWidget(self.list, 1)
        self._why = text_label("", "muted", wrap=True)
        self._why.setContentsMargins(20, 12, 20, 12)
        column.addWidget(self._why)
        return side

    def _desk_side(self) -> QWidget:
        side = QWidget()
        column = QVBoxLayout(side)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        self._empty = EmptyState()
        column.addWidget(self._empty, 1)
        self._all = QWidget()
        inside = QVBoxLayout(self._all)
        inside.setContentsMargins(20, 16, 20, 16)
        inside.setSpacing(12)
        head = QHBoxLayout()
        self._name = ElidedLabel(role="title")
        self._tag = StatusTag()
        head.addWidget(self._name, 1)
        head.addWidget(self._tag)
        inside.addLayout(head)
        self._where = ElidedLabel(role="muted")
        inside.addWidget(self._where)
        card = Card()
        self._table = QGridLayout()
        self._table.setHorizontalSpacing(16)
        self._table.setVerticalSpacing(10)
        card.body.addLayout(self._table)
        inside.addWidget(card)
        self.note = TextField()
        inside.addWidget(self.note)
        inside.addStretch(1)
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setWidget(self._all)
        self._area = area
        column.addWidget(area, 1)
        foot = QWidget()
        theme.set_role(foot, "footer")
        foot.setFixedHeight(60)
        line = QHBoxLayout(foot)
        line.setContentsMargins(20, 0, 20, 0)
        self._left = text_label("", "small")
        self.confirm = primary_button("")
        self.confirm.clicked.connect(self._confirm)
        line.addWidget(self._left)
        line.addStretch(1)
        line.addWidget(self.confirm)
        self._foot = foot
        column.addWidget(foot)
        return side

    # --- reading -------------------------------------------------------------------------------------------

    def reload(self) -> None:
        """Reads the conflicts anew."""
        self._desk.start(self._load())

    async def _load(self) -> None:
        self._files = await self._desk.read(read_conflicts)
        self._names = await self._desk.read(lists.worker_names)
        keep = self._current.conflict.id if self._current else ""
        self.list.blockSignals(True)
        self.list.clear()
        now = self._desk.now()
        for file in self._files:
            item = QListWidgetItem()
            is_open = file.conflict.text("state") == "open"
            n = len(cast("dict[str, Value]", file.conflict.fields.get("fields") or {}))
            look = RowLook(
                file.title, file.place, "", tr("{n} to decide", n=n) if is_open else tr("Resolved"),
                "bad" if is_open else "ok", moment_text(file.conflict.text("authored_at"), now), "text_2",
                chip_icon="git-merge" if is_open else "check",
            )  # fmt: skip
            item.setData(ROW_LOOK, look)
            item.setData(Qt.ItemDataRole.AccessibleTextRole, look.spoken)
            self.list.addItem(item)
        self.list.blockSignals(False)
        self.count_changed.emit(self.undecided())
        places = [place for place, file in enumerate(self._files) if file.conflict.id == keep]
        self._show(self._files[places[0] if places else 0] if self._files else None)
        if self._files:
            self.list.setCurrentRow(places[0] if places else 0)

    def undecided(self) -> int:
        """How many conflicts wait for a decision."""
        return sum(file.conflict.text("state") == "open" for file in self._files)

    def _open_row(self, place: int) -> None:
        if 0 <= place < len(self._files):
            self._show(self._files[place])

    def _show(self, file: ConflictFile | None) -> None:
        self._current = file
        self._empty.setVisible(file is None)
        self._area.setVisible(file is not None)
        self._foot.setVisible(file is not None)
        while (item := self._table.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.hide()
                widget.deleteLater()
        self._groups = {}
        if file is None:
            return
        conflict = file.conflict
        is_open = conflict.text("state") == "open"
        fields = cast("dict[str, dict[str, Value]]", conflict.fields.get("fields") or {})
        self._name.set_text(file.title)
        self._tag.set_mark(
            tr("{n} in conflict", n=len(fields)) if is_open else tr("Resolved"), "bad" if is_open else "ok", "git-merge"
        )
        self._where.set_text(file.place)
        self._show_heads(conflict)
        for line, (name, sides) in enumerate(fields.items(), start=1):
            self._show_field(line, name, sides, conflict)
        self.note.setVisible(is_open)
        self.confirm.setVisible(is_open)
        self._tell_left()

    def _show_heads(self, conflict: Shown) -> None:
        mine = self._names.get(conflict.text("by"), "") or tr("me")
        when = moment_text(conflict.text("authored_at"), self._desk.now())
        for column, text in enumerate((
            tr("Field"), tr("Before"), tr("Edited apart · {name} {when}", name=mine, when=when), tr("On the platform"),
        )):  # fmt: skip
            self._table.addWidget(text_label(text, "strong"), 0, column)
        self._table.setColumnStretch(2, 1)
        self._table.setColumnStretch(3, 1)

    def _show_field(self, line: int, name: str, sides: dict[str, Value], conflict: Shown) -> None:
        self._table.addWidget(text_label(field_name(name), "strong"), line, 0)
        self._table.addWidget(text_label(value_text(name, sides.get("base")), "muted"), line, 1)
        their_by = self._names.get(str(sides.get("their_by") or ""), "")
        their_at = moment_text(str(sides.get("their_at") or ""), self._desk.now())
        group = QButtonGroup(self)
        chosen = cast("dict[str, Value]", conflict.fields.get("choices") or {})
        is_open = conflict.text("state") == "open"
        for column, (side, detail, key) in enumerate(
            (("mine", "", "1"), ("theirs", f"{their_by} {their_at}".strip(), "2")), start=2
        ):
            value = sides.get(side)
            button = ChoiceButton(value, value_text(name, value), detail, key, field_name(name))
            button.setEnabled(is_open)
            button.setChecked(not is_open and chosen.get(name) == value)
            group.addButton(button, column - 1)
            self._table.addWidget(button, line, column)
        group.buttonClicked.connect(self._chose)
        self._groups[name] = group

    # --- deciding ------------------------------------------------------------------------------------------

    def choose(self, name: str, side: int) -> None:
        """Chooses mine (1) or theirs (2) for a field."""
        self._groups[name].button(side).click()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """1 takes mine, 2 theirs, for the next field that is not decided."""
        sides = {Qt.Key.Key_1: 1, Qt.Key.Key_2: 2}
        open_fields = [name for name, group in self._groups.items() if group.checkedButton() is None]
        if (side := sides.get(Qt.Key(event.key()))) and open_fields:
            self.choose(open_fields[0], side)
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._confirm()
        else:
            super().keyPressEvent(event)

    def _chose(self, _button: QAbstractButton) -> None:
        self._tell_left()

    def _choices(self) -> dict[str, Value]:
        return {
            name: button.value
            for name, group in self._groups.items()
            if isinstance(button := group.checkedButton(), ChoiceButton)
        }

    def _tell_left(self) -> None:
        done, all_ = len(self._choices()), len(self._groups)
        self._left.setText(tr("{n} of {all} decided", n=done, all=all_))

    def _confirm(self) -> None:
        file, choices = self._current, self._choices()
        if file is None or file.conflict.text("state") != "open":
            return
        undecided = [group for name, group in self._groups.items() if name not in choices]
        if undecided:
            undecided[0].button(1).setFocus(Qt.FocusReason.ShortcutFocusReason)
            return
        conflict_id, note, actor = file.conflict.id, self.note.text(), self._desk.actor
        self.note.set_text("")
        self._desk.start(self._desk.write(lambda tx: work.resolve_conflict(tx, conflict_id, choices, actor, note)))

    def _changed(self, changes: Changes) -> None:
        if changes.areas & {"conflict", "scope"}:
            self.reload()

    def retranslate(self) -> None:
        """Says the page's words in the active language."""
        self._title.setText(tr("Conflicts"))
        self.list.setAccessibleName(tr("Conflicts"))
        self._why.setText(tr(
            "A conflict is the same field changed by two people apart. Different fields are merged by themselves. "
            "Until you choose, both values are kept and the platform's is used."
        ))  # fmt: skip
        self._empty.say(tr("No conflicts"), tr("When two people change the same field, both values wait here."))
        self.note.set_label(tr("Note (goes into the history, both sides see it)"))
        self.confirm.setText(tr("Confirm choices"))
        self._show(self._current)
