"""How much room the disk of a profile has left; below the least a day's work and a sync may not fit."""

import shutil
from pathlib import Path

LEAST_FREE_MB = 500


def free_mb(folder: Path) -> int:
    """The free room of the disk that holds a folder, or will hold it, in MiB."""
    while not folder.exists():
        folder = folder.parent
    return shutil.disk_usage(folder).free // 2**20
