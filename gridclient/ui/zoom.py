"""The zoom of the whole screen belongs to the PC: it must be known before any profile is open.

It lies in a file of its own that says nothing of anybody.
"""

import json
from pathlib import Path

from gridclient.durable import write_durably

ZOOMS = (100, 125, 150, 175, 200)


def read_zoom(root: Path) -> int:
    """The zoom of this PC in percent; 100 until one was chosen."""
    try:
        found = json.loads((root / "screen.json").read_text("utf-8")).get("zoom")
    except (FileNotFoundError, ValueError, AttributeError):
        return 100
    return found if found in ZOOMS else 100


def keep_zoom(root: Path, zoom: int) -> None:
    """Keeps the zoom for this PC."""
    root.mkdir(parents=True, exist_ok=True)
    write_durably(root / "screen.json", json.dumps({"zoom": zoom}).encode())
