"""The course of a case beside the explanation of its deadline."""

from collections.abc import Sequence
from datetime import datetime

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from gridclient.domain.zone import ZONE
from gridclient.text import tr
from gridclient.ui import theme
from gridclient.ui.case.due import Due
from gridclient.ui.case.due_card import DueCard
from gridclient.ui.case.history import Event
from gridclient.ui.forms.moments import weekday
from gridclient.ui.when import day_text, local
from gridclient.ui.widgets import IconLabel, StatusTag, primary_button, text_label
from gridclient.ui.widgets.sheets import Sheet


class HistorySheet(Sheet):
    """Read only: corrections are entries of their own."""

    def __init__(self, events: Sequence[Event], due: Due | None, now: datetime, parent: QWidget | None = None) -> None:
        super().__init__(tr("Course of the case"), tr("Newest first. Nothing here is ever changed or removed."), parent)
        row = QHBoxLayout()
        row.setSpacing(24)
        self.body.addLayout(row, 1)
        row.addWidget(_timeline(events, now), 1)
        if due is not None:
            row.addWidget(DueCard(due, now), 1)
        self.buttons.addStretch(1)
        close = primary_button(tr("Close"))
        close.setDefault(True)
        close.clicked.connect(self.accept)
        self.buttons.addWidget(close)
        self.resize(theme.window_size(980 if due is not None else 560, 560))


def _timeline(events: Sequence[Event], now: datetime) -> QScrollArea:
    inside = QWidget()
    theme.set_role(inside, "surface")
    column = QVBoxLayout(inside)
    column.setContentsMargins(0, 0, 8, 0)
    column.setSpacing(10)
    day = ""
    for event in events:
        at = local(event.at)
        said = day_text(at, now.astimezone(ZONE))
        if said != day:
            column.addWidget(text_label(f"{said} {weekday(at.date())}", "strong"))
            day = said
        column.addWidget(_line(event, at))
    column.addStretch(1)
    area = QScrollArea()
    area.setFrameShape(QFrame.Shape.NoFrame)
    area.setWidgetResizable(True)
    area.setAccessibleName(tr("Course of the case"))
    theme.set_role(area, "plain")
    area.setWidget(inside)
    return area


def _line(event: Event, at: datetime) -> QWidget:
    line = QWidget()
    line.setAccessibleName(
        tr(", ").join(part for part in (f"{at:%H:%M}", event.title, event.who, event.detail) if part)
    )
    row = QHBoxLayout(line)
    row.setContentsMargins(0, 0, 0, 0)
    row.setSpacing(10)
    moment = text_label(f"{at:%H:%M}", "muted")
    moment.setFixedWidth(theme.px(44))
    row.addWidget(moment, 0, Qt.AlignmentFlag.AlignTop)
    row.addWidget(IconLabel(event.icon, "text_2", 16), 0, Qt.AlignmentFlag.AlignTop)
    words = QVBoxLayout()
    words.setSpacing(2)
    first = QHBoxLayout()
    first.setSpacing(8)
    first.addWidget(text_label(event.title, "strong"))
    first.addWidget(text_label(event.who, "muted"))
    if event.is_pending:
        first.addWidget(StatusTag(tr("To upload"), "accent", "cloud-upload"))
    first.addStretch(1)
    words.addLayout(first)
    if event.detail:
        words.addWidget(text_label(event.detail, "muted", wrap=True))
    row.addLayout(words, 1)
    return line
