"""Under a check list: how much of it is answered, one key for all that is in order, and the first of its hazards.

Everything goes through the questions themselves, as if each had been answered by hand.
"""

from PySide6.QtCore import Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from gridclient.text import tr
from gridclient.ui.case.printouts import OpenReport
from gridclient.ui.forms import FormPage
from gridclient.ui.widgets import ElidedLabel, IconLabel, KeyCap, compact_button, link_button, text_label
from gridclient.workflow import findings

_KEYS = "Ctrl+Shift+Y"


class CheckBar(QWidget):
    """There while the open page has items that hold or do not, and may be filled in."""

    hazards_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._now: OpenReport | None = None
        self._page: FormPage | None = None
        self._passed: list[str] = []
        self._has_room = False
        column = QVBoxLayout(self)
        column.setContentsMargins(8, 0, 20, 4)
        column.setSpacing(4)
        self._hazard_line = QWidget()
        found = QHBoxLayout(self._hazard_line)
        found.setContentsMargins(0, 0, 0, 0)
        found.setSpacing(8)
        found.addWidget(IconLabel("triangle-alert", "warn", 16))
        self.hazards = link_button("")
        self.hazards.clicked.connect(self.hazards_wanted)
        self.first = ElidedLabel(role="small")
        found.addWidget(self.hazards)
        found.addWidget(self.first, 1)
        column.addWidget(self._hazard_line)
        line = QHBoxLayout()
        line.setSpacing(8)
        self.rest = compact_button("", "list-checks")
        self.rest.clicked.connect(self._press)
        self.count = text_label("", "small")
        line.addWidget(self.rest)
        line.addWidget(KeyCap(_KEYS))
        line.addStretch(1)
        line.addWidget(self.count)
        column.addLayout(line)
        QShortcut(QKeySequence(_KEYS), self).activated.connect(self._press)
        self.hide()

    def serve(self, page: FormPage, now: OpenReport) -> None:
        """Stands under a page; what was passed on the one before can no longer be taken back here."""
        self._page, self._now, self._passed = page, now, []
        page.answered.connect(self._show)
        self._show()

    def clear(self) -> None:
        """Leaves the page, which goes."""
        self._page, self._now, self._passed = None, None, []
        self.hide()

    def leave_room(self, *, has_room: bool) -> None:
        """Whether the hazards stand beside the list, so that they need not be told here."""
        self._has_room = has_room
        self._show()

    def _items(self) -> list[str]:
        if self._page is None or self._now is None:
            return []
        return findings.items(self._now.form, self._page.refs())

    def _press(self) -> None:
        """Passes what is left, or takes back what was passed that way."""
        page, now = self._page, self._now
        if page is None or now is None or not self.rest.isEnabled():
            return
        if self._passed:
            refs, answer, self._passed = [ref for ref in self._passed if now.form.get(ref) == "yes"], "", []
        else:
            refs, answer = findings.passable(now.form, self._items()), "yes"
            self._passed = refs
        for ref in refs:
            page.question(ref).answer(answer)
        self._show()

    def _show(self, _ref: object = "") -> None:
        page, now, items = self._page, self._now, self._items()
        self.setVisible(bool(items) and now is not None and now.editable)
        if page is None or now is None or not items:
            return
        answered = sum(bool(now.form.get(ref)) for ref in items)
        self.count.setText(tr("{n} of {all} answered", n=answered, all=len(items)))
        self.rest.setEnabled(bool(self._passed) or answered < len(items))
        self.rest.setText(tr("Take {n} back", n=len(self._passed)) if self._passed else tr("All others pass"))
        told = [] if now.pack.findings is None else findings.told(now.form, now.pack.findings)
        self._hazard_line.setVisible(bool(told) and not self._has_room)
        self.hazards.setText(tr("Hazards: {n}", n=len(told)))
        self.first.set_text(told[0] if told else "")

    def retranslate(self) -> None:
        """Says the bar's words in the active language."""
        self.rest.setToolTip(tr("Answers every open item with “Yes”, but for those that then ask for a photo"))
        self._show()
