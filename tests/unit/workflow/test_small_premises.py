"""Inspection of small premises: what is asked, when hazards are ordered to be put right, and what the risk says."""

import pytest

from gridclient import forms
from gridclient.domain.risk import score, tier_of
from gridclient.forms.form import Form
from gridclient.paths import FORMS
from gridclient.workflow import load_pack
from tests.unit.workflow.walking import Walk

PACK = load_pack(FORMS / "small-premises")


def _reviewed(has_open: str) -> Walk:
    walk = Walk(PACK)
    for step in ("premises", "fire", "power-gas", "hazards"):
        walk.step(step)
    walk.step("summary", has_open=has_open)
    walk.case |= {"state": "review", "submitted_by": "w-lin"}
    return walk


def test_a_check_without_open_hazards_is_approved_and_one_with_them_is_not() -> None:
    assert _reviewed("no").refusal("supervisor", "approve", "w-zhao") == ""
    assert _reviewed("yes").refusal("supervisor", "approve", "w-zhao").startswith("Hazards are still open")
    assert _reviewed("no").refusal("supervisor", "order", "w-zhao") == "No hazard is open."


def test_hazards_that_are_open_end_the_inspection_as_ordered() -> None:
    walk = _reviewed("yes")
    walk.move("supervisor", "order", "w-zhao")
    assert (walk.state, walk.case["reviewed_by"], "closed_at" in walk.case) == ("ordered", "w-zhao", True)


def _premises(**answers: str) -> Form:
    form = forms.load(PACK.form, tz="Asia/Shanghai")
    for name, value in answers.items():
        assert form.set(f"/data/premises/{name}", value).status == "ok"
    return form


@pytest.mark.parametrize(
    ("answers", "too_big"),
    [
        ({"kind": "shop", "area": "100"}, "no"), ({"kind": "shop", "area": "100.5"}, "yes"),
        ({"kind": "ktv", "area": "200"}, "no"), ({"kind": "ktv", "area": "201"}, "yes"),
        ({"kind": "hotel", "beds": "20"}, "no"), ({"kind": "hotel", "beds": "21"}, "yes"),
        ({"kind": "school", "beds": "51"}, "yes"), ({}, "no"),
    ],
    ids=str,
)  # fmt: skip
def test_premises_that_are_too_big_are_passed_on(answers: dict[str, str], too_big: str) -> None:
    assert _premises(**answers).get("/data/premises/too_big") == too_big


def test_gas_is_asked_only_where_there_may_be_some() -> None:
    assert _premises(kind="restaurant").relevant("/data/power_gas/gas_alarm")
    assert not _premises(kind="beauty").relevant("/data/power_gas/gas_alarm")


def test_every_no_is_counted_and_an_open_hazard_is_told_to_the_supervisor() -> None:
    form = _premises(kind="restaurant")
    for ref in ("fire/exits", "fire/kitchen", "power_gas/gas_alarm"):
        form.set(f"/data/{ref}", "no")
    hazard = form.instances("/data/hazards/hazard")[0]
    form.set(f"{hazard}/fixed", "no")

    assert form.get("/data/power_gas/failed") == "3"
    assert form.get("/data/summary/has_open") == "yes"


def test_the_risk_of_premises_shows_its_factors_and_raises_the_cadence() -> None:
    assert PACK.risk is not None
    calm = score(PACK.risk.factors, {"kind": "shop", "exits": "yes"})
    grave = score(PACK.risk.factors, {"kind": "hotel", "exits": "no", "no_living": "no", "open_hazards": 2})

    assert (tier_of(PACK.risk.tiers, calm).id, calm.factors) == ("general", ())
    assert [factor.id for factor in grave.factors] == ["crowd", "living", "exits", "open-hazards"]
    assert tier_of(PACK.risk.tiers, grave).every_days < tier_of(PACK.risk.tiers, calm).every_days
