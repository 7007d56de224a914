"""A bug says where it happened, on the command line and in the window's file, and nothing of what it was about."""

import subprocess
import sys
from pathlib import Path

_PROGRAM = """
import sys, threading
from pathlib import Path
from gridclient import bugs
bugs.catch(Path(sys.argv[1]) if len(sys.argv) > 1 else None)
def fail():
    raise RuntimeError("secret-name")
thread = threading.Thread(target=fail)
thread.start()
thread.join()
fail()
"""


def _run(*arguments: str) -> str:
    done = subprocess.run([sys.executable, "-c", _PROGRAM, *arguments], capture_output=True, text=True, check=False)
    assert done.returncode == 1
    return done.stdout + done.stderr


def test_a_command_tells_the_kind_and_the_places() -> None:
    said = _run()
    assert said.count("RuntimeError") == 2
    assert said.count(" fail") == 2
    assert "secret-name" not in said


def test_the_window_writes_the_places_into_its_file_and_says_where(tmp_path: Path) -> None:
    said = _run(str(tmp_path))
    written = (tmp_path / "crash.txt").read_text("utf-8")
    assert said.count(f"RuntimeError, see {tmp_path / 'crash.txt'}") == 2
    assert written.count(" fail") == 2
    assert "secret-name" not in said + written
