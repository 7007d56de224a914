"""The card of confirmed values in a person's file: value, source, date, expiry, and what to do where one wavers."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time

from PySide6.QtCore import Signal, SignalInstance
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from gridclient.domain.verified import Standing, Verified
from gridclient.domain.zone import ZONE
from gridclient.text import pick, tr
from gridclient.ui.desk import Desk
from gridclient.ui.fields import field_name, value_text
from gridclient.ui.people_words import tag_text
from gridclient.ui.when import day_text, moment_text
from gridclient.ui.widgets import Card, ElidedLabel, StatusTag, link_button, text_label
from gridclient.ui.widgets.layouts import clear

_TONES = {Standing.HOLDS: "ok", Standing.ENDS_SOON: "warn", Standing.ENDED: "bad", Standing.CHANGED: "warn",
          Standing.IN_CONFLICT: "bad"}  # fmt: skip
_ICONS = {Standing.HOLDS: "check", Standing.ENDS_SOON: "clock"}


class VerifiedCard(Card):
    """Confirmed values; nothing identifying is shown whole."""

    conflict_wanted = Signal()
    recheck_wanted = Signal()  # the open visit, where the value is asked again

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent=parent)
        self._desk = desk

    def show_values(self, values: Sequence[Verified], names: Mapping[str, str], can_recheck: bool) -> None:
        """Shows the values of one person; without any the card is not there."""
        self.set_title(tr("Confirmed values"))
        clear(self.body)
        self.setVisible(bool(values))
        for value in values:
            self.body.addWidget(self._line(value, names, can_recheck))

    def _line(self, value: Verified, names: Mapping[str, str], can_recheck: bool) -> QWidget:
        host = QWidget()
        column = QVBoxLayout(host)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        head = QHBoxLayout()
        head.setSpacing(8)
        head.addWidget(text_label(field_name(value.name), "muted"))
        head.addWidget(ElidedLabel(_value_text(value)), 1)
        head.addWidget(StatusTag(standing_text(value.standing), _TONES[value.standing],
                                 _ICONS.get(value.standing, "triangle-alert")))  # fmt: skip
        if value.standing is Standing.IN_CONFLICT:
            head.addWidget(self._link(tr("Decide"), value, self.conflict_wanted))
        elif value.standing is not Standing.HOLDS and can_recheck:
            head.addWidget(self._link(tr("Check again"), value, self.recheck_wanted))
        column.addLayout(head)
        source = ElidedLabel(self._source(value, names), role="small")
        column.addWidget(source)
        return host

    def _link(self, text: str, value: Verified, signal: SignalInstance) -> QWidget:
        button = link_button(text)
        button.setAccessibleName(f"{text}: {field_name(value.name)}")
        button.clicked.connect(signal)
        return button

    def _source(self, value: Verified, names: Mapping[str, str]) -> str:
        pack = self._desk.packs.get(value.pack)
        said = {
            "source": pick(pack.title) if pack else value.pack or "—", "name": names.get(value.by, value.by) or "—",
            "when": moment_text(value.at, self._desk.now()) or "—",
        }  # fmt: skip
        if not value.until:
            return tr("{source}, confirmed {when} by {name}", **said)
        today = self._desk.now().astimezone(ZONE)
        until = datetime.combine(date.fromisoformat(value.until), time(), ZONE)
        return tr("{source}, confirmed {when} by {name}, holds until {until}", until=day_text(until, today), **said)


def standing_text(standing: Standing) -> str:
    """How far a value can be relied on, in words."""
    match standing:
        case Standing.HOLDS:
            return tr("Confirmed")
        case Standing.ENDS_SOON:
            return tr("Expires soon")
        case Standing.ENDED:
            return tr("Expired")
        case Standing.CHANGED:
            return tr("Changed since")
        case Standing.IN_CONFLICT:
            return tr("In conflict")


def _value_text(value: Verified) -> str:
    text = value_text(value.name, value.value)
    return tag_text(text) if value.name in ("living", "tier") else text
