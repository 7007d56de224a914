"""The command `python -m gridclient.forms`: what it prints and how it ends."""

import json
import sys
from pathlib import Path

import pytest

from gridclient.forms.__main__ import main

from .samples import Lines, xform


@pytest.fixture
def form(tmp_path: Path) -> Path:
    path = tmp_path / "form.xml"
    path.write_text(
        xform(
            "<a/><b/><r><c/></r>",
            """<bind nodeset="/data/b" calculate="/data/a * 2"/>
            <bind nodeset="/data/a" type="int" constraint=". &lt; 9"/>""",
            '<input ref="/data/a"/><repeat nodeset="/data/r"><input ref="/data/r/c"/></repeat>',
        ),
        "utf-8",
    )
    return path


def run(monkeypatch: pytest.MonkeyPatch, *arguments: object) -> int:
    monkeypatch.setattr(sys, "argv", ["forms", *map(str, arguments)])
    return main()


def test_check_tells_what_a_form_is(
    form: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(monkeypatch, "check", form, "--json") == 0

    facts = json.loads(capsys.readouterr().out)
    assert (facts["ok"], facts["id"], facts["questions"]) == (True, "sample", 2)


def test_check_tells_what_is_wrong(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "bad.xml"
    path.write_text(xform("<a/>", '<bind nodeset="/data/a" calculate="1 +"/>'), "utf-8")

    assert run(monkeypatch, "check", path, "--json") == 1
    assert "/data/a calculate" in json.loads(capsys.readouterr().out)["error"]


def test_fill_plays_steps_and_tells_what_changed(
    form: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    steps = tmp_path / "steps.jsonl"
    ops = [{"op": "set", "ref": "/data/a", "value": "12"}, {"op": "add_repeat", "ref": "/data/r"}, {"op": "finalize"}]
    steps.write_text("\n".join(map(json.dumps, ops)), "utf-8")

    assert run(monkeypatch, "fill", form, "--steps", steps) == 0

    first, second, third = map(json.loads, capsys.readouterr().out.splitlines())
    assert first["status"] == "constraint"
    assert first["changed"]["/data/b"] == {"v": "24", "rel": True, "ro": False, "req": False, "con": True}
    assert second == {"ref": "/data/r[2]"}
    assert third == {"violations": [{"ref": "/data/a", "condition": "constraint"}]}


def test_xpath_prints_values_and_paths(
    form: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(monkeypatch, "xpath", "1 + 1", "--xml", form, "--result", "number") == 0
    assert run(monkeypatch, "xpath", "1 +", "--xml", form) == 1
    assert run(monkeypatch, "xpath", "1", "--xml", form.with_name("none.xml")) == 2

    assert capsys.readouterr().out == "2\n"


def test_convert_writes_the_xform_of_a_workbook(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    book = tmp_path / "book.md"
    book.write_text("| survey | | | |\n| | type | name | label |\n| | text | who | Who |\n", "utf-8")

    assert run(monkeypatch, "convert", book, "-o", tmp_path / "out.xml") == 0
    assert '<input ref="/data/who">' in (tmp_path / "out.xml").read_text("utf-8")


def test_check_refuses_what_is_too_large_or_too_deep_before_it_looks_at_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    huge, deep = tmp_path / "huge.xml", tmp_path / "deep.xml"
    with huge.open("wb") as file:
        file.truncate(100 * 2**20)
    deep.write_text(xform("<a>" * 10_000 + "</a>" * 10_000), "utf-8")

    for path, named in ((huge, "larger than 64 MB"), (deep, "depth")):
        with Lines() as work:
            assert run(monkeypatch, "check", path) == 1
        assert work.count < 300
        assert named in capsys.readouterr().out


def test_fill_ends_with_a_message_where_a_pattern_would_take_for_ever(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    path, steps = tmp_path / "slow.xml", tmp_path / "steps.jsonl"
    path.write_text(xform("<a/>", """<bind nodeset="/data/a" constraint="regex(., '(?=(a+)+b)')"/>"""), "utf-8")
    steps.write_text(json.dumps({"op": "set", "ref": "/data/a", "value": "a" * 60}), "utf-8")

    assert run(monkeypatch, "fill", path, "--steps", steps) == 1
    assert "/data/a constraint: the pattern (?=(a+)+b) would take too long" in capsys.readouterr().err
