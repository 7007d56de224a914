"""The one stylesheet, built from the colour roles and the type sizes.

A widget says what it is with the dynamic property `role`; nothing else in the program writes a style.
Traps met and kept away from: a bare `QLineEdit` rule also dresses the editors inside spin and combo boxes,
`min-height` beats `setFixedHeight`, a radius above half the height is dropped, and the editor of a spin box
without buttons collapses unless its buttons keep one pixel on the margin, and takes no padding
(`widgets.plain_spin_box` gives it text margins).
"""

from collections.abc import Mapping
from string import Template

from gridclient.paths import RESOURCES
from gridclient.ui.theme.roles import TONES, Roles
from gridclient.ui.theme.zooming import zoomed_sheet

_GROUNDS = """
QMainWindow, QDialog, QWidget[role="canvas"] { background: $canvas; }
QWidget[role="surface"] { background: $surface; }
QWidget[role="sunken"] { background: $sunken; }
QFrame[role="card"] { background: $surface; border: 1px solid $border; border-radius: 10px; }
QFrame[role="well"] { background: $sunken; border: 1px solid $border; border-radius: 6px; }
QFrame[role="popover"] { background: $surface; border: 1px solid $border_strong; border-radius: 10px; }
QFrame[role="field_row"] { background: $surface; border: none; border-top: 1px solid $line; border-radius: 0; }
QFrame[role="field_row"][active="true"] { border: 2px solid $accent; border-radius: 10px; }
QFrame[role="rule"] { background: $border; border: none; }
QWidget[role="nav_column"] { background: $surface; border-right: 1px solid $border; }
QWidget[role="top_bar"] { background: $surface; border-bottom: 1px solid $border; }
QWidget[role="side"] { background: $canvas; border-right: 1px solid $border; }
QWidget[role="pane"] { background: $surface; border-right: 1px solid $border; }
QWidget[role="footer"] { background: $surface; border-top: 1px solid $border; }
QFrame[role="palette_foot"] { background: $sunken; border: none; border-top: 1px solid $border;
    border-bottom-left-radius: 9px; border-bottom-right-radius: 9px; }
QWidget[role="scrim"] { background: $scrim; }
QScrollArea, QScrollArea > QWidget > QWidget[role="plain"] { background: transparent; border: none; }
QSplitter::handle { background: $border; }
QSplitter::handle:horizontal { width: 1px; }
QSplitter::handle:vertical { height: 1px; }
"""

_LABELS = """
QLabel { color: $text_1; background: transparent; border: none; }
QLabel[role="title"] { font-size: ${title}px; font-weight: 600; }
QLabel[role="heading"] { font-size: ${heading}px; font-weight: 600; }
QLabel[role="strong"] { font-weight: 600; }
QLabel[role="label"] { font-size: ${label}px; color: $text_2; }
QLabel[role="muted"] { font-size: ${label}px; color: $text_2; }
QLabel[role="small"] { font-size: ${small}px; color: $text_2; }
QLabel[role="caption"] { font-size: ${small}px; color: $text_3; }
QLabel[role="link"] { color: $accent_ink; }
QLabel[role="error"] { font-size: ${label}px; color: $bad; }
QLabel[role="warning"] { font-size: ${label}px; color: $warn; }
QLabel[role="success"] { font-size: ${label}px; color: $ok; }
QLabel[role="required"] { color: $bad; font-weight: 600; }
QLabel[role="key"] { background: $sunken; color: $text_2; border: 1px solid $border; border-radius: 4px;
    font-size: ${small}px; padding: 0 6px; min-height: 18px; max-height: 18px; }
QLabel:disabled { color: $text_3; }
"""

_BUTTONS = """
QPushButton { background: $surface; color: $text_1; border: 1px solid $border_strong; border-radius: 6px;
    padding: 0 13px; min-height: ${inner}px; }
QPushButton:hover { background: $sunken; border-color: $text_2; }
QPushButton:pressed { background: $select; }
QPushButton:disabled { background: $sunken; color: $text_3; border-color: $border; }
QPushButton[role="primary"] { background: $accent_fill; color: $on_accent; border-color: $accent_fill;
    font-weight: 600; }
QPushButton[role="primary"]:hover, QPushButton[role="primary"]:pressed { background: $accent_hover;
    border-color: $accent_hover; }
QPushButton[role="primary"]:disabled { background: $sunken; color: $text_3; border-color: $border; }
QPushButton[role="compact"] { min-height: ${compact_inner}px; padding: 0 9px; font-size: ${label}px; }
QPushButton[role="link"] { background: transparent; color: $accent_ink; border: none; padding: 0 2px;
    font-size: ${label}px; min-height: ${compact}px; text-align: left; }
QPushButton[role="link"]:hover { color: $accent; text-decoration: underline; }
QPushButton[role="link"]:disabled { color: $text_3; }
QPushButton[role="choice"]:checked, QPushButton[role="choice_mark"]:checked { background: $accent_soft;
    color: $accent_ink; border: 2px solid $accent; padding: 0 12px; min-height: ${inner_thick}px; font-weight: 600; }
QPushButton[role="choice_box"] { padding: 0; }
QPushButton[role="choice_box"]:checked { background: $accent_soft; border: 2px solid $accent; }
QPushButton[role="choice_box"]:disabled { background: $surface; border-color: $border; }
QPushButton[role="choice_box"]:checked:disabled { background: $accent_soft; border-color: $accent; }
QPushButton[role="chip"] { background: $surface; color: $text_2; border: 1px solid $border; border-radius: ${round}px;
    padding: 0 8px; min-height: ${inner}px; max-height: ${inner}px; font-size: ${label}px; }
QPushButton[role="chip"]:hover { border-color: $border_strong; color: $text_1; background: $surface; }
QPushButton[role="chip"]:checked { background: $accent_soft; color: $accent_ink; border-color: $accent_soft;
    font-weight: 600; }
QPushButton[role="pill"] { background: $sunken; color: $text_1; border: 1px solid $border; border-radius: ${round}px;
    padding: 0 14px; min-height: ${inner}px; max-height: ${inner}px; text-align: left; }
QPushButton[role="pill"]:hover { border-color: $border_strong; }
QPushButton[role="pill"]:checked { background: $accent_soft; border-color: $accent; }
QPushButton[role="card_button"] { background: $surface; border: 1px solid $border; border-radius: 10px; padding: 0; }
QPushButton[role="card_button"]:hover { border-color: $border_strong; }
QPushButton[role="card_button"]:checked { border-color: $accent; background: $accent_soft; }
QPushButton[role="dashed"] { background: transparent; color: $text_2; border: 1px dashed $border_strong; }
QPushButton[role="danger"] { color: $bad; border-color: $bad; }
QPushButton[role="in_field"] { background: transparent; border: none; color: $text_2; font-size: ${small}px;
    padding: 0 4px; min-height: ${in_field}px; }
QPushButton[role="in_field"]:hover { color: $text_1; }
QToolButton { background: transparent; border: none; border-radius: 6px; padding: 0; color: $text_2; }
QToolButton[role="icon"] { min-width: ${control}px; max-width: ${control}px; min-height: ${control}px;
    max-height: ${control}px; }
QToolButton[role="small_icon"] { min-width: ${compact}px; max-width: ${compact}px; min-height: ${compact}px;
    max-height: ${compact}px; }
QToolButton:hover { background: $sunken; }
QToolButton:pressed, QToolButton:checked { background: $select; }
QToolButton::menu-indicator { image: none; width: 0; }
QToolButton[role="nav"] { color: $text_2; font-size: ${small}px; border-radius: 8px; padding: 4px 0 2px 0; }
QToolButton[role="nav"]:checked { background: $accent_soft; color: $accent_ink; font-weight: 600; }
"""

_INPUTS = """
QLineEdit, QPlainTextEdit, QTextEdit, QComboBox, QAbstractSpinBox { background: $surface; color: $text_1;
    border: 1px solid $border_strong; border-radius: 6px; selection-background-color: $accent_fill;
    selection-color: $on_accent; placeholder-text-color: $text_3; }
QLineEdit, QComboBox, QAbstractSpinBox { min-height: ${inner}px; padding: 0 9px; }
QPlainTextEdit, QTextEdit { padding: 4px 6px; }
QLineEdit:focus, QPlainTextEdit:focus, QTextEdit:focus, QComboBox:focus, QAbstractSpinBox:focus {
    border-color: $accent; }
QLineEdit:disabled, QPlainTextEdit:disabled, QTextEdit:disabled, QComboBox:disabled, QAbstractSpinBox:disabled {
    background: $sunken; color: $text_3; border-color: $border; }
QLineEdit[readOnly="true"], QPlainTextEdit[readOnly="true"] { background: $sunken; border-color: $border; }
QLineEdit[state="bad"], QPlainTextEdit[state="bad"], QTextEdit[state="bad"], QComboBox[state="bad"],
    QAbstractSpinBox[state="bad"] { border-color: $bad; }
QLineEdit[state="warn"], QPlainTextEdit[state="warn"], QTextEdit[state="warn"], QComboBox[state="warn"],
    QAbstractSpinBox[state="warn"] { border-color: $warn; }
QPushButton[role="search"] { background: $sunken; color: $text_2; border-color: $border; text-align: left;
    padding: 0 10px; }
QPushButton[role="search"]:hover { border-color: $border_strong; }
QLineEdit[role="pin"], QLineEdit[role="pin"]:focus { background: transparent; border: none; padding: 0;
    min-height: 0; }
QAbstractSpinBox QLineEdit, QComboBox QLineEdit { border: none; background: transparent; padding: 0; min-height: 0; }
QAbstractSpinBox::up-button, QAbstractSpinBox::down-button { subcontrol-origin: margin; width: 1px; border: none;
    background: transparent; }
QComboBox::drop-down, QDateTimeEdit::drop-down { subcontrol-origin: padding; subcontrol-position: center right;
    border: none; background: transparent; width: 26px; }
QComboBox::down-arrow, QDateTimeEdit::down-arrow { image: url("$marks/down.svg"); width: 16px; height: 16px; }
QComboBox QAbstractItemView { background: $surface; color: $text_1; border: 1px solid $border_strong;
    selection-background-color: $select; selection-color: $text_1; outline: none; padding: 4px; }
QCheckBox, QRadioButton { color: $text_1; spacing: 8px; min-height: ${compact}px; background: transparent; }
QCheckBox:disabled, QRadioButton:disabled { color: $text_3; }
QCheckBox::indicator, QAbstractItemView::indicator { width: 16px; height: 16px; border: 1px solid $border_strong;
    border-radius: 4px; background: $surface; }
QCheckBox::indicator:checked, QAbstractItemView::indicator:checked { background: $accent_fill;
    border-color: $accent_fill; image: url("$marks/check.svg"); }
QCheckBox::indicator:indeterminate { background: $accent_fill; border-color: $accent_fill;
    image: url("$marks/partial.svg"); }
QCheckBox::indicator:disabled, QRadioButton::indicator:disabled { border-color: $border; background: $sunken; }
QRadioButton::indicator { width: 16px; height: 16px; border: 1px solid $border_strong; border-radius: 9px;
    background: $surface; }
QRadioButton::indicator:checked { width: 8px; height: 8px; border: 5px solid $accent_fill; border-radius: 9px;
    background: $on_accent; }
QSlider:horizontal { min-height: ${compact}px; }
QSlider::groove:horizontal { height: 4px; background: $border; border-radius: 2px; }
QSlider::sub-page:horizontal { background: $accent_fill; border-radius: 2px; }
QSlider::handle:horizontal { width: 16px; height: 16px; margin: -7px 0; border-radius: 9px; background: $surface;
    border: 1px solid $border_strong; }
QSlider::handle:horizontal:focus, QSlider::handle:horizontal:hover { border: 2px solid $accent; width: 14px;
    height: 14px; }
QProgressBar { background: $border; border: none; border-radius: 4px; min-height: 8px; max-height: 8px;
    text-align: center; color: transparent; }
QProgressBar::chunk { background: $accent_fill; border-radius: 4px; }
"""

_VIEWS = """
QAbstractItemView { background: $surface; color: $text_1; border: none; outline: none;
    selection-background-color: $select; selection-color: $text_1; alternate-background-color: $sunken; }
QTableView { gridline-color: $line; }
QAbstractItemView::item { padding: 0 8px; }
QAbstractItemView::item:selected { background: $select; color: $text_1; }
QAbstractItemView::item:hover:!selected { background: $sunken; }
QAbstractItemView:disabled { color: $text_3; }
QTextBrowser[role="guide"] { background: $surface; border: 1px solid $border; border-radius: 10px; padding: 16px 20px; }
QTextBrowser[role="guide"] { background: $surface; border: 1px solid $border; border-radius: 10px;
    padding: 16px 20px; }
QHeaderView { background: $surface; border: none; }
QHeaderView::section { background: $surface; color: $text_2; border: none; border-bottom: 1px solid $border;
    padding: 0 8px; min-height: 34px; font-size: ${label}px; font-weight: 400; }
QTableView[role="doors"] { selection-background-color: transparent; }
QTableView[role="doors"]::item:selected, QTableView[role="doors"]::item:hover { background: transparent; }
QTableView[role="doors"] QHeaderView::section { border: none; padding: 0 6px; }
QTableCornerButton::section { background: $surface; border: none; }
QTabBar::tab { background: transparent; color: $text_2; padding: 6px 12px; border-bottom: 2px solid transparent; }
QTabBar::tab:selected { color: $accent_ink; border-bottom-color: $accent; font-weight: 600; }
QTabWidget::pane { border: none; border-top: 1px solid $border; }
QScrollBar { background: transparent; border: none; }
QScrollBar:vertical { width: 10px; margin: 0; }
QScrollBar:horizontal { height: 10px; margin: 0; }
QScrollBar::handle { background: $bar; border-radius: 4px; margin: 1px; }
QScrollBar::handle:hover { background: $border_strong; }
QScrollBar::handle:vertical { min-height: 28px; }
QScrollBar::handle:horizontal { min-width: 28px; }
QScrollBar::add-line, QScrollBar::sub-line { width: 0; height: 0; }
QScrollBar::add-page, QScrollBar::sub-page { background: transparent; }
QMenu { background: $surface; color: $text_1; border: 1px solid $border_strong; border-radius: 10px; padding: 6px; }
QMenu::item { padding: 7px 28px 7px 10px; border-radius: 6px; }
QMenu::item:selected { background: $select; }
QMenu::item:disabled { color: $text_3; }
QMenu::icon { padding-left: 8px; }
QMenu::separator { height: 1px; background: $border; margin: 5px 4px; }
QMenu::indicator { width: 0; }
QToolTip { background: $surface; color: $text_1; border: 1px solid $border_strong; padding: 4px 8px; }
QCalendarWidget QWidget#qt_calendar_navigationbar { background: $sunken; }
QCalendarWidget QToolButton { color: $text_1; min-height: 28px; padding: 0 8px; }
QCalendarWidget QToolButton#qt_calendar_prevmonth { qproperty-icon: url("$marks/left.svg"); }
QCalendarWidget QToolButton#qt_calendar_nextmonth { qproperty-icon: url("$marks/right.svg"); }
QCalendarWidget QAbstractItemView { selection-background-color: $accent_fill; selection-color: $on_accent; }
QGroupBox { border: 1px solid $border; border-radius: 10px; margin-top: 22px; padding: 10px; font-weight: 600; }
QGroupBox::title { subcontrol-origin: margin; subcontrol-position: top left; padding: 0; }
"""

_TONE = """
QFrame[role="banner"][tone="$tone"] { background: $tone_ground; border: none; border-radius: 6px; }
QLabel[tone="$tone"] { color: $tone_ink; }
QLabel[role="tag"][tone="$tone"] { background: $tone_ground; color: $tone_ink; border: 1px solid $tone_border;
    border-radius: 10px; padding: 0 8px; min-height: 18px; max-height: 18px; font-size: ${small}px; }
"""


def stylesheet(look: Roles, sizes: Mapping[str, str], control_height: int, compact_height: int) -> str:
    """The stylesheet of one look; its type sizes and the heights of its controls are in pixels of the screen."""
    values = {
        **look.css(),
        **sizes,
        "control": str(control_height),
        "inner": str(control_height - 2),
        "inner_thick": str(control_height - 4),
        "in_field": str(control_height - 4),
        "round": str(control_height // 2 - 1),
        "compact": str(compact_height),
        "compact_inner": str(compact_height - 2),
        "marks": (RESOURCES / "icons" / "marks").as_posix(),
    }
    sheet = Template(zoomed_sheet(_GROUNDS + _LABELS + _BUTTONS + _INPUTS + _VIEWS)).substitute(values)
    for name, tone in TONES.items():
        colours = {"tone_ink": values[tone.ink], "tone_ground": values[tone.ground]}
        border = {"tone_border": values[tone.border]}
        sheet += Template(zoomed_sheet(_TONE)).substitute(values, tone=name, **colours, **border)
    return sheet
