"""The cases that wait for review, as a list with its filters, and the ways to decide many or late work at once."""

from collections.abc import Sequence
from datetime import datetime

from PySide6.QtWidgets import QHBoxLayout, QWidget

from gridclient.store.reviews import ReviewRow
from gridclient.text import tr
from gridclient.ui.when import moment_text
from gridclient.ui.widgets import Banner, ChipLook, ListPane, RowLook, ShortList, compact_button

_TOLD = 5  # refusals that are named
LISTS = ("all", "same", "changed", "again")


class WaitingList(ListPane):
    """Title, filters, two buttons, what was refused, and the rows."""

    def __init__(self, parent: QWidget | None = None) -> None:
        self.rows = ShortList()
        super().__init__(self.rows, parent=parent)
        self.together, self.late = compact_button("", "list-checks"), compact_button("", "history")
        beside = QHBoxLayout()
        beside.setContentsMargins(20, 0, 8, 8)
        for button in (self.together, self.late):
            button.hide()
            beside.addWidget(button)
        beside.addStretch(1)
        self.above.addLayout(beside)
        self.refused = Banner("warn")
        self.refused.action_wanted.connect(self.refused.hide)
        self.refused.hide()
        self.above.addWidget(self.refused)

    def tell_refused(self, refused: Sequence[tuple[str, str]]) -> None:
        """Says which cases were not approved with the others, each by its title and why; nothing without any."""
        lines = [tr("{title}: {reason}", title=title, reason=reason) for title, reason in refused[:_TOLD]]
        if len(refused) > _TOLD:
            lines.append(tr("and {n} more", n=len(refused) - _TOLD))
        self.refused.say("warn", tr("{n} cases were not approved", n=len(refused)), "\n".join(lines), tr("Understood"))
        self.refused.setVisible(bool(refused))

    def retranslate(self) -> None:
        """Says the list's words in the active language."""
        self.title.setText(tr("Review"))
        self.rows.setAccessibleName(tr("Cases to review"))
        names = {"all": tr("All"), "same": tr("Same"), "changed": tr("Different"), "again": tr("Again")}
        self.chips.set_chips([ChipLook(chip, names[chip]) for chip in LISTS])


def of_list(rows: Sequence[ReviewRow], chip: str) -> list[ReviewRow]:
    """The rows that a filter leaves."""
    match chip:
        case "same":
            return [row for row in rows if row.changes == 0]
        case "changed":
            return [row for row in rows if row.changes]
        case "again":
            return [row for row in rows if row.again]
        case _:
            return list(rows)


def row_look(row: ReviewRow, kind: str, by: str, now: datetime) -> RowLook:
    """A case as the list shows it: what it is, who sent it when, and how much differs."""
    if row.again:
        chip, tone, icon = tr("Submitted again"), "warn", "undo-2"
    elif row.changes:
        chip, tone, icon = tr("{n} changed", n=row.changes), "warn", "diff"
    elif row.against:
        chip, tone, icon = tr("Not as in the file"), "warn", "diff"
    elif row.is_drawn:
        chip, tone, icon = tr("Drawn by lot"), "neutral", "eye"
    elif row.changes == 0:
        chip, tone, icon = tr("Nothing changed"), "ok", "equal"
    else:
        chip, tone, icon = tr("First time"), "neutral", ""
    detail = " · ".join(part for part in (kind, by) if part)
    return RowLook(row.title, detail, "", chip, tone, moment_text(row.submitted_at, now), chip_icon=icon)
