"""Buttons by part: one primary per screen, outlined for the rest, links, and pictures with a name."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton, QSizePolicy, QToolButton

from gridclient.ui import theme


def primary_button(text: str, icon: str = "") -> QPushButton:
    """The one action this screen is for."""
    return _button(text, "primary", icon, "on_accent")


def outlined_button(text: str, icon: str = "") -> QPushButton:
    """Any other action."""
    return _button(text, "outlined", icon, "text_1")


def compact_button(text: str, icon: str = "") -> QPushButton:
    """An action inside a row or a card, somewhat lower in the usual type."""
    return _button(text, "compact", icon, "text_1")


def link_button(text: str, icon: str = "") -> QPushButton:
    """A quiet action that reads as a link."""
    button = _button(text, "link", icon, "accent_ink")
    button.setCursor(Qt.CursorShape.PointingHandCursor)
    button.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
    return button


def icon_button(icon: str, name: str, shortcut: str = "") -> QToolButton:
    """A picture that acts; `name` is told to screen readers and shown as a tooltip, with the shortcut."""
    button = QToolButton()
    theme.set_icon(button, icon, size=18)
    theme.set_role(button, "icon")
    if shortcut:
        button.setShortcut(shortcut)
    name_icon_button(button, name)
    return button


def name_icon_button(button: QToolButton, name: str) -> None:
    """Gives a picture button its name, again after the language changed."""
    button.setAccessibleName(name)
    keys = button.shortcut().toString()
    button.setToolTip(f"{name} ({keys})" if keys else name)


def _button(text: str, role: str, icon: str, icon_role: str) -> QPushButton:
    button = QPushButton(text)
    button.setAutoDefault(False)
    theme.set_role(button, role)
    if icon:
        theme.set_icon(button, icon, icon_role)
    return button
