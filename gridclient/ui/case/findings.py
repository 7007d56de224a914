"""The hazards beside a check list: one entry for every item that fails, the notice that comes of them, and the rule
that a grid worker informs and hands over, and never issues a penalty.

It is there where the page is wide enough; what it shows is a step of its own all the same.
"""

from collections.abc import Awaitable, Callable

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from gridclient.text import tr
from gridclient.ui import theme
from gridclient.ui.case import paper, session
from gridclient.ui.case.attaching import Attaching
from gridclient.ui.case.printouts import OpenReport
from gridclient.ui.desk import Desk
from gridclient.ui.forms import FormPage
from gridclient.ui.forms.illustrating import MediaFolders
from gridclient.ui.widgets import IconLabel, compact_button, text_label
from gridclient.workflow import findings


class FindingsPanel(QWidget):
    """Follows the answers of a check list and shows their entries; empty beside any other step."""

    answered = Signal(object)  # ref
    notice_wanted = Signal()

    def __init__(self, desk: Desk, write_draft: Callable[[], Awaitable[None]], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._now: OpenReport | None = None
        self.page: FormPage | None = None
        self._list: FormPage | None = None
        self.photos = Attaching(desk, write_draft, self)
        column = QVBoxLayout(self)
        column.setContentsMargins(8, 0, 16, 8)
        column.setSpacing(8)
        self._why = text_label("", "muted")
        column.addWidget(self._why)
        self._room = QVBoxLayout()
        column.addLayout(self._room, 1)
        column.addWidget(self._notice())
        rule = QHBoxLayout()
        rule.setSpacing(6)
        rule.addWidget(IconLabel("info", "text_2", 14))
        self._rule = text_label("", "small", wrap=True)
        rule.addWidget(self._rule, 1)
        column.addLayout(rule)

    def _notice(self) -> QFrame:
        card = QFrame()
        theme.set_role(card, "card")
        row = QHBoxLayout(card)
        row.setContentsMargins(12, 8, 12, 8)
        row.setSpacing(10)
        row.addWidget(IconLabel("file-text", "text_2", 16))
        words = QVBoxLayout()
        words.setSpacing(2)
        self._draft = text_label("", "strong")
        self._listed = text_label("", "small", wrap=True)
        words.addWidget(self._draft)
        words.addWidget(self._listed)
        row.addLayout(words, 1)
        self.preview = compact_button("", "eye")
        self.preview.clicked.connect(self.notice_wanted)
        row.addWidget(self.preview)
        return card

    @property
    def is_wanted(self) -> bool:
        """Whether the open step is a check list whose failures have entries."""
        return self.page is not None

    def stand_beside(self, page: FormPage, now: OpenReport) -> None:
        """This page of the report is shown: its rows tell how many photos their entries have."""
        self._list, self._now = page, now
        self._tell_photos()

    def show_report(self, now: OpenReport) -> None:
        """Stands beside the open step of a report, if that is a check list."""
        self._now = now
        if self.page is not None:
            self._room.removeWidget(self.page)
            self.page.hide()
            self.page.deleteLater()
            self.page = None
        rule = now.pack.findings
        if rule is None or not findings.has_items(now.form, now.step.group):
            return
        group = rule.each.rpartition("/")[0]
        page = FormPage(now.form, group, folders=MediaFolders.of_form(now.pack.form))
        page.set_read_only(not now.editable)
        page.answered.connect(self._answered)
        self.page = page
        self.photos.serve(page, now.file.case, now.pack.photos)
        self._room.addWidget(page)
        self._desk.start(self.photos.show_kept(page, session.answers_in(now.form, group)))
        self.retranslate()

    def follow(self, ref: str) -> None:
        """After an answer to an item: its entry comes or goes, and what came is brought into view."""
        now = self._now
        if now is None or (rule := now.pack.findings) is None or not findings.is_item(now.form, ref):
            return
        if findings.follow(now.form, rule, ref) and self.page is not None:
            self.page.refresh(())
            entry = findings.entry_of(now.form, rule, ref)
            if slot := self.page.area.column.by_ref.get(f"{entry}/{rule.what}"):
                self.page.area.reveal(slot)
        self._count()

    def has_unreadable(self) -> bool:
        """Whether something was typed here that cannot be read."""
        return self.page is not None and bool(self.page.unreadable())

    def _answered(self, ref: object) -> None:
        self._count()
        self.answered.emit(ref)

    def _tell_photos(self) -> None:
        now = self._now
        if now is None or self._list is None or (rule := now.pack.findings) is None:
            return
        taken = findings.photos(now.form, rule)
        items = {ref: ref.rpartition("/")[2] for ref in self._list.refs() if findings.is_item(now.form, ref)}
        self._list.set_remarks({ref: tr("photos: {n}", n=n) for ref, item in items.items() if (n := taken.get(item))})

    def _count(self) -> None:
        self._tell_photos()
        if self._now is not None and self.page is not None:
            listed = paper.count_findings(self._now.pack, self._now.form)
            self._listed.setText(tr("Listed in it: {n}. What was fixed on the spot is only recorded.", n=listed))

    def retranslate(self) -> None:
        """Says the panel's words in the active language."""
        self._why.setText(tr("Every “No” is recorded as a hazard here"))
        self._draft.setText(tr("Draft of the notice"))
        self.preview.setText(tr("Preview"))
        self._rule.setText(tr("A grid worker informs, persuades and hands over, and never issues a penalty."))
        if self.page is not None:
            self.page.setAccessibleName(tr("Hazards"))
            self.page.retranslate()
        self._count()
