"""Widgets that every screen shares; they show values and report intent."""

from gridclient.ui.widgets.buttons import (
    compact_button,
    icon_button,
    link_button,
    name_icon_button,
    outlined_button,
    primary_button,
)
from gridclient.ui.widgets.cards import Banner, Card, EmptyState
from gridclient.ui.widgets.chips import Chip, ChipLook, ChipRow
from gridclient.ui.widgets.editors import Calendar, plain_spin_box
from gridclient.ui.widgets.fields import FieldFrame, PasswordField, TextField
from gridclient.ui.widgets.labels import (
    Avatar,
    ElidedLabel,
    IconLabel,
    KeyCap,
    StatusTag,
    paint_avatar,
    paint_tag,
    paint_text,
    rule,
    tag_width,
    text_label,
)
from gridclient.ui.widgets.panes import FilePane, Foot, ListPane, SearchPane
from gridclient.ui.widgets.pin import PIN_LENGTH, PinEdit, PinField
from gridclient.ui.widgets.progress import ProgressBar, StepLook, StepRail, paint_bar
from gridclient.ui.widgets.row_list import CardList, RowList, ShortList
from gridclient.ui.widgets.rows import ROW_LOOK, Mark, RowHeader, RowLook, TwoLineDelegate

__all__ = [
    "PIN_LENGTH",
    "ROW_LOOK",
    "Avatar",
    "Banner",
    "Calendar",
    "Card",
    "CardList",
    "Chip",
    "ChipLook",
    "ChipRow",
    "ElidedLabel",
    "EmptyState",
    "FieldFrame",
    "FilePane",
    "Foot",
    "IconLabel",
    "KeyCap",
    "ListPane",
    "Mark",
    "PasswordField",
    "PinEdit",
    "PinField",
    "ProgressBar",
    "RowHeader",
    "RowList",
    "RowLook",
    "SearchPane",
    "ShortList",
    "StatusTag",
    "StepLook",
    "StepRail",
    "TextField",
    "TwoLineDelegate",
    "compact_button",
    "icon_button",
    "link_button",
    "name_icon_button",
    "outlined_button",
    "paint_avatar",
    "paint_bar",
    "paint_tag",
    "paint_text",
    "plain_spin_box",
    "primary_button",
    "rule",
    "tag_width",
    "text_label",
]
