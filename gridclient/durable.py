"""Files that must be whole after a power cut: written beside, flushed, renamed, and their folder flushed.

A file's own flush keeps its bytes; only that of its folder keeps its name.
"""

import os
import shutil
from pathlib import Path


def write_durably(path: Path, data: bytes) -> None:
    """Replaces a file's content in one step; a reader sees the old bytes or the new ones."""
    part = path.with_suffix(path.suffix + ".part")
    with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    part.replace(path)
    sync_folder(path.parent)


def copy_durably(source: Path, target: Path) -> None:
    """Copies a file into a folder, which is made where it is missing."""
    make_folder(target.parent)
    part = target.with_suffix(".part")
    shutil.copyfile(source, part)
    with part.open("rb+") as file:
        os.fsync(file.fileno())
    put_in_place(part, target)


def put_in_place(file: Path, target: Path) -> None:
    """Gives a file whose bytes were flushed its name, in a folder that is made where it is missing."""
    make_folder(target.parent)
    file.replace(target)
    sync_folder(target.parent)


def make_folder(folder: Path) -> None:
    """Makes a folder, with those above it, where it is missing."""
    missing = [each for each in (folder, *folder.parents) if not each.exists()]
    folder.mkdir(parents=True, exist_ok=True)
    for each in missing:
        sync_folder(each.parent)


def sync_folder(folder: Path) -> None:
    """Flushes the names in a folder; Windows does so by itself."""
    if os.name == "posix":
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
