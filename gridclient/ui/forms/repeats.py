"""What a repeat shows besides its questions: its bar, the head of an instance, and the table of all instances."""

from collections.abc import Sequence

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QAbstractItemView, QHBoxLayout, QHeaderView, QTableView, QWidget

from gridclient.forms import Control, Form
from gridclient.text import tr
from gridclient.ui import theme
from gridclient.ui.forms.outline import Item, Mode, questions_in
from gridclient.ui.forms.said import label_of, said, summary
from gridclient.ui.widgets import ElidedLabel, compact_button, icon_button, outlined_button, text_label

_Index = QModelIndex | QPersistentModelIndex
_ROW = 36
_COLUMNS = 4


class RepeatBar(QWidget):
    """The bar of a repeat: how many there are, how they are shown, the way to the next, and one more."""

    mode_chosen = Signal(str)  # Mode
    place_chosen = Signal(int)
    add_wanted = Signal()

    def __init__(self, item: Item, mode: Mode, place: int, can_add: bool) -> None:
        super().__init__()
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(6)
        row.addWidget(text_label(item.title or tr("Entries"), "heading"))
        if mode == "pages" and item.number:
            self._pager(row, item.number, place)
        else:
            row.addWidget(text_label(tr("{n} entries", n=item.number), "muted"))
        row.addStretch(1)
        names: tuple[tuple[Mode, str, str], ...] = (
            ("list", "layout-grid", tr("One below the other")), ("pages", "file-text", tr("One at a time")),
            ("table", "list-checks", tr("As a table")),
        )  # fmt: skip
        for name, icon, text in names:
            button = icon_button(icon, text)
            button.setObjectName(f"{item.ref}:{name}")
            button.setCheckable(True)
            button.setChecked(name == mode)
            button.clicked.connect(self._chooser(name))
            row.addWidget(button)
        if mode != "list" and can_add:
            add = compact_button(tr("Add {name}", name=item.title) if item.title else tr("Add one more"), "plus")
            add.setObjectName(f"{item.ref}+")
            add.clicked.connect(self.add_wanted)
            row.addWidget(add)

    def _pager(self, row: QHBoxLayout, count: int, place: int) -> None:
        back, on = icon_button("chevron-left", tr("The one before")), icon_button("chevron-right", tr("The next one"))
        back.setEnabled(place > 0)
        on.setEnabled(place + 1 < count)
        back.clicked.connect(lambda: self.place_chosen.emit(place - 1))
        on.clicked.connect(lambda: self.place_chosen.emit(place + 1))
        row.addWidget(back)
        row.addWidget(text_label(tr("{n} of {all}", n=place + 1, all=count), "muted"))
        row.addWidget(on)

    def _chooser(self, mode: Mode) -> object:
        def choose() -> None:
            self.mode_chosen.emit(mode)

        return choose


class InstanceHead(QWidget):
    """The head of one instance: its number, what it is about, and the way to take it away."""

    remove_wanted = Signal(str)  # ref

    def __init__(self, form: Form, item: Item, can_remove: bool) -> None:
        super().__init__()
        self._form, self._item = form, item
        self._controls = list(questions_in(item.control.children))
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(10)
        self._title = text_label(item.title or str(item.number), "heading")
        row.addWidget(self._title)
        self._about = ElidedLabel(role="muted")
        row.addWidget(self._about, 1)
        if can_remove:
            remove = compact_button(tr("Remove"))
            remove.setObjectName(f"{item.ref}-")
            remove.setAccessibleName(tr("Remove {name}", name=item.title or item.number))
            remove.setToolTip("Alt+Delete")
            remove.setFocusPolicy(Qt.FocusPolicy.ClickFocus)  # not on the way from question to question
            remove.clicked.connect(self._remove)
            row.addWidget(remove)
        self.refresh()

    def refresh(self) -> None:
        """Says anew what the instance is about."""
        about = summary(self._form, self._controls, self._item.ref)
        own = self._form.label(self._item.ref) or ""
        if own and own not in self._item.title:  # a label that tells what the instance is about
            self._title.setText(own)
        self._about.set_text("" if about and about in self._title.text() else about)

    def _remove(self) -> None:
        self.remove_wanted.emit(self._item.ref)


class AddLine(QWidget):
    """The button for one more instance."""

    add_wanted = Signal()

    def __init__(self, item: Item) -> None:
        super().__init__()
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        add = outlined_button(tr("Add {name}", name=item.title) if item.title else tr("Add one more"), "plus")
        add.setObjectName(f"{item.ref}+")
        add.clicked.connect(self.add_wanted)
        row.addWidget(add)
        row.addStretch(1)


class _Rows(QAbstractTableModel):
    """The instances of a repeat: number, summary or first answers, and whether something is missing."""

    def __init__(self, form: Form, controls: Sequence[Control], instances: Sequence[str]) -> None:
        super().__init__()
        self._form = form
        self.instances = list(instances)
        usable = [c for c in controls if c.kind not in ("upload", "trigger") and not _is_note(form, c, instances)]
        self._columns = usable[:_COLUMNS]
        self._controls = list(controls)
        self._heads = [label_of(form, c, _first(form, c, instances)) for c in self._columns]

    def rowCount(self, parent: _Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self.instances)

    def columnCount(self, parent: _Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self._columns) + 2

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if role != Qt.ItemDataRole.DisplayRole or orientation != Qt.Orientation.Horizontal:
            return None
        return ["#", *self._heads, tr("State")][section]

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if role not in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole):
            return None
        instance, column = self.instances[index.row()], index.column()
        if column == 0:
            return str(index.row() + 1)
        if column > len(self._columns):
            return self._state(instance)
        control = self._columns[column - 1]
        refs = self._form.instances(control.ref, instance)
        return said(self._form, control, refs[0], self._form.get(refs[0])) if refs else ""

    def _state(self, instance: str) -> str:
        open_ = sum(
            not self._form.valid(ref)
            for control in self._controls
            for ref in self._form.instances(control.ref, instance)
        )
        return tr("{n} open", n=open_) if open_ else tr("Complete")


class RepeatTable(QTableView):
    """All instances as rows; Enter or a double click opens one, Delete takes it away."""

    opened = Signal(int)  # place
    remove_wanted = Signal(str)  # ref

    def __init__(self, form: Form, control: Control, range_ref: str, instances: Sequence[str], name: str) -> None:
        super().__init__()
        self.rows = _Rows(form, list(questions_in(control.children)), instances)
        self.setModel(self.rows)
        self.setObjectName(range_ref)
        self.setAccessibleName(name or tr("Entries"))
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setTabKeyNavigation(False)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(theme.px(_ROW))
        head = self.horizontalHeader()
        head.setHighlightSections(False)
        head.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        head.setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        for place, width in ((0, 44), (self.rows.columnCount() - 1, 90)):
            head.setSectionResizeMode(place, QHeaderView.ResizeMode.Fixed)
            head.resizeSection(place, width)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFixedHeight(theme.px(38 + _ROW * max(1, min(10, len(instances)))))
        if instances:
            self.selectRow(0)
        self.doubleClicked.connect(self._open)

    def _open(self, index: _Index) -> None:
        self.opened.emit(index.row())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        at = self.currentIndex()
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and at.isValid() and not event.modifiers():
            self.opened.emit(at.row())
        elif event.key() == Qt.Key.Key_Delete and at.isValid():
            self.remove_wanted.emit(self.rows.instances[at.row()])
        else:
            super().keyPressEvent(event)


def _first(form: Form, control: Control, instances: Sequence[str]) -> str:
    for instance in instances:
        if refs := form.instances(control.ref, instance):
            return refs[0]
    return control.ref


def _is_note(form: Form, control: Control, instances: Sequence[str]) -> bool:
    ref = _first(form, control, instances)
    return control.kind == "input" and bool(instances) and form.readonly(ref) and not form.get(ref)
