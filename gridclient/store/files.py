"""Small files that must be whole after a power cut: written beside, flushed, renamed."""

import os
from pathlib import Path


def write_durably(path: Path, data: bytes) -> None:
    """Replaces a file's content in one step; a reader sees the old bytes or the new ones."""
    part = path.with_suffix(path.suffix + ".part")
    with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    part.replace(path)
    if os.name == "posix":
        folder = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
