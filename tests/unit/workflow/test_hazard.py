"""A hazard as a case of its own: limit, re-check, second limit, second re-check, handing over."""

from datetime import timedelta

from gridclient.paths import FORMS
from gridclient.workflow import choices, due_moves, load_pack
from gridclient.workflow.timed import wakes_at
from tests.unit.workflow.walking import Walk

PACK = load_pack(FORMS / "hazard")


def test_the_recheck_comes_by_itself_when_the_limit_is_over() -> None:
    walk = Walk(PACK)
    wake = wakes_at(PACK, walk.case, walk.now)
    assert wake is not None
    walk.now = wake - timedelta(seconds=1)
    assert due_moves(PACK, walk.case, walk.now) == []

    walk.now = wake
    walk.by_itself("limit-over")
    assert walk.state == "rechecking"
    assert walk.refusal("worker", "recheck-passed") == "Not finished yet: Re-check."


def test_what_was_put_right_is_closed_by_the_recheck() -> None:
    walk = Walk(PACK)
    walk.move("worker", "ready")
    walk.step("recheck", result="pass")
    assert walk.refusal("worker", "recheck-failed") == "The re-check says that it was put right."
    walk.move("worker", "recheck-passed")

    assert (walk.state, "closed_at" in walk.case) == ("closed", True)


def test_only_the_second_failed_recheck_is_handed_over() -> None:
    walk = Walk(PACK)
    walk.move("worker", "ready")
    walk.step("recheck", result="fail")
    assert [move.name for move in choices(PACK, walk.case, "worker")] == ["recheck-failed"]
    walk.move("worker", "recheck-failed")
    walk.wait(days=10)
    walk.by_itself("second-limit-over")
    walk.step("recheck-two", result_two="fail")
    walk.move("worker", "second-failed")
    assert walk.refusal("worker", "hand-over") == "Not finished yet: Hand over."
    walk.step("handing", to_whom="fire", summary="exit still locked")
    walk.move("worker", "hand-over")

    assert walk.state == "handed-over"
