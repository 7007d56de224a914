"""Random workbooks as authors write them, now and then wrong: their rows go through pyxform and the engine."""

import random
from pathlib import Path
from tempfile import TemporaryDirectory

from gridclient import forms

_TYPES = (
    "text", "text", "integer", "integer", "decimal", "date", "time", "dateTime", "note", "calculate", "select_one yn",
    "select_multiple yn", "rank yn", "range", "geopoint", "image", "audio", "file", "barcode", "acknowledge", "hidden",
    "start", "end", "today", "deviceid", "username", "select_one_from_file list.csv", "csv-external", "geotrace",
    "select_one yn or_other", "geoshape", "xml-external", "background-audio", "start-geopoint",
)  # fmt: skip
_RARE_TYPES = (
    "audit",
    "select_one gone",
    "nonsense",
    "",
    "select_one ${a}",
    "select_one_external yn",
    "begin",
    "note note",
)
_OPENING, _CLOSING = ("begin group", "begin repeat", "begin_group", "begin_repeat"), ("end group", "end repeat")
_NAMES = "abcdefghijklmnop"
_RARE_NAMES = ("a", "群", "a b", "1st", "meta", "", "data", "x-1", "x.y", "instanceID")
_EXPRESSIONS = (
    "${a} > 1", ". < 5", "${b} = 'yes'", "selected(${c}, 'yes')", "count(${a}) > 0", "position(..) > 1",
    "today() > ${b}", "once(random())", "if(${a}, 1, 2)", "coalesce(${b}, ${a})", "concat(${a}, ${b})",
    "string-length(${c}) + 1",
)  # fmt: skip
_RARE_EXPRESSIONS = (
    "${gone} = 1", "indexed-repeat(${a}, ${b}, 1)", "${a} +", "(((", "nofunction(1)", "${last-saved#a}", "${a", "'",
    "网格", "pulldata('list', 'label', 'name', ${a})", "jr:choice-name(${c}, '${c}')", "regex(., '(')",
    "sum(${a}) div 0",
)  # fmt: skip
_PARAMETERS = ("", "", "", "", "start=1 end=5 step=1", "randomize=true", "=")
_APPEARANCES = ("", "minimal", "quick", "field-list", "likert", "multiline numbers", "search('x')", "'", "w1")
_COLUMNS = {
    "label": ("A", "B", "C", "D", "B ${a}", "*bold* <b>x", "{{", "网格 & <"), "relevant": _EXPRESSIONS,
    "constraint": _EXPRESSIONS, "calculation": _EXPRESSIONS, "required": ("", "yes", "true()", "no"),
    "readonly": ("", "yes"), "default": ("", "1", "today()", "${a}", "2024-01-01", "x y"),
    "choice_filter": ("", "name = ${a}", "label != ${b}"), "repeat_count": ("", "3", "${a}", "-1"),
    "trigger": ("", "${a}", "${b}"), "appearance": _APPEARANCES, "parameters": _PARAMETERS,
    "label::中文 (zh)": ("甲", ""), "hint": ("", "H", "${a}"), "media::image": ("", "a.png", "${a}"),
    "nonsense": ("", "1"),
}  # fmt: skip
_RULES = [column for column in _COLUMNS if column not in ("label", "calculation")]


class Books:
    """A source of workbooks; the same seed gives the same."""

    def __init__(self, seed: int) -> None:
        self._dice = random.Random(seed)

    def book(self) -> str:
        """A workbook as Markdown tables."""
        dice = self._dice
        columns = ["type", "name", "label", "calculation", *dice.sample(_RULES, dice.randint(0, 6))]
        rows: list[list[str]] = []
        opened: list[str] = []
        for number in range(dice.randint(1, 12)):
            name = _NAMES[number] if dice.random() < 0.98 else dice.choice(_RARE_NAMES)
            if dice.random() < 0.15:
                opened.append(dice.choice(_OPENING))
                rows.append([opened[-1], name, *self._cells(columns)])
            elif opened and dice.random() < 0.3:
                rows.append([opened.pop().replace("begin", "end") if dice.random() < 0.98 else dice.choice(_CLOSING)])
            else:
                kind = dice.choice(_TYPES) if dice.random() < 0.98 else dice.choice(_RARE_TYPES)
                rows.append([kind, name, *self._cells(columns, kind)])
        rows += [[each.replace("begin", "end")] for each in reversed(opened) if dice.random() < 0.99]
        sheets = [_sheet("survey", columns, rows), _sheet("choices", ["list_name", "name", "label"], self._choices())]
        if dice.random() < 0.5:
            sheets.append(_sheet("settings", *self._settings()))
        if dice.random() < 0.1:
            sheets.append(_sheet("entities", ["dataset", "label"], [[dice.choice(["trees", "a.b", ""]), "${a}"]]))
        return "\n".join(sheets)

    def _cells(self, columns: list[str], kind: str = "") -> list[str]:
        """Mostly blank cells, as in real sheets; there is a label, and a calculation where one is needed."""
        needed = ("label", "calculation") if kind == "calculate" else ("label",)
        return [self._cell(each) if each in needed or self._dice.random() < 0.12 else "" for each in columns[2:]]

    def _cell(self, column: str) -> str:
        if self._dice.random() < 0.02:
            return self._dice.choice(_RARE_EXPRESSIONS)
        return self._dice.choice(_COLUMNS[column])

    def _choices(self) -> list[list[str]]:
        rows = [["yn", "yes", "Yes"], ["yn", "no", "No"]]
        if self._dice.random() < 0.05:
            rows.append(
                self._dice.choice([["yn", "yes", "Twice"], ["yn", "a b", "Space"], ["yn", "", "None"], ["", "x", "X"]])
            )
        return rows

    def _settings(self) -> tuple[list[str], list[list[str]]]:
        dice = self._dice
        values = {
            "form_id": "f", "version": "1", "form_title": "T & t", "default_language": "中文 (zh)", "style": "pages",
            "instance_name": "concat(${a}, 1)", "public_key": "MIIB", "namespaces": 'x="y"', "name": "data",
            "clean_text_values": "no", "submission_url": "https://city.example/submission",
        }  # fmt: skip
        chosen = dice.sample(list(values), dice.randint(1, 4))
        return chosen, [[values[each] for each in chosen]]


def _sheet(name: str, columns: list[str], rows: list[list[str]]) -> str:
    lines = [[*row, *[""] * (len(columns) - len(row))] for row in (columns, *rows)]
    return "\n".join([f"| {name} |", *("| | " + " | ".join(line) + " |" for line in lines)])


def load_book(text: str) -> None:
    """Loads a workbook, fills a little, and writes it."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "book.md"
        path.write_text(text, "utf-8")
        form = forms.load(path, attachments={"list.csv": "name,label\n1,One\n"}, missing="blank")
    for ref in form.refs():
        form.set(ref, "1")
        form.label(ref)
        form.hint(ref)
    for language in form.languages:
        form.set_language(language)
    form.validate()
    form.to_xml()
