"""The two packs' forms: both languages complete, and what they ask when the answers are unusual."""

from pathlib import Path

import pytest
from openpyxl import load_workbook
from pytestqt.qtbot import QtBot

from gridclient import forms
from gridclient.forms import Form
from gridclient.paths import FORMS
from gridclient.ui.forms import FormPage
from tests.widget.forms.filling import NOW

VISIT, INSPECTION = FORMS / "elderly-visit" / "visit.xlsx", FORMS / "corridor-inspection" / "inspection.xlsx"
ZH, EN = "中文 (zh)", "English (en)"


def opened(path: Path) -> Form:
    return forms.load(path, now=NOW, tz="Asia/Shanghai", missing="blank")


def violations(form: Form, group: str) -> list[str]:
    return [v.ref.rpartition("/")[2] for v in form.validate() if v.ref.startswith(f"/data/{group}/")]


@pytest.mark.parametrize("path", [VISIT, INSPECTION], ids=["visit", "inspection"])
def test_every_text_of_a_pack_is_there_in_both_languages(path: Path) -> None:
    lacking: list[str] = []
    for sheet in load_workbook(path).worksheets:
        rows = [[str(cell or "") for cell in row] for row in sheet.iter_rows(values_only=True)]
        heads = rows[0]
        for number, row in enumerate(rows[1:], start=2):
            for kind in ("label", "hint", "guidance_hint", "required_message", "constraint_message"):
                if f"{kind}::{ZH}" in heads:
                    zh, en = row[heads.index(f"{kind}::{ZH}")], row[heads.index(f"{kind}::{EN}")]
                    if bool(zh) != bool(en):
                        lacking.append(f"{sheet.title} {number} {kind}")
    assert lacking == []


@pytest.mark.parametrize("path", [VISIT, INSPECTION], ids=["visit", "inspection"])
def test_every_question_has_a_label_and_every_constraint_a_message(path: Path) -> None:
    survey = load_workbook(path)["survey"]
    rows = [[str(cell or "") for cell in row] for row in survey.iter_rows(values_only=True)]
    lacking: list[str] = []
    for row in rows[1:]:
        cell = dict(zip(rows[0], row, strict=True))
        asks = not cell["type"].startswith(("end", "calculate", "start", "today", "hidden"))
        if asks and not cell[f"label::{ZH}"]:
            lacking.append(cell["name"])
        if cell["constraint"] and not cell[f"constraint_message::{ZH}"]:
            lacking.append(f"{cell['name']} constraint")
    assert lacking == []


def test_a_high_pressure_is_marked_beside_the_number(qtbot: QtBot) -> None:
    form = opened(VISIT)
    page = FormPage(form, "/data/condition")
    qtbot.addWidget(page)

    page.refresh(form.set("/data/condition/systolic", "146").changed)
    page.refresh(form.set("/data/condition/diastolic", "82").changed)

    assert page.question("/data/condition/systolic").beside_texts() == ["mmHg", "偏高"]
    assert page.question("/data/condition/diastolic").beside_texts() == ["mmHg"]
    assert "/data/condition/pressure_high" in page.refs()


def test_when_nobody_opens_only_the_emergency_steps_are_asked(qtbot: QtBot) -> None:
    form = opened(VISIT)
    form.set("/data/verify/door", "nobody")
    asked = ["neighbour_at", "family_at", "committee_at", "danger", "stayed", "reported_at", "found"]
    assert violations(form, "verify") == asked
    for name, value in zip(asked, ("09:40", "09:45", "09:50", "yes", "yes", "10:00", "open"), strict=True):
        form.set(f"/data/verify/{name}", value)
    assert violations(form, "verify") == ["rescue_at"]
    form.set("/data/verify/rescue_at", "09:55")

    assert [violations(form, group) for group in ("verify", "condition", "safety", "needs")] == [[], [], [], []]
    page = FormPage(form, "/data/condition")
    qtbot.addWidget(page)
    assert page.refs() == []


def test_who_refuses_consent_is_visited_without_the_health_part() -> None:
    form = opened(VISIT)
    form.set("/data/verify/door", "self")
    assert "mental" in violations(form, "condition")

    form.set("/data/verify/consent", "no")

    assert violations(form, "condition") == []
    assert "gas" in violations(form, "safety")


def test_a_next_visit_in_the_past_or_far_away_is_refused() -> None:
    form = opened(VISIT)
    ref = "/data/summary/next_visit"

    assert [form.set(ref, day).status for day in ("2026-11-24", "2026-12-01", "2027-06-01")] == [
        "constraint", "ok", "constraint",
    ]  # fmt: skip


def test_a_hazard_is_fixed_on_the_spot_with_a_photo_or_gets_a_limit() -> None:
    form = opened(INSPECTION)
    hazard = "/data/hazards/hazard[1]"
    form.set(f"{hazard}/fixed", "yes")
    assert form.relevant(f"{hazard}/after")
    assert not form.relevant(f"{hazard}/until")

    form.set(f"{hazard}/fixed", "no")

    assert [form.required(f"{hazard}/{name}") for name in ("until", "owner")] == [True, True]
    assert not form.relevant(f"{hazard}/after")
    assert form.required("/data/summary/next_check")


def test_failed_items_are_counted_and_kinds_follow_the_place() -> None:
    form = opened(INSPECTION)
    for name in ("no_piles", "lighting"):
        form.set(f"/data/checklist/{name}", "no")
    assert form.label("/data/checklist/some_failed") == "**不合格 2 项**：下一步逐项登记隐患并拍照。"

    form.set("/data/hazards/hazard[1]/part", "exit")

    assert [choice.value for choice in form.choices("/data/hazards/hazard[1]/kind")] == [
        "locked", "blocked", "door", "other",
    ]  # fmt: skip
