"""One line of a card beside the outcomes: whether it is well, what it is about, and a detail."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout

from gridclient.ui.widgets import Card, IconLabel, rule, text_label


def add_line(card: Card, good: bool, text: str, detail: str, icon: str = "", tone: str = "warn") -> None:
    """Adds it beneath the lines that the card has."""
    row = QHBoxLayout()
    row.setSpacing(10)
    mark = IconLabel(icon or ("circle-check" if good else "circle-alert"), "ok" if good else tone, 16)
    row.addWidget(mark, 0, Qt.AlignmentFlag.AlignTop)
    words = QVBoxLayout()
    words.setSpacing(0)
    words.addWidget(text_label(text, "label", wrap=True))
    if detail:
        words.addWidget(text_label(detail, "small", wrap=True))
    row.addLayout(words, 1)
    if card.body.count():
        card.body.addWidget(rule())
    card.body.addLayout(row)
