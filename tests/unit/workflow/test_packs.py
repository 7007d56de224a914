"""The packs that ship with the product: they load, they fit their forms, and every case can come to an end."""

from datetime import datetime
from pathlib import Path

import pytest

from gridclient import forms
from gridclient.domain.clock import deadline
from gridclient.domain.record import Value
from gridclient.domain.zone import ZONE
from gridclient.forms.xform import flat
from gridclient.paths import FORMS
from gridclient.text import set_language
from gridclient.workflow import Pack, PackError, advance, allowed, load_pack, load_packs, next_step, submit
from gridclient.workflow.check import check_pack
from gridclient.workflow.negative import shipped_list

PACKS = load_packs(FORMS)
# The packs that need nothing but their steps to be submitted; the others have tests of their own.
REVIEWED = [
    pack for pack in PACKS.values() if (found := pack.transition("submit")) and found.guards == ["all_steps_done"]
]


def _name(pack: Pack) -> str:
    return pack.id


@pytest.mark.parametrize("pack", PACKS.values(), ids=_name)
def test_a_shipped_pack_has_no_fault(pack: Pack) -> None:
    assert [str(fault) for fault in check_pack(pack.form.parent, shipped_list())] == []


@pytest.mark.parametrize("pack", PACKS.values(), ids=_name)
def test_every_step_and_reference_of_a_pack_is_in_its_form(pack: Pack) -> None:
    form = forms.load(pack.form)
    groups = [control.ref for control in form.body]
    asked = {control.ref for control in flat(form.body)}

    assert [step.group for step in pack.steps] == groups
    assert set(pack.prefill) <= asked
    assert set(pack.updates) <= set(form.refs())


@pytest.mark.parametrize("pack", PACKS.values(), ids=_name)
def test_every_question_has_a_label_in_both_languages(pack: Pack) -> None:
    form = forms.load(pack.form)

    for language in form.languages:
        form.set_language(language)
        for control in flat(form.body):
            if control.kind != "repeat":
                assert form.label(form.instances(control.ref)[0]), (language, control.ref)


@pytest.mark.parametrize("pack", REVIEWED, ids=_name)
def test_a_case_walks_through_its_steps_and_only_then_may_be_submitted(pack: Pack) -> None:
    case: dict[str, Value] = {"state": "open"}
    while (step := next_step(pack, case)) is not None:
        assert allowed(pack, case, "worker", "submit") != ""
        assert allowed(pack, case, "worker", "advance") == ""
        case |= advance(pack, case, step.id, {}, "w-lin", "2026-11-24T01:00:00Z")

    assert case["state"] == "doing"
    assert allowed(pack, case, "supervisor", "submit") != ""
    assert allowed(pack, case, "worker", "submit") == ""
    assert submit(pack, case, "w-lin", "2026-11-24T02:00:00Z")["state"] == "review"


def test_refusals_are_sentences_in_both_languages() -> None:
    pack = PACKS["elderly-visit"]

    english = allowed(pack, {"state": "review"}, "supervisor", "return")
    set_language("zh_CN")
    chinese = allowed(pack, {"state": "review"}, "supervisor", "return")

    assert (english, chinese) == ("A case goes back only with at least one comment.", "退回案件至少要写一条意见。")


def test_a_pack_with_an_unknown_guard_is_refused_and_the_place_is_named(tmp_path: Path) -> None:
    source = (FORMS / "elderly-visit" / "pack.yaml").read_text("utf-8")
    (tmp_path / "visit.xlsx").write_bytes((FORMS / "elderly-visit" / "visit.xlsx").read_bytes())
    (tmp_path / "pack.yaml").write_text(source.replace("has_comments", "has_luck"), "utf-8")

    with pytest.raises(PackError) as refused:
        load_pack(tmp_path)

    assert "transitions[5].guards[0]" in str(refused.value)


def test_a_pack_may_have_hours_and_holidays_of_its_own(tmp_path: Path) -> None:
    source = (FORMS / "elderly-visit" / "pack.yaml").read_text("utf-8")
    own = 'calendar: {hours: [{begin: "09:00", end: "16:00"}], holidays: [2026-03-10], known_until: 2027-12-31}\n'
    (tmp_path / "visit.xlsx").write_bytes((FORMS / "elderly-visit" / "visit.xlsx").read_bytes())
    (tmp_path / "pack.yaml").write_text(source + own, "utf-8")

    pack = load_pack(tmp_path)

    opened = datetime(2026, 3, 9, 15, tzinfo=ZONE)
    assert deadline(opened, 2, "work_hour", pack.calendar).due_at == datetime(2026, 3, 11, 10, tzinfo=ZONE)


def test_hours_that_make_no_sense_are_refused(tmp_path: Path) -> None:
    source = (FORMS / "elderly-visit" / "pack.yaml").read_text("utf-8")
    (tmp_path / "visit.xlsx").write_bytes((FORMS / "elderly-visit" / "visit.xlsx").read_bytes())
    (tmp_path / "pack.yaml").write_text(source + 'calendar: {hours: [{begin: "18:00", end: "09:00"}]}\n', "utf-8")

    with pytest.raises(PackError, match="working hours are periods within a day"):
        load_pack(tmp_path)
