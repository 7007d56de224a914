"""Where the files that ship with the product lie, and where a worker's profiles are kept.

Refuses to guess: a missing resource folder is an installation fault and says so.
"""

import os
import sys
from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent


def _shipped(name: str) -> Path:
    """Finds a folder beside the package (source checkout) or inside it (installed wheel)."""
    for folder in (_PACKAGE.parent / name, _PACKAGE / "_shipped" / name):
        if folder.is_dir():
            return folder
    raise FileNotFoundError(f"the installation lacks its {name} folder; install GridClient again")


FORMS = _shipped("forms")
RESOURCES = _shipped("resources")


def profile_root() -> Path:
    """The folder that holds every worker's profile on this PC; `GRIDCLIENT_HOME` overrides it."""
    if override := os.environ.get("GRIDCLIENT_HOME"):
        return Path(override)
    if sys.platform == "win32":
        base = Path(os.environ.get("LOCALAPPDATA", Path.home() / "AppData" / "Local"))
    else:
        base = Path(os.environ.get("XDG_DATA_HOME", Path.home() / ".local" / "share"))
    return base / "gridclient"
