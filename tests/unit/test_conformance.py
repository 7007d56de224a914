"""The step of CI that holds the form engine against the conformance suite, with a suite that only writes scores."""

import json
import os
import subprocess
import sys
from pathlib import Path

_ROOT = Path(__file__).parents[2]
_SUITE = """
import shutil, sys
from pathlib import Path
shutil.copyfile(Path(__file__).parent / "scores.json", sys.argv[sys.argv.index("--json") + 1])
"""


def _check(folder: Path) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "GRIDCLIENT_CONFORMANCE": str(folder)}
    command = [sys.executable, str(_ROOT / "packaging" / "conformance.py")]
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=False)


def _suite(folder: Path, less: int) -> Path:
    """A suite whose first part does so many cases less than what was recorded."""
    scores = json.loads((_ROOT / "docs" / "conformance.json").read_text("utf-8"))
    next(iter(scores.values()))["ok"] -= less
    (folder / "scores.json").write_text(json.dumps(scores), "utf-8")
    (folder / "run_suite.py").write_text(_SUITE, "utf-8")
    return folder


def test_without_the_suite_it_passes_and_says_that_nothing_was_checked(tmp_path: Path) -> None:
    done = _check(tmp_path / "nowhere")

    assert (done.returncode, done.stderr) == (0, "")
    [line] = done.stdout.splitlines()
    assert line.startswith("conformance: skipped, because there is no suite in ")
    assert line.endswith("nowhere")


def test_scores_as_recorded_pass(tmp_path: Path) -> None:
    done = _check(_suite(tmp_path, less=0))

    assert (done.returncode, done.stderr) == (0, "")


def test_a_score_that_fell_fails_and_is_named(tmp_path: Path) -> None:
    done = _check(_suite(tmp_path, less=1))

    assert done.returncode == 1
    [fault] = done.stderr.splitlines()
    assert fault.startswith("conformance: ")
    assert " fell from " in fault
