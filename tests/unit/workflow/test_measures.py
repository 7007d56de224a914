"""How city events are counted: each rate by one formula, and nobody held against what was granted."""

from gridclient.domain.record import Value
from gridclient.paths import FORMS
from gridclient.workflow import load_pack
from gridclient.workflow.measures import FORMULAS, Measures, measure
from tests.unit.workflow.walking import Walk

PACK = load_pack(FORMS / "urban-event")


def _handled(source: str, hours: float) -> Walk:
    walk = Walk(PACK)
    walk.step("report", source=source)
    if source == "patrol":
        walk.move("worker", "report-found")
    else:
        walk.move("worker", "report")
        walk.step("verify", is_true="yes")
        walk.move("worker", "confirm")
    walk.step("accept", by="w-zhao", standard="litter")
    walk.move("supervisor", "file", "w-zhao")
    walk.step("dispatch", by="w-zhao", unit="city")
    walk.move("supervisor", "dispatch", "w-zhao", assignee="w-chen")
    walk.wait(hours=hours)
    walk.step("handle", by="w-chen", done="cleared")
    walk.move("worker", "report-done", "w-chen")
    return walk


def _void() -> dict[str, Value]:
    walk = _handled("patrol", 1)
    walk.move("supervisor", "void", "w-zhao", reason="twice")
    return walk.case


def test_what_is_found_is_counted_apart_from_what_others_reported() -> None:
    cases = [_handled("patrol", 1).case, _handled("patrol", 1).case, _handled("public", 1).case, _void()]
    told = measure(PACK, cases, _handled("patrol", 9).now)

    assert (told.filed, told.self_found, told.missed) == (3, 2, 1)
    assert told.rate("missed") == 1 / 3


def test_late_work_counts_until_an_appeal_was_granted_and_stays_a_fact() -> None:
    late, good = _handled("patrol", 5), _handled("patrol", 3)
    before = measure(PACK, [late.case, good.case], late.now)
    late.case["flag.exempt"] = True
    after = measure(PACK, [late.case, good.case], late.now)

    assert (before.in_time, before.late, before.rate("in_time")) == (1, 1, 0.5)
    assert (after.late, after.exempt, after.rate("in_time")) == (1, 1, 1.0)


def test_a_rate_of_nothing_is_none() -> None:
    assert [Measures().rate(name) for name in FORMULAS] == [None] * len(FORMULAS)


def test_a_case_under_supervision_is_not_closed_before_the_reply() -> None:
    walk = _handled("patrol", 1)
    walk.move("supervisor", "forward", "w-zhao")
    walk.step("check", result="pass")
    walk.move("worker", "pass")
    walk.move("supervisor", "supervise", "w-zhao", reason="the mayor asked")
    walk.step("close", by="w-zhao", met="yes", outcome="normal")
    assert walk.refusal("supervisor", "close", "w-zhao") == "Reply to the supervision first."
    walk.move("worker", "reply", reason="done yesterday")
    walk.move("supervisor", "close", "w-zhao")

    assert walk.state == "closed"
