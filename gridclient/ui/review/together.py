"""Asks once whether cases are approved together, and says which are not: drawn by what lot, contradicted by a file."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QMessageBox, QWidget

from gridclient.store.reviews import Bulk, Draw, ReviewRow
from gridclient.text import tr


class TogetherBox(QMessageBox):
    """One question about many cases."""

    agreed = Signal()

    def __init__(self, found: Bulk, parent: QWidget) -> None:
        super().__init__(parent)
        self.setIcon(QMessageBox.Icon.Question)
        self.setWindowTitle(tr("Approve together"))
        self.setText(tr("{n} cases are as at the last visit. Approve them together?", n=len(found.approve)))
        self.setInformativeText("\n\n".join(_left_out(found)))
        self._agree = self.addButton(tr("Approve"), QMessageBox.ButtonRole.AcceptRole)
        self.addButton(tr("Cancel"), QMessageBox.ButtonRole.RejectRole)
        self.setDefaultButton(self._agree)
        self.finished.connect(self._answered)

    def _answered(self, _result: int) -> None:
        if self.clickedButton() is self._agree:
            self.agreed.emit()


def _left_out(found: Bulk) -> list[str]:
    said = [_draw_text(draw) for draw in found.draws]
    if found.sample:
        said.append(tr("Each case draws its own lot from its id and the moment it was sent; anybody can check it."))
    if found.against:
        said.append(tr("{n} more are not what the file says, and stay in the list too.", n=len(found.against)))
    return said


def _draw_text(draw: Draw) -> str:
    return tr(
        "{percent} % of {all} are drawn by lot: {n} stay in the list for you to look at.",
        percent=f"{draw.percent:g}", all=draw.of, n=draw.drawn,
    )  # fmt: skip


def lot_text(row: ReviewRow) -> str:
    """Why a case was drawn, so that anybody can draw it again."""
    return tr(
        "Its lot {lot} is below the {percent} of 100 that are drawn. The lot is the SHA-256 of “{seed}”, its first"
        " four bytes as a part of all that they can be.",
        lot=f"{row.lot:.2f}", percent=f"{row.percent:g}", seed=row.seed,
    )  # fmt: skip
