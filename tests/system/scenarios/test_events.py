"""City events: reported offline, counted by their clocks, held, extended, sent back, checked, linked, advised."""

import json
from datetime import datetime, timedelta

from gridclient.domain.record import Value, iso
from gridclient.domain.zone import ZONE
from gridclient.platform.advising import take_advice
from gridclient.store import drafts, outbox, work
from gridclient.store.duplicates import find_duplicates
from gridclient.workflow.measures import measure
from tests.system.packs import publish_again
from tests.system.scenarios.story import Person, Story, Street


def _reported(lin: Person, standard: str = "litter", **report: str) -> str:
    category = standard.partition("-")[0] if standard != "fire-lane" else standard
    event = lin.open("urban-event")
    lin.step(event, "report", source="patrol", category=category, place="synthetic", **report)
    lin.move(event, "report-found")
    lin.sync()
    return event


def _handling(street: Street, lin: Person, zhao: Person, chen: Person, standard: str = "litter") -> str:
    event = _reported(lin, standard)
    zhao.sync()
    zhao.step(event, "accept", standard=standard)
    zhao.move(event, "file")
    zhao.step(event, "dispatch", unit="city")
    zhao.move(event, "dispatch", assignee="w-chen")
    zhao.sync()
    chen.sync()
    assert street.there(event)["state"] == "handling"
    return event


def _people(street: Street) -> tuple[Person, Person, Person]:
    return street.person("lin"), street.person("zhao"), street.person("chen")


def _at(month: int, day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, month, day, hour, minute, tzinfo=ZONE)


def _due(fields: Value) -> datetime:
    return datetime.fromisoformat(str(fields)).astimezone(ZONE)


def test_scenario_02_a_report_without_a_network_is_one_case_with_one_number(street: Street, story: Story) -> None:
    story.given("a worker without a network")
    lin = street.person("lin")
    address, lin.pc.opened.http.address = lin.pc.opened.http.address, "http://127.0.0.1:9"

    story.when("a blocked fire lane is reported with two photos")
    event = lin.open("urban-event")
    paper = lin.paper(event)
    answers = {"source": "patrol", "category": "fire-lane", "place": "synthetic lane", "point": "31.2 121.6 0 0",
               "photo": lin.photo(event, "the lane"), "photo_two": lin.photo(event, "the number plate")}  # fmt: skip
    for n, (name, value) in enumerate(answers.items(), 1):
        paper.fill("report", **{name: value})
        with lin.pc.opened.cache.read() as connection:
            draft = drafts.draft_of(connection, event)
        assert draft is not None
        assert draft.form == paper.form.save(), f"answer {n} is not on the disk"
    paper.finish("report")
    lin.move(event, "report-found")

    story.then("each answer was kept as a draft, and the number is provisional")
    assert "number" not in lin.case(event)
    assert work.provisional_number(event) == f"provisional {event[-6:].upper()}"

    story.then("after the sync it has its official number, and is one case although it was sent twice")
    lin.pc.opened.http.address = address
    lin.sync()
    with lin.pc.opened.cache.write() as tx:
        assert event in outbox.put_back(tx).records
        assert outbox.waiting(tx.connection).count >= 3
    lin.sync()
    assert lin.case(event)["number"] == "310115125-2026-000001"
    with street.district.platform.database.read() as connection:
        count = connection.exec_driver_sql("SELECT count(*) FROM record WHERE id = ?", (event,)).scalar_one()
    assert count == 1
    assert set(lin.pc.statuses()) == {"applied"}
    report = street.there(event)["answers.report"]
    assert report == paper.answers("report")
    assert all(
        street.district.platform.blobs.has(paper.form.get(f"/data/report/{name}")[:64])
        for name in ("photo", "photo_two")
    )


def test_scenario_06_limits_follow_the_calendar_of_working_time(street: Street, story: Story) -> None:
    lin, zhao, chen = _people(street)
    story.given("events that are filed on a Friday at 17:00 and around the holidays")
    four_hours = {"deadline: {unit: work_hour, amount: 8}": "deadline: {unit: work_hour, amount: 4}"}
    publish_again(street.district.platform, "corridor-inspection", "2026.12.1", four_hours)
    cases = (
        ("manhole-missing", _at(3, 13, 17), _at(3, 13, 19)),  # 2 urgent hours
        ("manhole-loose", _at(2, 14, 17), _at(2, 25, 17)),  # 2 working days, over the spring festival
        ("manhole-loose", _at(4, 30, 17, 30), _at(5, 7, 17, 30)),  # over the first days of May
        ("building-done", _at(4, 30, 17, 30), _at(5, 15, 17, 30)),  # 15 natural days
    )
    story.when("their limits are counted")
    found: list[tuple[str, datetime]] = []
    for standard, moment, wanted in cases:
        street.at(moment)
        found.append((_handling(street, lin, zhao, chen, standard), wanted))
    street.at(_at(3, 13, 17))
    check = lin.sync().open("corridor-inspection")
    lin.sync()
    found.append((check, _at(3, 16, 11)))  # 4 working hours
    story.then("they are due as the calendar of working time says, on the platform as on the PC")
    chen.sync()
    for event, wanted in found:
        assert _due(street.there(event)["due_at"]) == wanted
        assert _due(chen.case(event)["due_at"]) == wanted


def test_scenario_07_a_hold_stops_the_clock_and_ends_by_itself(street: Street, story: Story) -> None:
    lin, zhao, chen = _people(street)
    event = _handling(street, lin, zhao, chen)
    before = _due(street.there(event)["due_at"])
    story.given("a hold of 10 days that was granted")
    until = iso(street.district.clock() + timedelta(days=10))
    chen.move(event, "ask-hold", "waits for a part", hold_until=until)
    chen.sync()
    zhao.sync()
    zhao.move(event, "hold", hold_until=until)
    zhao.sync()
    assert street.there(event)["state"] == "held"

    story.when("the 10 days are over")
    street.time_passes(days=9, hours=23)
    assert street.there(event)["state"] == "held"
    street.time_passes(hours=1)

    story.then("the clock stood still meanwhile, goes on by itself, and the hold is counted")
    chen.sync()
    case = chen.case(event)
    assert case["state"] == "handling"
    assert _due(case["due_at"]) == before + timedelta(days=10)
    pack = chen.pack(event)
    told = measure(pack, [case], street.district.clock())
    assert (told.to_handle, told.held, told.late, told.rate("held")) == (1, 1, 0, 1.0)


def test_scenario_08_a_third_extension_is_refused_with_the_rule(street: Street, story: Story) -> None:
    lin, zhao, chen = _people(street)
    event = _handling(street, lin, zhao, chen)
    story.given("an event whose time was extended twice")
    for _ in range(2):
        chen.move(event, "ask-extension", "rain")
        chen.sync()
        zhao.sync()
        zhao.move(event, "extend")
        zhao.sync()
        chen.sync()
    story.when("a third extension is asked for")
    refusal = chen.refusal(event, "ask-extension", "rain again")
    story.then("it is refused with the rule")
    assert refusal == "A limit is extended at most 2 times; this one was."
    assert measure(chen.pack(event), [chen.case(event)], street.district.clock()).extended == 1


def test_scenario_09_a_wrong_unit_sends_it_back_with_a_reason(street: Street, story: Story) -> None:
    lin, zhao, chen = _people(street)
    story.given("an event that was sent to the wrong unit")
    event = _handling(street, lin, zhao, chen)
    story.when("the unit sends it back")
    assert chen.refusal(event, "back-to-dispatch") == "Write down the reason first."
    chen.move(event, "back-to-dispatch", "not our road")
    chen.sync()
    zhao.sync()
    story.then("a reason is needed, and the dispatcher cannot push it on to its close")
    assert (zhao.case(event)["state"], "unit" in zhao.case(event)) == ("dispatching", False)
    for name in ("dispatch", "forward", "close"):
        assert zhao.refusal(event, name, "on", assignee="w-chen") != ""
    zhao.step(event, "dispatch", unit="water")
    zhao.move(event, "dispatch", assignee="w-lin")
    zhao.sync()
    assert street.there(event)["unit"] == "water"


def test_scenario_10_a_failed_check_goes_back_under_its_deadline(street: Street, story: Story) -> None:
    lin, zhao, chen = _people(street)
    event = _handling(street, lin, zhao, chen)
    deadline = street.there(event)["due_at"]
    story.given("an event that was reported as done")
    chen.step(event, "handle", done="cleared", after="")
    chen.move(event, "report-done")
    chen.sync()
    zhao.sync()
    zhao.move(event, "forward")
    zhao.sync()
    lin.sync()
    story.when("the check on the spot fails")
    lin.step(event, "check", result="fail", why="half of it is still there")
    lin.move(event, "fail")
    lin.sync()
    story.then("it goes back to the same unit, under the deadline that it had, and counts as rework")
    chen.sync()
    case = chen.case(event)
    assert (case["state"], case["assignee"], case["unit"]) == ("handling", "w-chen", "city")
    assert case["due_at"] == deadline
    told = measure(chen.pack(event), [case], street.district.clock())
    assert (told.reworked, told.rate("rework")) == (1, 1.0)


def test_scenario_11_a_report_nearby_is_suggested_and_a_person_links(street: Street, story: Story) -> None:
    lin, zhao = street.person("lin"), street.person("zhao")
    story.given("an open event of the same kind 30 m away, from 2 hours ago")
    first = _reported(lin, point="31.200000 121.600000 0 5")
    other_kind = _reported(lin, "fire-lane", point="31.200000 121.600000 0 5")
    street.time_passes(hours=2)
    story.when("a new one is reported")
    second = _reported(lin, point="31.200270 121.600000 0 5")
    far = _reported(lin, point="31.201000 121.600000 0 5")
    zhao.sync()
    story.then("the other one is suggested, and a person links them")
    with zhao.pc.opened.cache.read() as connection:
        hints = find_duplicates(connection, zhao.pack(second), second)
        far_hints = find_duplicates(connection, zhao.pack(far), far)
    assert [(hint.case, hint.metres, hint.minutes) for hint in hints] == [(first, 30, 120)]
    assert {hint.case for hint in far_hints}.isdisjoint({first, other_kind})
    assert zhao.refusal(second, "link") == "Choose the case that it repeats."
    zhao.move(second, "link", duplicate_of=first)
    zhao.sync()
    assert (street.there(second)["state"], street.there(second)["duplicate_of"]) == ("refused", first)


def test_scenario_12_advice_files_nothing_by_itself(street: Street, story: Story) -> None:
    lin, zhao = street.person("lin"), street.person("zhao")
    event = _reported(lin)
    story.given("a program that proposes a filing condition with a confidence of 0.91")
    ref = "/data/accept/standard"
    line = json.dumps({"case": event, "at": ref, "value": "litter", "confidence": 0.91, "reason": "photo of bags",
                       "by": "sorter 1.2"})  # fmt: skip
    with street.district.platform.database.write() as connection:
        assert take_advice(connection, [line], street.district.clock()) == 1
    zhao.sync()
    story.when("nobody has confirmed it")
    refusal = zhao.refusal(event, "file")
    street.time_passes(days=1)
    story.then("the event is not filed")
    assert refusal == "Not finished yet: File the case."
    assert street.there(event)["state"] == "accepting"
    story.when("a person decides otherwise")
    zhao.step(event, "accept", standard="bikes")
    zhao.move(event, "file")
    zhao.sync()
    story.then("it is filed as the person says, and the case tells that the advice was overridden")
    case = street.there(event)
    done = case["done.accept"]
    assert isinstance(done, dict)
    assert (case["state"], case["standard"]) == ("dispatching", "bikes")
    assert (done["by"], done["advice"]) == ("w-zhao", {ref: "overridden"})
