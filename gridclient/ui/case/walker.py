"""The middle of the case page: the rail of steps, the open step with its title, and what stands beside it."""

from collections.abc import Sequence

from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from gridclient.forms import Form
from gridclient.text import tr
from gridclient.ui import theme
from gridclient.ui.case.checklist import CheckBar
from gridclient.ui.case.level import LevelPanel, standing
from gridclient.ui.widgets import StepLook, StepRail, rule, text_label
from gridclient.ui.widgets.progress import NUMBERS

_WIDEST_RAIL, _BAR = 240, 16
_LOWEST = 160  # below it the whole case scrolls
_ROOM_FOR_NAMES = 480  # of the steps
_ROOM_BESIDE = 920  # from this width on there is room for something beside the step


class Walker(QFrame):
    """Shows the steps, one step's pager, and what stands beside it where there is room."""

    def __init__(self, beside: QWidget, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        theme.set_role(self, "card")
        self.setMinimumHeight(theme.px(_LOWEST))
        row = QHBoxLayout(self)
        row.setContentsMargins(14, 16, 0, 8)
        row.setSpacing(8)
        self.rail = StepRail(choosable=True)
        # A workflow of many steps must not make the window higher than the screen.
        self._rail_area = QScrollArea()
        self._rail_area.setFrameShape(QFrame.Shape.NoFrame)
        self._rail_area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._rail_area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        theme.set_role(self._rail_area, "plain")
        self._rail_area.setWidget(self.rail)
        self.rail.cursor_moved.connect(self._follow)
        self.rail.setAutoFillBackground(False)  # the area would paint it in the colour of a window
        row.addWidget(self._rail_area)
        row.addWidget(rule(vertical=True))
        self._body = QVBoxLayout()
        self._body.setSpacing(8)
        top = QHBoxLayout()
        top.setContentsMargins(8, 0, 20, 0)
        self._title = text_label("", "heading")
        self._place = text_label("", "muted")
        top.addWidget(self._title)
        top.addStretch(1)
        top.addWidget(self._place)
        self._body.addLayout(top)
        self.level = LevelPanel()
        self.level.hide()
        strip = QHBoxLayout()
        strip.setContentsMargins(8, 0, 20, 0)
        strip.addWidget(self.level)
        self._body.addLayout(strip)
        self._pager: QWidget | None = None
        self.checks = CheckBar()
        self._body.addWidget(self.checks)
        row.addLayout(self._body, 1)
        self._edge, self._beside = rule(vertical=True), beside
        self._wants_beside = False
        row.addWidget(self._edge)
        row.addWidget(beside, 1)
        self._show_beside()

    def want_beside(self, wanted: bool) -> None:
        """Shows what stands beside the step, as soon as there is room."""
        self._wants_beside = wanted
        self._show_beside()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._show_beside()
        self._size_rail()

    def _show_beside(self) -> None:
        there = self._wants_beside and self.width() >= theme.px(_ROOM_BESIDE)
        self._edge.setVisible(there)
        self._beside.setVisible(there)
        self.checks.leave_room(has_room=there)

    def clear(self) -> None:
        """Takes the widgets of a step away."""
        self.checks.clear()
        if self._pager is not None:
            self._body.removeWidget(self._pager)
            self._pager.hide()
            self._pager.deleteLater()
            self._pager = None

    def put(self, pager: QWidget) -> None:
        """Shows the widgets of a step in place of those of the step before."""
        self.clear()
        self._pager = pager
        self._body.insertWidget(self._body.indexOf(self.checks), pager, 1)

    def show_steps(self, looks: Sequence[StepLook], place: int) -> None:
        """Shows how all steps stand and which of them is open."""
        self.rail.set_steps(list(looks), looks[place].id)
        self._size_rail()
        self._rail_area.ensureVisible(0, self.rail.height() * (place * 2 + 1) // (len(looks) * 2), 0, 60)
        self._title.setText(looks[place].title)
        self._place.setText(tr("Step {n} of {all}", n=place + 1, all=len(looks)))

    def _size_rail(self) -> None:
        wanted = self.rail.sizeHint()
        most = theme.px(_WIDEST_RAIL if self.width() >= theme.px(_ROOM_FOR_NAMES) else NUMBERS)
        width = min(max(wanted.width(), theme.px(156)), most)
        self.rail.resize(width, wanted.height())
        self._rail_area.setFixedWidth(width + theme.px(_BAR))

    def _follow(self, place: QRect) -> None:
        """Keeps the step that the arrow keys are at in view."""
        middle = place.center()
        self._rail_area.ensureVisible(middle.x(), middle.y(), 0, place.height())

    def show_level(self, form: Form | None, group: str) -> None:
        """Shows the level beside an assessment, from its health part on."""
        now = standing(form) if form is not None else None
        self.level.setVisible(now is not None and group in now.groups)
        if now is not None:
            self.level.show_standing(now)

    def retranslate(self) -> None:
        """Says the rail's name and the bar under a check list in the active language."""
        self.rail.setAccessibleName(tr("Steps"))
        self.checks.retranslate()
