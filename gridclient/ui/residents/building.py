"""A building as a grid of doors: one painted view, a row for each floor and a column for each door.

Colour says how close the care is and is always doubled by a mark and a word; red is only for an overdue visit. The
arrow keys move by door; a screen reader hears each door as it is printed here.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, QRectF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QPen
from PySide6.QtWidgets import QHeaderView, QStyle, QStyledItemDelegate, QStyleOptionViewItem, QTableView, QWidget

from gridclient.domain.record import iso
from gridclient.store.buildings import Door
from gridclient.text import tr
from gridclient.ui import theme
from gridclient.ui.people_words import VisitStand, tag_text, visit_stand
from gridclient.ui.widgets import paint_text

_DOOR = Qt.ItemDataRole.UserRole + 1
_GAP, _FOLLOW_MS = 6, 120
_Index = QModelIndex | QPersistentModelIndex
TIER, VISIT, HAZARDS = "tier", "visit", "hazards"  # what the colours say
_VISIT_GROUND = {"bad": "bad_soft", "warn": "warn_soft", "ok": "ok_soft"}
_TIER_GROUND = {"high": "warn_soft", "key": "accent_soft", "general": "sunken"}
_TIER_INK = {"high": "warn", "key": "accent_ink", "general": "text_2"}
_TIER_MARK = {"high": "chevrons-up", "key": "chevron-up", "general": "minus"}


@dataclass(frozen=True, slots=True)
class DoorLook:
    """A door with how its visits stand now."""

    door: Door
    stand: VisitStand | None
    is_late: bool = False  # a hazard should have been put right by now

    @property
    def hazard_text(self) -> str:
        """How many hazards are left behind the door, and whether one is overdue."""
        n = self.door.hazards
        return tr("{n} hazards, overdue", n=n) if self.is_late else tr("{n} hazards", n=n)

    @property
    def spoken(self) -> str:
        """The door as a screen reader says it."""
        door = self.door
        room = tr("room {room}", room=door.room)
        parts = [room, door.name or tr("{n} people", n=door.people), tag_text(door.tier) if door.tier else ""]
        if not door.people:
            parts = [room, tr("vacant")]
        if self.stand is not None:
            parts.append(self.stand.text)
        if door.hazards:
            parts.append(self.hazard_text)
        return tr(", ").join(part for part in parts if part)


class DoorModel(QAbstractTableModel):
    """Floors from the top, doors from the first unit on; a place without a door is empty."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._floors: list[int] = []
        self._columns: list[tuple[str, str]] = []
        self._doors: dict[tuple[int, int], DoorLook] = {}

    def show(self, doors: Sequence[Door], now: datetime) -> None:
        """Shows the doors of a building."""
        self.beginResetModel()
        self._floors = sorted({door.floor for door in doors}, reverse=True)
        self._columns = sorted({(door.unit, door.column) for door in doors})
        self._doors = {}
        for door in doors:
            place = self._floors.index(door.floor), self._columns.index((door.unit, door.column))
            stand = visit_stand(door.last_visit_at, door.every_days, now) if door.tier else None
            self._doors[place] = DoorLook(door, stand, bool(door.hazard_due_at) and door.hazard_due_at < iso(now))
        self.endResetModel()

    def door(self, index: _Index) -> DoorLook | None:
        """The door at a place, None where there is none."""
        return self._doors.get((index.row(), index.column()))

    def place_of(self, resident: str) -> QModelIndex:
        """Where the door of a person is; invalid when nobody there is the one who needs most care."""
        for (row, column), look in self._doors.items():
            if look.door.resident == resident:
                return self.index(row, column)
        return QModelIndex()

    def count(self, tier: str) -> int:
        """How many doors have somebody of a care tier."""
        return sum(look.door.tier == tier for look in self._doors.values())

    @property
    def overdue(self) -> int:
        """How many doors have an overdue visit."""
        return sum(look.stand is not None and look.stand.role == "bad" for look in self._doors.values())

    @property
    def hazards(self) -> int:
        """How many hazards are left behind the doors."""
        return sum(look.door.hazards for look in self._doors.values())

    def rowCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own signature
        return 0 if parent.isValid() else len(self._floors)

    def columnCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own signature
        return 0 if parent.isValid() else len(self._columns)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if role != Qt.ItemDataRole.DisplayRole:
            return None
        if orientation == Qt.Orientation.Vertical:
            return tr("floor {n}", n=self._floors[section])
        unit, column = self._columns[section]
        return tr("unit {unit}, {door}", unit=unit, door=column) if unit else column

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        look = self.door(index)
        if look is None:
            return None
        if role == _DOOR:
            return look
        if role in (Qt.ItemDataRole.AccessibleTextRole, Qt.ItemDataRole.ToolTipRole):
            return look.spoken
        return None


class _Delegate(QStyledItemDelegate):
    """Paints one door."""

    def __init__(self, view: "BuildingView") -> None:
        super().__init__(view)
        self._view = view

    def sizeHint(self, option: QStyleOptionViewItem, index: _Index) -> QSize:
        return QSize(theme.px(104 + _GAP), theme.row_height() + theme.px(_GAP))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        found = index.data(_DOOR)
        if not isinstance(found, DoorLook):
            return
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        half = _GAP / 2
        rect = theme.zoomed(painter, option.rect).adjusted(half, half, -half, -half)
        look, door = theme.roles(), found.door
        faded = bool(self._view.tier) and door.tier != self._view.tier
        ground = self._ground(found)
        pen = QPen(look.border_strong if not door.people else look.border, 1)
        if not door.people:
            pen.setStyle(Qt.PenStyle.DashLine)
        painter.setPen(pen)
        is_plain = faded or (not door.people and self._view.colours != HAZARDS)
        painter.setBrush(look.surface if is_plain else look.named(ground))
        painter.drawRoundedRect(rect, 6, 6)
        if option.state & QStyle.StateFlag.State_Selected:
            painter.setPen(QPen(look.accent, 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(rect.adjusted(1, 1, -1, -1), 6, 6)
        self._words(painter, rect.adjusted(9, 6, -8, -6), found, faded)
        painter.restore()

    def _ground(self, found: DoorLook) -> str:
        role = found.stand.role if found.stand is not None else ""
        if self._view.colours == HAZARDS:
            return ("bad_soft" if found.is_late else "warn_soft") if found.door.hazards else "surface"
        if self._view.colours == VISIT:
            return _VISIT_GROUND.get(role, "sunken" if found.stand is not None else "surface")
        return "ok_soft" if role == "ok" else _TIER_GROUND.get(found.door.tier, "surface")

    def _words(self, painter: QPainter, rect: QRectF, found: DoorLook, faded: bool) -> None:
        look, door = theme.roles(), found.door
        top = QRectF(rect.left(), rect.top(), rect.width(), rect.height() / 2)
        bottom = QRectF(rect.left(), rect.center().y(), rect.width(), rect.height() / 2)
        painter.setFont(theme.font("body", bool(door.tier)))
        painter.setPen(look.text_1 if door.tier else look.text_2)
        painter.drawText(top, Qt.AlignmentFlag.AlignVCenter, door.room)
        painter.setFont(theme.font("small"))
        left = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft
        right = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight
        ratio = painter.device().devicePixelRatio()
        if self._view.colours == HAZARDS and door.hazards:
            role = "bad" if found.is_late else "warn"
            painter.drawPixmap(round(bottom.left()), round(bottom.center().y() - 7),
                               theme.pixmap("triangle-alert", role, 14, ratio))  # fmt: skip
            paint_text(painter, bottom.adjusted(18, 0, 0, 0), found.hazard_text, role, "small", found.is_late)
            return
        if not door.tier:
            painter.setPen(look.text_2)
            painter.drawText(bottom, left, tr("{n} people", n=door.people) if door.people else tr("vacant"))
            return
        plain = faded or self._view.colours != TIER  # then colour speaks of something else
        ink = "text_2" if plain else _TIER_INK.get(door.tier, "text_2")
        picture = theme.pixmap(_TIER_MARK.get(door.tier, "minus"), ink, 14, ratio)
        painter.drawPixmap(round(rect.right() - 14), round(top.center().y() - 7), picture)
        painter.setPen(look.named(ink))
        painter.drawText(bottom, left, _short(door.tier))
        stand = found.stand
        if stand is None or stand.days < 0 or self._view.colours == HAZARDS:
            return
        days = tr("today") if stand.days == 0 else tr("{n} d", n=stand.days)
        role = stand.role if stand.role in ("bad", "ok") or self._view.colours == VISIT else "text_2"
        painter.setFont(theme.font("small", stand.role == "bad"))
        painter.setPen(look.named(role))
        painter.drawText(bottom, right, days)
        if stand.role in ("bad", "ok"):
            width = painter.fontMetrics().horizontalAdvance(days)
            mark = theme.pixmap("triangle-alert" if stand.role == "bad" else "map-pin-check", role, 13, ratio)
            painter.drawPixmap(round(bottom.right() - width - 17), round(bottom.center().y() - 7), mark)


def _short(tier: str) -> str:
    return {"high": tr("high"), "key": tr("key"), "general": tr("general")}.get(tier, tier)


class BuildingView(QTableView):
    """The doors of one building."""

    door_followed = Signal(object)  # DoorLook | None: the keyboard rests on it
    door_opened = Signal(str)  # resident id
    visit_wanted = Signal(str)  # resident id
    colours_wanted = Signal()  # the next ones

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        theme.set_role(self, "doors")
        self.colours = TIER
        self.tier = ""  # the one that is not faded; empty for all
        self.doors = DoorModel(self)
        self.setModel(self.doors)
        self.setItemDelegate(_Delegate(self))
        self.setShowGrid(False)
        self.setSelectionMode(QTableView.SelectionMode.SingleSelection)
        self.setVerticalScrollMode(QTableView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollMode(QTableView.ScrollMode.ScrollPerPixel)
        for header in (self.horizontalHeader(), self.verticalHeader()):
            header.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
            header.setHighlightSections(False)
            header.setSectionsClickable(False)
        self.setCornerButtonEnabled(False)
        self._rest = QTimer(self)
        self._rest.setSingleShot(True)
        self._rest.setInterval(_FOLLOW_MS)
        self._rest.timeout.connect(self._follow)
        self.selectionModel().currentChanged.connect(self._moved)
        self.doubleClicked.connect(self._open)

    def show_doors(self, doors: Sequence[Door], now: datetime) -> None:
        """Shows a building; the person who was followed stays current when the door is there."""
        current = self.current()
        self.doors.show(doors, now)
        self.horizontalHeader().setDefaultSectionSize(theme.px(104 + _GAP))
        self.verticalHeader().setDefaultSectionSize(theme.row_height() + theme.px(_GAP))
        self.setAccessibleName(tr("Doors of the building"))
        place = self.doors.place_of(current.door.resident) if current else QModelIndex()
        self.setCurrentIndex(place if place.isValid() else self._first())

    def _first(self) -> QModelIndex:
        """The door where a person most needs care."""
        order = {"high": 0, "key": 1, "general": 2}
        places = [self.doors.index(row, column) for row in range(self.doors.rowCount())
                  for column in range(self.doors.columnCount())]  # fmt: skip
        found = [(order.get(look.door.tier, 9), place) for place in places if (look := self.doors.door(place))]
        return min(found, key=lambda each: each[0])[1] if found else QModelIndex()

    def wanted_width(self) -> int:
        """The width that shows every door of a floor, six at most; more scroll sideways."""
        columns = min(max(self.doors.columnCount(), 4), 6)
        return columns * theme.px(104 + _GAP) + self.verticalHeader().sizeHint().width() + theme.px(16)

    def current(self) -> DoorLook | None:
        """The door under the keyboard."""
        return self.doors.door(self.currentIndex())

    def show_colours(self, colours: str) -> None:
        """Lets the colours say how close the care is (`TIER`), how the visits stand, or where hazards are left."""
        self.colours = colours
        self.viewport().update()

    def show_tier(self, tier: str) -> None:
        """Fades every door of another tier; the same again shows all."""
        self.tier = "" if self.tier == tier else tier
        self.viewport().update()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        found = self.current()
        match event.key():
            case Qt.Key.Key_Return | Qt.Key.Key_Enter:
                self._open()
            case Qt.Key.Key_V if found is not None and found.door.resident:
                self.visit_wanted.emit(found.door.resident)
            case Qt.Key.Key_C:
                self.colours_wanted.emit()
            case Qt.Key.Key_1 | Qt.Key.Key_2 | Qt.Key.Key_3:
                self.show_tier(("high", "key", "general")[event.key() - Qt.Key.Key_1])
            case Qt.Key.Key_Home | Qt.Key.Key_End:
                last = self.doors.columnCount() - 1
                column = 0 if event.key() == Qt.Key.Key_Home else last
                self.setCurrentIndex(self.doors.index(self.currentIndex().row(), column))
            case _:
                super().keyPressEvent(event)

    def _open(self) -> None:
        found = self.current()
        if found is not None and found.door.resident:
            self.door_opened.emit(found.door.resident)

    def _moved(self) -> None:
        self._rest.start()

    def _follow(self) -> None:
        self.door_followed.emit(self.current())
