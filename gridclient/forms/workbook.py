"""Names the sheet, row and column of an XLSForm that a fault of the converted form comes from."""

import re
from pathlib import Path

_PLACE = re.compile(r"(?P<ref>/[^\s\[]*[^\s\[:])(?:\[\d+\])?:? (?:its )?(?P<rule>[a-z]+)")
_COLUMNS = {
    "relevant": ("relevant", "relevance"), "calculate": ("calculation", "calculate"), "constraint": ("constraint",),
    "required": ("required",), "readonly": ("read_only", "readonly"), "count": ("repeat_count", "count"),
    "choices": ("choice_filter",), "itemset": ("choice_filter",), "setvalue": ("default", "trigger"),
    "label": ("label",), "hint": ("hint",),
}  # fmt: skip


def located(path: Path, message: str) -> str:
    """The message with the place in the workbook before it, where it names a question that is there."""
    found = _PLACE.search(message)
    if found is None:
        return f"{path.name}: {message}"
    # Imported on first use, as in `loading`.
    from pyxform.xls2json_backends import get_xlsform  # pyright: ignore[reportUnknownVariableType] - half typed

    name = found["ref"].rpartition("/")[2]
    for number, row in enumerate(get_xlsform(str(path)).survey or [], start=2):
        if row.get("name") == name:
            wanted = _COLUMNS.get(found["rule"], ())
            column = next((each for each in row if each.partition("::")[0].strip() in wanted), None)
            place = f"survey, row {number}" + (f", column {column}" if column else "")
            return f"{path.name}: {place}: {message}"
    return f"{path.name}: {message}"
