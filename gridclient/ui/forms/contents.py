"""The table of contents of a form: groups and questions with their state; typing finds, Enter goes there."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from PySide6.QtCore import QEvent, QObject, QPoint, Qt, Signal
from PySide6.QtGui import QFont, QKeyEvent
from PySide6.QtWidgets import QFrame, QLineEdit, QListWidget, QListWidgetItem, QVBoxLayout, QWidget

from gridclient.forms import Control, Form
from gridclient.text import tr
from gridclient.ui import theme
from gridclient.ui.forms.finder import fits
from gridclient.ui.forms.outline import only_repeat, words_of
from gridclient.ui.forms.said import label_of

State = Literal["group", "answered", "missing", "wrong", "open"]
_ICONS: dict[State, tuple[str, str]] = {
    "group": ("list-checks", "text_2"), "answered": ("check", "ok"), "missing": ("circle-dot", "warn"),
    "wrong": ("circle-alert", "bad"), "open": ("minus", "text_3"),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the table of contents."""

    ref: str
    text: str
    depth: int
    state: State


def entries(form: Form, controls: Sequence[Control], within: str = "", depth: int = 0) -> Iterator[Entry]:
    """The lines of some controls, without what is not relevant and without notes."""
    for control in controls:
        inner = only_repeat(control) or control
        for number, ref in enumerate(form.instances(inner.ref, within) if within else form.instances(inner.ref), 1):
            if not form.relevant(ref):
                continue
            if inner.kind in ("group", "repeat"):
                label = form.label(ref) or ""
                named = inner.kind == "repeat" or label
                text = f"{label or tr('Entry')} {number}" if inner.kind == "repeat" else label
                if named:
                    yield Entry(ref, text, depth, "group")
                yield from entries(form, inner.children, ref, depth + bool(named))
            elif not _is_note(form, inner, ref):
                yield Entry(ref, label_of(form, inner, ref), depth, _state(form, ref))


def _is_note(form: Form, control: Control, ref: str) -> bool:
    return "label" in words_of(control) or (control.kind == "input" and form.readonly(ref) and not form.get(ref))


def _state(form: Form, ref: str) -> State:
    if form.get(ref):
        return "answered" if form.valid(ref) else "wrong"
    return "missing" if form.required(ref) else "open"


def state_text(state: State) -> str:
    """A state in words, for screen readers and tooltips."""
    return {
        "group": tr("Group"), "answered": tr("Answered"), "missing": tr("Answer needed"),
        "wrong": tr("Answer does not hold"), "open": tr("Not answered"),
    }[state]  # fmt: skip


class Contents(QWidget):
    """The table of contents; `show_form` fills it anew."""

    chosen = Signal(str)  # ref

    def __init__(self) -> None:
        super().__init__()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        self.search = QLineEdit()
        self.search.setPlaceholderText(tr("Find a question"))
        self.search.setAccessibleName(tr("Find a question"))
        theme.set_role(self.search, "search")
        self.search.textChanged.connect(self.refresh)
        self.search.installEventFilter(self)
        column.addWidget(self.search)
        self.list = QListWidget()
        self.list.setAccessibleName(tr("Table of contents"))
        self.list.setIconSize(theme.size(16, 16))
        self.list.setSpacing(1)
        self.list.itemClicked.connect(self._choose)
        self.list.itemActivated.connect(self._choose)
        column.addWidget(self.list, 1)
        self._entries: list[Entry] = []

    def show_form(self, form: Form, controls: Sequence[Control], within: str = "") -> None:
        """Lists the questions as they are now."""
        found = list(entries(form, controls, within))
        if found != self._entries:
            self._entries = found
            self.refresh()

    def texts(self) -> list[str]:
        """The lines that are shown."""
        return [self.list.item(n).text().strip() for n in range(self.list.count())]

    def refresh(self) -> None:
        """Paints the lines anew, in the colours of now."""
        wanted, at = self.search.text(), self.list.currentRow()
        self.list.clear()
        for entry in self._entries:
            if wanted.strip() and (entry.state == "group" or not fits(entry.text, wanted)):
                continue
            item = QListWidgetItem("    " * entry.depth + entry.text)
            item.setIcon(theme.icon(*_ICONS[entry.state]))
            item.setToolTip(f"{entry.text}\n{state_text(entry.state)}")
            item.setData(Qt.ItemDataRole.UserRole, entry.ref)
            if entry.state == "group":
                bold = item.font()
                bold.setWeight(QFont.Weight.DemiBold)
                item.setFont(bold)
            self.list.addItem(item)
        self.list.setCurrentRow(max(0, min(at, self.list.count() - 1)))

    def _choose(self, item: QListWidgetItem) -> None:
        self.chosen.emit(str(item.data(Qt.ItemDataRole.UserRole)))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            step = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1}.get(Qt.Key(event.key()), 0)
            if step:
                at = min(max(self.list.currentRow() + step, 0), self.list.count() - 1)
                self.list.setCurrentRow(at)
                return True
            item = self.list.currentItem()
            if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.list.count():
                self._choose(item)
                return True
        return False


def open_contents(over: QWidget, form: Form, controls: Sequence[Control], within: str) -> Contents:
    """Opens the table of contents over a page; choosing or Escape closes it."""
    popup = QFrame(over, Qt.WindowType.Popup)
    popup.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    theme.set_role(popup, "popover")
    contents = Contents()
    contents.show_form(form, controls, within)
    contents.chosen.connect(popup.close)
    column = QVBoxLayout(popup)
    column.setContentsMargins(12, 12, 12, 12)
    column.addWidget(contents)
    popup.resize(
        min(420, max(280, over.width() - 40)), min(96 + 28 * contents.list.count(), 520, max(240, over.height() - 40))
    )
    popup.move(over.mapToGlobal(over.rect().topRight()) - QPoint(popup.width() + 20, -12))
    popup.show()
    contents.search.setFocus()
    return contents
