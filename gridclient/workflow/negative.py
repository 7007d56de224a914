"""The negative list: facts that no form of a street may ask for, found in a form's own sheet by name and label.

The list is data beside the packs (`negative-list.yaml`); a form that asks for one of them is refused with its row.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import msgspec
import yaml
from msgspec import Struct
from openpyxl.utils import get_column_letter

from gridclient.domain.texts import Texts
from gridclient.paths import FORMS
from gridclient.workflow.faults import Fault
from gridclient.workflow.sheets import read_rows


class Negative(Struct, frozen=True, forbid_unknown_fields=True):
    """One forbidden fact: words of a question's name, words of its label, and why."""

    names: list[str]
    labels: list[str]
    why: Texts


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell of the survey sheet that tells what a question asks."""

    place: str
    column: str
    text: str


def shipped_list() -> tuple[Negative, ...]:
    """The list that ships with the product."""
    return msgspec.convert(yaml.safe_load((FORMS / "negative-list.yaml").read_bytes()), tuple[Negative, ...])


def read_sheet(form: Path) -> list[Cell]:
    """Names and labels of a form's survey sheet; raises `Faults` when there is no such sheet."""
    rows = iter(read_rows(form, "survey"))
    header = [str(cell or "").strip() for cell in next(rows, ())]
    return [
        Cell(f"survey!{get_column_letter(place + 1)}{number}", header[place], str(cell))
        for number, cells in enumerate(rows, 2)
        for place, cell in enumerate(cells[: len(header)])
        if cell is not None and (header[place] == "name" or header[place].startswith("label"))
    ]


def asked_but_forbidden(file: str, cells: list[Cell], forbidden: tuple[Negative, ...]) -> Iterator[Fault]:
    """The cells that ask for something on the list."""
    for cell in cells:
        for entry in forbidden:
            words = cell.text.lower().replace("-", "_").split("_") if cell.column == "name" else []
            if any(name in words for name in entry.names) or (
                cell.column != "name" and any(label in cell.text.lower() for label in entry.labels)
            ):
                yield Fault(file, cell.place, f"“{cell.text}” may not be asked: {entry.why.en}")
