"""`python -m tests.fuzz.packs [--runs N] [--seed N]`: damaged packs are refused by name and place, and crash nothing.

Each run takes a shipped pack and damages its YAML, its standards or its form: keys and members dropped, doubled,
swapped or given another's value, bytes changed. The check must answer with faults, each with a place, or with none.
"""

import argparse
import hashlib
import random
import shutil
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import cast

import pytest
import yaml
from openpyxl import load_workbook

from gridclient import forms
from gridclient.paths import FORMS
from gridclient.workflow import check
from gridclient.workflow.faults import Fault
from gridclient.workflow.negative import shipped_list

Tree = "dict[str, object] | list[object]"
_ODD: tuple[object, ...] = (
    None, "", 0, -1, 1e308, float("nan"), True, [], {}, "nobody", "网格", "a b", [None], {"en": "x"}, "\u0000",
    "9" * 400,
)  # fmt: skip

_WHOLE = ("the file is missing", "the workbook cannot be read", "there is no sheet")  # the file is the place
_NOISE = ("", ":", "[", "{", "- ", "\n", "&a ", "*a", "!!python/object:x ", "\t", "'")


@dataclass
class Report:
    """What became of the runs."""

    runs: int = 0
    refused: int = 0
    crashes: list[str] = field(default_factory=list[str])
    nameless: list[str] = field(default_factory=list[str])


class Damage:
    """Damages packs; the same seed does the same."""

    def __init__(self, seed: int) -> None:
        self._dice = random.Random(seed)
        self._packs = sorted(path.parent for path in FORMS.glob("*/pack.yaml"))

    def make(self, into: Path) -> Path:
        """A folder with a damaged copy of a shipped pack."""
        source = self._dice.choice(self._packs)
        folder = into / source.name
        shutil.copytree(source, folder)
        for kind in sorted(self._dice.random() for _ in range(self._dice.choice((1, 1, 1, 2, 4)))):  # bytes come last
            if kind < 0.7:
                self._tree(folder / "pack.yaml")
            elif kind < 0.9:
                self._text(folder / "pack.yaml")
            elif kind < 0.96:
                self._cells(self._dice.choice(sorted(folder.glob("*.xlsx"))))
            else:
                self._bytes(self._dice.choice(sorted(folder.iterdir())))
        return folder

    def _tree(self, path: Path) -> None:
        try:
            tree: object = yaml.safe_load(path.read_bytes())
        except (yaml.YAMLError, ValueError):
            return
        try:
            nodes = [node for node in _nodes(tree) if node]
        except RecursionError:
            return  # an anchor within itself; the check meets it as it is
        if not nodes:
            return
        node, dice = self._dice.choice(nodes), self._dice
        if isinstance(node, dict):
            key = dice.choice(sorted(node, key=str))
            match dice.randrange(4):
                case 0:
                    del node[key]
                case 1:
                    node[key] = dice.choice(_ODD)
                case 2:
                    node[f"{key}{dice.choice(('x', 's', ' '))}"] = node.pop(key)
                case _:
                    other = dice.choice([each for each in nodes if isinstance(each, dict)])
                    node[key] = other[dice.choice(sorted(other, key=str))]
        else:
            place = dice.randrange(len(node))
            match dice.randrange(3):
                case 0:
                    del node[place]
                case 1:
                    node.append(node[place])
                case _:
                    node[place] = dice.choice(_ODD)
        path.write_text(yaml.safe_dump(tree, allow_unicode=True), "utf-8", errors="replace")

    def _text(self, path: Path) -> None:
        text = path.read_text("utf-8", errors="replace")
        at = self._dice.randrange(len(text) + 1)
        noise = self._dice.choice((*_NOISE, text[at : at + 30]))
        path.write_text(text[:at] + noise + text[at + self._dice.randint(0, 20) :], "utf-8", errors="replace")

    def _cells(self, path: Path) -> None:
        book = load_workbook(path)
        sheet = self._dice.choice(book.worksheets)
        cell = sheet.cell(self._dice.randint(1, max(1, sheet.max_row)), self._dice.randint(1, max(1, sheet.max_column)))
        value = self._dice.choice([None, "", "x", "select_one nowhere", "${nothing}", "1 +", "end group", -1, True])
        cell.value = value  # pyright: ignore[reportAttributeAccessIssue] - no shipped sheet has merged cells
        book.save(path)

    def _bytes(self, path: Path) -> None:
        data = bytearray(path.read_bytes())
        for _ in range(self._dice.randint(1, 20)):
            data[self._dice.randrange(len(data))] = self._dice.randrange(256)
        path.write_bytes(data[: self._dice.choice((len(data), len(data), self._dice.randrange(1, len(data))))])


def _nodes(tree: object) -> list["dict[str, object] | list[object]"]:
    if isinstance(tree, dict):
        children = list(cast("dict[str, object]", tree).values())
    elif isinstance(tree, list):
        children = cast("list[object]", tree)
    else:
        return []
    return [cast("dict[str, object] | list[object]", tree), *(node for child in children for node in _nodes(child))]


def run(runs: int, seed: int) -> Report:
    """Damages and checks so many packs."""
    damage, report, forbidden = Damage(seed), Report(), shipped_list()
    with TemporaryDirectory() as place, pytest.MonkeyPatch.context() as patch:
        patch.setattr(check.forms, "load", _kept(forms.load))
        for number in range(runs):
            folder = damage.make(Path(place) / str(number))
            try:
                found = check.check_pack(folder, forbidden)
            except Exception as error:  # noqa: BLE001 - any exception is what is looked for
                report.crashes.append(f"{seed}/{number} {folder.name}: {type(error).__name__}: {error}")
                found = []
            report.runs += 1
            report.refused += bool(found)
            report.nameless += [f"{seed}/{number}: {fault}" for fault in found if not _is_placed(fault)]
            shutil.rmtree(folder.parent)
    return report


def _kept(load: Callable[..., forms.Form]) -> Callable[..., forms.Form]:
    """A form whose bytes were loaded before is not read again: most damage is elsewhere."""
    known: dict[str, forms.Form] = {}

    def again(path: Path, **options: str) -> forms.Form:
        digest = hashlib.sha256(path.read_bytes()).hexdigest()
        if digest not in known:
            known[digest] = load(path, **options)
        return known[digest]

    return again


def _is_placed(fault: Fault) -> bool:
    return bool(fault.file) and (bool(fault.place) or fault.text.startswith(_WHOLE))


def main() -> int:
    """Runs and prints what was found."""
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz.packs", description=__doc__)
    parser.add_argument("--runs", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=1)
    args = parser.parse_args()
    begun = time.perf_counter()
    report = run(args.runs, args.seed)
    print(*report.crashes[:20], *report.nameless[:20], sep="\n")
    took = time.perf_counter() - begun
    print(f"packs: {report.runs} tried, {report.refused} refused, {len(report.crashes)} crashes, "
          f"{len(report.nameless)} faults without a place, {took:.0f} s")  # fmt: skip
    return 1 if report.crashes or report.nameless else 0


if __name__ == "__main__":
    sys.exit(main())
