"""Asks whether to begin anew where nobody knows the PIN any more: what is on the PC is set aside, never deleted."""

from PySide6.QtWidgets import QMessageBox, QWidget

from gridclient.text import tr


def ask_anew(parent: QWidget, waiting: int | None) -> QMessageBox:
    """Opens the question, which `accepted` answers with yes; says how many changes would stay behind."""
    box = QMessageBox(QMessageBox.Icon.Warning, tr("Grid Workbench"), "", parent=parent)
    box.setText(tr("The PIN that you typed does not open your data on this PC."))
    behind = (
        tr("How many changes in them wait for upload is not known.")
        if waiting is None
        else tr("Changes in them that wait for upload: {count}.", count=waiting)
    )
    told = tr(
        "You can begin anew with this PIN once the platform has accepted your password. What is on this PC is then set "
        "aside, not deleted; what was not uploaded can only be read with the old PIN."
    )
    box.setInformativeText(f"{behind}\n\n{told}")
    box.addButton(tr("Begin anew"), QMessageBox.ButtonRole.AcceptRole)
    again = box.addButton(tr("Type the PIN again"), QMessageBox.ButtonRole.RejectRole)
    box.setDefaultButton(again)
    box.setEscapeButton(again)
    box.open()
    return box
