"""`make screens`: every page in light and dark, Chinese and English, at several sizes, with a contact sheet.

Writes `build/screens/<size>-<look>-<language>/<page>.png` and a contact sheet beside them. The people on the pictures
are invented, and the clock of the stage stands, so two runs show the same morning.
"""

import argparse
import asyncio
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

SIZES = {"1366x768": (1366, 768, "1"), "1440x900": (1440, 900, "1"), "1440x900@1.5": (1440, 900, "1.5")}
LANGUAGES = ("zh_CN", "en")


def main() -> int:
    """Takes all pictures; a scale factor needs a process of its own."""
    parser = argparse.ArgumentParser(description="Takes a picture of every page.")
    parser.add_argument("--out", type=Path, default=Path("build/screens"))
    parser.add_argument("--size", choices=SIZES)
    parser.add_argument("--stage", type=Path)
    args = parser.parse_args()
    if args.size is not None:
        return _one_size(args.out, args.size, args.stage)
    shutil.rmtree(args.out, ignore_errors=True)
    failed = 0
    for size, (_, _, scale) in SIZES.items():
        with tempfile.TemporaryDirectory(prefix="gridclient-screens-") as folder:
            command = [sys.executable, "-m", "tests.widget.screens", "--size", size, "--out", str(args.out),
                       "--stage", folder]  # fmt: skip
            environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen", "QT_SCALE_FACTOR": scale}
            failed |= subprocess.run(command, env=environment, check=False, timeout=600).returncode
    return failed


def _one_size(out: Path, size: str, folder: Path) -> int:
    from gridclient.ui.start import application
    from tests.widget.screens.pictures import take_all
    from tests.widget.stage import Stage, drive

    width, height, _ = SIZES[size]
    stage = Stage(folder)
    app = application()
    try:
        return drive(app, asyncio.wait_for(take_all(stage, out, size, (width, height)), 540))
    finally:
        stage.close()


if __name__ == "__main__":
    sys.exit(main())
