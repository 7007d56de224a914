"""Pains of offline-first systems whose rule has no other test of its own; `docs/reliability.md` lists all of them."""

import json
from collections.abc import Generator
from pathlib import Path
from typing import Any

import pytest

from gridclient import faults
from gridclient.domain.record import grid_bucket, iso
from gridclient.platform import feed, push
from gridclient.platform.tables import ledger
from gridclient.protocol.messages import Mutation
from gridclient.store import arrivals, lists, outbox
from gridclient.store.lists import Ask, QueueFilter
from gridclient.store.others import Others, read_others
from gridclient.sync.http import Http
from gridclient.sync.troubles import Offline
from tests.system.district import CELL, District, Pc
from tests.system.test_bad_input import Door, door

__all__ = ["door"]


@pytest.fixture
def street(tmp_path: Path) -> Generator[District]:
    """A district on SQLite."""
    district = District.start(tmp_path / "district")
    yield district
    district.stop()


@pytest.fixture
def downloads(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The buckets that were fetched whole."""
    fetched = list[str]()
    download = Http.download

    def counting(http: Http, path: str, *rest: Any) -> bytes:
        fetched.append(path.split("/")[4])
        return download(http, path, *rest)

    monkeypatch.setattr(Http, "download", counting)
    return fetched


@pytest.mark.parametrize("change", [{"set": {"shoe_size": "38"}}, {"bucket": "grid:999999999999999"}])
def test_a_refused_edit_is_kept_by_the_platform_with_its_payload(door: Door, change: dict[str, Any]) -> None:
    bad = door.good(7, **change)

    [told] = door.push(bad)

    with door.district.platform.database.read() as connection:
        [row] = connection.execute(ledger.select().filter_by(mid=bad["mid"])).all()
    assert (told["status"], row.status, json.loads(row.body)) == ("rejected", "rejected", bad)


def test_one_edit_that_the_platform_fails_on_waits_alone(street: District, monkeypatch: pytest.MonkeyPatch) -> None:
    lin, judge = street.pc("lin"), push.judge
    lin.sync()

    def failing(mutation: Mutation, *rest: Any) -> Any:
        if mutation.set.get("living") == "poison":
            raise RuntimeError
        return judge(mutation, *rest)

    monkeypatch.setattr(push, "judge", failing)
    lin.edit(street.ident, phone="13900007741")
    lin.edit(street.resident, living="poison")
    lin.edit(street.care, tier="watch")

    lin.sync()

    assert lin.statuses() == ["applied", "pending", "applied"]


def test_after_a_bug_the_client_is_told_to_ask_on_another_line(door: Door, monkeypatch: pytest.MonkeyPatch) -> None:
    def failing(*_: Any) -> Any:
        raise RuntimeError

    monkeypatch.setattr(push, "judge", failing)

    answer = door.send(door.envelope(door.good()))

    assert (answer.status_code, answer.headers["Connection"]) == (500, "close")


def test_an_edit_that_builds_on_one_that_has_not_come_waits_and_leaves_no_trace(door: Door) -> None:
    first = door.good(7, set={"contact_name": "陈敏敏"}, base={"contact_name": "陈敏"})
    second = door.good(8, deps=[first["mid"]])

    [early] = door.push(second)
    with door.district.platform.database.read() as connection:
        recorded = connection.execute(ledger.select().filter_by(mid=second["mid"])).all()
    in_order = door.push(first, second)

    assert (early["status"], recorded) == ("wait", [])
    assert [each["status"] for each in in_order] == ["applied", "applied"]


def test_an_edit_that_builds_on_a_refused_one_is_refused_too(door: Door) -> None:
    bad = door.good(7, set={"shoe_size": "38"})

    results = door.push(bad, door.good(8, deps=[bad["mid"]]))

    assert [each["status"] for each in results] == ["rejected", "rejected"]
    assert results[1]["problem"]["type"].endswith("dependency-refused")


def test_a_buckets_snapshot_is_made_once_for_everybody(street: District, monkeypatch: pytest.MonkeyPatch) -> None:
    made, snapshot = list[str](), feed.snapshot

    def counting(connection: feed.Connection, epoch: str, name: str) -> Any:
        made.append(name)
        return snapshot(connection, epoch, name)

    monkeypatch.setattr(feed, "snapshot", counting)

    for pc in (street.pc("lin"), street.pc("chen"), street.pc("zhao")):
        pc.sync()

    assert sorted(made) == sorted(set(made))
    assert grid_bucket(CELL) in made


def test_a_first_sync_that_was_cut_shows_nothing_and_goes_on_with_the_buckets_that_lack(
    street: District, downloads: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    lin, whole = street.pc("lin"), Http.download

    def cut(http: Http, path: str, *rest: Any) -> bytes:
        if len(downloads) == 2:
            raise Offline
        return whole(http, path, *rest)

    with monkeypatch.context() as patch:
        patch.setattr(Http, "download", cut)
        with pytest.raises(Offline):
            lin.sync()
    with lin.opened.cache.read() as connection:
        assert arrivals.is_filling(connection)
        assert lists.first_page(connection, Ask(QueueFilter.OPEN)) == []
    report = lin.sync()

    assert report.in_step
    assert sorted(downloads) == sorted(set(downloads))
    assert lin.fields(street.resident)["name"] == "王秀英"


def test_of_a_page_the_rows_and_the_cursor_are_kept_or_neither(
    street: District, monkeypatch: pytest.MonkeyPatch
) -> None:
    lin, chen = street.pc("lin"), street.pc("chen")
    lin.sync()
    chen.sync()
    chen.edit(street.ident, phone="13900007741")
    chen.sync()

    def dying(name: str) -> None:
        if name == "page.laid":
            raise Offline

    with lin.opened.cache.read() as connection:
        before = arrivals.sums(connection)
    monkeypatch.setattr(faults, "reach", dying)
    with pytest.raises(Offline):
        lin.sync()
    monkeypatch.undo()
    with lin.opened.cache.read() as connection:
        after = arrivals.sums(connection)

    assert after == before
    assert lin.fields(street.ident)["phone"] == "13800006120"


def _hold_back(pc: Pc) -> None:
    with pc.opened.cache.write() as tx:
        [(mid, _)] = outbox.to_push(tx.connection, tx.at, 1, 1)
        outbox.hold_back(tx, mid, minutes=60)


def test_a_sum_that_went_wrong_is_mended_when_its_bucket_is_fetched_again(street: District) -> None:
    lin = street.pc("lin")
    assert lin.sync().in_step
    with lin.opened.cache.write() as tx:  # as by a bug: no row is wrong, only what they are counted to
        wrong = "UPDATE cursors SET live = live - 1, checksum = checksum + 5 WHERE bucket = ?"
        tx.connection.exec_driver_sql(wrong, (grid_bucket(CELL),))

    assert lin.sync().mismatched == [grid_bucket(CELL)]
    assert lin.sync().in_step


def test_a_supervisor_sees_who_has_unsent_work_and_since_when_also_without_a_network(street: District) -> None:
    lin, zhao = street.pc("lin", "the PC of the first grid"), street.pc("zhao")
    lin.sync()
    lin.edit(street.ident, phone="13900007741")
    _hold_back(lin)
    since = street.clock.now
    street.clock.forward(minutes=20)
    lin.sync()
    zhao.sync()

    with zhao.opened.cache.read() as connection:
        others = read_others(connection)
    [told] = others.devices
    assert (told.worker, told.device, told.count, told.oldest) == ("林晓燕", "the PC of the first grid", 1, iso(since))

    street.clock.forward(hours=2)
    lin.sync()  # uploads it
    lin.sync()  # and says so
    zhao.sync()
    with zhao.opened.cache.read() as connection:
        assert read_others(connection).devices == ()
    with lin.opened.cache.read() as connection:
        assert read_others(connection) == Others()
