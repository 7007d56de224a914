"""What the check of a pack finds, and that it names the place; broken packs of every kind never break the program."""

import random
import shutil
from pathlib import Path

import pytest
import yaml
from openpyxl import load_workbook

from gridclient.paths import FORMS
from gridclient.workflow.check import check_pack
from gridclient.workflow.negative import shipped_list

YAML = (FORMS / "urban-event" / "pack.yaml").read_text("utf-8")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the pack of city events, to be spoilt."""
    shutil.copytree(FORMS / "urban-event", tmp_path / "pack")
    return tmp_path / "pack"


def _faults(folder: Path, text: str = YAML) -> list[str]:
    (folder / "pack.yaml").write_text(text, "utf-8")
    return [str(fault) for fault in check_pack(folder, shipped_list())]


def _line(text: str, needle: str) -> int:
    return text[: text.index(needle)].count("\n") + 1


@pytest.mark.parametrize(
    ("before", "after", "place", "text"),
    [
        ("    to: closing\n", "    to: closed\n", "states[8]", "no transition leads to closing"),
        ("    from: [appealing, appealing-again]\n    to: closed\n", "    from: [appealing]\n    to: appealing-again\n",
         "", ""),
        ("{needs: done, step: dispatch}", "{needs: done, step: despatch}", "transitions[9].guards[0]",
         "there is no step despatch"),
        ("field: standard}]", "field: level}]", "", ""),
        ("role: chief\n    from: [accepting,", "role: boss\n    from: [accepting,", "transitions[7].role",
         "there is no role boss"),
        ("    from: [verifying]\n    to: accepting\n", "    from: [verifing]\n    to: accepting\n", "transitions[3]",
         "there is no state verifing"),
        ("one_of: [patrol]", "one_of: [petrol]", "transitions[2].guards[1]",
         "/data/report/source does not offer “petrol”"),
        ("at: /data/verify/is_true", "at: /data/verify/true", "transitions[3].guards[1]",
         "the form has no question /data/verify/true"),
        ("group: /data/close,", "group: /data/end,", "steps[6].group", "the form has no group /data/end"),
        ("[{do: extend, clock: handle},", "[{do: extend, clock: check},", "transitions[14].effects[0]",
         "the guard `extendable` of check has to stand before it"),
        ("takes: [hold_until]\n    guards:\n      - {needs: flag", "guards:\n      - {needs: flag",
         "transitions[17].effects[0]", "the transition has to take hold_until"),
        ("      - {needs: at-most, times: 3, of: escalate}\n", "", "transitions[21]",
         "a circle through handling needs a person, or a guard `at-most`"),
        ("{needs: at-most, times: 3, of: escalate}", "{needs: at-most, times: 3, of: appeal}", "transitions[21]",
         "a circle through handling needs a person, or a guard `at-most`"),
        ("      - {needs: level-above}\n", "", "transitions[21].effects[0]",
         "the guard `level-above` has to stand before it"),
        ("    title: {en: Dispatch, zh: 派遣}\n", "", "transitions[9]",
         "a title is needed, which stands on its button"),
        ("title: {en: Close, zh: 结案}, group", "title: {en: Close}, group", "steps[6].title",
         "Object missing required field `zh`"),
        ("name: denied}]\n\n", "name: denid}]\n\n", "transitions[5].guards[2]", "no transition raises the flag denied"),
        ("form: event.xlsx", "form: ../event.xlsx", "form", "Expected `str` matching regex"),
        ("form: event.xlsx", "form: events.xlsx", "form", "events.xlsx is missing"),
        ("amount: 0.25", "amount: 0", "states[2].clock.limit.amount", "Expected `float` > 0.0"),
        ("  - {id: void,", "  - {id: refused,", "states[11]", "refused is there twice"),
        ("form: event.xlsx", "form: event.xlsx\nsample_percent: 120", "sample_percent", "Expected `float` <= 100.0"),
    ],
)  # fmt: skip
def test_a_spoilt_pack_is_refused_with_the_line_and_the_key(
    folder: Path, before: str, after: str, place: str, text: str
) -> None:
    assert before in YAML
    spoilt = YAML.replace(before, after, 1)

    faults = _faults(folder, spoilt)

    if not place:  # changes that are allowed, so that the rest is known not to be refused for nothing
        assert faults == []
        return
    assert any(f", {place}: {text}" in fault and fault.startswith("pack.yaml: line ") for fault in faults), faults


def test_the_line_is_that_of_the_key(folder: Path) -> None:
    spoilt = YAML.replace("one_of: [patrol]", "one_of: [petrol]")

    (fault,) = _faults(folder, spoilt)

    line = int(fault.split("line ")[1].split(",")[0])
    assert abs(line - _line(spoilt, "petrol")) <= 2  # the guard begins where its first key stands


@pytest.mark.parametrize(
    ("cell", "value", "text"),
    [
        ("K4", -1, "standards!K4: “-1” is no amount above 0"),
        ("K4", "soon", "standards!K4: “soon” is no amount above 0"),
        ("L2", "weeks", "standards!L2: “weeks” is no unit: urgent_hour, work_hour, work_day or natural_day"),
        ("D3", None, "standards!D3: “category::zh” is empty"),
        ("O5", "2026", "standards!O5: “2026” is no date"),
        ("P5", "maybe", "standards!P5: “maybe” is neither TRUE nor FALSE"),
        ("A3", "manhole-missing", "standards!A: “manhole-missing” is there twice from 2026-01-01 on"),
        ("A3", "Manhole!", "standards!A3: “Manhole!” is no name: small letters, digits and hyphens"),
        ("M1", "lvl", "standards!1: the column “level” is missing"),
        ("A2", "manhole-gone", "transitions[5].effects[0]: /data/accept/standard does not offer “manhole-gone”"),
    ],
)
def test_a_spoilt_cell_of_the_standards_is_named(folder: Path, cell: str, value: str | int | None, text: str) -> None:
    book = load_workbook(folder / "standards.xlsx")
    book["standards"][cell] = value
    book.save(folder / "standards.xlsx")

    faults = _faults(folder)

    if cell == "A2":  # the form's choices follow the category, so what is not offered cannot be known
        assert faults == []
        return
    assert f"standards.xlsx: {text}" in faults


def test_a_question_of_the_negative_list_is_refused_with_its_row(folder: Path) -> None:
    book = load_workbook(folder / "event.xlsx")
    sheet = book["survey"]
    sheet["B7"], sheet["C8"] = "religion", "家庭工资"
    book.save(folder / "event.xlsx")

    faults = _faults(folder)

    assert (
        "event.xlsx: survey!B7: “religion” may not be asked: belief is sensitive and not needed for the work" in faults
    )
    assert any(fault.startswith("event.xlsx: survey!C8: “家庭工资” may not be asked") for fault in faults)


def test_nothing_is_judged_by_an_answer_that_only_grid_workers_may_read(folder: Path) -> None:
    confidential = "prefill:\n  /data/report/source: ident.phone\n  /data/report/category: ident.contact_relation\n"

    faults = _faults(folder, YAML + confidential)

    said = "belongs to an identity: the platform and supervisors have no answer to it"
    for key, ref in (("transitions[2].guards[1]", "source"), ("duplicates", "category")):
        assert any(f", {key}: /data/report/{ref} {said}" in fault for fault in faults), faults


def test_a_log_with_values_is_refused_where_it_would_tell_reviewers_phones(tmp_path: Path) -> None:
    visit = tmp_path / "visit"
    shutil.copytree(FORMS / "elderly-visit", visit)
    book = load_workbook(visit / "visit.xlsx")
    sheet = book["survey"]
    heads = [cell.value for cell in sheet[1]]
    row = sheet.max_row + 1
    for head, value in (("type", "audit"), ("name", "audit"), ("parameters", "track-changes=true")):
        column = heads.index(head) + 1 if head in heads else sheet.max_column + 1
        sheet.cell(1, column, head)
        sheet.cell(row, column, value)
    book.save(visit / "visit.xlsx")

    faults = [str(fault) for fault in check_pack(visit, shipped_list())]

    assert any("form: its log (track-changes) would tell reviewers /data/verify/" in fault for fault in faults), faults


def test_a_form_that_cannot_be_read_is_told_as_a_fault(folder: Path) -> None:
    (folder / "event.xlsx").write_bytes(b"PK\x03\x04 no workbook")

    assert _faults(folder) == ["event.xlsx: the workbook cannot be read: BadZipFile"]


def test_no_pack_at_all_is_told_as_a_fault(tmp_path: Path) -> None:
    assert [str(fault) for fault in check_pack(tmp_path)] == ["pack.yaml: the file is missing"]


@pytest.mark.parametrize("seed", range(4))
def test_broken_packs_of_every_kind_are_refused_or_run_and_never_crash(folder: Path, seed: int) -> None:
    draw = random.Random(seed)
    refused = 0
    for _ in range(20):
        spoilt = _spoil(YAML, draw)
        (folder / "pack.yaml").write_bytes(spoilt)
        faults = check_pack(folder)
        refused += bool(faults)
        assert all(fault.file and fault.text for fault in faults)
    assert refused > 5


def _spoil(text: str, draw: random.Random) -> bytes:
    """One random change: of the bytes, of the lines, or of a value deep in the tree."""
    kind = draw.randrange(4)
    if kind == 0:
        data = bytearray(text.encode())
        for _ in range(draw.randint(1, 4)):
            data[draw.randrange(len(data))] = draw.randrange(256)
        return bytes(data)
    if kind == 1:
        lines = text.splitlines(keepends=True)
        at = draw.randrange(len(lines))
        return "".join(lines[:at] + lines[at + 1 + draw.randrange(2) :]).encode()
    tree: object = yaml.safe_load(text)
    node, key, holder = tree, None, None
    while isinstance(node, dict | list) and node and (key is None or draw.random() < 0.85):
        key = draw.choice(list(node)) if isinstance(node, dict) else draw.randrange(len(node))  # pyright: ignore
        holder, node = node, node[key]  # pyright: ignore
    values = [None, 0, -1, 1e400, "", "x" * 300, [], {}, True, ["a"], {"a": 1}, "2026-11-24", "open", "\0"]
    assert isinstance(holder, dict | list)
    holder[key] = draw.choice(values)  # pyright: ignore
    return yaml.safe_dump(tree, allow_unicode=True).encode()
