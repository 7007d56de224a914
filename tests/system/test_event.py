"""A city event over several PCs and the platform: each takes a part, the platform takes every move anew."""

from gridclient.domain.record import Fields, Kind, Value, grid_bucket, new_id
from gridclient.platform import feed
from gridclient.platform.push import canonical
from gridclient.store import work
from gridclient.workflow import begin
from tests.system.district import CELL, District, Pc


def _open(district: District) -> str:
    """Enters an event that is being reported."""
    event, pack = new_id(), district.platform.packs["urban-event"]
    fields = begin(pack, {"title": "synthetic event", "grid": CELL, "assignee": "w-lin"}, district.clock())
    with district.platform.database.write() as connection:
        feed.load(connection, grid_bucket(CELL), [(event, Kind.CASE, canonical(fields))])
    return event


def _step(pc: Pc, event: str, step: str, **answers: str) -> None:
    pack = pc.district.platform.packs["urban-event"]
    refs = {f"{pack.step(step).group}/{name}": value for name, value in answers.items()}
    with pc.opened.cache.write() as tx:
        work.complete_step(tx, pack, event, step, refs, pc.actor)


def _move(pc: Pc, event: str, name: str, reason: str = "", given: Fields | None = None) -> None:
    with pc.opened.cache.write() as tx:
        work.move_case(tx, pc.district.platform.packs["urban-event"], event, name, pc.actor, reason, given)


def _handling(district: District, lin: Pc, zhao: Pc, chen: Pc) -> str:
    event = _open(district)
    lin.sync()
    _step(lin, event, "report", source="patrol", category="litter", place="synthetic", photo="")
    _move(lin, event, "report-found")
    lin.sync()
    zhao.sync()
    _step(zhao, event, "accept", standard="litter")
    _move(zhao, event, "file")
    _step(zhao, event, "dispatch", unit="city")
    _move(zhao, event, "dispatch", given={"assignee": "w-chen"})
    zhao.sync()
    chen.sync()
    return event


def test_an_event_goes_through_three_pcs_and_the_platform_agrees_with_all(district: District) -> None:
    lin, zhao, chen = district.pc("lin"), district.pc("zhao"), district.pc("chen")
    event = _handling(district, lin, zhao, chen)
    assert (chen.fields(event)["state"], chen.fields(event)["assignee"]) == ("handling", "w-chen")
    assert chen.fields(event)["due_at"] == "2026-11-24T06:21:00Z"

    district.clock.forward(hours=1)
    _step(chen, event, "handle", done="cleared", after="")
    _move(chen, event, "report-done")
    chen.sync()
    zhao.sync()
    _move(zhao, event, "forward")
    zhao.sync()
    lin.sync()
    _step(lin, event, "check", result="pass")
    _move(lin, event, "pass")
    lin.sync()
    zhao.sync()
    _step(zhao, event, "close", met="yes", outcome="normal")
    _move(zhao, event, "close")
    zhao.sync()
    lin.sync()
    chen.sync()

    there = district.on_platform(grid_bucket(CELL), event)
    assert there is not None
    assert there["state"] == "closed"
    assert lin.fields(event) == zhao.fields(event) == chen.fields(event) == there
    assert {*lin.statuses(), *zhao.statuses(), *chen.statuses()} == {"applied"}


def test_a_move_that_was_overtaken_goes_to_review_with_the_reason_in_words(district: District) -> None:
    lin, zhao, chen = district.pc("lin"), district.pc("zhao"), district.pc("chen")
    event = _handling(district, lin, zhao, chen)
    _move(zhao, event, "void", "reported twice")
    zhao.sync()

    _step(chen, event, "handle", done="cleared", after="")
    _move(chen, event, "report-done")
    chen.sync()

    assert chen.fields(event)["state"] == "void"
    assert chen.statuses() == ["review", "review"]


def test_two_moves_that_were_made_apart_are_both_kept_in_the_trail(district: District) -> None:
    lin, zhao, chen = district.pc("lin"), district.pc("zhao"), district.pc("chen")
    event = _handling(district, lin, zhao, chen)
    _move(zhao, event, "supervise", "why so long?")
    _move(chen, event, "ask-extension", "rain")
    zhao.sync()
    chen.sync()

    assert chen.statuses()[-1] == "applied"
    trail: Value = chen.fields(event)["trail"]
    assert isinstance(trail, list)
    assert [entry["do"] for entry in trail if isinstance(entry, dict)][-2:] == ["supervise", "ask-extension"]
    assert (chen.fields(event)["flag.supervised"], chen.fields(event)["flag.extension-asked"]) == (True, True)
