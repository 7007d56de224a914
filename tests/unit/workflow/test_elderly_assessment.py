"""The assessment of an elder: the form counts as the standard does, and the case goes its twelve steps."""

from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gridclient import forms
from gridclient.domain.assessment import ITEMS, Circumstances, assess
from gridclient.domain.risk import score, tier_of
from gridclient.forms.form import Form
from gridclient.paths import FORMS
from gridclient.workflow import load_pack, next_step
from tests.unit.workflow.walking import Walk

PACK = load_pack(FORMS / "elderly-assessment")
GROUPS = {"B1": "self_care", "B2": "movement", "B3": "mind", "B4": "social"}
EVENTS = ("falls", "choking", "lost", "harm", "other_events")
_SCORES = st.fixed_dictionaries({item.code: st.integers(0, item.most) for item in ITEMS})


@cache
def _form() -> Form:
    form = forms.load(PACK.form, tz="Asia/Shanghai")
    form.set("/data/consent_group/consent", "agreed")
    for name in EVENTS:
        form.set(f"/data/basics/{name}", "0")
    form.set("/data/basics/disorder", "no")
    return form


def _ref(code: str) -> str:
    return f"/data/{GROUPS[code[:2]]}/{code.lower().replace('.', '_')}"


def _answer(form: Form, scores: dict[str, int], coma: bool = False) -> None:
    for code, value in scores.items():
        text = "coma" if coma and code == "B3.9" else str(value)
        assert form.set(_ref(code), text).status == "ok"


def test_the_form_offers_for_each_item_the_scores_from_its_greatest_down_to_0() -> None:
    form = _form()

    for item in ITEMS:
        values = [choice.value for choice in form.choices(_ref(item.code))]
        assert [int(value) for value in values if value != "coma"] == list(range(item.most, -1, -1))
        assert ("coma" in values) is (item.code == "B3.9")
        form.set_language("English (en)")
        assert form.label(_ref(item.code)) == f"{item.code} {item.title.en}"
        form.set_language("中文 (zh)")
        assert form.label(_ref(item.code)) == f"{item.code} {item.title.zh}"


@settings(max_examples=40, deadline=None)
@given(
    scores=_SCORES, coma=st.booleans(), disorder=st.booleans(),
    events=st.lists(st.integers(0, 2), min_size=5, max_size=5),
)  # fmt: skip
def test_scores_and_level_of_the_form_are_those_of_the_standard(
    scores: dict[str, int], coma: bool, disorder: bool, events: list[int]
) -> None:
    form = _form()
    if coma:
        scores = {**scores, "B3.9": 0}
    _answer(form, scores, coma)
    form.set("/data/basics/disorder", "yes" if disorder else "no")
    for name, count in zip(EVENTS, events, strict=True):
        form.set(f"/data/basics/{name}", str(count))

    result = assess({**scores}, Circumstances(coma, disorder, sum(events)))

    assert result.level is not None
    assert {code: form.get(f"/data/{group}/sum_{code.lower()}") for code, group in GROUPS.items()} == {
        code: str(value) for code, value in result.sums.items()
    }
    assert form.get("/data/report/total") == str(result.total)
    assert form.get("/data/report/level") == str(int(result.level))
    assert form.get("/data/report/level_en") == result.level.title
    assert form.relevant("/data/report/basis_coma") is coma
    assert form.relevant("/data/report/basis_disorder") is (disorder and not coma)
    assert form.relevant("/data/report/basis_events") is (sum(events) >= 2 and not coma)


@pytest.mark.parametrize("item", ITEMS, ids=lambda item: item.code)
def test_scenario_15_a_blank_item_leaves_the_form_without_a_level(item: object) -> None:
    form, code = _form(), str(getattr(item, "code", ""))
    _answer(form, {each.code: each.most for each in ITEMS})

    form.set(_ref(code), "")

    assert (form.get("/data/report/total"), form.get("/data/report/level")) == ("", "")
    assert form.relevant("/data/report/no_level")
    assert _ref(code) in [violation.ref for violation in form.validate()]


def test_without_consent_the_health_part_is_closed_and_the_rest_stays_open() -> None:
    form = forms.load(PACK.form, tz="Asia/Shanghai")
    form.set("/data/consent_group/consent", "refused")

    assert not form.relevant("/data/basics/conditions")
    assert not any(form.relevant(_ref(item.code)) for item in ITEMS)
    assert form.relevant("/data/screening/dangers")


def _assessed(walk: Walk, **report: str) -> Walk:
    while (step := next_step(PACK, walk.case)) is not None and step.role == "worker" and walk.state != "serving":
        walk.step(step.id, **(report if step.id == "report" else {}))
    return walk


def test_an_assessment_goes_from_the_need_to_regular_visits() -> None:
    walk = _assessed(Walk(PACK), level="2")
    assert walk.refusal("worker", "submit") == ""
    walk.case |= {"submitted_by": "w-lin", "state": "review"}
    walk.step("grading", "w-zhao", agree="yes")
    assert walk.refusal("supervisor", "approve", "w-lin").startswith("Another person has to do this")
    assert walk.refusal("supervisor", "approve", "w-zhao") == ""
    walk.case["state"] = "serving"
    for step in ("plan", "service", "callback", "satisfaction"):
        walk.step(step)
    assert walk.refusal("worker", "finish") == "Not finished yet: Close and visit on."
    walk.step("closing", tier="key")
    walk.move("worker", "finish")

    assert walk.state == "closed"


def test_without_a_level_nothing_is_submitted() -> None:
    assert _assessed(Walk(PACK)).refusal("worker", "submit").startswith("There is no level yet")


def test_scenario_17_a_refusal_of_consent_ends_the_assessment_and_is_kept() -> None:
    walk = Walk(PACK)
    walk.step("intake")
    walk.step("consent", consent="refused")
    assert walk.refusal("worker", "decline") == "Write down the reason first."
    walk.move("worker", "decline", reason="does not want it")

    assert walk.state == "declined"
    trail = walk.case["trail"]
    assert isinstance(trail, list)
    assert isinstance(trail[0], dict)
    assert (trail[0]["do"], trail[0]["reason"]) == ("decline", "does not want it")


def test_the_tiers_of_the_pack_look_closest_after_the_old_who_live_alone() -> None:
    risk = load_pack(FORMS / "elderly-visit").risk
    assert risk is not None
    factors, tiers = risk.factors, risk.tiers

    def tier(**facts: str | int | bool) -> str:
        return tier_of(tiers, score(factors, facts)).id

    assert tier(living="alone", age=84) == "high"
    assert tier(living="alone", age=70) == "key"
    assert tier(living="empty_nest", age=70) == "key"
    assert tier(living="family", age=90) == "general"
    assert [t.every_days for t in tiers] == [90, 30, 7]
    assert not any(t.verified for t in tiers)
