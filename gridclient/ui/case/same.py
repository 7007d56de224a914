"""Another case that may be the same as one: how it is told, and the banner that asks a person about it."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from gridclient.store import work
from gridclient.text import tr
from gridclient.ui.widgets import Banner, compact_button
from gridclient.workflow.duplicates import Hint


def hint_text(hint: Hint) -> str:
    """Where and when the other case is, by its number."""
    number = hint.number or work.provisional_number(hint.case)
    hours, minutes = divmod(hint.minutes, 60)
    apart = tr("{h} h {m} min apart", h=hours, m=minutes) if hours else tr("{m} min apart", m=minutes)
    where = tr("same address") if hint.metres is None else tr("{metres} m away", metres=hint.metres)
    return tr("{number} · {where}, {apart}", number=number, where=where, apart=apart)


class SameBanner(Banner):
    """Asks the person who reports something whether another case is about it; who goes on need not answer."""

    open_wanted = Signal(str)  # case id of the other
    linked = Signal(str)  # case id of the other; empty when it is none

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent=parent)
        self._hint: Hint | None = None
        self._is_linked = False
        self.link = compact_button("")
        self.link.clicked.connect(self._link)
        self.action_wanted.connect(self._open)
        row = self.layout()
        assert isinstance(row, QHBoxLayout)
        row.addWidget(self.link)
        self.hide()

    def show_hint(self, hint: Hint | None, *, is_linked: bool) -> None:
        """Shows the nearest case, or nothing."""
        self._hint, self._is_linked = hint, is_linked
        self.setVisible(hint is not None)
        if hint is None:
            return
        text = tr("{title}: {where}", title=hint.title, where=hint_text(hint)) if hint.title else hint_text(hint)
        if is_linked:
            self.say("ok", tr("It is reported as the same; the filing desk links them."), text, tr("Open it"))
        else:
            self.say("warn", tr("It may have been reported already."), text, tr("Open it"))
        self.link.setText(tr("Not the same") if is_linked else tr("It is the same"))

    def _open(self) -> None:
        if self._hint is not None:
            self.open_wanted.emit(self._hint.case)

    def _link(self) -> None:
        if self._hint is not None:
            self.linked.emit("" if self._is_linked else self._hint.case)
