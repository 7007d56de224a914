"""Offers to rescue the worker's own work when a part of the cache turns out to be damaged."""

from PySide6.QtWidgets import QMessageBox, QWidget

from gridclient.store.rescue import Rescued
from gridclient.text import tr


def ask_rescue(parent: QWidget) -> QMessageBox:
    """Opens the question; `rescue_agreed` tells the answer when it is finished."""
    box = QMessageBox(QMessageBox.Icon.Warning, tr("Grid Workbench"), "", parent=parent)
    box.setText(tr("A part of the cache on this PC is damaged."))
    box.setInformativeText(
        tr(
            "GridClient can save what you entered into a new cache and fetch everything else again. "
            "It asks for your PIN or password first. The damaged file is kept, encrypted as it is."
        )
    )
    save = box.addButton(tr("Rescue my work"), QMessageBox.ButtonRole.AcceptRole)
    box.addButton(tr("Not now"), QMessageBox.ButtonRole.RejectRole)
    box.setDefaultButton(save)
    box.open()
    return box


def rescue_agreed(box: QMessageBox) -> bool:
    """Whether the worker wants it."""
    return box.buttonRole(box.clickedButton()) is QMessageBox.ButtonRole.AcceptRole


def tell_rescued(parent: QWidget, rescued: Rescued) -> QMessageBox:
    """Says what was saved, and what is known to be lost."""
    lost = rescued.lost_edits or rescued.lost_photos
    kind = QMessageBox.Icon.Warning if lost else QMessageBox.Icon.Information
    box = QMessageBox(kind, tr("Grid Workbench"), "", parent=parent)
    box.setText(
        tr(
            "Saved: {edits} edits that wait for upload, {drafts} drafts, {photos} photos. The rest is fetched now.",
            edits=rescued.edits, drafts=rescued.drafts, photos=rescued.photos,
        )
    )  # fmt: skip
    if lost:
        box.setInformativeText(
            tr(
                "Lost: {edits} edits and {photos} photos. The page of uploads still names each edit; enter them again.",
                edits=rescued.lost_edits, photos=rescued.lost_photos,
            )
        )  # fmt: skip
    box.open()
    return box
