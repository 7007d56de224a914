"""`python -m tests.oracle [--kind simple|wide] [--steps N] [--seed N]`: the form engine beside JavaRosa, step by step.

Random forms, random answers, repeats that come and go. JavaRosa comes with pyxform (`ODK_Validate.jar`); `java` and
`javac` are needed. A difference is printed with the form that shows it, and fails the run.
"""

import argparse
import math
import shutil
import subprocess
import sys
from dataclasses import dataclass, field
from importlib.resources import files
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import IO

from gridclient import forms
from gridclient.forms import Form, FormError
from tests.oracle.forms import Forms
from tests.oracle.sample import Sample, Source, Step, do
from tests.oracle.wide import WideForms

_STEPS_A_FORM = 20
_TRUTH = {"true": "1", "false": "0"}  # how JavaRosa writes a boolean


@dataclass(slots=True)
class State:
    """What JavaRosa tells of a form: value, relevance, read-only, required by reference; the choices of each select."""

    leaves: dict[str, tuple[str, bool, bool, bool]] = field(default_factory=dict[str, tuple[str, bool, bool, bool]])
    choices: dict[str, str] = field(default_factory=dict[str, str])


@dataclass(slots=True)
class Count:
    """What was compared; a form that both refuse shows little, so few may be refused."""

    forms: int = 0
    refused: int = 0
    steps: int = 0
    differences: int = 0

    def __str__(self) -> str:
        return f"{self.forms} ({self.refused} refused by both), {self.steps} steps, {self.differences} differences"


def main() -> int:
    """Plays the steps, and counts the differences."""
    parser = argparse.ArgumentParser(prog="python -m tests.oracle", description=__doc__)
    parser.add_argument("--kind", choices=["simple", "wide", "both"], default="both")
    parser.add_argument("--steps", type=int, default=20_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--most", type=int, default=10, help="stop after so many differences")
    args = parser.parse_args()
    if shutil.which("javac") is None:
        print("oracle: there is no Java here, nothing is compared")
        return 0
    sources: dict[str, Source] = {"simple": Forms(args.seed), "wide": WideForms(args.seed)}
    wanted = list(sources) if args.kind == "both" else [args.kind]
    differences = 0
    with TemporaryDirectory() as folder, Peer(Path(folder)) as peer:
        for kind in wanted:
            count = compare(peer, Path(folder), sources[kind], args.steps // len(wanted), args.most)
            print(f"oracle: {kind} forms: {count}")
            differences += count.differences + (count.refused > count.forms // 10)
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
        found, fault = State(), ""
        while (line := _pipe(self._process.stdout).readline().rstrip("\n")) != ".":
            if line.startswith("!"):
                fault = line[1:]
            elif line.startswith("?"):
                ref, said = line[1:].split("\t", 1)
                found.choices[ref] = said
            else:
                ref, flags, value = line.split("\t", 2)
                relevant, readonly, required = (flag == "1" for flag in flags)
                found.leaves[ref] = (value if relevant else "", relevant, readonly, required)
        return fault or found


def _pipe(pipe: IO[str] | None) -> IO[str]:
    assert pipe is not None
    return pipe


def compare(peer: Peer, folder: Path, source: Source, steps: int, most: int) -> Count:
    """Plays so many steps, and prints each form that shows a difference."""
    count = Count()
    for _ in range(math.ceil(steps / _STEPS_A_FORM)):
        sample = source.form()
        path = folder / "form.xml"
        path.write_text(sample.xml, "utf-8")
        told = _first_difference(peer, path, source, sample, count)
        count.forms += 1
        if told:
            count.differences += 1
            print(f"{told}\n{sample.xml}\n")
            if count.differences >= most:
                break
    return count


def _first_difference(peer: Peer, path: Path, source: Source, sample: Sample, count: Count) -> str:
    theirs = peer.ask("open", str(path))
    try:
        form = forms.load(path, tz="UTC")
    except FormError as error:
        count.refused += 1
        return "" if isinstance(theirs, str) else f"only we refuse the form: {error}"
    done: list[Step] = []
    while True:
        if isinstance(theirs, str):
            return f"only they refuse: {theirs} after {done}"
        told = _difference(form, theirs)
        if told or len(done) == _STEPS_A_FORM:
            return f"{told}, after {done}" if told else ""
        step = source.step(form, sample)
        done.append(step)
        do(form, step)
        count.steps += 1
        theirs = peer.ask(*step)


def _difference(form: Form, theirs: State) -> str:
    for ref, expected in theirs.leaves.items():
        if "meta" in ref:
            continue
        if ref not in form.refs():
            return f"{ref}: only there"
        ours = (form.get(ref), form.relevant(ref), form.readonly(ref), form.required(ref))
        if ours[1:2] != expected[1:2] or not _same(ours[0], expected[0]):
            return f"{ref}: {ours} here, {expected} there"
        if expected[1] and ours[2:] != expected[2:]:
            return f"{ref}: read-only and required are {ours[2:]} here, {expected[2:]} there"
    for ref, said in theirs.choices.items():
        ours = " ".join(f"{each.value}={each.label}" for each in form.choices(ref))
        if ours != said:
            return f"{ref}: the choices are {ours} here, {said} there"
    more = [ref for ref in form.refs() if ref.endswith("]") and not any(r.startswith(ref) for r in theirs.leaves)]
    return f"{more[0]}: only here" if more else ""


def _same(ours: str, theirs: str) -> bool:
    if ours == theirs or _TRUTH.get(ours) == theirs:
        return True
    try:
        return math.isclose(float(ours), float(theirs), rel_tol=1e-9, abs_tol=1e-12)
    except ValueError:
        return False


if __name__ == "__main__":
    sys.exit(main())
