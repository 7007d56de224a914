"""How far something is: a bar with a number beside it, and the rail of numbered steps."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from PySide6.QtCore import QEvent, QPointF, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFontMetrics, QHelpEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from gridclient.ui import theme
from gridclient.ui.widgets.labels import paint_text

_STEP_HEIGHT = 64
_DISC = 24
_WORDS = 4 + _DISC + 12  # where they begin
NUMBERS = 4 + _DISC + 4  # a rail so wide has the numbers of the steps only


def paint_bar(painter: QPainter, rect: QRectF, share: float, role: str = "accent_fill") -> None:
    """Paints a bar that is filled to `share` (0 to 1)."""
    look = theme.roles()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    radius = rect.height() / 2
    painter.setBrush(look.border)
    painter.drawRoundedRect(rect, radius, radius)
    if share > 0:
        filled = QRectF(rect.left(), rect.top(), max(rect.height(), rect.width() * min(share, 1.0)), rect.height())
        painter.setBrush(look.named(role))
        painter.drawRoundedRect(filled, radius, radius)


class ProgressBar(QWidget):
    """A thin bar; the text beside it belongs to the page."""

    def __init__(self, height: int = 8, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._share, self._mark = 0.0, 0.0
        self._role = "accent_fill"
        self.setFixedHeight(theme.px(height))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def set_share(self, share: float, role: str = "accent_fill", mark: float = 0.0) -> None:
        """Fills the bar to a share between 0 and 1; a `mark` above 0 stands across it, where a limit is."""
        self._share, self._role, self._mark = share, role, mark
        self.setAccessibleDescription(f"{round(share * 100)} %")
        self.update()

    def share(self) -> float:
        """How far the bar is filled."""
        return self._share

    def paintEvent(self, event: QPaintEvent) -> None:
        painter, bar = QPainter(self), QRectF(self.rect())
        paint_bar(painter, bar, self._share, self._role)
        if self._mark > 0:
            x = min(bar.width() * self._mark, bar.width() - 2)
            painter.fillRect(QRectF(x, 0, 2, bar.height()), theme.roles().text_1)


StepState = Literal["done", "current", "todo", "comment"]


@dataclass(frozen=True, slots=True)
class StepLook:
    """One step on the rail: its name, what is known about it and how it stands."""

    id: str
    title: str
    detail: str = ""
    state: StepState = "todo"
    tip: str = ""  # more than there is room for


class StepRail(QWidget):
    """Numbered steps from top to bottom, joined by a line; a done step carries a tick.

    Steps can be chosen when the rail is made `choosable`: by mouse, or by arrow keys and Enter.
    """

    step_chosen = Signal(str)  # id
    cursor_moved = Signal(QRect)  # where the keyboard is now, so that a page that scrolls can follow

    def __init__(self, name: str = "", choosable: bool = False, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._steps: tuple[StepLook, ...] = ()
        self._chosen = ""
        self._cursor = 0
        self._choosable = choosable
        self.setAccessibleName(name)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.setProperty("ring", False)
        if choosable:
            self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
            self.setCursor(Qt.CursorShape.PointingHandCursor)

    def set_steps(self, steps: Sequence[StepLook], chosen: str = "") -> None:
        """Shows these steps; `chosen` is the one whose content is on the page."""
        self._steps = tuple(steps)
        self._chosen = chosen
        self._cursor = next((place for place, step in enumerate(self._steps) if step.id == chosen), 0)
        said = [", ".join(part for part in (step.title, step.tip or step.detail) if part) for step in self._steps]
        self.setAccessibleDescription("; ".join(said))
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        title, detail = QFontMetrics(theme.font("body", bold=True)), QFontMetrics(theme.font("small"))
        widest = max((max(title.horizontalAdvance(step.title), detail.horizontalAdvance(step.detail))
                      for step in self._steps), default=0)  # fmt: skip
        return QSize(theme.px(_WORDS + widest + 8), theme.px(_STEP_HEIGHT) * max(1, len(self._steps)))

    def minimumSizeHint(self) -> QSize:
        return QSize(theme.px(132), self.sizeHint().height())

    def tip_of(self, place: int) -> str:
        """What is said where the mouse rests on a step: its tip, and the words for which there is no room."""
        if place >= len(self._steps):
            return ""
        step = self._steps[place]
        cut = [step.title, step.detail] if self.sizeHint().width() > self.width() else []
        return "\n".join(dict.fromkeys(part for part in (*cut, step.tip) if part))

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            QToolTip.showText(event.globalPos(), self.tip_of(event.pos().y() // theme.px(_STEP_HEIGHT)), self)
            return True
        return super().event(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if self._choosable and event.button() == Qt.MouseButton.LeftButton:
            self._choose(int(event.position().y()) // theme.px(_STEP_HEIGHT))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        match event.key():
            case Qt.Key.Key_Up | Qt.Key.Key_Down if self._choosable:
                change = 1 if event.key() == Qt.Key.Key_Down else -1
                self._cursor = min(max(self._cursor + change, 0), len(self._steps) - 1)
                self.update()
                high = theme.px(_STEP_HEIGHT)
                self.cursor_moved.emit(QRect(0, self._cursor * high, self.width(), high))
            case Qt.Key.Key_Return | Qt.Key.Key_Enter | Qt.Key.Key_Space if self._choosable:
                self._choose(self._cursor)
            case _:
                super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        whole = theme.zoomed(painter, self.rect())
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for place, step in enumerate(self._steps):
            self._paint_step(painter, whole.width(), place, step)

    def _choose(self, place: int) -> None:
        if 0 <= place < len(self._steps):
            self._cursor = place
            self.update()
            self.step_chosen.emit(self._steps[place].id)

    def _paint_step(self, painter: QPainter, width: float, place: int, step: StepLook) -> None:
        look = theme.roles()
        top = place * _STEP_HEIGHT + 4
        disc = QRectF(4, top, _DISC, _DISC)
        if place + 1 < len(self._steps):
            painter.setPen(QPen(look.ok if step.state == "done" else look.border, 2))
            middle = disc.center().x()
            painter.drawLine(QPointF(middle, disc.bottom() + 4), QPointF(middle, top + _STEP_HEIGHT - 4))
        self._paint_disc(painter, disc, place, step)
        if self.hasFocus() and place == self._cursor:
            painter.setPen(QPen(look.accent, 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(QRectF(1, top - 3, width - 2, _STEP_HEIGHT - 10), 6, 6)
        bold = step.id == self._chosen or (not self._chosen and step.state == "current")
        left = _WORDS
        room = width - left - 6
        if room <= 0:
            return
        todo = step.state == "todo" and not bold
        paint_text(painter, QRectF(left, top - 1, room, 24), step.title, "text_2" if todo else "text_1", "body", bold)
        ink = "warn" if step.state == "comment" else "text_2"
        paint_text(painter, QRectF(left, top + 21, room, 20), step.detail, ink, "small", False)

    def _paint_disc(self, painter: QPainter, disc: QRectF, place: int, step: StepLook) -> None:
        look = theme.roles()
        ground, edge, ink = {
            "done": (look.ok_soft, look.ok_soft, look.ok),
            "current": (look.accent_fill, look.accent_fill, look.on_accent),
            "comment": (look.warn_soft, look.warn, look.warn),
            "todo": (look.surface, look.border_strong, look.text_2),
        }[step.state]
        painter.setPen(QPen(edge, 1))
        painter.setBrush(ground)
        painter.drawEllipse(disc)
        if step.state in ("done", "comment"):
            name, role = ("check", "ok") if step.state == "done" else ("message-square", "warn")
            picture = theme.pixmap(name, role, 14, self.devicePixelRatioF())
            painter.drawPixmap(round(disc.center().x() - 7), round(disc.center().y() - 7), picture)
        else:
            painter.setPen(ink)
            painter.setFont(theme.font("label", bold=step.state == "current"))
            painter.drawText(disc, Qt.AlignmentFlag.AlignCenter, str(place + 1))
