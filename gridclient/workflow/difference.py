"""What changed between two versions of a pack, key by key and row by row, and what that means for running cases."""

from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Literal, cast

from openpyxl import load_workbook

from gridclient.workflow.faults import Source
from gridclient.workflow.pack import Pack, read_pack

Flat = dict[str, str]


@dataclass(frozen=True, slots=True)
class Difference:
    """One key or cell that is new, gone, or changed."""

    what: Literal["new", "gone", "changed"]
    place: str
    before: str = ""
    after: str = ""

    def __str__(self) -> str:
        match self.what:
            case "new":
                return f"+ {self.place}: {self.after}"
            case "gone":
                return f"- {self.place}: {self.before}"
            case "changed":
                return f"~ {self.place}: {self.before} → {self.after}"


def differences(old: Path, new: Path) -> list[Difference]:
    """Everything that differs between the packs in two folders; raises `Faults` when one cannot be read."""
    before, after = _facts(old), _facts(new)
    found: list[Difference] = []
    for place in sorted(before.keys() | after.keys()):
        if place not in before:
            found.append(Difference("new", place, after=after[place]))
        elif place not in after:
            found.append(Difference("gone", place, before[place]))
        elif before[place] != after[place]:
            found.append(Difference("changed", place, before[place], after[place]))
    return found


def stranded(old: Pack, new: Pack) -> list[str]:
    """Where running cases of the old version would find nothing in the new one: states and steps that are gone."""
    states = {state.id for state in old.states if not state.end} - {state.id for state in new.states}
    steps = {step.id for step in old.steps} - {step.id for step in new.steps}
    return [*(f"states.{name}" for name in sorted(states)), *(f"steps.{name}" for name in sorted(steps))]


def _facts(folder: Path) -> Flat:
    read_pack(folder)  # only packs that can be run are compared
    facts = dict(_flat(Source("pack.yaml", (folder / "pack.yaml").read_bytes()).read(), ""))
    for path in sorted(folder.glob("*.xlsx")):
        facts |= _sheets(path)
    return facts


def _flat(value: object, place: str) -> Iterator[tuple[str, str]]:
    """Leaves by path; the members of a list by their id or name, so that order does not matter where it need not."""
    if isinstance(value, dict):
        for key, child in cast("dict[object, object]", value).items():
            yield from _flat(child, f"{place}.{key}" if place else str(key))
    elif isinstance(value, list):
        for number, child in enumerate(cast("list[object]", value)):
            key = _key(child)
            yield from _flat(child, f"{place}.{key}" if key else f"{place}[{number}]")
    else:
        yield place, str(value)


def _key(child: object) -> object:
    """The id of a member, or the name of a transition."""
    if not isinstance(child, dict):
        return None
    named = cast("dict[object, object]", child)
    return named.get("id") or (named.get("name") if "from" in named else None)


def _sheets(path: Path) -> Flat:
    """Every cell of a workbook by the name of its row and column."""
    facts: Flat = {}
    book = load_workbook(BytesIO(path.read_bytes()), read_only=True, data_only=True)
    for name in book.sheetnames:
        rows = book[name].iter_rows(values_only=True)
        header = [str(cell or "") for cell in next(rows, ())]
        for number, cells in enumerate(rows, 2):
            row = dict(zip(header, cells, strict=False))
            key = "/".join(str(row[part]) for part in ("list_name", "id", "name") if row.get(part)) or str(number)
            for column, cell in row.items():
                if cell is not None and column not in ("list_name", "id", "name"):
                    facts[f"{path.name}: {name}.{key}.{column}"] = str(cell)
    return facts
