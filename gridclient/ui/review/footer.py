"""The foot of a case under review: how many comments there are, and the decisions, the likelier one as the primary."""

from PySide6.QtWidgets import QWidget

from gridclient.text import tr
from gridclient.ui import theme
from gridclient.ui.widgets import ElidedLabel, Foot, IconLabel, KeyCap, outlined_button, primary_button, text_label


class ReviewFooter(Foot):
    """Comment, other moves, approve, return."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._icon = IconLabel("message-square", "text_2", 16)
        self._said = ElidedLabel(role="small")
        self._comment = text_label("", "small")
        self.next = outlined_button("", "send")
        self.approve = outlined_button("", "check")
        self.send_back = primary_button("", "undo-2")
        self.line.addWidget(self._icon)
        self.line.addWidget(self._said, 1)
        for widget in (KeyCap("M"), self._comment, self.next, KeyCap("A"), self.approve, KeyCap("R"), self.send_back):
            self.line.addWidget(widget)

    def show_comments(self, count: int) -> None:
        """Says how many comments there are, and makes the decision that follows from them the primary."""
        self._said.set_text(tr("{n} comments, each opens at its question", n=count) if count else tr("No comments"))
        self._icon.set_icon("message-square-text" if count else "message-square", "accent_ink" if count else "text_2")
        self.send_back.setText(tr("Return with {n} comments", n=count) if count else tr("Return"))
        for button, icon, is_primary in ((self.approve, "check", not count), (self.send_back, "undo-2", bool(count))):
            theme.set_role(button, "primary" if is_primary else "outlined")
            theme.set_icon(button, icon, "on_accent" if is_primary else "text_1")

    def offer(self, refusal: str, *, has_moves: bool) -> None:
        """Offers to approve unless that is refused, and other moves where the case has some."""
        self.approve.setEnabled(not refusal)
        self.approve.setToolTip(refusal)
        self.next.setVisible(has_moves)

    def retranslate(self) -> None:
        """Says the buttons in the active language."""
        self._comment.setText(tr("comment"))
        self.next.setText(tr("What next…"))
        self.next.setToolTip(tr("What happens next (Ctrl+M)"))
        self.approve.setText(tr("Approve"))
