"""What this process still holds of a folder or of a key: open files, and objects in memory."""

import gc
import hashlib
import os
from pathlib import Path


def open_files(folder: Path) -> list[str]:
    """The names of files under a folder that this process has open."""
    place = f"{folder.resolve()}{os.sep}"
    found: list[str] = []
    for link in Path("/proc/self/fd").iterdir():
        try:
            target = str(link.readlink())
        except FileNotFoundError:
            continue  # the listing's own
        if target.startswith(place):
            found.append(target.removeprefix(place))
    return sorted(found)


def holders(fingerprint: bytes) -> list[str]:
    """The kinds of objects that hold the key with this SHA-256, as its bytes or in hexadecimal digits."""
    gc.collect()
    found: list[str] = []
    for each in gc.get_objects():
        for held in gc.get_referents(each):
            if isinstance(held, bytes | bytearray) and len(held) == 32:
                key = bytes(held)
            elif isinstance(held, str) and len(held) == 64 and set(held) <= set("0123456789abcdef"):
                key = bytes.fromhex(held)
            else:
                continue
            if hashlib.sha256(key).digest() == fingerprint:
                found.append(type(each).__name__)
    return sorted(found)
