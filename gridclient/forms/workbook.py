"""Names the sheet, row and column of an XLSForm that a fault comes from, be it the converter's or the engine's."""

import re
from collections.abc import Iterable
from pathlib import Path

from gridclient.forms.advice import similar

_PLACE = re.compile(r"(?P<ref>/[^\s\[]*[^\s\[:])(?:\[\d+\])?:? (?:its )?(?P<rule>[a-z]+)")
_COLUMNS = {
    "relevant": ("relevant", "relevance"), "calculate": ("calculation", "calculate"), "constraint": ("constraint",),
    "required": ("required",), "readonly": ("read_only", "readonly"), "count": ("repeat_count", "count"),
    "choices": ("choice_filter",), "itemset": ("choice_filter",), "setvalue": ("default", "trigger"),
    "label": ("label",), "hint": ("hint",),
}  # fmt: skip
# How pyxform says where a fault is, and the faults that it tells without a place.
_SAID = re.compile(
    r"\[row : (?P<row>\d+)\] (?:On the '(?P<sheet>\w+)' sheet, the '(?P<column>[^']+)' value(?: '[^']*')? "
    r"is (?:invalid|problematic)\. )?(?P<text>.*)",
    re.DOTALL,
)
_TYPE = re.compile(r"Unknown question type '(?P<type>.*)'\.")
_LIST = re.compile(r"List name not in choices sheet: (?P<list>.*)")
_MUTE = re.compile(r"The survey element named '(?P<name>.*)' has no label or hint\.")
_SPACED = re.compile(r"Choice names with spaces .* See \[(?P<name>.*)\] in \[(?P<list>.*)\]")
_FILE = re.compile(r"the attachment (?P<stem>[^/\\]+?)(?:\.\w+)? is missing")
_UNNAMED = re.compile(r"Could not find the name '(?P<name>.*)'\.")
_TYPES = (
    "text integer decimal date time dateTime note calculate select_one select_multiple select_one_from_file "
    "select_multiple_from_file rank range geopoint geotrace geoshape image audio video file barcode acknowledge hidden "
    "begin_group end_group begin_repeat end_repeat csv-external xml-external today start end username"
).split()
_OTHERWISE = {"number": "integer or decimal", "float": "decimal", "boolean": "select_one or acknowledge"}


def located(path: Path, message: str) -> str:
    """The message with the place in the workbook before it, where it names a question that is there."""
    if (missing := _FILE.match(message)) is not None:
        return _told(path, message, missing["stem"])
    found = _PLACE.search(message)
    if found is None:
        return f"{path.name}: {message}"
    name = found["ref"].rpartition("/")[2]
    for number, row in numbered(path, "survey"):
        if row.get("name") == name:
            return f"{path.name}: {_place('survey', number, column_of(row, found['rule']))}: {message}"
    return f"{path.name}: {message}"


def column_of(row: Iterable[str], rule: str) -> str:
    """The heading among a row's that a rule of the engine comes from, empty where the row has none of it."""
    wanted = _COLUMNS.get(rule, ())
    return next((each for each in row if each.partition("::")[0].strip() in wanted), "")


def refused(path: Path, message: str) -> str:
    """What the converter says, in the same manner: the place first, and what was meant where that can be guessed."""
    said = _SAID.match(message)
    number, sheet, column, text = 0, "survey", "", message
    if said is not None:
        number, sheet, column, text = int(said["row"]), said["sheet"] or "survey", said["column"] or "", said["text"]
    if (found := _TYPE.match(text)) is not None:
        number, column = number or _row(path, "survey", type=found["type"]), "type"
        kind = found["type"].split()[0] if found["type"].split() else ""
        text = f"unknown question type {found['type']}{_meant(_OTHERWISE.get(kind) or similar(kind, _TYPES))}"
    elif (found := _LIST.match(text)) is not None:
        column = "type"
        lists = [row.get("list_name") or row.get("list name") or "" for _, row in numbered(path, "choices")]
        text = f"there is no list {found['list']} on the sheet choices{_meant(similar(found['list'], lists))}"
    elif (found := _MUTE.match(text)) is not None:
        number, column = _row(path, "survey", name=found["name"]), "label"
    elif (found := _SPACED.match(text)) is not None:
        number, sheet, column = _row(path, "choices", name=found["name"], list_name=found["list"]), "choices", "name"
    elif (found := _UNNAMED.search(text)) is not None:
        text += _meant(similar(found["name"], (row.get("name") or "" for _, row in numbered(path, "survey"))), "${%s}")
    return f"{path.name}: {_place(sheet, number, column)}: {text}" if number else f"{path.name}: {text}"


def _told(path: Path, message: str, stem: str) -> str:
    """A missing file with the first cell that names it."""
    for number, row in numbered(path, "survey"):
        for column, cell in row.items():
            if stem in str(cell):
                return f"{path.name}: {_place('survey', number, column)}: {message}"
    return f"{path.name}: {message}"


def _place(sheet: str, number: int, column: str) -> str:
    return f"{sheet}, row {number}" + (f", column {column}" if column else "")


def _meant(name: str, written: str = "%s") -> str:
    return f"; {written % name} is meant perhaps" if name else ""


def numbered(path: Path, sheet: str) -> Iterable[tuple[int, dict[str, str]]]:
    """The rows of the sheet `survey` or `choices` with their numbers, by their headings."""
    # Imported on first use, as in `loading`.
    from pyxform.xls2json_backends import get_xlsform  # pyright: ignore[reportUnknownVariableType] - half typed

    found = get_xlsform(str(path))
    return enumerate((found.choices if sheet == "choices" else found.survey) or [], start=2)


def _row(path: Path, sheet: str, **wanted: str) -> int:
    """The number of the first row with these cells; 0 where there is none."""
    rows = numbered(path, sheet)
    return next((number for number, row in rows if all(row.get(key) == text for key, text in wanted.items())), 0)
