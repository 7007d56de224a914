"""The application's pictures: Lucide outlines from `resources/icons`, drawn in a colour of the theme.

Refuses a name that is not shipped, so that a missing picture is found by the first test that shows it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from PySide6.QtCore import QByteArray, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QGuiApplication, QIcon, QPainter, QPixmap, QPixmapCache
from PySide6.QtSvg import QSvgRenderer

from gridclient.paths import RESOURCES

_FOLDER = RESOURCES / "icons"
_STROKE = 1.75
SIZES = (16, 20, 24)


@cache
def _outline(name: str) -> str:
    text = (_FOLDER / f"{name}.svg").read_text(encoding="utf-8")
    return text.replace('stroke-width="2"', f'stroke-width="{_STROKE}"')


def make_pixmap(name: str, colour: QColor, size: int, ratio: float = 1.0, gap: int = 0) -> QPixmap:
    """The picture, `size` pixels wide in a window scaled by `ratio`, with `gap` empty pixels behind it."""
    key = f"gridclient:{name}:{colour.rgba()}:{size}:{ratio}:{gap}"
    found = QPixmap()
    if QPixmapCache.find(key, found):
        return found
    outline = QByteArray(_outline(name).replace("currentColor", colour.name()).encode())
    side = round(size * ratio)
    drawn = QPixmap(QSize(side + round(gap * ratio), side))
    drawn.fill(Qt.GlobalColor.transparent)
    painter = QPainter(drawn)
    QSvgRenderer(outline).render(painter, QRectF(0, 0, side, side))
    painter.end()
    drawn.setDevicePixelRatio(ratio)
    QPixmapCache.insert(key, drawn)
    return drawn


@dataclass(frozen=True, slots=True)
class IconColours:
    """The colours of an icon's states; without `chosen` the checked state looks like the plain one."""

    plain: QColor
    disabled: QColor
    chosen: QColor | None = None


def make_icon(name: str, colours: IconColours, sizes: Sequence[int] = SIZES, gap: int = 0) -> QIcon:
    """The picture as an icon, sharp on every screen in use."""
    made = QIcon()
    ratios = sorted({screen.devicePixelRatio() for screen in QGuiApplication.screens()})
    for size in sizes:
        for ratio in ratios:
            plain = make_pixmap(name, colours.plain, size, ratio, gap)
            for mode in (QIcon.Mode.Normal, QIcon.Mode.Active, QIcon.Mode.Selected):
                made.addPixmap(plain, mode, QIcon.State.Off)
            made.addPixmap(make_pixmap(name, colours.disabled, size, ratio, gap), QIcon.Mode.Disabled)
            if colours.chosen is not None:
                made.addPixmap(make_pixmap(name, colours.chosen, size, ratio, gap), QIcon.Mode.Normal, QIcon.State.On)
    return made
