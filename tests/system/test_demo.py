"""The demo with a display: a platform with a street, and the window signed in as Lin, until it is ended."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Generator
from pathlib import Path

import pytest

from gridclient.store.profile import profiles
from gridclient.ui.instance import call_first

PATIENCE_S = 60.0


@pytest.fixture
def demo(tmp_path: Path) -> Generator[subprocess.Popen[str]]:
    """The command `gridclient demo`; what it keeps is in the test's folder."""
    command = [sys.executable, "-m", "gridclient", "demo", "--keep", str(tmp_path / "keep")]
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen"}
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env=environment) as run:
        yield run
        run.kill()


def test_the_demo_opens_the_window_signed_in_as_a_worker_and_ends_when_it_is_told(
    demo: subprocess.Popen[str], tmp_path: Path
) -> None:
    root = tmp_path / "keep" / "pc-a"
    assert demo.stdout is not None
    assert demo.stdout.readline().startswith("Platform: http://127.0.0.1:")
    assert "lin, chen" in demo.stdout.readline()

    end = time.monotonic() + PATIENCE_S
    while not any(each.facts.last_used_at for each in profiles(root)):
        assert demo.poll() is None, demo.stdout.read()
        assert time.monotonic() < end
        time.sleep(0.05)

    assert [(each.facts.account, each.facts.role) for each in profiles(root)] == [("lin", "worker")]
    assert call_first(root)  # a second start of it comes to the window that is open
    demo.send_signal(signal.SIGINT)
    said, _ = demo.communicate(timeout=PATIENCE_S)
    assert (demo.returncode, said) == (0, "")
