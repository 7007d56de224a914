"""The conflict desk: what two people changed apart, side by side, and a choice for each field.

The value as it was before, mine and theirs, who and when. Nothing is applied before every field is decided; the
choice and the note are recorded, and both sides see them.
"""

from itertools import groupby

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QFrame, QHBoxLayout, QListWidget, QListWidgetItem, QScrollArea, QVBoxLayout, QWidget

from gridclient.store import lists, work
from gridclient.store.cache import Changes
from gridclient.text import tr
from gridclient.ui import theme
from gridclient.ui.conflicts.field_row import BASE_WIDTH, NAME_WIDTH, FieldRow, Side
from gridclient.ui.conflicts.values import ConflictFile, read_conflicts
from gridclient.ui.desk import Desk
from gridclient.ui.fields import field_name
from gridclient.ui.when import moment_text
from gridclient.ui.widgets import (
    ROW_LOOK,
    Avatar,
    Card,
    ChipLook,
    ChipRow,
    ElidedLabel,
    EmptyState,
    IconLabel,
    KeyCap,
    RowLook,
    StatusTag,
    TextField,
    TwoLineDelegate,
    compact_button,
    outlined_button,
    primary_button,
    text_label,
)
from gridclient.ui.widgets.layouts import clear

_SIDES: tuple[Side, ...] = ("mine", "theirs")


class ConflictPage(QWidget):
    """The list of conflicts and the one that is being decided."""

    count_changed = Signal(int)  # undecided conflicts

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        theme.set_role(self, "canvas")
        self._desk = desk
        self._files: list[ConflictFile] = []
        self._shown: list[ConflictFile] = []
        self._names: dict[str, str] = {}
        self._current: ConflictFile | None = None
        self._done: list[tuple[FieldRow, Side | None]] = []  # choices before the last ones, to take back
        self.rows: list[FieldRow] = []
        self._active: FieldRow | None = None
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(self._list_side())
        row.addWidget(self._desk_side(), 1)
        self._listen()
        desk.changed.connect(self._changed)
        self.retranslate()
        self.reload()

    def take_focus(self) -> None:
        """Gives the keyboard to the field being decided, else to the list."""
        if self._active is not None:
            self._activate(self._active)
        else:
            self.list.setFocus()

    def _list_side(self) -> QWidget:
        side = QWidget()
        side.setFixedWidth(372)
        theme.set_role(side, "pane")
        column = QVBoxLayout(side)
        column.setContentsMargins(0, 16, 1, 0)
        column.setSpacing(0)
        self._title = text_label("", "title")
        self._title.setContentsMargins(20, 0, 0, 12)
        column.addWidget(self._title)
        self._chips = ChipRow()
        self._chips.chosen.connect(self._choose_list)
        line = QHBoxLayout()
        line.setContentsMargins(20, 0, 16, 12)
        line.addWidget(self._chips)
        column.addLayout(line)
        self.list = QListWidget()
        self.list.setItemDelegate(TwoLineDelegate(self.list))
        self.list.currentRowChanged.connect(self._open_row)
        column.addWidget(self.list, 1)
        foot = QFrame()
        theme.set_role(foot, "footer")
        note = QHBoxLayout(foot)
        note.setContentsMargins(20, 12, 20, 12)
        note.addWidget(IconLabel("info"), 0, Qt.AlignmentFlag.AlignTop)
        self._why = text_label("", "small", wrap=True)
        note.addWidget(self._why, 1)
        column.addWidget(foot)
        return side

    def _desk_side(self) -> QWidget:
        side = QWidget()
        column = QVBoxLayout(side)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        self._empty = EmptyState(icon="git-merge")
        self._empty.action_wanted.connect(self._desk.sync.wake)
        column.addWidget(self._empty, 1)
        self._area = QScrollArea()
        self._area.setWidgetResizable(True)
        self._area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        column.addWidget(self._area, 1)
        content = QWidget()
        theme.set_role(content, "plain")
        inside = QVBoxLayout(content)
        inside.setContentsMargins(20, 16, 20, 16)
        inside.setSpacing(12)
        inside.addLayout(self._header())
        inside.addWidget(self._table())
        self._histories = QHBoxLayout()
        self._histories.setSpacing(12)
        inside.addLayout(self._histories)
        self._note_card = Card()
        self.note = TextField()
        self._note_card.body.addWidget(self.note)
        inside.addWidget(self._note_card)
        inside.addStretch(1)
        self._area.setWidget(content)
        column.addWidget(self._footer())
        return side

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

    def _table(self) -> QFrame:
        frame = QFrame()
        theme.set_role(frame, "card")
        column = QVBoxLayout(frame)
        column.setContentsMargins(1, 1, 1, 1)
        column.setSpacing(0)
        heads = QHBoxLayout()
        heads.setContentsMargins(20, 12, 20, 12)
        heads.setSpacing(12)
        self._heads = {name: _Head(name != "field" and name != "base") for name in ("field", "base", "mine", "theirs")}
        self._heads["field"].setFixedWidth(NAME_WIDTH)
        self._heads["base"].setFixedWidth(BASE_WIDTH)
        for name, head in self._heads.items():
            heads.addWidget(head, 1 if name in ("mine", "theirs") else 0)
        column.addLayout(heads)
        self._rows = QVBoxLayout()
        self._rows.setSpacing(0)
        column.addLayout(self._rows)
        self._whole = QWidget()
        whole = QHBoxLayout(self._whole)
        whole.setContentsMargins(20, 10, 20, 12)
        whole.setSpacing(8)
        self._whole_label = text_label("", "small")
        self._all_mine, self._all_theirs = compact_button(""), compact_button("")
        self._all_mine.clicked.connect(self._take_all_mine)
        self._all_theirs.clicked.connect(self._take_all_theirs)
        self._back_label = text_label("", "small")
        whole.addWidget(self._whole_label)
        for button, keys in ((self._all_mine, "Shift+1"), (self._all_theirs, "Shift+2")):
            whole.addWidget(button)
            whole.addWidget(KeyCap(keys))
        whole.addStretch(1)
        whole.addWidget(self._back_label)
        whole.addWidget(KeyCap("Ctrl+Z"))
        column.addWidget(self._whole)
        return frame

    def _footer(self) -> QFrame:
        self._foot = QFrame()
        theme.set_role(self._foot, "footer")
        self._foot.setFixedHeight(60)
        line = QHBoxLayout(self._foot)
        line.setContentsMargins(20, 0, 20, 0)
        line.setSpacing(10)
        self._left_icon = IconLabel("circle-alert", "warn", 16)
        self._left = ElidedLabel(role="small")
        line.addWidget(self._left_icon)
        line.addWidget(self._left, 1)
        line.addWidget(KeyCap("Ctrl+Enter"))
        self.later = outlined_button("")
        self.later.clicked.connect(self._later)
        self.confirm = primary_button("")
        self.confirm.clicked.connect(self._confirm)
        line.addWidget(self.later)
        line.addWidget(self.confirm)
        return self._foot

    def _listen(self) -> None:
        for keys, act in (
            ("1", self._key_mine), ("2", self._key_theirs), ("3", self._key_both), ("0", self._key_base),
            ("E", self._key_other), ("N", self._key_note), ("Up", self._up), ("Down", self._down),
            ("Shift+1", self._take_all_mine), ("Shift+2", self._take_all_theirs),
            ("Ctrl+Return", self._confirm), ("Ctrl+Enter", self._confirm),
        ):  # fmt: skip
            shortcut = QShortcut(QKeySequence(keys), self)
            shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            shortcut.activated.connect(act)

    # --- reading -------------------------------------------------------------------------------------------

    def reload(self) -> None:
        """Reads the conflicts anew."""
        self._desk.start(self._load())

    async def _load(self) -> None:
        self._files = await self._desk.read(read_conflicts)
        self._names = await self._desk.read(lists.worker_names)
        self._chips.set_count("open", self.undecided())
        self._chips.set_count("resolved", len(self._files) - self.undecided())
        self.count_changed.emit(self.undecided())
        self._list()

    def _list(self) -> None:
        wanted_open = self._chips.current() != "resolved"
        self._shown = [file for file in self._files if file.is_open == wanted_open]
        keep = self._current.conflict.id if self._current else ""
        self.list.blockSignals(True)
        self.list.clear()
        for file in self._shown:
            look = self._look(file)
            item = QListWidgetItem()
            item.setData(ROW_LOOK, look)
            item.setData(Qt.ItemDataRole.AccessibleTextRole, look.spoken)
            self.list.addItem(item)
        place = next((n for n, file in enumerate(self._shown) if file.conflict.id == keep), 0)
        self.list.setCurrentRow(place if self._shown else -1)
        self.list.blockSignals(False)
        if not self._shown or self._shown[place] != self._current:
            self._show(self._shown[place] if self._shown else None)

    def _look(self, file: ConflictFile) -> RowLook:
        when = moment_text(file.conflict.text("authored_at"), self._desk.now())
        if file.is_open:
            return RowLook(file.title, file.place, "", tr("{n} in conflict", n=len(file.fields)), "bad", when,
                           chip_icon="git-merge")  # fmt: skip
        return RowLook(file.title, file.place, "", tr("Resolved"), "ok", when, chip_icon="check")

    def undecided(self) -> int:
        """How many conflicts wait for a decision."""
        return sum(file.is_open for file in self._files)

    def _choose_list(self, _chip: str) -> None:
        self._current = None
        self._list()

    def _open_row(self, place: int) -> None:
        if 0 <= place < len(self._shown):
            self._show(self._shown[place])

    # --- showing -------------------------------------------------------------------------------------------

    def _show(self, file: ConflictFile | None) -> None:
        self._current = file
        self._empty.setVisible(file is None)
        self._area.setVisible(file is not None)
        self._foot.setVisible(file is not None and file.is_open)
        clear(self._rows)
        clear(self._histories)
        self.rows, self._active, self._done = [], None, []
        if file is None:
            return
        self._name.setText(file.title)
        said = tr("{n} in conflict", n=len(file.fields)) if file.is_open else tr("Resolved")
        self._tag.set_mark(said, "bad" if file.is_open else "ok", "git-merge" if file.is_open else "check")
        self._where.set_text(file.place)
        self._show_heads(file)
        for sides in file.fields:
            row = FieldRow(sides, self._said(file.conflict.text("by"), file.conflict.text("authored_at")),
                           self._said(sides.their_by, sides.their_at))  # fmt: skip
            row.chosen.connect(self._row_chosen)
            self._rows.addWidget(row)
            self.rows.append(row)
            if not file.is_open:
                row.show_decided(file.choices.get(sides.name))
        self._show_histories(file)
        self._whole.setVisible(file.is_open)
        self._note_card.setVisible(file.is_open or bool(file.conflict.text("note")))
        self.note.set_text("" if file.is_open else file.conflict.text("note"))
        self.note.edit.setReadOnly(not file.is_open)
        if file.is_open and self.rows:
            self._activate(self.rows[0])
        self._tell_left()

    def _show_heads(self, file: ConflictFile) -> None:
        by, at = file.conflict.text("by"), file.conflict.text("authored_at")
        is_me = by == self._desk.actor.worker_id
        own = tr("this PC") if file.conflict.text("device") == self._desk.opened.http.device else tr("another PC")
        self._heads["field"].say(tr("Field"), "")
        self._heads["base"].say(tr("Before"), tr("what both sides saw"))
        mine = tr("Mine · {name}", name=self._name_of(by)) if is_me else tr("Apart · {name}", name=self._name_of(by))
        self._heads["mine"].say(mine, f"{self._when(at)} · {own}", self._name_of(by))
        latest = max(file.fields, key=lambda sides: sides.their_at, default=None)
        theirs = self._name_of(latest.their_by) if latest else ""
        at = self._when(latest.their_at) if latest else ""
        self._heads["theirs"].say(tr("On the platform · {name}", name=theirs), at, theirs)

    def _show_histories(self, file: ConflictFile) -> None:
        names = tr(", ").join(field_name(sides.name) for sides in file.fields)
        conflict = file.conflict
        mine = [
            (self._when(conflict.text("authored_at")), tr("changed {fields}", fields=names)),
            ("", tr("uploaded later; the same fields had been changed meanwhile")),
        ]
        if not file.is_open:
            by = self._name_of(conflict.text("resolved_by"))
            mine.append((self._when(conflict.text("resolved_at")), tr("decided by {name}", name=by)))
            for later in file.later:
                said = tr("{name} decided it too; the first decision stands.", name=self._name_of(later.by))
                mine += [(self._when(later.at), said), *([("", later.note)] if later.note else [])]
        self._histories.addWidget(_history(self._name_of(conflict.text("by")), tr("What happened on my side"), mine), 1)
        ordered = sorted(file.fields, key=lambda sides: (sides.their_at, sides.their_by))
        theirs: list[tuple[str, str]] = []
        for (at, by), group in groupby(ordered, key=lambda sides: (sides.their_at, sides.their_by)):
            fields = tr(", ").join(field_name(sides.name) for sides in group)
            said = tr("{name} changed {fields}", name=self._name_of(by), fields=fields)
            theirs.append((self._when(at), said))
        face = self._name_of(ordered[-1].their_by) if ordered else ""
        self._histories.addWidget(_history(face, tr("What happened on the platform"), theirs), 1)

    def _name_of(self, worker: str) -> str:
        return self._names.get(worker, "") or tr("somebody")

    def _when(self, moment: str) -> str:
        return moment_text(moment, self._desk.now())

    def _said(self, by: str, at: str) -> str:
        return tr("{name} {at}", name=self._name_of(by), at=self._when(at))

    # --- deciding ------------------------------------------------------------------------------------------

    def choose(self, name: str, side: int) -> None:
        """Chooses mine (1) or theirs (2) for a field."""
        row = next(row for row in self.rows if row.sides.name == name)
        self._take(row, _SIDES[side - 1])

    def _row_chosen(self, row: object, side: str) -> None:
        assert isinstance(row, FieldRow)
        match side:
            case "mine" | "theirs" | "both" | "base" | "other":
                self._take(row, side)
            case _:
                raise ValueError(side)

    def _take(self, row: FieldRow, side: Side) -> None:
        self._done.append((row, row.side))
        row.choose(side)
        following = next((each for each in self.rows if not each.is_decided), None)
        self._activate(row if side == "other" else following or row)
        self._tell_left()

    def _act(self, side: Side) -> None:
        if self._active is not None and self._is_open():
            self._take(self._active, side)

    def _is_open(self) -> bool:
        return self._current is not None and self._current.is_open

    def _key_mine(self) -> None:
        self._act("mine")

    def _key_theirs(self) -> None:
        self._act("theirs")

    def _key_both(self) -> None:
        if self._active is not None and isinstance(self._active.sides.mine, list):
            self._act("both")

    def _key_base(self) -> None:
        self._act("base")

    def _key_other(self) -> None:
        self._act("other")

    def _key_note(self) -> None:
        self.note.edit.setFocus()

    def _take_all(self, side: Side) -> None:
        if self._is_open():
            for row in self.rows:
                self._take(row, side)

    def _take_all_mine(self) -> None:
        self._take_all("mine")

    def _take_all_theirs(self) -> None:
        self._take_all("theirs")

    def take_back(self) -> bool:
        """Takes the last choice back that was not confirmed yet; False when there is none."""
        if not self._done:
            return False
        row, side = self._done.pop()
        row.choose(side)
        self._activate(row)
        self._tell_left()
        return True

    def _up(self) -> None:
        self._move(-1)

    def _down(self) -> None:
        self._move(1)

    def _move(self, by: int) -> None:
        if self._active is not None:
            place = self.rows.index(self._active) + by
            self._activate(self.rows[min(max(place, 0), len(self.rows) - 1)])

    def _activate(self, row: FieldRow) -> None:
        for each in self.rows:
            each.set_active(each is row)
        self._active = row
        if row.side != "other" and self.isVisible():
            (row.theirs if row.side == "theirs" else row.mine).setFocus(Qt.FocusReason.OtherFocusReason)

    def _tell_left(self) -> None:
        left = [row for row in self.rows if not row.is_decided]
        done, all_ = len(self.rows) - len(left), len(self.rows)
        if left:
            name = field_name(left[0].sides.name)
            self._left.set_text(tr("{n} of {all} decided; {name} is not chosen yet", n=done, all=all_, name=name))
        else:
            self._left.set_text(tr("All {all} decided", all=all_))
        self._left_icon.set_icon(*(("circle-alert", "warn") if left else ("circle-check", "ok")))

    def _later(self) -> None:
        """Leaves this conflict open and goes to the next one."""
        if self._shown:
            self.list.setCurrentRow((self.list.currentRow() + 1) % len(self._shown))

    def _confirm(self) -> None:
        file = self._current
        if file is None or not file.is_open:
            return
        if (undecided := next((row for row in self.rows if not row.is_decided), None)) is not None:
            self._activate(undecided)
            return
        choices = {row.sides.name: row.value for row in self.rows}
        conflict_id, note, actor = file.conflict.id, self.note.text(), self._desk.actor
        self._current = None
        self._desk.start(self._desk.write(lambda tx: work.resolve_conflict(tx, conflict_id, choices, actor, note)))

    def _changed(self, changes: Changes) -> None:
        if changes.areas & {"conflict", "scope"}:
            self.reload()

    def retranslate(self) -> None:
        """Says the page's words in the active language."""
        self._title.setText(tr("Conflicts"))
        self.list.setAccessibleName(tr("Conflicts"))
        self._chips.set_chips([ChipLook("open", tr("To decide")), ChipLook("resolved", tr("Resolved"))])
        self._why.setText(tr(
            "A conflict is the same field changed by two people apart. Different fields are merged by themselves. "
            "Until you choose, both values are kept and the platform's is used."
        ))  # fmt: skip
        self._empty.say(
            tr("No conflicts"),
            tr("When two people change the same field, both values wait here."),
            tr("Synchronise now"),
            "git-merge",
        )
        self._whole_label.setText(tr("Whole record"))
        self._all_mine.setText(tr("Take all of mine"))
        self._all_theirs.setText(tr("Take all of the platform's"))
        self._back_label.setText(tr("Chosen wrongly? Take it back:"))
        self.note.set_label(tr("Note (goes into the history, both sides see it)  N"))
        self.later.setText(tr("Leave for later"))
        self.confirm.setText(tr("Confirm choices"))
        self._show(self._current)
        self.reload()


class _Head(QWidget):
    """The head of a column: a face where there is one, the name and a detail."""

    def __init__(self, has_face: bool) -> None:
        super().__init__()
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        self._face = Avatar(size=26)
        self._face.setVisible(has_face)
        row.addWidget(self._face)
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


def _history(face: str, title: str, lines: list[tuple[str, str]]) -> Card:
    card = Card(title)
    card.head.insertWidget(0, Avatar(face, 26))
    for at, what in lines:
        line = QHBoxLayout()
        line.setSpacing(12)
        when = text_label(at, "small")
        when.setFixedWidth(96)
        line.addWidget(when, 0, Qt.AlignmentFlag.AlignTop)
        line.addWidget(text_label(what, "label", wrap=True), 1)
        card.body.addLayout(line)
    card.body.addStretch(1)
    return card
