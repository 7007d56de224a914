"""Walkers over a window: what has no name for a screen reader, which words are cut silently, what is too small."""

from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtGui import QFont, QFontMetrics
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractScrollArea,
    QAbstractSpinBox,
    QComboBox,
    QLabel,
    QLineEdit,
    QPushButton,
    QStyle,
    QStyleOptionComboBox,
    QStyleOptionFrame,
    QTableView,
    QToolButton,
    QWidget,
)

from gridclient.ui import theme
from gridclient.ui.widgets import StatusTag, StepRail

_NARROWEST = 28  # a word of two signs in Chinese
_QT_OWN = ("qt_scrollarea_viewport", "qt_spinbox_lineedit", "qt_toolbar_ext_button")


def nameless(window: QWidget) -> list[str]:
    """The visible widgets that take the keyboard and have no accessible name."""
    found: list[str] = []
    for widget in window.findChildren(QWidget):
        takes = widget.focusPolicy() != Qt.FocusPolicy.NoFocus and widget.isVisibleTo(window) and widget.isEnabled()
        proxied = widget.focusProxy() is not None or widget.objectName() in _QT_OWN
        if not takes or proxied:
            continue
        named = widget.accessibleName() or (widget.text() if isinstance(widget, QAbstractButton | QLabel) else "")
        if not named:
            parent = widget.parentWidget()
            found.append(f"{type(widget).__name__} in {type(parent).__name__}")
    return found


def clipped(window: QWidget) -> list[str]:
    """The visible words that have no room or that an edge cuts, unless a tooltip says them whole.

    The tooltip of a button tells its keys; it is no excuse.
    """
    found: list[str] = []
    for widget in window.findChildren(QWidget):
        told = widget.toolTip() and not isinstance(widget, QAbstractButton)
        if not widget.isVisibleTo(window) or told:
            continue
        words = _words(widget)
        if words and not (_has_room(widget, words) and _is_inside(widget)):
            found.append(words)
    return found


def small(window: QWidget) -> list[str]:
    """The visible buttons, lines and boxes that are lower or narrower than the look promises for the finger."""
    found: list[str] = []
    for widget in window.findChildren(QWidget):
        is_control = isinstance(widget, QAbstractButton | QLineEdit | QComboBox) and widget.objectName() not in _QT_OWN
        is_part = isinstance(widget.parentWidget(), QLineEdit | QAbstractSpinBox | QComboBox | QTableView)
        if not is_control or is_part or not widget.isVisibleTo(window):
            continue
        if widget.width() < _NARROWEST or widget.height() < theme.compact_height():
            found.append(f"{widget.accessibleName() or _words(widget)} {widget.width()}×{widget.height()}")
    return found


def _words(widget: QWidget) -> str:
    """What a widget says on one screen; what is typed into a line can be scrolled to."""
    match widget:
        case QLabel() | QPushButton() | StatusTag():
            return widget.text()
        case QToolButton():
            is_picture = widget.toolButtonStyle() == Qt.ToolButtonStyle.ToolButtonIconOnly
            return "" if is_picture else widget.text()
        case QComboBox():
            return widget.currentText()
        case QLineEdit():
            is_value = isinstance(widget.parentWidget(), QAbstractSpinBox)
            return widget.text() if is_value else "" if widget.text() else widget.placeholderText()
        case StepRail():
            return widget.accessibleDescription()
        case _:
            return ""


def _has_room(widget: QWidget, words: str) -> bool:
    match widget:
        case QPushButton():
            return widget.sizeHint().width() <= widget.width() + 1
        case StepRail():
            titles = [said.partition(", ")[0] for said in words.split("; ")]
            is_tall = widget.sizeHint().height() <= widget.height()
            return is_tall and all(
                widget.sizeHint().width() <= widget.width() or title in widget.tip_of(place)
                for place, title in enumerate(titles)
            )
        case StatusTag():
            return widget.sizeHint().boundedTo(widget.size()) == widget.sizeHint()
        case QLabel() if widget.wordWrap():
            return widget.heightForWidth(widget.width()) <= widget.height() + 2
        case _:
            return QFontMetrics(_font(widget)).horizontalAdvance(words) <= _room(widget) + 1


def _font(widget: QWidget) -> QFont:
    """The font of the words; a page that is chosen says its name in bold."""
    font = QFont(widget.font())
    if isinstance(widget, QToolButton) and widget.isCheckable():
        font.setWeight(QFont.Weight.DemiBold)
    return font


def _room(widget: QWidget) -> int:
    """How wide the words of one line may be."""
    match widget:
        case QComboBox():
            box = QStyleOptionComboBox()
            widget.initStyleOption(box)
            part = QStyle.SubControl.SC_ComboBoxEditField
            return widget.style().subControlRect(QStyle.ComplexControl.CC_ComboBox, box, part, widget).width()
        case QLineEdit():
            frame = QStyleOptionFrame()
            widget.initStyleOption(frame)
            inside = widget.style().subElementRect(QStyle.SubElement.SE_LineEditContents, frame, widget)
            margins = widget.textMargins()
            return inside.width() - margins.left() - margins.right() - 4  # Qt keeps two pixels free at each end
        case _:
            return widget.contentsRect().width()


def _is_inside(widget: QWidget) -> bool:
    """Whether no edge above cuts the widget; what a scroll bar leads to is not cut."""
    ground = widget.parentWidget()
    while ground is not None:
        place = QRect(widget.mapTo(ground, QPoint(0, 0)), widget.size())
        above = ground.parentWidget()
        if isinstance(above, QAbstractScrollArea):
            is_still = above.horizontalScrollBarPolicy() == Qt.ScrollBarPolicy.ScrollBarAlwaysOff
            return not is_still or (place.left() >= -1 and place.right() <= ground.width() + 1)
        if not ground.rect().adjusted(-1, -1, 1, 1).contains(place):
            return False
        if ground.isWindow():
            return True
        ground = above
    return True
