"""The tour as a command: it passes to its end, and what it leaves on the PCs shows nobody's data."""

import json
import os
import re
import subprocess
import sys
from datetime import datetime
from pathlib import Path

import pytest

from gridclient.demo import generate
from gridclient.domain.clock import ZONE
from gridclient.domain.record import Kind

ENCODINGS = ("utf-8", "utf-16-le", "utf-16-be", "gb18030")


@pytest.fixture(scope="module")
def tour(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a tour that was played once: `keep`, `out` and `tmp`."""
    folder = tmp_path_factory.mktemp("tour")
    (folder / "tmp").mkdir()
    command = [sys.executable, "-m", "gridclient", "demo", "--tour", "--keep", str(folder / "keep"),
               "--out", str(folder / "out")]  # fmt: skip
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen", "TMPDIR": str(folder / "tmp")}
    done = subprocess.run(command, capture_output=True, text=True, timeout=300, env=environment, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    (folder / "said.txt").write_text(done.stdout + done.stderr, "utf-8")
    return folder


def test_every_step_of_the_tour_went_well_and_has_its_picture(tour: Path) -> None:
    steps = json.loads((tour / "out" / "report.json").read_text("utf-8"))

    assert all(step["ok"] for step in steps)
    pictures = [step["screenshot"] for step in steps if step["screenshot"]]
    assert len(pictures) == len(set(pictures)) >= 25
    assert all((tour / "out" / picture).stat().st_size > 10_000 for picture in pictures)


def test_the_tour_says_a_line_for_each_step_and_nothing_else(tour: Path) -> None:
    steps = json.loads((tour / "out" / "report.json").read_text("utf-8"))
    lines = (tour / "said.txt").read_text("utf-8").splitlines()

    assert [line for line in lines if not line.startswith("ok ")] == []
    assert len(lines) == len(steps)


def test_the_pictures_names_are_safe_on_every_file_system(tour: Path) -> None:
    names = [path.name for path in (tour / "out").glob("*.png")]

    assert [name for name in names if not re.fullmatch(r"[a-z0-9.-]+", name)] == []


def test_nothing_of_a_resident_can_be_read_in_the_profiles_or_the_temp_folder(tour: Path) -> None:
    today = datetime.now(ZONE).date()
    secrets: set[str] = {"13900007741", "13800006128", "近一周睡眠较差", "老人在女儿家"}
    for record in generate(1000, 200, 1, today):
        if record.kind is Kind.IDENT:
            secrets |= {str(record.fields["id_number"]), str(record.fields["phone"])}
        elif record.kind is Kind.RESIDENT:
            secrets.add(str(record.fields["address"]))
            secrets |= {str(record.fields["name"])} & {"王秀英"}
    needles = [secret.encode(encoding) for secret in secrets for encoding in ENCODINGS]
    files = [path for place in ("keep/pc-a", "keep/pc-b", "keep/pc-c", "tmp") for path in (tour / place).rglob("*")]

    contents = {path: path.read_bytes() for path in files if path.is_file()}
    assert sum(len(content) for content in contents.values()) > 1_000_000
    found = [path.name for path, content in contents.items() if any(needle in content for needle in needles)]
    assert found == []
