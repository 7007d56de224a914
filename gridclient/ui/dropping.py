"""Bundles that are dropped onto the window: which file it is, if it is one."""

from pathlib import Path

from PySide6.QtGui import QDropEvent

SUFFIX = ".gcb"


def dropped_bundle(event: QDropEvent) -> Path | None:
    """The one bundle that is being dropped; None for anything else."""
    urls = event.mimeData().urls()
    path = Path(urls[0].toLocalFile()) if len(urls) == 1 else None
    return path if path is not None and path.suffix.lower() == SUFFIX else None
