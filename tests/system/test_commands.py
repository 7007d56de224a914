"""The commands as an administrator types them: from nothing to a served street, with plain words for each mistake."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from gridclient.cli.main import main

UNITS = "31,上海市\n310115,浦东新区\n310115125,张江镇\n310115125001,香楠居委\n310115125001001,第 1 网格\n"


def run(*arguments: str, folder: Path, **environment: str) -> "subprocess.CompletedProcess[str]":
    """Runs `gridclient` in a folder, in English."""
    return subprocess.run(
        [sys.executable, "-m", "gridclient", *arguments], cwd=folder, capture_output=True, text=True, timeout=60,
        env={**os.environ, "LANG": "C.UTF-8", **environment}, check=False, stdin=subprocess.DEVNULL,
    )  # fmt: skip


def test_a_platform_is_made_with_units_and_accounts_and_tells_how_it_stands(tmp_path: Path) -> None:
    (tmp_path / "units.csv").write_text(UNITS, "utf-8")
    password = {"GRIDCLIENT_PASSWORD": "correct horse"}

    made = [
        run("platform", "init", folder=tmp_path),
        run("platform", "units", "units.csv", folder=tmp_path),
        run("platform", "user", "lin", "--name", "林晓燕", "--duty", "310115125001001", folder=tmp_path, **password),
        run("platform", "units", "units.csv", folder=tmp_path),
    ]
    status = run("platform", "status", folder=tmp_path)

    assert [step.returncode for step in made] == [0, 0, 0, 0], [step.stderr for step in made]
    assert [step.stdout.strip() for step in made][1::2] == ["5 units were added.", "0 units were added."]
    assert json.loads(status.stdout)["accounts"] == 1


@pytest.mark.parametrize("code", ["310115125400", "310115400"])
def test_a_unit_whose_code_no_street_or_village_can_have_is_refused_with_its_row(tmp_path: Path, code: str) -> None:
    good = "31,上海市\n310115,浦东新区\n310115125,张江镇\n"
    (tmp_path / "units.csv").write_text(f"{good}{code},没有\n", "utf-8")
    (tmp_path / "good.csv").write_text(good, "utf-8")
    run("platform", "init", folder=tmp_path)

    refused = run("platform", "units", "units.csv", folder=tmp_path)

    assert refused.returncode == 1
    assert "Row 4:" in refused.stderr
    assert run("platform", "units", "good.csv", folder=tmp_path).stdout.strip() == "3 units were added."


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("platform", "user", "lin", "--name", "林", "--duty", "310115125001001"), "no unit 310115125001001"),
        (("platform", "serve", "--host", "0.0.0.0"), "Without TLS"),
        (("platform", "restore", "nowhere"), "holds no platform"),
        (("sync",), "Nobody with this name"),
        (("platform", "status", "--folder", "mistyped"), "There is no platform here yet"),
        (("platform", "units", "nowhere.csv"), "nowhere.csv"),
        (("platform", "status", "--database", "a folder"), "has this form: postgresql://"),
        (("platform", "status", "--database", "mysql://u:secret@host/x"), "has this form: postgresql://"),
        (("platform", "status", "--database", "postgresql://u@host:port/x"), "has this form: postgresql://"),
        (
            ("platform", "status", "--database", "postgresql://u:secret@127.0.0.1:1/x"),
            "cannot be reached: postgresql://u",
        ),
    ],
)
def test_a_mistake_is_told_in_one_line(tmp_path: Path, arguments: tuple[str, ...], told: str) -> None:
    run("platform", "init", folder=tmp_path)

    failed = run(*arguments, folder=tmp_path, GRIDCLIENT_PASSWORD="correct horse", GRIDCLIENT_HOME=str(tmp_path / "h"))

    assert failed.returncode == 1
    assert told in failed.stderr
    assert "secret" not in failed.stderr
    assert len(failed.stderr.strip().splitlines()) == 1


@pytest.mark.parametrize("command", ["demo", "demo-data"])
@pytest.mark.parametrize("argument", ["--residents", "--cases"])
@pytest.mark.parametrize("given", ["-5", "many", "1.5"])
def test_a_number_that_cannot_be_meant_is_refused_in_plain_words(
    capsys: pytest.CaptureFixture[str], command: str, argument: str, given: str
) -> None:
    with pytest.raises(SystemExit) as ended:
        main([command, argument, given])

    assert ended.value.code == 2
    told = f"argument {argument}: a whole number from 0 on is expected, not {given}"
    assert capsys.readouterr().err.splitlines()[-1].endswith(told)


@pytest.mark.parametrize("residents", ["20", "20000"])  # what fits into the pipe, and what does not
def test_a_reader_who_has_gone_is_not_told_about(tmp_path: Path, residents: str) -> None:
    command = [sys.executable, "-m", "gridclient", "demo-data", "--residents", residents]
    with subprocess.Popen(command, cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        told = process.stderr.read()
        code = process.wait(60)

    assert (code, told) == (141, b"")


def test_the_program_ends_well_each_time_it_has_read_the_packs(tmp_path: Path) -> None:
    run("platform", "init", folder=tmp_path)

    assert [run("platform", "status", folder=tmp_path).returncode for _ in range(5)] == [0] * 5


def test_doctor_checks_a_pc_where_nobody_signed_in(tmp_path: Path) -> None:
    found = run("doctor", "--json", folder=tmp_path, GRIDCLIENT_HOME=str(tmp_path / "h"), QT_QPA_PLATFORM="offscreen")

    findings = {each["check"]: each for each in json.loads(found.stdout)}
    assert found.returncode == 0
    assert findings.keys() == {"Qt libraries", "Disk", "Key", "Cache", "Platform"}


def test_an_account_gets_another_password_loses_a_duty_and_is_switched_off(tmp_path: Path) -> None:
    (tmp_path / "units.csv").write_bytes(UNITS.encode("gb18030"))
    run("platform", "init", folder=tmp_path)
    run("platform", "units", "units.csv", folder=tmp_path)
    run("platform", "user", "lin", "--name", "林晓燕", "--duty", "310115125001001", folder=tmp_path,
        GRIDCLIENT_PASSWORD="correct horse")  # fmt: skip

    changed = run("platform", "account", "lin", "--password", "--disable", "--end-duty", "310115125001001",
                  folder=tmp_path, GRIDCLIENT_PASSWORD="another horse")  # fmt: skip

    assert changed.stdout.strip() == "The account lin has these units of duty: -"
    assert (tmp_path / "platform").stat().st_mode & 0o077 == 0


def test_what_clients_may_still_need_is_not_pruned(tmp_path: Path) -> None:
    run("platform", "init", folder=tmp_path)

    told = [
        run("platform", *arguments, folder=tmp_path)
        for arguments in (
            ("journal",), ("journal", "60"), ("prune", "--days", "59"), ("prune", "--ledger-days", "59"), ("prune",),
            ("journal", "0"),
        )
    ]  # fmt: skip

    assert [each.returncode for each in told] == [0, 0, 1, 1, 0, 1]
    assert "for 35 days" in told[0].stdout
    assert "for 60 days" in told[1].stdout
    assert all("for 60 days: forget nothing that is younger" in each.stderr for each in told[2:4])


def test_advice_about_a_case_that_is_not_there_is_refused_with_its_line(tmp_path: Path) -> None:
    run("platform", "init", folder=tmp_path)
    said = {"at": "/data/accept/standard", "value": "litter", "confidence": 0.9, "reason": "photo", "by": "sorter 1"}
    (tmp_path / "advice.jsonl").write_text(json.dumps({"case": "c-1", **said}) + "\n", "utf-8")
    (tmp_path / "bad.jsonl").write_text("{}\n", "utf-8")

    told = [run("platform", "advise", name, folder=tmp_path) for name in ("advice.jsonl", "bad.jsonl")]

    assert [each.returncode for each in told] == [1, 1]
    assert "Line 1: there is no case c-1. Nothing was taken." in told[0].stderr
    assert "missing required field" in told[1].stderr


def test_measures_say_their_formulas_and_that_nothing_was_handled_yet(tmp_path: Path) -> None:
    run("platform", "init", folder=tmp_path)

    told = json.loads(run("platform", "measures", folder=tmp_path).stdout)

    assert (told["pack"], told["counts"]["filed"]) == ("urban-event", 0)
    assert told["rates"]["missed"] == {"rate": None, "formula": "filed after the public reported them / filed"}


def test_a_worker_number_is_given_with_the_account_and_belongs_to_nobody_else(tmp_path: Path) -> None:
    run("platform", "init", folder=tmp_path)
    password = {"GRIDCLIENT_PASSWORD": "correct horse"}

    lin = run("platform", "user", "lin", "--name", "林晓燕", "--number", "PD-0417", folder=tmp_path, **password)
    chen = run("platform", "user", "chen", "--name", "陈志强", "--number", "PD-0417", folder=tmp_path, **password)

    assert lin.returncode == 0, lin.stderr
    assert (chen.returncode, "nobody else's" in chen.stderr) == (1, True)
    assert json.loads(run("platform", "status", folder=tmp_path).stdout)["accounts"] == 1
