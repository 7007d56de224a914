"""Inspections: hazards with a life of their own, and checks that come by plan."""

import hashlib
import io
import json
import zipfile
from datetime import timedelta

from gridclient.domain.record import Fields, Kind, Value, grid_bucket, iso, new_id
from gridclient.platform import feed
from gridclient.platform.push import canonical
from gridclient.store.evidence import SUMS, evidence_of
from gridclient.store.shown import about
from tests.system.district import CELL
from tests.system.scenarios.story import Paper, Person, Story, Street

_FIRE = ("responsible rules log training drill extinguishers lights signs detectors exits bars no_living no_foam "
         "wiring flammables").split()  # fmt: skip


def _place(street: Street, **fields: Value) -> str:
    place = new_id()
    known = {"name": "synthetic shop", "address": "synthetic road 1", "grid": CELL, "kind": "shop", **fields}
    with street.district.platform.database.write() as connection:
        feed.load(connection, grid_bucket(CELL), [(place, Kind.PLACE, canonical(known))])
    return place


def _checked(lin: Person, place: str) -> Paper:
    """A check of small premises with three hazards, one of them put right on the spot."""
    case = lin.open("small-premises", place=place, title="synthetic shop")
    paper, today = lin.paper(case), lin.pc.district.clock().date()
    paper.fill("premises", area="40", manager="synthetic").finish("premises")
    paper.fill("fire", **{name: "no" if name in ("exits", "lights", "signs") else "yes" for name in _FIRE})
    paper.finish("fire")
    paper.fill("power_gas", no_ebikes="yes", no_battery="yes", frontage="yes").finish("power-gas")
    for number, (what, fixed) in enumerate((("exit locked", "yes"), ("no light", "no"), ("no sign", "no")), 1):
        hazard = f"/data/hazards/hazard[{number}]"
        if number > 1:
            paper.form.add_repeat("/data/hazards/hazard")
        answers = {"topic": "fire", "what": what, "weight": "ordinary", "fixed": fixed,
                   "before": lin.photo(case, f"before {number}")}  # fmt: skip
        if fixed == "yes":
            answers["after"] = lin.photo(case, f"after {number}")
        else:
            until = (today + timedelta(days=3)).isoformat()
            answers |= {"until": until, "measure": "new ones", "owner": "synthetic", "guard": "a torch"}
        paper.fill("hazards", **{f"{hazard}/{name}": value for name, value in answers.items()})
    paper.finish("hazards")
    return paper.fill("summary", advice="limit", conclusion="synthetic").finish("summary")


def _hazards(person: Person, place: str) -> dict[str, Fields]:
    """The hazards of a place, by what is wrong."""
    with person.pc.opened.cache.read() as connection:
        cases = [case for case in about(connection, place, Kind.CASE) if case.text("pack") == "hazard"]
    found: dict[str, Fields] = {}
    for case in cases:
        answers = case.fields["answers.register"]
        assert isinstance(answers, dict)
        found[str(answers["/data/register/what"])] = {**case.fields, "id": case.id}
    return found


def test_scenario_21_hazards_are_followed_until_they_are_gone_or_handed_over(street: Street, story: Story) -> None:
    place = _place(street)
    lin, zhao = street.person("lin"), street.person("zhao")
    story.given("a check of small premises that finds three hazards")
    paper = _checked(lin, place)
    lin.submit(paper.case)
    lin.sync()
    zhao.sync()
    story.when("one is put right on the spot and two get a limit")
    assert zhao.refusal(paper.case, "approve").startswith("Hazards are still open")
    zhao.move(paper.case, "order")
    zhao.sync()
    lin.sync()
    story.then("each hazard is a case of its own, and re-checks appear by themselves")
    hazards = _hazards(lin, place)
    assert {what: fields["state"] for what, fields in hazards.items()} == {
        "exit locked": "fixed", "no light": "rectifying", "no sign": "rectifying",
    }  # fmt: skip
    limits = [hazards[what]["due_at"] for what in ("no light", "no sign")]
    assert limits == ["2026-11-27T10:00:00Z"] * 2
    fixed = hazards["exit locked"]["answers.register"]
    assert isinstance(fixed, dict)
    assert {"/data/register/before", "/data/register/after"} <= fixed.keys()
    street.time_passes(days=4)
    lin.sync()
    assert [_hazards(lin, place)[what]["state"] for what in ("no light", "no sign")] == ["rechecking"] * 2

    light, sign = str(hazards["no light"]["id"]), str(hazards["no sign"]["id"])
    lin.step(sign, "recheck", result="pass", photo=lin.photo(sign, "a sign"))
    lin.move(sign, "recheck-passed")
    lin.step(light, "recheck", result="fail", photo=lin.photo(light, "still dark"), left="all of it")
    assert lin.refusal(light, "hand-over") != ""
    lin.move(light, "recheck-failed")
    lin.sync()
    story.when("the second re-check fails")
    street.time_passes(days=8)
    lin.sync()
    assert lin.case(light)["state"] == "rechecking-again"
    lin.step(light, "recheck-two", result_two="fail", photo_two=lin.photo(light, "dark again"), left_two="all of it")
    lin.move(light, "second-failed")
    lin.step(light, "handing", to_whom="synthetic fire office", summary="twice not put right")
    lin.move(light, "hand-over")
    lin.sync()
    story.then("it is handed over with its evidence")
    assert (street.there(light)["state"], street.there(sign)["state"]) == ("handed-over", "closed")
    _check_evidence(lin, light, paper.case)


def _check_evidence(lin: Person, hazard: str, inspection: str) -> None:
    cases = {hazard: lin.case(hazard), inspection: lin.case(inspection)}
    files_here, now = lin.pc.opened.cache.files, lin.pc.district.clock()
    made = evidence_of(cases, files_here.get, now, {"report.pdf": b"%PDF synthetic"})
    with zipfile.ZipFile(io.BytesIO(made.data)) as bundle:
        files = {name: bundle.read(name) for name in bundle.namelist()}
    sums = dict(line.split("  ")[::-1] for line in files.pop(SUMS).decode().splitlines())
    assert sums == {name: hashlib.sha256(content).hexdigest() for name, content in files.items()}
    photos = {name for name in files if name.startswith("photos/")}
    assert len(photos) == 6  # four of the inspection, two of the re-checks
    assert all(name.removeprefix("photos/")[:64] == sums[name] for name in photos)
    assert "report.pdf" in sums
    assert json.loads(files["contents.json"])["missing"] == []
    assert json.loads(files[f"cases/{hazard}.json"])["state"] == "handed-over"


def test_scenario_22_checks_come_by_plan_and_a_greater_risk_comes_sooner(street: Street, story: Story) -> None:
    story.given("places that are checked daily, and others monthly")
    last = iso(street.district.clock() - timedelta(days=20))
    daily = _place(street, checks_every_days=1, last_check_at=iso(street.district.clock() - timedelta(days=1)))
    monthly = _place(street, checks_every_days=30, last_check_at=last)
    risky = _place(street, kind="hotel", exits="no", no_living="no", checks_every_days=30, last_check_at=last)
    story.when("days pass")
    street.by_itself()
    first = {place: _checks(street, place) for place in (daily, monthly, risky)}
    street.time_passes(days=2)
    third_day = _checks(street, daily)
    street.time_passes(days=6)
    story.then("tasks come by themselves, a day without its check shows, and a greater risk brings the next one sooner")
    assert [len(first[place]) for place in (daily, monthly, risky)] == [1, 0, 1]
    assert (third_day[0]["planned_for"], third_day[0]["skipped"]) == ("2026-11-24", ["2026-11-25", "2026-11-26"])
    (hotel,) = first[risky]
    assert hotel["risk"] == {
        "score": 85, "factors": ["crowd", "living", "exits"], "tier": "high", "every_days": 7,
    }  # fmt: skip
    (shop,) = _checks(street, monthly)
    assert (shop["planned_for"], shop["assignee"], shop["pack"]) == ("2026-12-04", "w-chen", "small-premises")


def _checks(street: Street, place: str) -> list[Fields]:
    """The checks of a place as a worker has them."""
    pcs = street.district.pcs
    lin = Person(pcs[0]).sync() if pcs else street.person("lin")
    with lin.pc.opened.cache.read() as connection:
        return [case.fields for case in about(connection, place, Kind.CASE)]
