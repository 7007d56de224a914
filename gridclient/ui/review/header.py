"""The head of a case under review: what it is, who sent it when, what was corrected since, and who may decide."""

from collections.abc import Mapping
from datetime import datetime

from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from gridclient.store.shown import Shown
from gridclient.text import tr
from gridclient.ui.when import moment_text
from gridclient.ui.widgets import Banner, ElidedLabel, StatusTag, icon_button, name_icon_button, text_label
from gridclient.workflow import corrections


class ReviewHeader(QWidget):
    """Title and facts with the way to the next case, and banners where there is something to say."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        lines = QVBoxLayout(self)
        lines.setContentsMargins(0, 0, 0, 0)
        lines.setSpacing(2)
        head = QHBoxLayout()
        head.setSpacing(10)
        self._name = text_label("", "title")
        self._tag = StatusTag("", "warn", "hourglass")
        self._place = text_label("", "muted")
        self.up, self.down = icon_button("chevron-up", ""), icon_button("chevron-down", "")
        head.addWidget(self._name)
        head.addWidget(self._tag)
        head.addStretch(1)
        for widget in (self._place, self.up, self.down):
            head.addWidget(widget)
        lines.addLayout(head)
        self._facts = ElidedLabel(role="muted")
        lines.addWidget(self._facts)
        lines.addSpacing(6)
        self.corrected, self.guard, self.lot = Banner(), Banner(), Banner()
        for banner in (self.corrected, self.guard, self.lot):
            banner.hide()
            lines.addWidget(banner)

    def show_place(self, place: int, count: int) -> None:
        """Says which of the waiting cases it is."""
        self._place.setText(tr("{n} of {all}", n=place, all=count))

    def show_case(self, case: Shown, names: Mapping[str, str], now: datetime) -> None:
        """Shows a case with whoever sent it and what was corrected since."""
        self._name.setText(case.text("title"))
        self._tag.set_mark(tr("In review"), "warn", "hourglass")
        by, when = names.get(case.text("submitted_by"), ""), moment_text(case.text("submitted_at"), now)
        facts = (case.text("number"), case.text("address"), tr("{name} submitted {when}", name=by, when=when))
        self._facts.set_text("　·　".join(fact for fact in facts if fact))
        made = corrections(case.fields)
        self.corrected.setVisible(bool(made))
        self.corrected.say("info", tr("Corrected after it was sent"), "\n".join(
            tr("{name}, {when}: {reason}", name=names.get(str(each["by"]), ""),
               when=moment_text(str(each["at"]), now), reason=str(each["reason"]))
            for each in made
        ), icon="pencil")  # fmt: skip

    def show_guard(self, refusal: str, recorders: str) -> None:
        """Says why this person cannot approve, or who the first of two people was; empty for neither."""
        self.guard.setVisible(bool(refusal or recorders))
        if refusal:
            self.guard.say("warn", tr("You cannot approve this case now."), refusal, icon="lock")
        elif recorders:
            self.guard.say("info", tr("Two people answer for this case."),
                           tr("{names} recorded it; whoever approves has to be somebody else.", names=recorders),
                           icon="users")  # fmt: skip

    def show_lot(self, why: str) -> None:
        """Says by what lot the case is looked at by itself; empty where it was not drawn."""
        self.lot.setVisible(bool(why))
        self.lot.say("info", tr("Drawn by lot, to be looked at although nothing changed"), why, icon="eye")

    def retranslate(self) -> None:
        """Says the buttons in the active language."""
        name_icon_button(self.up, tr("Previous case (Alt+Up)"))
        name_icon_button(self.down, tr("Next case (Alt+Down)"))
