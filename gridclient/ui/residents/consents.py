"""The card of what a person agreed to or refused, each with its day and who asked; a new word replaces the old one."""

from collections.abc import Mapping

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from gridclient.domain.consents import Consent, Topic, consents
from gridclient.domain.record import Fields
from gridclient.text import tr
from gridclient.ui.desk import Desk
from gridclient.ui.when import moment_text
from gridclient.ui.widgets import Card, ElidedLabel, StatusTag, link_button
from gridclient.ui.widgets.layouts import clear


class ConsentCard(Card):
    """A line for each topic."""

    said = Signal(object, bool)  # Topic, whether the person agrees

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent=parent)
        self._desk = desk

    def show_consents(self, fields: Fields, names: Mapping[str, str]) -> None:
        """Shows what is known of a person."""
        self.set_title(tr("Consent"))
        clear(self.body)
        known = consents(fields)
        for topic in Topic:
            self.body.addWidget(self._line(topic, known.get(topic), names))

    def _line(self, topic: Topic, known: Consent | None, names: Mapping[str, str]) -> QWidget:
        host = QWidget()
        column = QVBoxLayout(host)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        column.addWidget(ElidedLabel(topic_text(topic)))
        foot = QHBoxLayout()
        foot.setSpacing(10)
        foot.addWidget(_mark(known))
        told = ""
        if known is not None:
            parts = (moment_text(known.at, self._desk.now()), names.get(known.by, known.by))
            told = " · ".join(part for part in parts if part)
        foot.addWidget(ElidedLabel(told, "small"), 1)
        if self._desk.actor.role == "worker":
            for agreed, text in ((True, tr("Agrees")), (False, tr("Refuses"))):
                if known is None or known.agreed is not agreed:
                    button = link_button(text)
                    button.setAccessibleName(f"{topic_text(topic)}: {text}")
                    button.setProperty("topic", topic.value)
                    button.setProperty("agreed", agreed)
                    button.clicked.connect(self._clicked)
                    foot.addWidget(button)
        column.addLayout(foot)
        return host

    def _clicked(self) -> None:
        button = self.sender()
        self.said.emit(Topic(str(button.property("topic"))), bool(button.property("agreed")))


def _mark(known: Consent | None) -> StatusTag:
    if known is None:
        return StatusTag(tr("not asked"), "neutral")
    if known.agreed:
        return StatusTag(tr("agreed"), "ok", "circle-check")
    return StatusTag(tr("refused"), "neutral", "circle-minus")


def topic_text(topic: Topic) -> str:
    """What is asked for, in words."""
    match topic:
        case Topic.HEALTH:
            return tr("Health records")
        case Topic.KEY:
            return tr("Spare key with the committee")
        case Topic.PHOTOS:
            return tr("Photos for publicity")
        case Topic.ERRANDS:
            return tr("Errands by somebody else")
