"""What has to be known about a case before the first answer: how it stands, and another case that may be the same."""

from collections.abc import Mapping, Sequence

from PySide6.QtWidgets import QVBoxLayout, QWidget

from gridclient.text import tr
from gridclient.ui.case.same import hint_text
from gridclient.ui.case.stand import Stand
from gridclient.ui.widgets import Banner
from gridclient.workflow.duplicates import Hint


class CaseBanners(QWidget):
    """Two banners, each only where there is something to say."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(12)
        self.stand, self.same = Banner(), Banner()
        for banner in (self.stand, self.same):
            banner.hide()
            column.addWidget(banner)

    def show_case(self, stand: Stand, names: Mapping[str, str], hints: Sequence[Hint]) -> None:
        """Says what there is to say about a case; `hints` has the nearest case first."""
        word = stand.word(names)
        self.stand.setVisible(word is not None)
        if word is not None:
            self.stand.say(word.kind, word.title, word.text, word.action, word.icon)
        self.same.setVisible(bool(hints))
        if hints:
            was_said = stand.file.case.text("duplicate_of") == hints[0].case
            was, may = tr("It was reported as the same as another case."), tr("It may be the same as another case.")
            self.same.say("warn", was if was_said else may, hint_text(hints[0]), tr("Compare…"))
        self.setVisible(word is not None or bool(hints))
