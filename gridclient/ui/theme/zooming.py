"""How large everything is on the screen, from 100 to 200 %, and what follows when that changes.

The numbers in the program are pixels at 100 %: `px` takes them to the screen, `zoomed` lets a painter count in
them, and the distances in layouts are stretched here, when a widget is first shown and whenever the zoom changes.
"""

import re
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass

from PySide6.QtCore import QMargins, QRect, QRectF, QSize
from PySide6.QtGui import QGuiApplication, QPainter
from PySide6.QtWidgets import QAbstractItemView, QApplication, QBoxLayout, QGridLayout, QLayout, QProxyStyle, QWidget

_STRETCHED = "zoomed_from"  # on a layout or a widget: its lengths at 100 %, and as they were made of them
_PIXELS = re.compile(r"\b(\d+)px")
_MOST = (1 << 24) - 1  # Qt's QWIDGETSIZE_MAX, which PySide does not export


@dataclass(slots=True)
class _Zoom:
    percent: int = 100
    style: "_ZoomedStyle | None" = None
    has_walked: bool = False  # while the application is dressed anew, after every widget was seen to


_zoom = _Zoom()


class _ZoomedStyle(QProxyStyle):
    """Fusion that stretches the layout of each widget before it is first shown."""

    def polish(self, target: object) -> object:  # type: ignore[override]  # Qt has three of this name
        if not _zoom.has_walked and isinstance(target, QWidget) and (layout := target.layout()) is not None:
            _stretch(layout)
        return super().polish(target)  # type: ignore[call-overload]


def factor() -> float:
    """How many pixels of the screen one pixel at 100 % takes."""
    return _zoom.percent / 100


def zoom() -> int:
    """The zoom in percent."""
    return _zoom.percent


def px(length: float) -> int:
    """A length on the screen, from one at 100 %."""
    return round(length * _zoom.percent / 100)


def size(width: float, height: float) -> QSize:
    """A size on the screen, from one at 100 %."""
    return QSize(px(width), px(height))


def window_size(width: int, height: int) -> QSize:
    """The size of a window on the screen, never larger than the screen."""
    return size(width, height).boundedTo(QGuiApplication.primaryScreen().availableSize())


def zoomed(painter: QPainter, place: QRect | QRectF) -> QRectF:
    """Lets a painter count in pixels at 100 %, and gives the place in them."""
    painter.scale(factor(), factor())
    return unzoomed(place)


def unzoomed(place: QRect | QRectF) -> QRectF:
    """A place of the screen in pixels at 100 %."""
    times = factor()
    return QRectF(place.x() / times, place.y() / times, place.width() / times, place.height() / times)


def zoomed_sheet(sheet: str) -> str:
    """A stylesheet with its lengths on the screen; a hairline stays one."""
    return _PIXELS.sub(lambda found: f"{px(int(found[1])) if found[1] != '1' else 1}px", sheet)


@contextmanager
def use(app: QApplication, percent: int) -> Generator[None]:
    """Takes the whole application to a zoom, with every widget that is there, and lets it be dressed for that."""
    _walk(app, percent)
    _zoom.has_walked = True
    yield
    _zoom.has_walked = False


def _walk(app: QApplication, percent: int) -> None:
    before, _zoom.percent = _zoom.percent, percent
    if percent == before:
        return
    if _zoom.style is None:  # at 100 % nobody pays for it
        _zoom.style = _ZoomedStyle("Fusion")
        app.setStyle(_zoom.style)
    for widget in app.allWidgets():
        _resize(widget, before)
        if (layout := widget.layout()) is not None:
            _stretch(layout)


def _resize(widget: QWidget, before: int) -> None:
    """Keeps fixed, least and most sizes in step, and those of the pictures in a list."""
    now = _sizes(widget)
    kept = widget.property(_STRETCHED)
    at_100 = kept[0] if kept and tuple(kept[1]) == now else [each * 100 / before for each in now]
    resize = (widget.setMaximumWidth, widget.setMaximumHeight, widget.setMinimumWidth, widget.setMinimumHeight)
    for length, was, make in zip(at_100, now, resize, strict=True):
        if 1 < was < _MOST:  # none and a hairline are no lengths
            make(px(length))
    widget.setProperty(_STRETCHED, (at_100, _sizes(widget)))
    if isinstance(widget, QAbstractItemView) and not widget.iconSize().isEmpty():
        widget.setIconSize(widget.iconSize() * _zoom.percent / before)


def _sizes(widget: QWidget) -> tuple[int, ...]:
    return widget.maximumWidth(), widget.maximumHeight(), widget.minimumWidth(), widget.minimumHeight()


def _stretch(layout: QLayout) -> None:
    """Sets the distances of a layout, and of the rows in it, from what they are at 100 %."""
    for place in range(layout.count()):
        item = layout.itemAt(place)
        if item is not None and (inner := item.layout()) is not None:
            _stretch(inner)  # first, for it may have its distances from the layout around it
    now = _distances(layout)
    kept = layout.property(_STRETCHED)
    at_100 = kept[0] if kept and tuple(kept[1]) == now else now
    left, top, right, bottom, across, down = (px(each) for each in at_100)
    layout.setContentsMargins(QMargins(left, top, right, bottom))
    if isinstance(layout, QGridLayout):
        layout.setHorizontalSpacing(across)
        layout.setVerticalSpacing(down)
    elif isinstance(layout, QBoxLayout):
        layout.setSpacing(across)
    layout.setProperty(_STRETCHED, (at_100, _distances(layout)))


def _distances(layout: QLayout) -> tuple[int, ...]:
    margins = layout.contentsMargins()
    across = down = layout.spacing()
    if isinstance(layout, QGridLayout):
        across, down = layout.horizontalSpacing(), layout.verticalSpacing()
    return margins.left(), margins.top(), margins.right(), margins.bottom(), across, down
