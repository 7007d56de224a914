"""`make screens`: every page in light and dark, Chinese and English, at several sizes, with a contact sheet.

Writes `build/screens/<size>-<look>-<language>/<page>.png` and a contact sheet beside them; `--guide` writes the
pictures of the guide and of the help anew. The people on the pictures are invented, and the clock of the stage stands,
so two runs show the same morning.
"""

import argparse
import asyncio
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

SIZES = {
    "1366x768": (1366, 768, "1"),
    "1440x900": (1440, 900, "1"),
    "1440x900@1.5": (1440, 900, "1.5"),
    "1920x1080": (1920, 1080, "1"),
}
_GUIDE_SIZE = "1440x900"
_GUIDE = ("queue-and-step", "report", "uploads", "conflict-one-chosen", "residents", "building", "review-comment")
_HELP, _HELP_WIDTH = ("queue-and-step", "uploads", "conflict-one-chosen"), 640
_PICTURES = Path("docs/pictures")
_SMALLEST = "1366x768"  # where the larger type has least room


def main() -> int:
    """Takes all pictures; a scale factor needs a process of its own."""
    parser = argparse.ArgumentParser(description="Takes a picture of every page.")
    parser.add_argument("--out", type=Path, default=Path("build/screens"))
    parser.add_argument("--size", choices=SIZES)
    parser.add_argument("--stage", type=Path)
    parser.add_argument("--guide", action="store_true", help="also write the pictures of the guide and the help")
    args = parser.parse_args()
    if args.stage is not None:
        return _one_size(args.out, args.size, args.stage)
    shutil.rmtree(args.out, ignore_errors=True)
    failed = _every_size(args.out, [args.size] if args.size else [_GUIDE_SIZE] if args.guide else list(SIZES))
    if args.guide:
        _write_guide(args.out)
    return failed


def _every_size(out: Path, sizes: Sequence[str]) -> int:
    failed = 0
    for size in sizes:
        scale = SIZES[size][2]
        with tempfile.TemporaryDirectory(prefix="gridclient-screens-") as folder:
            command = [sys.executable, "-m", "tests.widget.screens", "--size", size, "--out", str(out),
                       "--stage", folder]  # fmt: skip
            environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen", "QT_SCALE_FACTOR": scale}
            failed |= subprocess.run(command, env=environment, check=False, timeout=600).returncode
    return failed


def _write_guide(out: Path) -> None:
    """Lays the guide's pictures beside it, and small ones of a few of them into the help."""
    from PySide6.QtCore import Qt
    from PySide6.QtGui import QImage

    from gridclient.paths import RESOURCES

    for language, short in (("en", "en"), ("zh_CN", "zh")):
        taken = out / f"{_GUIDE_SIZE}-light-{language}"
        for page in _GUIDE:
            shutil.copy(taken / f"{page}.png", _PICTURES / f"{page}.{short}.png")
        for page in _HELP:
            picture = QImage(str(taken / f"{page}.png"))
            small = picture.scaledToWidth(_HELP_WIDTH, Qt.TransformationMode.SmoothTransformation)
            small.save(str(RESOURCES / "help" / f"{page}.{language}.png"))
    shutil.copy(_PICTURES / "queue-and-step.en.png", _PICTURES / "workbench.png")


def _one_size(out: Path, size: str, folder: Path) -> int:
    from gridclient.ui.start import application
    from tests.widget.screens.pictures import LARGE, LOOKS, take_all
    from tests.widget.stage import Stage, drive

    width, height, _ = SIZES[size]
    looks = LOOKS + LARGE if size == _SMALLEST else LOOKS
    stage = Stage(folder)
    app = application()
    try:
        return drive(app, asyncio.wait_for(take_all(stage, out, size, (width, height), looks), 540))
    finally:
        stage.close()


if __name__ == "__main__":
    sys.exit(main())
