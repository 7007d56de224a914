"""The whole loop of a city event as its pack has it: report, verify, file, dispatch, handle, check, close, and back."""

from datetime import datetime, timedelta

import pytest

from gridclient.domain.record import Fields, iso
from gridclient.domain.zone import ZONE
from gridclient.paths import FORMS
from gridclient.text import set_language
from gridclient.workflow import choices, due_moves, explain, load_pack, next_step
from gridclient.workflow.clocks import clocks_of
from tests.unit.workflow.walking import MORNING, Walk

PACK = load_pack(FORMS / "urban-event")


@pytest.fixture
def walk() -> Walk:
    return Walk(PACK)


def _filed(walk: Walk, standard: str = "litter") -> Walk:
    walk.step("report", source="patrol", category="litter", place="synthetic", photo="blob")
    walk.move("worker", "report-found")
    walk.step("accept", "w-zhao", standard=standard)
    walk.move("supervisor", "file", "w-zhao")
    return walk


def _handling(walk: Walk, standard: str = "litter") -> Walk:
    _filed(walk, standard).step("dispatch", "w-zhao", unit="city")
    walk.move("supervisor", "dispatch", "w-zhao", assignee="w-chen")
    return walk


def _checked(walk: Walk, result: str) -> Walk:
    walk.step("handle", "w-chen", done="cleared")
    walk.move("worker", "report-done", "w-chen")
    walk.move("supervisor", "forward", "w-zhao")
    walk.step("check", result=result)
    return walk


def _closed(walk: Walk) -> Walk:
    _checked(walk, "pass").move("worker", "pass")
    walk.step("close", "w-zhao", met="yes", outcome="normal")
    walk.move("supervisor", "close", "w-zhao")
    return walk


def _due(walk: Walk) -> datetime:
    return datetime.fromisoformat(str(walk.case["due_at"])).astimezone(ZONE)


def test_what_the_public_reports_goes_the_whole_way_to_its_close(walk: Walk) -> None:
    walk.step("report", source="public", category="litter", place="synthetic", photo="blob")
    walk.move("worker", "report")
    walk.step("verify", is_true="yes")
    walk.move("worker", "confirm")
    walk.step("accept", "w-zhao", standard="litter")
    walk.move("supervisor", "file", "w-zhao")
    walk.step("dispatch", "w-zhao", unit="city")
    walk.move("supervisor", "dispatch", "w-zhao", assignee="w-chen")
    _closed(walk)

    assert (walk.state, walk.case["outcome"], walk.case["unit"]) == ("closed", "normal", "city")
    assert walk.case["closed_at"] == iso(MORNING)
    trail = walk.case["trail"]
    assert isinstance(trail, list)
    assert [(e["do"], e["by"]) for e in trail if isinstance(e, dict)] == [
        ("report", "w-lin"), ("confirm", "w-lin"), ("file", "w-zhao"), ("dispatch", "w-zhao"),
        ("report-done", "w-chen"), ("forward", "w-zhao"), ("pass", "w-lin"), ("close", "w-zhao"),
    ]  # fmt: skip
    assert all(timer.stopped for timer in clocks_of(walk.case).values())


def test_what_others_report_is_verified_and_what_is_found_on_patrol_is_not(walk: Walk) -> None:
    walk.step("report", source="hotline")
    assert walk.refusal("worker", "report-found") == "What others reported is verified on the spot first."
    assert walk.refusal("worker", "report") == ""

    walk.step("report", source="patrol")
    assert walk.refusal("worker", "report-found") == ""
    assert walk.refusal("worker", "report").startswith("What was found on patrol needs no verification")


def test_without_a_filing_condition_no_case_is_filed_and_what_was_denied_is_not_either(walk: Walk) -> None:
    walk.step("report", source="public")
    walk.move("worker", "report")
    walk.step("verify", is_true="no")
    walk.move("worker", "deny")
    walk.step("accept", "w-zhao")
    assert walk.refusal("supervisor", "file", "w-zhao").startswith("Choose the filing condition")

    walk.step("accept", "w-zhao", standard="litter")
    assert walk.refusal("supervisor", "file", "w-zhao") == "It was not confirmed on the spot, and cannot be filed."
    assert walk.refusal("supervisor", "refuse", "w-zhao") == "Write down the reason first."
    walk.move("supervisor", "refuse", "w-zhao", "nothing is there")
    assert walk.state == "refused"


@pytest.mark.parametrize(
    ("standard", "due", "level"),
    [
        ("litter", "2026-03-09T13:00", "village"), ("manhole-loose", "2026-03-11T09:00", "street"),
        ("building-done", "2026-03-24T09:00", "street"), ("fire-lane", "2026-03-09T11:00", "grid"),
    ],
)  # fmt: skip
def test_the_standard_gives_the_limit_and_the_lowest_level_that_can_act(
    walk: Walk, standard: str, due: str, level: str
) -> None:
    _handling(walk, standard)

    assert walk.case["level"] == level
    assert _due(walk) == datetime.fromisoformat(due).replace(tzinfo=ZONE)


def test_each_hop_has_its_own_clock_and_the_next_deadline_is_the_case_s(walk: Walk) -> None:
    walk.step("report", source="public")
    assert _due(walk) == MORNING + timedelta(days=30)
    walk.move("worker", "report")
    assert _due(walk) == MORNING + timedelta(minutes=30)
    walk.wait(minutes=20)
    walk.step("verify", is_true="yes")
    walk.move("worker", "confirm")
    assert _due(walk) == MORNING + timedelta(minutes=35)
    assert clocks_of(walk.case)["verify"].used_s(walk.now + timedelta(days=1)) == 20 * 60


def test_scenario_07_a_hold_stops_the_clock_and_ends_early_or_by_itself(walk: Walk) -> None:
    _handling(walk, "manhole-loose")
    until = iso(MORNING + timedelta(days=10))
    assert walk.refusal("worker", "ask-hold", "w-chen", "spare part") == "Say until which day the case is on hold."
    late = iso(MORNING + timedelta(days=400))
    assert "within 365 days" in walk.refusal("worker", "ask-hold", "w-chen", "spare part", hold_until=late)
    walk.move("worker", "ask-hold", "w-chen", "spare part", hold_until=until)
    walk.move("supervisor", "hold", "w-zhao", hold_until=until)
    assert (walk.state, walk.case.get("flag.hold-asked")) == ("held", None)

    early = Walk(PACK, walk.now + timedelta(days=2), dict(walk.case))
    early.move("worker", "resume", "w-chen")
    assert _due(early) == datetime(2026, 3, 13, 9, tzinfo=ZONE)

    walk.wait(days=9)
    assert due_moves(PACK, walk.case, walk.now) == []
    walk.wait(days=1)
    assert due_moves(PACK, walk.case, walk.now) == ["resume-by-time"]
    walk.by_itself("resume-by-time")
    assert walk.state == "handling"
    assert clocks_of(walk.case)["handle"].used_s(walk.now) == 0
    assert _due(walk) == datetime(2026, 3, 23, 9, tzinfo=ZONE)
    assert walk.refusal("worker", "ask-hold", "w-chen", "again", hold_until=iso(walk.now + timedelta(days=1))) == (
        "A case is put on hold only once; this one was."
    )


def test_scenario_08_two_extensions_are_granted_and_the_third_is_refused_with_the_rule(walk: Walk) -> None:
    _handling(walk)
    for _ in range(2):
        walk.move("worker", "ask-extension", "w-chen", "rain")
        walk.move("supervisor", "extend", "w-zhao")

    assert _due(walk) == MORNING + timedelta(hours=12)
    rule = "A limit is extended at most 2 times; this one was."
    assert walk.refusal("worker", "ask-extension", "w-chen", "rain") == rule
    with pytest.raises(ValueError, match="at most 2"):
        walk.move("worker", "ask-extension", "w-chen", "rain")


def test_what_is_overdue_is_not_extended_any_more(walk: Walk) -> None:
    _handling(walk).move("worker", "ask-extension", "w-chen", "rain")
    walk.wait(hours=5)

    assert walk.refusal("supervisor", "extend", "w-zhao") == "A limit is extended only before it is over; this one is."


def test_scenario_09_a_wrong_dispatch_comes_back_with_a_reason_and_cannot_be_pushed_on(walk: Walk) -> None:
    _handling(walk)
    assert walk.refusal("worker", "back-to-dispatch", "w-chen") == "Write down the reason first."
    walk.wait(hours=3)
    walk.move("worker", "back-to-dispatch", "w-chen", "not our road")

    assert (walk.state, walk.case.get("unit"), walk.case.get("assignee")) == ("dispatching", None, None)
    assert "answers.dispatch" in walk.case
    assert walk.refusal("supervisor", "dispatch", "w-zhao") == "Not finished yet: Dispatch."
    forward = {move.name for move in choices(PACK, walk.case, "supervisor")}
    assert forward == {"void", "back-to-desk", "supervise"}
    walk.step("dispatch", "w-zhao", unit="enforce")
    walk.move("supervisor", "dispatch", "w-zhao")
    assert _due(walk) == walk.now + timedelta(hours=4)


def test_scenario_10_a_failed_check_goes_back_to_the_same_unit_under_the_same_deadline(walk: Walk) -> None:
    _handling(walk)
    due = _due(walk)
    walk.wait(hours=2)
    _checked(walk, "fail").move("worker", "fail")

    assert (walk.state, walk.case["unit"], walk.case["flag.reworked"]) == ("handling", "city", True)
    assert _due(walk) == due
    step = next_step(PACK, walk.case)
    assert step is not None
    assert step.id == "handle"
    assert "answers.handle" in walk.case


def test_who_put_it_right_does_not_check_it(walk: Walk) -> None:
    _checked(_handling(walk), "pass")

    assert walk.refusal("worker", "pass", "w-chen").startswith("Another person has to do this")
    assert walk.refusal("worker", "pass", "w-lin") == ""


def test_supervision_stands_until_it_is_replied_to(walk: Walk) -> None:
    _handling(walk).move("supervisor", "supervise", "w-zhao", "why so long?")
    walk.step("handle", "w-chen", done="cleared")
    assert walk.state == "handling"
    assert walk.refusal("worker", "report-done", "w-chen") == "Reply to the supervision first."

    walk.move("worker", "reply", "w-chen", "the lorry broke down")
    assert walk.refusal("worker", "report-done", "w-chen") == ""


def test_an_appeal_has_two_reviews_by_two_people_and_the_fact_is_kept(walk: Walk) -> None:
    _handling(walk).wait(hours=6)
    _closed(walk)
    closed_at = walk.case["closed_at"]
    walk.move("worker", "appeal", "w-chen", "the road was closed")
    walk.move("supervisor", "appeal-on", "w-zhao", "plausible")
    assert walk.refusal("supervisor", "appeal-granted", "w-zhao", "yes").startswith("Another person")
    walk.move("supervisor", "appeal-granted", "w-qian", "yes")

    assert (walk.state, walk.case["flag.exempt"], walk.case["closed_at"]) == ("closed", True, closed_at)
    assert clocks_of(walk.case)["handle"].light(walk.now) == "red"
    assert walk.refusal("worker", "appeal", "w-chen", "again") == "This is possible once at most, and was done."


def test_what_was_in_time_is_not_appealed(walk: Walk) -> None:
    _closed(_handling(walk))

    assert walk.refusal("worker", "appeal", "w-chen", "why not") == "Its time is not over."


def test_what_is_overdue_climbs_one_level_at_a_time_and_no_further_than_there_are_levels(walk: Walk) -> None:
    _handling(walk, "fire-lane")
    assert due_moves(PACK, walk.case, walk.now) == []
    walk.wait(hours=3)

    for level in ("village", "street", "district"):
        walk.by_itself("escalate")
        assert walk.case["level"] == level
    assert due_moves(PACK, walk.case, walk.now) == []


def test_nobody_takes_a_transition_that_happens_by_itself(walk: Walk) -> None:
    _handling(walk).wait(hours=9)

    assert walk.refusal("worker", "escalate") == "Your role does not allow this step."


def test_a_locked_step_says_why_in_both_languages(walk: Walk) -> None:
    dispatch, report = PACK.step("dispatch"), PACK.step("report")

    assert explain(PACK, walk.case, "worker", report) == ""
    assert explain(PACK, walk.case, "worker", dispatch) == "This step is done by: Dispatcher."
    assert explain(PACK, walk.case, "supervisor", dispatch) == (
        "This step does not belong to the present state: Being reported."
    )
    set_language("zh_CN")
    assert explain(PACK, walk.case, "supervisor", dispatch) == "这一步不属于当前状态：上报中。"
    ended: Fields = {**walk.case, "state": "closed"}
    assert explain(PACK, ended, "worker", report) == "案件已办结，不再填写。"
