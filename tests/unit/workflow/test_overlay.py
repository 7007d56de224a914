"""A street's pack over the city's: what tightens passes the command, what loosens is refused with its line."""

import shutil
from pathlib import Path

import pytest
from openpyxl import load_workbook

from gridclient.cli.main import main
from gridclient.paths import FORMS

CITY = FORMS / "urban-event"
YAML = (CITY / "pack.yaml").read_text("utf-8")


def _check(folder: Path, before: str, after: str) -> int:
    assert before in YAML
    shutil.copytree(CITY, folder, dirs_exist_ok=True)
    (folder / "pack.yaml").write_text(YAML.replace(before, after, 1), "utf-8")
    return main(["pack", "check", str(folder), "--over", str(CITY)])


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("amount: 30}", "amount: 20}"),
        ("amount: 0.5}", "amount: 0.25}"),
        ("form: event.xlsx\n", "form: event.xlsx\nsample_percent: 20\n"),
        ("guards: [{needs: done, step: dispatch}]", "guards: [{needs: done, step: dispatch}, reason]"),
        ("role: [unit, dispatcher]\n    from: [held]", "role: dispatcher\n    from: [held]"),
    ],
)  # fmt: skip
def test_a_street_may_tighten(tmp_path: Path, before: str, after: str) -> None:
    assert _check(tmp_path, before, after) == 0


@pytest.mark.parametrize(
    ("before", "after", "text"),
    [
        ("amount: 30}", "amount: 40}", "deadline: it gives more time than the city"),
        ("unit: natural_day, amount: 30}", "unit: work_day, amount: 30}", "deadline: it gives more time than the city"),
        ("amount: 0.25}", "amount: 1}", "states[2].clock: it gives more time than the city"),
        ("guards: [{needs: done, step: dispatch}]", "guards: []", "transitions[9]: a guard of the city is missing"),
        ("effects: [{do: reopen, step: accept}]", "effects: []", "transitions[10]: an effect of the city is missing"),
        ("role: chief\n    from: [accepting,", "role: [chief, desk]\n    from: [accepting,",
         "transitions[7]: the city does not let desk take it"),
        ("accounts: [supervisor]}", "accounts: [supervisor, worker]}",
         "roles[2]: the city does not let worker play it"),
        ("role: unit, states: [handling]}", "role: unit, optional: true, states: [handling]}",
         "steps[4]: the city asks for it always"),
        ("from: [closing]\n    to: checking", "from: [closing, feedback]\n    to: checking",
         "transitions[27]: the city does not let it begin in feedback"),
        ("  - name: void\n", "  - name: shortcut\n", "transitions[7]: it opens a way that the city does not have"),
        ("form: event.xlsx\n", "form: event.xlsx\nsample_percent: 5\n",
         "sample_percent: fewer cases are looked at one by one than the city has"),
        ("id: urban-event", "id: street-event", "id: it has to be the city's: urban-event"),
    ],
)  # fmt: skip
def test_a_street_may_not_loosen(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], before: str, after: str, text: str
) -> None:
    assert _check(tmp_path, before, after) == 1

    assert any(
        line.startswith("pack.yaml: line ") and line.endswith(text) for line in capsys.readouterr().out.split("\n")
    )


def test_a_longer_standard_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    shutil.copytree(CITY, tmp_path, dirs_exist_ok=True)
    book = load_workbook(tmp_path / "standards.xlsx")
    book["standards"]["K4"] = 400
    book.save(tmp_path / "standards.xlsx")

    assert main(["pack", "check", str(tmp_path), "--over", str(CITY)]) == 1

    assert "litter gives more time than the city" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("before", "after", "text"),
    [
        ("from_score: 60, every_days: 7", "from_score: 60, every_days: 14",
         "the tier high looks after less closely than the city's"),
        ("from_score: 60, every_days: 7", "from_score: 40, every_days: 7", ""),
        ("    - {id: charging,", "    - {id: loading,", "a factor of the city is missing"),
        ("only: {fixed: [\"no\"]}", "only: {fixed: [\"never\"]}", "the city opens cases there that are missing"),
        ("ahead_days: 2", "ahead_days: 0", "it is not the city's"),
    ],
)  # fmt: skip
def test_a_street_may_look_after_places_more_closely_and_not_less(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], before: str, after: str, text: str
) -> None:
    city = FORMS / "small-premises"
    shutil.copytree(city, tmp_path, dirs_exist_ok=True)
    source = (tmp_path / "pack.yaml").read_text("utf-8")
    assert before in source
    (tmp_path / "pack.yaml").write_text(source.replace(before, after), "utf-8")

    assert main(["pack", "check", str(tmp_path), "--over", str(city)]) == (1 if text else 0)

    assert text in capsys.readouterr().out


def test_a_street_may_ask_more_than_the_city_and_not_less(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    city = FORMS / "hazard"
    shutil.copytree(city, tmp_path, dirs_exist_ok=True)
    book = load_workbook(tmp_path / "hazard.xlsx")
    survey = book["survey"]
    row = next(cell.row for cell in survey["B"] if cell.value == "guard")
    survey.delete_rows(row)
    book.save(tmp_path / "hazard.xlsx")

    assert main(["pack", "check", str(tmp_path), "--over", str(city)]) == 1

    assert "the city's question /data/register/guard is missing" in capsys.readouterr().out
