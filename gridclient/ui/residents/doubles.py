"""Possible doubles: pairs of files that may be of one person, side by side, united only by a person.

Values that both files say differently are chosen one by one; what only one of them says is kept anyway.
"""

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent, QShowEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from gridclient.domain.doubles import Double, Reason
from gridclient.domain.record import Fields, Kind, Value
from gridclient.domain.roster import Column
from gridclient.domain.zone import ZONE
from gridclient.store import doubles
from gridclient.store.cache import Changes
from gridclient.store.doubles import Pair
from gridclient.text import tr
from gridclient.ui import theme
from gridclient.ui.conflicts.field_row import ChoiceBox
from gridclient.ui.desk import Desk
from gridclient.ui.fields import field_name, value_text
from gridclient.ui.fresh import FreshPage
from gridclient.ui.people_words import age_text, sex_text, tag_text
from gridclient.ui.residents.roster_tables import column_text
from gridclient.ui.widgets import (
    ChipLook,
    ChipRow,
    ElidedLabel,
    FilePane,
    Foot,
    KeyCap,
    ListPane,
    RowLook,
    ShortList,
    link_button,
    outlined_button,
    primary_button,
    text_label,
)
from gridclient.ui.widgets.layouts import clear

_NAME_WIDTH = 132


class _Line(QWidget):
    """One value that both files say differently, with a box for each."""

    def __init__(self, kind: Kind, name: str, values: tuple[Value, Value]) -> None:
        super().__init__()
        self.kind, self.name, self.values = kind, name, values
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(12)
        said = _field_text(name)
        label = ElidedLabel(said, "strong")
        label.setFixedWidth(theme.px(_NAME_WIDTH))
        row.addWidget(label)
        self.boxes = [ChoiceBox(_value_text(name, value), "", key) for value, key in zip(values, "12", strict=True)]
        for side, box in enumerate(self.boxes):
            box.setAccessibleName(f"{said}: {box.accessibleName()}")
            box.setProperty("side", side)
            box.clicked.connect(self._clicked)
            row.addWidget(box, 1)

    def choose(self, side: int) -> None:
        """Takes the value of one file."""
        for place, box in enumerate(self.boxes):
            box.setChecked(place == side)

    def chosen(self) -> Value:
        """The value that was taken."""
        return next(value for value, box in zip(self.values, self.boxes, strict=True) if box.isChecked())

    def _clicked(self) -> None:
        self.choose(int(self.sender().property("side")))


class DoublesPage(FreshPage):
    """The list of pairs and the one that is being compared."""

    left = Signal()
    person_opened = Signal(str)  # resident id

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        theme.set_role(self, "canvas")
        self._desk = desk
        self._found: list[Double] = []
        self._pair: Pair | None = None
        self.lines: list[_Line] = []
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        self.list = ShortList(narrow=True)
        self.list.currentRowChanged.connect(self._chosen)
        self._pane = ListPane(self.list)
        self._pane.setFixedWidth(theme.px(372))
        self._pane.chips.hide()
        row.addWidget(self._pane)
        self._side = self._file_side()
        row.addWidget(self._side, 1)
        desk.changed.connect(self._changed)
        self.retranslate()

    def _file_side(self) -> FilePane:
        side = FilePane("users-round")
        side.empty.action_wanted.connect(self.left)
        side.again_wanted.connect(self.reload)
        self._why = text_label("", "heading", wrap=True)
        side.cards.addWidget(self._why)
        self._heads = QHBoxLayout()
        self._heads.setSpacing(12)
        side.cards.addLayout(self._heads)
        keep = QHBoxLayout()
        keep.setSpacing(12)
        self._keep_label = text_label("", "strong")
        self._keep_label.setFixedWidth(theme.px(_NAME_WIDTH))
        self.keeps = ChipRow()
        self.keeps.chosen.connect(self._keep_chosen)
        keep.addWidget(self._keep_label)
        keep.addWidget(self.keeps, 1)
        side.cards.addLayout(keep)
        self._lines = QVBoxLayout()
        self._lines.setSpacing(8)
        side.cards.addLayout(self._lines)
        self._alike = text_label("", "muted", wrap=True)
        side.cards.addWidget(self._alike)
        side.cards.addStretch(1)
        side.add_foot(self._footer())
        return side

    def _footer(self) -> Foot:
        foot = Foot()
        self._promise = ElidedLabel(role="small")
        self.apart = outlined_button("", "users")
        self.apart.clicked.connect(self._apart_clicked)
        self.unite = primary_button("", "git-merge")
        self.unite.clicked.connect(self._unite_clicked)
        foot.line.addWidget(self._promise, 1)
        for widget in (self.apart, KeyCap("Ctrl+Enter"), self.unite):
            foot.line.addWidget(widget)
        return foot

    # --- reading -------------------------------------------------------------------------------------------

    def read(self) -> None:
        """Looks for pairs."""
        self._desk.start(self._load(), self._side.say_fault)

    def showEvent(self, event: QShowEvent) -> None:
        if self._stale:
            self._say_empty(tr("Looking for doubles"), tr("Every file on this PC is compared."), "")
        super().showEvent(event)

    async def _load(self) -> None:
        keep = self._pair.double.key if self._pair else ""
        found = await self._desk.read_long(doubles.find_doubles)
        self._found = found
        self._pane.detail.set_text(str(len(found)) if found else "")
        self.list.show_rows(map(_look, found))
        place = next((n for n, double in enumerate(found) if double.key == keep), 0)
        self.list.setCurrentRow(place if found else -1)
        if not found:
            self._pair = None
            self._say_empty(tr("No doubles"), tr("No two files on this PC seem to be of one person."),
                            tr("Back to the residents"))  # fmt: skip

    def _chosen(self, place: int) -> None:
        if 0 <= place < len(self._found):
            self._desk.start(self._open(self._found[place]), self._side.say_fault)

    async def _open(self, double: Double) -> None:
        pair = await self._desk.read(lambda c: doubles.pair_of(c, double))
        if pair is None:
            self.reload()
            return
        self._pair = pair
        self._show(pair)

    # --- showing -------------------------------------------------------------------------------------------

    def _say_empty(self, title: str, sentence: str, action: str) -> None:
        self._side.empty.say(title, sentence, action, "users-round")
        self._side.show_file(False)

    def _show(self, pair: Pair) -> None:
        why = reasons_text(pair.double.reasons)
        self._why.setText(why[:1].upper() + why[1:])
        clear(self._heads)
        spacer = QWidget()
        spacer.setFixedWidth(theme.px(_NAME_WIDTH))
        self._heads.addWidget(spacer)
        for side in (0, 1):
            self._heads.addWidget(self._head(pair, side), 1)
        self.keeps.set_chips([ChipLook("0", tr("the left file")), ChipLook("1", tr("the right file"))])
        self.keeps.choose("0")
        clear(self._lines)
        self.lines = []
        for kind, name in pair.differing():
            line = _Line(kind, name, (_files(pair, 0, kind).get(name), _files(pair, 1, kind).get(name)))
            line.choose(0)
            self.lines.append(line)
            self._lines.addWidget(line)
        self._alike.setText(
            tr("All other values are the same in both files, or only one of them has them; they are kept.")
        )
        self._side.show_file(True)

    def _head(self, pair: Pair, side: int) -> QWidget:
        host = QFrame()
        theme.set_role(host, "card")
        column = QVBoxLayout(host)
        column.setContentsMargins(14, 10, 14, 10)
        column.setSpacing(4)
        person = pair.residents[side]
        today = self._desk.now().astimezone(ZONE).date()
        head = QHBoxLayout()
        head.setSpacing(8)
        name = ElidedLabel(person.text("name"), "heading")
        name.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        head.addWidget(name)
        who = (sex_text(person.text("sex")), age_text(person.text("birth"), today))
        head.addWidget(text_label("　".join(part for part in who if part), "muted"))
        head.addStretch(1)
        opened = link_button(tr("Open the file"))
        opened.setAccessibleName(f"{opened.text()}: {person.text('name')}")
        opened.setProperty("resident", person.id)
        opened.clicked.connect(self._open_clicked)
        head.addWidget(opened)
        column.addLayout(head)
        column.addWidget(ElidedLabel(person.text("address"), "muted"))
        care = tr("with a care file") if pair.has_care[side] else tr("without a care file")
        column.addWidget(text_label(tr("{n} visits and cases, {care}", n=pair.cases[side], care=care), "small"))
        return host

    # --- acting --------------------------------------------------------------------------------------------

    def keyPressEvent(self, event: QKeyEvent) -> None:
        keys = {Qt.Key.Key_1: 0, Qt.Key.Key_2: 1}
        control = event.modifiers() & Qt.KeyboardModifier.ControlModifier
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and control:
            self._unite_clicked()
        elif event.key() in keys and (line := self._line_in_front()) is not None:
            side = keys[Qt.Key(event.key())]
            line.choose(side)
            following = self.lines[self.lines.index(line) + 1 :]
            (following[0] if following else line).boxes[side].setFocus(Qt.FocusReason.TabFocusReason)
        else:
            super().keyPressEvent(event)

    def _line_in_front(self) -> _Line | None:
        """The line that has the keyboard, else the first."""
        return next((line for line in self.lines if line.isAncestorOf(self.focusWidget() or self)),
                    self.lines[0] if self.lines else None)  # fmt: skip

    def _keep_chosen(self, side: str) -> None:
        for line in self.lines:
            line.choose(int(side))

    def _unite_clicked(self) -> None:
        if self._pair is not None and self.unite.isVisibleTo(self):
            self._desk.start(self._unite(self._pair))

    async def _unite(self, pair: Pair) -> None:
        kept = int(self.keeps.current())
        ids = [person.id for person in pair.residents]
        chosen = {(line.kind, line.name): line.chosen() for line in self.lines}
        actor = self._desk.actor
        self._pair = None
        await self._desk.write(lambda tx: doubles.unite(tx, ids[kept], ids[1 - kept], chosen, actor))

    def _apart_clicked(self) -> None:
        if self._pair is not None:
            double, self._pair = self._pair.double, None
            self._desk.start(self._desk.write(lambda tx: doubles.keep_apart(tx, double)))

    def _open_clicked(self) -> None:
        self.person_opened.emit(str(self.sender().property("resident")))

    def _changed(self, changes: Changes) -> None:
        if changes.areas & {"resident", "ident", "scope"}:
            self.reload()

    def retranslate(self) -> None:
        """Says the page's words in the active language."""
        self._pane.title.setText(tr("Possible doubles"))
        self.list.setAccessibleName(tr("Possible doubles"))
        self._keep_label.setText(tr("What stays"))
        self.apart.setText(tr("Two people"))
        self.unite.setText(tr("Unite the files"))
        self._promise.set_text(tr("Nothing is deleted: visits and numbers go along, and Ctrl+Z takes it back."))
        self.reload()


def _look(double: Double) -> RowLook:
    names = dict.fromkeys((double.first.name, double.second.name))
    places = dict.fromkeys((double.first.address, double.second.address))
    return RowLook(" / ".join(names), reasons_text(double.reasons), " / ".join(places))


def reasons_text(reasons: Sequence[Reason]) -> str:
    """Why two files are thought to be of one person."""
    known = {Reason.NUMBER: tr("the same identity number"), Reason.BIRTH: tr("the same name and date of birth"),
             Reason.PHONE: tr("the same phone and a similar name")}  # fmt: skip
    return tr(", ").join(known[reason] for reason in reasons)


def _files(pair: Pair, side: int, kind: Kind) -> Fields:
    return pair.residents[side].fields if kind is Kind.RESIDENT else pair.idents[side]


def _field_text(name: str) -> str:
    return column_text(Column(name)) if name in set(Column) else field_name(name)


def _value_text(name: str, value: Value) -> str:
    if name == "sex":
        return sex_text(str(value)) or "—"
    text = value_text(name, value)
    return tag_text(text) if name == "living" else text
