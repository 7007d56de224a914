"""`make setup` in a clone, with stand-ins for Python, pip and the system's commands: no network and no real package."""

import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

_ROOT = Path(__file__).parents[2]
_TOOLS = ("dirname", "cat", "sha256sum", "grep", "find", "head", "env", "rm", "mkdir", "mktemp", "cp")
_LIBRARIES = ("libglib-2.0.so.0", "libEGL.so.1", "libGL.so.1", "libxkbcommon.so.0", "libdbus-1.so.3",
              "libfontconfig.so.1")  # fmt: skip
_PYTHON = """case "$*" in
    "-m venv --clear .venv")
        mkdir -p .venv/bin
        echo "command = python3 -m venv --clear $(pwd -P)/.venv" >.venv/pyvenv.cfg
        cp "$STUBS/inner" .venv/bin/python ;;
esac"""
_INNER = f"""case "$*" in
    -c*) exec "{sys.executable}" "$@" ;;
    *" list "*) echo "stranger==1.0" ;;
esac"""


@dataclass
class Clone:
    """A folder with what set-up reads, and the commands that it finds on its path."""

    folder: Path
    stubs: Path

    def stub(self, name: str, body: str = "") -> None:
        """A command that notes how it was called and then does what `body` says."""
        path = self.stubs / name
        path.write_text(f'#!/bin/sh\necho "{name} $*" >>"$STUBS/called"\n{body}\n', "utf-8")
        path.chmod(0o755)

    def set_up(self) -> subprocess.CompletedProcess[str]:
        """Runs it, as the Makefile does."""
        (self.stubs / "called").write_text("")
        environment = {"PATH": str(self.stubs), "STUBS": str(self.stubs), "HOME": str(self.folder)}
        command = [shutil.which("sh") or "sh", "packaging/setup.sh"]
        return subprocess.run(
            command, cwd=self.folder, env=environment, capture_output=True, text=True, check=False, timeout=60
        )

    @property
    def called(self) -> list[str]:
        """Which commands the last run called, in their order."""
        return (self.stubs / "called").read_text("utf-8").splitlines()

    def installed(self) -> list[str]:
        """What the last run told pip to do."""
        before = "inner -m pip --disable-pip-version-check "
        return [call.removeprefix(before) for call in self.called if call.startswith((before + "i", before + "u"))]


@pytest.fixture
def clone(tmp_path: Path) -> Clone:
    """A machine that has everything, and a folder that was never set up."""
    folder, stubs = tmp_path / "clone", tmp_path / "stubs"
    for each in (folder / "packaging", stubs):
        each.mkdir(parents=True)
    for name in ("packaging/setup.sh", "requirements.lock", "pyproject.toml"):
        shutil.copyfile(_ROOT / name, folder / name)
    for tool in _TOOLS:
        (stubs / tool).symlink_to(shutil.which(tool) or tool)
    made = Clone(folder, stubs)
    made.stub("python3", _PYTHON)
    made.stub("inner", _INNER)
    made.stub("ldconfig", "\n".join(f'echo "\t{name} (libc6,x86-64) => /usr/lib/{name}"' for name in _LIBRARIES))
    made.stub("fc-list", "echo a Chinese font")
    made.stub("id", "echo 1000")
    made.stub("sudo", "exit 1")
    made.stub("apt-get")
    return made


ALL = ["install --requirement requirements.lock", "install --no-deps --no-build-isolation --editable .",
       "uninstall -y stranger"]  # fmt: skip


def test_a_first_set_up_installs_and_a_second_one_starts_nothing(clone: Clone) -> None:
    first = clone.set_up()
    assert (first.returncode, first.stderr) == (0, "")
    assert clone.installed() == ALL

    second = clone.set_up()

    assert (second.returncode, second.stdout, second.stderr) == (0, "", "")
    assert clone.called == []


def test_another_lock_installs_again_into_the_same_environment(clone: Clone) -> None:
    clone.set_up()
    with (clone.folder / "requirements.lock").open("a") as lock:
        lock.write("another==1.0\n")

    again = clone.set_up()

    assert (again.returncode, again.stderr) == (0, "")
    assert clone.installed() == ALL
    assert not [call for call in clone.called if "-m venv" in call]


def test_a_set_up_that_failed_is_not_taken_for_done(clone: Clone) -> None:
    clone.stub("inner", 'case "$*" in *" install "*) echo no room; exit 1 ;; esac\n' + _INNER)
    failed = clone.set_up()
    assert failed.returncode != 0
    assert "no room" in failed.stderr

    clone.stub("inner", _INNER)
    shutil.copy(clone.stubs / "inner", clone.folder / ".venv/bin/python")

    assert clone.set_up().returncode == 0
    assert clone.installed() == ALL


def test_a_system_package_that_may_not_be_installed_is_named_with_the_command(clone: Clone) -> None:
    clone.stub("ldconfig", "\n".join(f'echo "\t{name} (libc6)"' for name in _LIBRARIES if name != "libEGL.so.1"))

    refused = clone.set_up()

    assert refused.returncode != 0
    assert refused.stderr.splitlines() == [
        "setup: GridClient needs system packages. Please run: sudo apt-get install -y --no-install-recommends libegl1"
    ]
    assert clone.installed() == []
    assert not (clone.folder / ".venv").exists()
    assert not [call for call in clone.called if call.startswith("apt-get")]


def test_a_system_package_that_may_be_installed_is(clone: Clone) -> None:
    clone.stub("ldconfig", "\n".join(f'echo "\t{name} (libc6)"' for name in _LIBRARIES if name != "libEGL.so.1"))
    clone.stub("id", "echo 0")

    assert clone.set_up().returncode == 0

    assert "apt-get install -y --no-install-recommends libegl1 -qq" in clone.called
    assert clone.installed() == ALL


def test_a_link_to_the_environment_of_another_clone_is_taken_away_and_the_other_stays(clone: Clone) -> None:
    other = clone.folder.parent / "other"
    (other / ".venv/bin").mkdir(parents=True)
    (other / ".venv/pyvenv.cfg").write_text(f"command = python3 -m venv --clear {other}/.venv\n")
    shutil.copy(clone.stubs / "inner", other / ".venv/bin/python")
    before = sorted(other.rglob("*"))
    (clone.folder / ".venv").symlink_to(other / ".venv")

    assert clone.set_up().returncode == 0

    assert not (clone.folder / ".venv").is_symlink()
    assert clone.installed() == ALL
    assert sorted(other.rglob("*")) == before
