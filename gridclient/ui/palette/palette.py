"""The command palette, which is also the search: residents, cases, addresses and actions, by keyboard alone.

Everything found is on this PC, so it works without a network. `@ # / >` or Tab narrow it to one kind; Esc goes back
to where the keyboard was.
"""

from collections.abc import Callable, Sequence

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QAction, QKeyEvent, QMouseEvent, QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLineEdit, QListView, QVBoxLayout, QWidget

from gridclient.domain.letters import initials, spelled
from gridclient.store import lists
from gridclient.store.lists import Found
from gridclient.text import tr
from gridclient.ui import theme
from gridclient.ui.desk import Desk
from gridclient.ui.palette.recent import recent
from gridclient.ui.palette.rows import PaletteDelegate, PaletteModel, PaletteRow
from gridclient.ui.queue.rows import is_apart
from gridclient.ui.widgets import ChipLook, ChipRow, ElidedLabel, IconLabel, KeyCap, text_label

_DEBOUNCE_MS, _MOST = 120, 6
_KINDS = ("all", "resident", "case", "place", "action")
_SIGNS = {"@": "resident", "#": "case", "/": "place", ">": "action"}
_ICONS = {"resident": "user", "case": "clipboard-list", "place": "map-pin"}


class Palette(QWidget):
    """Lies over the window while it is open."""

    opened = Signal(str, str)  # kind, record id
    window_wanted = Signal(str)  # case id: it is to be shown in a window of its own

    def __init__(self, desk: Desk, window: QWidget, actions: Callable[[], Sequence[QAction]]) -> None:
        super().__init__(window)
        theme.set_role(self, "scrim")
        self._desk, self._actions = desk, actions
        self._found: list[Found] = []
        self._acts: list[QAction] = []
        self._typed_times = self._shown_times = 0  # rows of other words than those that stand there are not opened
        self._before: QWidget | None = None
        self._debounce = QTimer(self)
        self._debounce.setSingleShot(True)
        self._debounce.setInterval(_DEBOUNCE_MS)
        self._debounce.timeout.connect(self._due)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 84, 0, 40)
        self._box = QFrame()
        theme.set_role(self._box, "popover")
        self._box.setFixedWidth(theme.px(700))
        column.addWidget(self._box, 0, Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop)
        inside = QVBoxLayout(self._box)
        inside.setContentsMargins(1, 12, 1, 1)
        inside.setSpacing(8)
        inside.addLayout(self._input_row())
        self._chips = ChipRow()
        self._chips.chosen.connect(self._narrowed)
        chip_row = QHBoxLayout()
        chip_row.setContentsMargins(14, 0, 14, 4)
        chip_row.addWidget(self._chips)
        inside.addLayout(chip_row)
        self.model = PaletteModel(self)
        self.view = QListView()
        self.view.setModel(self.model)
        self.view.setItemDelegate(PaletteDelegate(self.view))
        self.view.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.view.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.view.clicked.connect(self._clicked)
        inside.addWidget(self.view)
        self._nothing = text_label("", "muted", wrap=True)
        self._nothing.setContentsMargins(16, 8, 16, 12)
        inside.addWidget(self._nothing)
        inside.addWidget(self._foot())
        window.installEventFilter(self)
        self.retranslate()
        self.hide()

    def _input_row(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setContentsMargins(14, 0, 14, 0)
        self.edit = QLineEdit()
        self.edit.setMinimumHeight(theme.px(40))
        inner = QHBoxLayout(self.edit)
        inner.setContentsMargins(12, 0, 8, 0)
        inner.addWidget(IconLabel("search", "text_2", 18))
        inner.addStretch(1)
        self.figures = text_label("", "small")
        inner.addWidget(self.figures)
        inner.addWidget(KeyCap("Esc"))
        self.edit.setTextMargins(30, 0, 180, 0)
        self.edit.textChanged.connect(self._typed)
        self.edit.installEventFilter(self)
        row.addWidget(self.edit)
        return row

    def _foot(self) -> QFrame:
        foot = QFrame()
        theme.set_role(foot, "palette_foot")
        row = QHBoxLayout(foot)
        row.setContentsMargins(16, 7, 16, 7)
        row.setSpacing(6)
        self._hints = {keys: text_label("", "small") for keys in ("↑↓", "Enter", "Ctrl+Enter", "Tab")}
        for keys, words in self._hints.items():
            row.addWidget(KeyCap(keys))
            row.addWidget(words)
            row.addSpacing(8)
        self._scope = ElidedLabel(role="small")
        row.addWidget(self._scope, 1)
        return foot

    # --- opening and closing -------------------------------------------------------------------------------

    def popup(self) -> None:
        """Opens over the window with an empty question."""
        window = self.parentWidget()
        assert window is not None
        self._before = window.focusWidget()
        self._acts = [action for action in self._actions() if action.isEnabled()]
        self.setGeometry(window.rect())
        self.edit.clear()
        self._chips.choose("all")
        self._show_found([])
        self.show()
        self.raise_()
        self.edit.setFocus()
        self._typed_times += 1  # what was opened last comes before what is shown until then
        self._due()

    def dismiss(self) -> None:
        """Closes; the keyboard goes back to where it was."""
        self._debounce.stop()
        self.hide()
        if self._before is not None:
            self._before.setFocus()

    # --- searching -----------------------------------------------------------------------------------------

    def _words(self) -> tuple[str, str]:
        """The kind it is narrowed to and the words to look for."""
        text = self.edit.text().strip()
        if text[:1] in _SIGNS:
            return _SIGNS[text[0]], text[1:].strip()
        return self._chips.current() or "all", text

    def _typed(self) -> None:
        kind, _ = self._words()
        self._chips.choose(kind)
        self._typed_times += 1
        self._debounce.start()

    def _narrowed(self, _chip: str) -> None:
        self.edit.setFocus()
        self._show_rows()

    def _due(self) -> None:
        self._desk.start(self.search())

    async def search(self) -> None:
        """Looks for the words that stand there, without any for what was opened last, and shows what was found.

        Shows nothing when other words were typed meanwhile.
        """
        self._debounce.stop()
        typed = self._typed_times
        _, words = self._words()
        found = await self._desk.read(lambda c: lists.search(c, words) if words else recent(c))
        if typed == self._typed_times and not self.isHidden():
            self._show_found(found)

    async def _search_and_open(self, *, apart: bool) -> None:
        await self.search()
        if self._is_current() and not self.isHidden():
            self._open(self.view.currentIndex().row(), apart=apart)

    def _is_current(self) -> bool:
        """Whether the rows are those of the words that stand there."""
        return self._shown_times == self._typed_times

    def _show_found(self, found: list[Found]) -> None:
        self._debounce.stop()
        self._found, self._shown_times = found, self._typed_times
        self._show_rows()

    def _show_rows(self) -> None:
        kind, words = self._words()
        names = {"resident": tr("Residents"), "case": tr("Cases"), "place": tr("Addresses")}
        hits: dict[str, list[PaletteRow]] = {name: [] for name in names}
        for hit in self._found:
            group = hit.kind if hit.kind in hits else "place"
            hits[group].append(PaletteRow(group, hit.title, hit.place, _ICONS[group], "", hit.id))
        acts = self._matching(words)
        rows: list[PaletteRow] = []
        for group, title in names.items():
            if kind in ("all", group) and hits[group]:
                shown = hits[group] if kind == group else hits[group][:_MOST]
                rows += [PaletteRow("group", f"{title}　{len(hits[group])}"), *shown]
        if kind in ("all", "action") and acts:
            shown = acts if kind == "action" else acts[:_MOST]
            rows += [PaletteRow("group", f"{tr('Actions')}　{len(acts)}"), *shown]
        for group in names:
            self._chips.set_count(group, len(hits[group]))
        self._chips.set_count("action", len(acts))
        total = sum(len(found) for found in hits.values()) + len(acts)
        is_cut = len(self._found) >= lists.MOST_AT_ONCE
        said = tr("The first {n} found · this PC", n=total) if is_cut else tr("{n} found · this PC", n=total)
        self.figures.setText(said if words else "")
        self.model.show(rows, words)
        self._nothing.setVisible(not rows)
        self.view.setVisible(bool(rows))
        room = max(theme.px(120), self.height() - theme.px(284))
        heights = sum(self.view.sizeHintForRow(n) for n in range(len(rows)))
        self.view.setFixedHeight(min(heights, room) if rows else 0)
        first = self.model.next_hit(-1, 1)
        if first >= 0:
            self.view.setCurrentIndex(self.model.index(first))

    def _matching(self, words: str) -> list[PaletteRow]:
        found: list[PaletteRow] = []
        for n, act in enumerate(self._acts):
            text = act.text().replace("&", "")
            said = text.lower()
            if words.lower() in said or words.lower().replace(" ", "") in (initials(said) + " " + spelled(said)):
                found.append(PaletteRow("action", text, "", str(act.data()), act.shortcut().toString(), str(n)))
        return found

    # --- keyboard and mouse --------------------------------------------------------------------------------

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self.edit and isinstance(event, QKeyEvent):
            if event.type() == QEvent.Type.ShortcutOverride and is_apart(event):
                event.accept()  # the page beneath has the same keys
                return True
            if event.type() == QEvent.Type.KeyPress:
                return self._key(event)
        if watched is self.parentWidget() and event.type() == QEvent.Type.Resize and self.isVisible():
            assert isinstance(event, QResizeEvent)
            self.resize(event.size())
        return False

    def _key(self, event: QKeyEvent) -> bool:
        match event.key():
            case Qt.Key.Key_Up | Qt.Key.Key_Down:
                step = 1 if event.key() == Qt.Key.Key_Down else -1
                place = self.model.next_hit(self.view.currentIndex().row(), step) if self.model.rows else -1
                if place >= 0:
                    self.view.setCurrentIndex(self.model.index(place))
            case Qt.Key.Key_Tab | Qt.Key.Key_Backtab:
                step = 1 if event.key() == Qt.Key.Key_Tab else -1
                place = (_KINDS.index(self._chips.current()) + step) % len(_KINDS)
                if self.edit.text()[:1] in _SIGNS:
                    self.edit.setText(self.edit.text()[1:])
                self._chips.choose(_KINDS[place])
                self._show_rows()
            case Qt.Key.Key_Return | Qt.Key.Key_Enter:
                if self._is_current():
                    self._open(self.view.currentIndex().row(), apart=is_apart(event))
                else:
                    self._desk.start(self._search_and_open(apart=is_apart(event)))
            case Qt.Key.Key_Escape:
                self.dismiss()
            case _:
                return False
        return True

    def _clicked(self) -> None:
        self._open(self.view.currentIndex().row())

    def _open(self, place: int, *, apart: bool = False) -> None:
        if not 0 <= place < len(self.model.rows):
            return
        row = self.model.rows[place]
        if row.kind == "group":
            return
        self.dismiss()
        if row.kind == "action":
            self._acts[int(row.target)].trigger()
            return
        if apart and row.kind == "case":
            self.window_wanted.emit(row.target)
        else:
            self.opened.emit(row.kind, row.target)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if not self._box.geometry().contains(event.position().toPoint()):
            self.dismiss()

    def retranslate(self) -> None:
        """Says the palette's words in the active language."""
        self.setAccessibleName(tr("Search and commands"))
        self.edit.setAccessibleName(tr("Search cases, residents, addresses and actions"))
        self.edit.setPlaceholderText(tr("Search cases, residents, addresses and actions"))
        self.view.setAccessibleName(tr("Found"))
        names = {"all": tr("All"), "resident": tr("Residents") + " @", "case": tr("Cases") + " #",
                 "place": tr("Addresses") + " /", "action": tr("Actions") + " >"}  # fmt: skip
        self._chips.set_chips([ChipLook(kind, names[kind]) for kind in _KINDS])
        self._nothing.setText(tr("Nothing on this PC matches. Try fewer characters, or the last digits of a phone."))
        for keys, words in (("↑↓", tr("choose")), ("Enter", tr("open")), ("Ctrl+Enter", tr("new window")),
                            ("Tab", tr("another kind"))):  # fmt: skip
            self._hints[keys].setText(words)
        self._scope.set_text(tr("names, addresses, numbers, last digits of phones"))
