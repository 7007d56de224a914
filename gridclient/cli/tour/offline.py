"""The part of the tour that is killed: Lin's first day on PC A, up to the middle of a step.

Runs in a process of its own. It speaks with the tour over standard input and output, one JSON object a line.
"""

import asyncio
import json
import sys
from pathlib import Path

from PySide6.QtGui import QColor, QImage

from gridclient.cli.demo import PASSWORD, PIN
from gridclient.cli.tour import field_work, getting_in, pill
from gridclient.cli.tour.person import make_person
from gridclient.text import set_language
from gridclient.ui.app import Desktop
from gridclient.ui.start import run_script

ASKED = "ask"  # the key of an object that asks the tour for something


def run_part(folder: Path, address: str, out: Path, *, by_keys: bool) -> int:
    """Plays the part; the tour kills this process when it says that it is in the middle of a step."""
    set_language("zh_CN")
    return run_script(_play(folder, address, out, by_keys=by_keys))


async def _play(folder: Path, address: str, out: Path, *, by_keys: bool) -> int:
    desktop = Desktop(folder / "pc-a", address=address)
    desktop.show()
    lin = make_person(desktop, out, by_keys=by_keys)
    await getting_in.sign_in(lin, "Lin signs in", "lin", PASSWORD, PIN, lambda: _ask("release"))
    await _ask("offline")
    await pill.goes_offline(lin, "The network goes away")
    await field_work.visit(lin)
    await field_work.inspection(lin, _photo(out, "before", "#8C6D46"), _photo(out, "after", "#4C7A5B"))
    await pill.tells_unsent(lin, "The pill tells what is not uploaded")
    half_case = await field_work.half_a_step(lin, "A step is half filled in")
    print(json.dumps({"at": "half", "number": lin.guide.camera.number, "case": half_case}), flush=True)
    await asyncio.sleep(600)
    return 1


async def _ask(what: str) -> None:
    """Asks the tour for something and waits until it was done."""
    print(json.dumps({ASKED: what}), flush=True)
    await asyncio.get_running_loop().run_in_executor(None, sys.stdin.readline)


def _photo(out: Path, name: str, colour: str) -> Path:
    """A synthetic photo; it shows nobody."""
    path = out / f"photo-{name}.jpg"
    image = QImage(640, 480, QImage.Format.Format_RGB32)
    image.fill(QColor(colour))
    image.save(str(path))
    return path
