"""Which look the application wears now, and the one place that changes it.

Only this package sets a stylesheet, a palette or the application font. A widget names its part with
`set_role` and its picture with `set_icon`; both follow the next change of look by themselves.
"""

from dataclasses import dataclass

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QAction, QColor, QFont, QIcon, QPalette, QPixmap
from PySide6.QtWidgets import QAbstractButton, QApplication, QPushButton, QWidget

from gridclient.ui.theme import icons, zooming
from gridclient.ui.theme.focus import FocusRing
from gridclient.ui.theme.roles import DARK, LIGHT, Roles
from gridclient.ui.theme.stylesheet import stylesheet
from gridclient.ui.theme.zooming import px

FAMILIES = ("Noto Sans CJK SC", "Microsoft YaHei UI", "PingFang SC", "Source Han Sans SC")

_PX = {"small": 12, "label": 13, "body": 14, "heading": 15, "title": 18}
_PX_LARGE = {"small": 14, "label": 15, "body": 16, "heading": 17, "title": 20}
_BUTTON, _BUTTON_COMPACT, _BUTTON_LARGE = 32, 28, 40

# A layout does not know of a border that the stylesheet draws, and would cover it.
_EDGES = {
    "pane": (0, 0, 1, 0),
    "side": (0, 0, 1, 0),
    "nav_column": (0, 0, 1, 0),
    "top_bar": (0, 0, 0, 1),
    "footer": (0, 1, 0, 0),
}


@dataclass(slots=True)
class _Look:
    dark: bool = False
    large: bool = False
    ring: FocusRing | None = None


_look = _Look()


def roles() -> Roles:
    """The colours in use."""
    return DARK if _look.dark else LIGHT


def veil(role: str, share: float) -> QColor:
    """A colour of the theme through which one sees what is beneath; `share` is how much of it is there."""
    colour = QColor(roles().named(role))
    colour.setAlphaF(share)
    return colour


def is_dark() -> bool:
    """Whether the dark colours are in use."""
    return _look.dark


def is_large() -> bool:
    """Whether the larger type for tired eyes is in use."""
    return _look.large


def font_px(name: str = "body") -> int:
    """The size in pixels at 100 % of `small`, `label`, `body`, `heading` or `title` text."""
    return (_PX_LARGE if _look.large else _PX)[name]


def font(name: str = "body", bold: bool = False) -> QFont:
    """The font for painting text of that size, at 100 % as everything that is painted."""
    made = QFont(list(FAMILIES))
    made.setPixelSize(font_px(name))
    made.setWeight(QFont.Weight.DemiBold if bold else QFont.Weight.Normal)
    return made


def row_height() -> int:
    """The height of a list row with two lines."""
    return px(68 if _look.large else 58)


def control_height() -> int:
    """The height of a button or a field."""
    return px(_BUTTON_LARGE if _look.large else _BUTTON)


def compact_height() -> int:
    """The height of a button inside a row or a card; the larger type makes no difference between buttons."""
    return px(_BUTTON_LARGE if _look.large else _BUTTON_COMPACT)


def apply(app: QApplication, dark: bool = False, large: bool = False, zoom: int = 100) -> None:
    """Dresses the whole application, now and for every widget still to come; `zoom` is in percent."""
    _look.dark, _look.large = dark, large
    if _look.ring is None:
        app.setStyle("Fusion")
        _look.ring = FocusRing(app, lambda: roles().accent)
    with zooming.use(app, zoom):
        worn = font()
        worn.setPixelSize(px(font_px()))
        app.setFont(worn)
        app.setPalette(_palette(roles()))
        sizes = {name: str(px(font_px(name))) for name in _PX}
        sheet = stylesheet(roles(), sizes, control_height(), compact_height())
        if app.styleSheet() != sheet:
            app.setStyleSheet(sheet)
    for widget in app.allWidgets():
        _refresh_icon(widget)
        for action in widget.actions():
            _refresh_icon(action)


def set_role(widget: QWidget, role: str) -> None:
    """Names the part a widget plays (`primary`, `card`, `title`, `error` …); the stylesheet does the rest."""
    if widget.property("role") == role:
        return
    widget.setProperty("role", role)
    if role in _EDGES:
        widget.setContentsMargins(*_EDGES[role])
    widget.setAttribute(Qt.WidgetAttribute.WA_StyledBackground, True)
    repolish(widget)


def repolish(widget: QWidget) -> None:
    """Lets the stylesheet see a changed property of a widget that is already on the screen."""
    if not widget.testAttribute(Qt.WidgetAttribute.WA_WState_Polished):
        return  # it will be seen when the widget is shown
    style = widget.style()
    style.unpolish(widget)
    style.polish(widget)
    widget.update()


def set_icon(
    target: QAbstractButton | QAction, name: str, role: str = "text_2", chosen_role: str = "", size: int = 16
) -> None:
    """Gives a button or an action a picture that is recoloured when the look changes."""
    target.setProperty("icon_of", [name, role, chosen_role, size])
    _refresh_icon(target)


def icon(name: str, role: str = "text_2", chosen_role: str = "") -> QIcon:
    """A picture in the present colours; prefer `set_icon`, which follows a change of look."""
    return icons.make_icon(name, _colours(role, chosen_role), tuple(px(size) for size in icons.SIZES))


def pixmap(name: str, role: str = "text_2", size: int = 16, ratio: float = 1.0) -> QPixmap:
    """A picture for painting, in the present colours, sharp in a painter that is zoomed."""
    return icons.make_pixmap(name, roles().named(role), size, ratio * zooming.factor())


def _refresh_icon(target: object) -> None:
    if isinstance(target, QAbstractButton | QAction):
        wanted: tuple[str, str, str, int] | None = target.property("icon_of")
        if wanted:
            name, role, chosen_role, size = wanted
            side, gap = px(size), px(_gap(target))
            if isinstance(target, QAbstractButton):
                target.setIconSize(QSize(side + gap, side))
            target.setIcon(icons.make_icon(name, _colours(role, chosen_role), (side,), gap))


def _colours(role: str, chosen_role: str) -> icons.IconColours:
    look = roles()
    return icons.IconColours(look.named(role), look.text_3, look.named(chosen_role) if chosen_role else None)


def _gap(target: QAbstractButton | QAction) -> int:
    """A button with words keeps them apart from its picture; the style leaves too little room."""
    return 5 if isinstance(target, QPushButton) else 0


def _palette(look: Roles) -> QPalette:
    palette = QPalette()
    part = QPalette.ColorRole
    colours: dict[QPalette.ColorRole, QColor] = {
        part.Window: look.canvas,
        part.WindowText: look.text_1,
        part.Base: look.surface,
        part.AlternateBase: look.sunken,
        part.Text: look.text_1,
        part.PlaceholderText: look.text_3,
        part.Button: look.surface,
        part.ButtonText: look.text_1,
        part.BrightText: look.bad,
        part.Highlight: look.accent_fill,
        part.HighlightedText: look.on_accent,
        part.ToolTipBase: look.surface,
        part.ToolTipText: look.text_1,
        part.Link: look.accent_ink,
        part.LinkVisited: look.accent_ink,
        part.Light: look.surface,
        part.Midlight: look.line,
        part.Mid: look.border,
        part.Dark: look.border_strong,
        part.Shadow: look.border_strong,
        part.Accent: look.accent_fill,
    }
    for role, colour in colours.items():
        palette.setColor(role, colour)
    for role in (part.WindowText, part.Text, part.ButtonText):
        palette.setColor(QPalette.ColorGroup.Disabled, role, look.text_3)
    return palette
