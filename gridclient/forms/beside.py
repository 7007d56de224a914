"""The files that lie beside a form: the lists that it chooses from or looks up, and what its labels show.

Only files are found that the form names, and a name never leads out of its folders.
"""

import re
from collections.abc import Iterable
from html import unescape
from pathlib import Path

_SOURCE = re.compile(r"""\bsrc\s*=\s*(?:"(jr://file[^"]*)"|'(jr://file[^']*)')""")


def folders_of(form: Path) -> tuple[Path, ...]:
    """The folders of a form: `media`, `<form>-media` as other ODK tools have it, and its own."""
    here = form.parent
    return here / "media", here / f"{form.stem}-media", here


def find(folders: Iterable[Path], address: str) -> Path | None:
    """The file of an address such as `jr://images/door.png`; None when it is not there."""
    name = address.rpartition("/")[2]
    if not name or name in (".", "..") or "\\" in name:
        return None
    return next((found for folder in folders if (found := folder / name).is_file()), None)


def lists_of(form: Path, xml: bytes) -> dict[str, Path]:
    """The lists that a form names as secondary instances, by file name, as far as they lie beside it."""
    named = {unescape(double or single) for double, single in _SOURCE.findall(xml.decode("utf-8", "replace"))}
    found = (find(folders_of(form), address) for address in named)
    return {path.name: path for path in found if path is not None}
