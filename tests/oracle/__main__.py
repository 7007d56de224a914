"""`python -m tests.oracle [--steps N] [--seed N]`: the form engine beside JavaRosa, step by step on random forms.

JavaRosa comes with pyxform (`ODK_Validate.jar`); `java` and `javac` are needed. A difference is printed with the form
that shows it, and fails the run.
"""

import argparse
import math
import shutil
import subprocess
import sys
from importlib.resources import files
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import IO, TypeAlias

from gridclient import forms
from gridclient.forms import FormError
from tests.oracle.forms import Forms

State: TypeAlias = dict[str, tuple[str, bool]]
_STEPS_A_FORM = 20
_TRUTH = {"true": "1", "false": "0"}  # how JavaRosa writes a boolean


def main() -> int:
    """Plays the steps, and counts the differences."""
    parser = argparse.ArgumentParser(prog="python -m tests.oracle", description=__doc__)
    parser.add_argument("--steps", type=int, default=20_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--most", type=int, default=10, help="stop after so many differences")
    args = parser.parse_args()
    if shutil.which("javac") is None:
        print("oracle: there is no Java here, nothing is compared")
        return 0
    with TemporaryDirectory() as folder, Peer(Path(folder)) as peer:
        differences = compare(peer, Path(folder), Forms(args.seed), args.steps, args.most)
    print(f"oracle: {args.steps} steps, {differences} differences")
    return 1 if differences else 0


class Peer:
    """JavaRosa in a process of its own."""

    def __init__(self, folder: Path) -> None:
        jar = str(files("pyxform").joinpath("validators", "odk_validate", "bin", "ODK_Validate.jar"))
        source = str(Path(__file__).with_name("Oracle.java"))
        subprocess.run(["javac", "-nowarn", "-cp", jar, "-d", str(folder), source], check=True)
        self._process = subprocess.Popen(
            ["java", "-Duser.timezone=UTC", "-cp", f"{jar}:{folder}", "Oracle"],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, encoding="utf-8",
        )  # fmt: skip

    def __enter__(self) -> "Peer":
        return self

    def __exit__(self, *_: object) -> None:
        _pipe(self._process.stdin).close()
        _pipe(self._process.stdout).close()
        self._process.wait()

    def ask(self, *parts: str) -> State | str:
        """The state after a command, or what was wrong with it."""
        print(*parts, sep="\t", file=_pipe(self._process.stdin), flush=True)
        found: State = {}
        fault = ""
        while (line := _pipe(self._process.stdout).readline().rstrip("\n")) != ".":
            if line.startswith("!"):
                fault = line[1:]
                continue
            ref, relevant, value = line.split("\t", 2)
            found[ref] = (value if relevant == "1" else "", relevant == "1")
        return fault or found


def _pipe(pipe: IO[str] | None) -> IO[str]:
    assert pipe is not None
    return pipe


def compare(peer: Peer, folder: Path, source: Forms, steps: int, most: int) -> int:
    """How many forms show a difference."""
    differences = 0
    for _ in range(math.ceil(steps / _STEPS_A_FORM)):
        xml, inputs = source.form()
        path = folder / "form.xml"
        path.write_text(xml, "utf-8")
        script = [(ref, source.answer(inputs[ref])) for ref in (source.pick(inputs) for _ in range(_STEPS_A_FORM))]
        told = _first_difference(peer, path, script)
        if told:
            differences += 1
            print(f"{told}\n{xml}\n")
            if differences >= most:
                break
    return differences


def _first_difference(peer: Peer, path: Path, script: list[tuple[str, str]]) -> str:
    theirs = peer.ask("open", str(path))
    try:
        form = forms.load(path, tz="UTC")
    except FormError as error:
        return "" if isinstance(theirs, str) else f"only we refuse the form: {error}"
    done: list[tuple[str, str]] = []
    for ref, value in [("", ""), *script]:
        if ref:
            done.append((ref, value))
            form.set(ref, value)
            theirs = peer.ask("set", ref, value)
        if isinstance(theirs, str):
            return f"only they refuse: {theirs} after {done}"
        for name, (expected, relevant) in theirs.items():
            if "meta" in name:
                continue
            ours = (form.get(name), form.relevant(name))
            if ours[1] != relevant or not _same(ours[0], expected):
                return f"{name}: {ours} here, {(expected, relevant)} there, after {done}"
    return ""


def _same(ours: str, theirs: str) -> bool:
    if ours == theirs or _TRUTH.get(ours) == theirs:
        return True
    try:
        return math.isclose(float(ours), float(theirs), rel_tol=1e-9)
    except ValueError:
        return False


if __name__ == "__main__":
    sys.exit(main())
