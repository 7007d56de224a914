"""Asks before most of what is on this PC leaves it; until somebody agrees, everything stays."""

from PySide6.QtWidgets import QMessageBox, QWidget

from gridclient.store import arrivals
from gridclient.text import tr
from gridclient.ui.desk import Desk


def ask_removal(parent: QWidget, desk: Desk, records: int) -> QMessageBox:
    """Opens the question; agreeing lets the next synchronisation remove the records."""
    box = QMessageBox(QMessageBox.Icon.Warning, tr("Grid Workbench"), "", parent=parent)
    box.setText(tr("The platform takes {n} records off this PC, more than half of them.", n=records))
    box.setInformativeText(
        tr("If your area did not change that much, leave everything as it is and ask your supervisor first.")
    )
    agree = box.addButton(tr("Remove them"), QMessageBox.ButtonRole.DestructiveRole)
    keep = box.addButton(tr("Leave everything"), QMessageBox.ButtonRole.RejectRole)
    box.setDefaultButton(keep)
    box.setEscapeButton(keep)

    def agreed() -> None:
        if box.clickedButton() is agree:
            desk.start(_agree(desk))

    box.finished.connect(agreed)
    box.open()
    return box


async def _agree(desk: Desk) -> None:
    await desk.write(arrivals.agree_to_removal)
    desk.sync.wake()
