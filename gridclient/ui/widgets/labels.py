"""Small pieces of text and colour: labels by part, elided text, key caps, tags and faces."""

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QFrame, QLabel, QSizePolicy, QWidget

from gridclient.ui import theme


def text_label(text: str = "", role: str = "", wrap: bool = False) -> QLabel:
    """A label of plain text that plays a part (`title`, `heading`, `strong`, `muted`, `small`, `error` …)."""
    label = QLabel(text)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setWordWrap(wrap)
    if wrap:
        label.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
    if role:
        theme.set_role(label, role)
    return label


def rule(vertical: bool = False) -> QFrame:
    """A hairline between two areas."""
    line = QFrame()
    theme.set_role(line, "rule")
    if vertical:
        line.setFixedWidth(1)
    else:
        line.setFixedHeight(1)
    return line


class ElidedLabel(QLabel):
    """One line of text that ends in … when there is no room, and then tells the whole in a tooltip."""

    def __init__(self, text: str = "", role: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._whole = ""
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        if role:
            theme.set_role(self, role)
        self.set_text(text)

    def set_text(self, text: str) -> None:
        """Shows this text, as much of it as fits."""
        self._whole = text
        self.setAccessibleName(text)
        self._fit()

    def whole_text(self) -> str:
        """The text before it was cut."""
        return self._whole

    def setFixedWidth(self, width: int) -> None:
        """Keeps a width, also beside what stretches."""
        super().setFixedWidth(width)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        self.ensurePolished()
        metrics = QFontMetrics(self.font())
        return QSize(metrics.horizontalAdvance(self._whole) + 2, metrics.height())

    def minimumSizeHint(self) -> QSize:
        return QSize(theme.px(24), self.sizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        self.ensurePolished()
        shown = QFontMetrics(self.font()).elidedText(self._whole, Qt.TextElideMode.ElideRight, self.width())
        self.setText(shown)
        self.setToolTip(self._whole if shown != self._whole else "")


class KeyCap(QLabel):
    """The key that does the same as the control beside it; shown, never the only way."""

    def __init__(self, keys: str, parent: QWidget | None = None) -> None:
        super().__init__(keys, parent)
        theme.set_role(self, "key")
        self.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)


class StatusTag(QWidget):
    """A rounded mark with a word and perhaps a picture; colour never speaks alone."""

    _PAD = 10

    def __init__(self, text: str = "", tone: str = "neutral", icon: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._text, self._tone, self._icon = text, tone, icon
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(text)

    def set_mark(self, text: str, tone: str = "neutral", icon: str = "") -> None:
        """Changes the word, its meaning and its picture."""
        self._text, self._tone, self._icon = text, tone, icon
        self.setAccessibleName(text)
        self.updateGeometry()
        self.update()

    def text(self) -> str:
        """The word."""
        return self._text

    def sizeHint(self) -> QSize:
        return theme.size(tag_width(self._text, self._icon), TAG_HEIGHT)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        whole = theme.zoomed(painter, self.rect())
        paint_tag(painter, whole, self._text, self._tone, self._icon)


TAG_HEIGHT = 22
_TAG_PAD = 9
_TAG_ICON = 13


def tag_width(text: str, icon: str = "") -> int:
    """The width at 100 % that `paint_tag` needs."""
    width = QFontMetrics(theme.font("small")).horizontalAdvance(text) + 2 * _TAG_PAD
    return width + (_TAG_ICON + 4 if icon else 0)


def paint_tag(painter: QPainter, rect: QRectF, text: str, tone: str, icon: str = "", on_select: bool = False) -> None:
    """Paints a status tag into a rectangle; on a chosen row a blue tag keeps apart from the blue ground."""
    look, meant = theme.roles(), theme.TONES[tone]
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(look.named(meant.border))
    painter.setBrush(look.surface if on_select and tone in ("accent", "neutral") else look.named(meant.ground))
    body = rect.adjusted(0.5, 0.5, -0.5, -0.5)
    painter.drawRoundedRect(body, body.height() / 2, body.height() / 2)
    left = rect.left() + _TAG_PAD
    if icon:
        top = round(rect.center().y() - _TAG_ICON / 2)
        ratio = painter.device().devicePixelRatio()
        painter.drawPixmap(round(left), top, theme.pixmap(icon, meant.ink, _TAG_ICON, ratio))
        left += _TAG_ICON + 4
    painter.setPen(look.named(meant.ink))
    painter.setFont(theme.font("small"))
    inside = QRectF(left, rect.top(), rect.right() - left - _TAG_PAD + 4, rect.height())
    painter.drawText(inside, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, text)
    painter.restore()


def paint_text(painter: QPainter, rect: QRectF, text: str, role: str, size: str = "body", bold: bool = False) -> bool:
    """Writes one line, cut with … where there is no room; says whether it was cut."""
    painter.setPen(theme.roles().named(role))
    painter.setFont(theme.font(size, bold))
    shown = painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, int(rect.width()))
    painter.drawText(rect, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, shown)
    return shown != text


class IconLabel(QWidget):
    """A picture of the theme, in a colour role."""

    def __init__(self, icon: str, role: str = "text_2", size: int = 16, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._icon, self._role, self._size = icon, role, size
        self.setFixedSize(theme.size(size, size))

    def set_icon(self, icon: str, role: str = "text_2") -> None:
        """Shows another picture."""
        self._icon, self._role = icon, role
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        theme.zoomed(painter, self.rect())
        painter.drawPixmap(0, 0, theme.pixmap(self._icon, self._role, self._size, self.devicePixelRatioF()))


class Avatar(QWidget):
    """A worker's face: the first sign of the name on a soft ground."""

    def __init__(self, name: str = "", size: int = 32, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._name = name
        self.setFixedSize(theme.size(size, size))

    def set_name(self, name: str) -> None:
        """Shows another worker."""
        self._name = name
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        whole = theme.zoomed(painter, self.rect())
        paint_avatar(painter, whole, self._name)


def paint_avatar(painter: QPainter, rect: QRectF, name: str, on_select: bool = False) -> None:
    """Paints the first sign of a name on a round ground; white on a chosen card."""
    look = theme.roles()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(look.surface if on_select else look.accent_soft)
    painter.drawEllipse(rect)
    painter.setPen(look.accent_ink)
    painter.setFont(theme.font("body", bold=True))
    painter.drawText(rect, Qt.AlignmentFlag.AlignCenter, name[:1].upper())
