"""One test for each rule of `docs/reliability.md` that otherwise only the schedules, or a figure, would show."""

from collections.abc import Callable, Generator
from pathlib import Path

import pytest

from gridclient import faults as named_places
from gridclient.domain.record import Kind, grid_bucket, ident_bucket, new_id
from gridclient.platform import feed
from gridclient.platform.push import canonical
from gridclient.store import arrivals, blobs, drafts, outbox, work
from gridclient.store.cache import Transaction
from gridclient.sync.sign_in import unlock
from tests.system.district import CELL, PACK, PIN, District, Pc
from tests.system.proxy import Proxy, Trouble, answer

MANY = 600
CYCLE = ("hello.answered", "hello.noted", "push.answered", "push.settling", "push.settled", "photo.sent",
         "snapshot.received", "snapshot.laid", "page.laid", "page.stored", "cache.committing",
         "cache.committed")  # fmt: skip
PROBLEM = "application/problem+json"
REFUSED = b'{"type":"urn:gridsync:problem:too-large","title":"no","status":413}'
LARGE = answer("413 Content Too Large", PROBLEM, REFUSED)


@pytest.fixture
def district(tmp_path: Path) -> Generator[District]:
    """The platform on SQLite: these rules are the client's, or know no database."""
    made = District.start(tmp_path / "district")
    yield made
    made.stop()


def fill(district: District, n: int = MANY) -> list[str]:
    """Enters so many residents into the cell."""
    people = [(new_id(), Kind.RESIDENT, canonical({"name": "孙桂芳", "grid": CELL, "note": str(k)})) for k in range(n)]
    with district.platform.database.write() as connection:
        feed.load(connection, grid_bucket(CELL), people)
    return [person[0] for person in people]


def asked(proxy: Proxy, path: str) -> list[bytes]:
    """The first lines of the requests whose path contains this."""
    lines = [request.split(b"\r\n", 1)[0] for request in proxy.requests]
    return [line for line in lines if path.encode() in line]


def mids(pc: Pc) -> list[tuple[str, bytes]]:
    """What waits for upload, as it is sent."""
    with pc.opened.cache.read() as connection:
        rows = connection.exec_driver_sql("SELECT mid, body FROM outbox ORDER BY dseq")
        return [(row.mid, row.body) for row in rows]


def test_13_a_bucket_is_packed_once_and_all_its_readers_get_the_same_bytes(district: District) -> None:
    fill(district)
    got = [
        pc.opened.http.request("GET", f"/sync/v1/buckets/{grid_bucket(CELL)}/snapshot")
        for pc in (district.pc("lin"), district.pc("chen"), district.pc("zhao"))
    ]

    assert len({reply.headers["ETag"] for reply in got}) == 1
    assert len({reply.content for reply in got}) == 1
    assert len(got[0].content) > 5_000
    made = list((district.folder / "platform" / "snapshots").rglob("*.zst"))
    assert len([each for each in made if CELL in each.parent.name and "grid" in each.parent.name]) == 1


def test_15_a_second_sync_brings_the_rows_that_changed_and_no_others(district: District, faults: Proxy) -> None:
    records = fill(district)
    lin = district.pc("lin")
    first = lin.sync()
    faults.requests.clear()
    faults.replies.clear()
    with district.platform.database.write() as connection:
        held = feed.lock(connection, grid_bucket(CELL))
        for record in records[:3]:
            fields = canonical({"name": "孙桂芳", "grid": CELL, "note": "changed"})
            held.put(held.find(record), Kind.RESIDENT, record, fields)
        held.close()

    second = lin.sync()

    assert first.rows > MANY
    assert (second.rows, second.in_step) == (3, True)
    assert asked(faults, "/snapshot") == []
    assert sum(faults.replies) < 6_000  # every byte of the cycle, heads and all
    assert [lin.fields(record)["note"] for record in records[:3]] == ["changed"] * 3


class Died(BaseException):
    """The program ends here."""


@pytest.mark.parametrize("point", CYCLE)
def test_8_a_cycle_that_died_anywhere_leaves_nothing_that_stops_the_next(
    district: District, monkeypatch: pytest.MonkeyPatch, point: str
) -> None:
    lin, chen = district.pc("lin"), district.pc("chen")
    chen.sync()
    if not point.startswith("snapshot."):
        lin.sync()
        lin.edit(district.ident, phone="13900007741")
        photograph(lin)
    chen.edit(district.care, tier="daily")
    chen.sync()

    def reach(name: str) -> None:
        if name == point:
            raise Died

    with monkeypatch.context() as patch:
        patch.setattr(named_places, "reach", reach)
        with pytest.raises(Died):
            lin.sync()
    lin.opened.close()
    lin.opened = unlock(lin.opened.profile, PIN, None, clock=district.clock)

    assert lin.sync().in_step
    assert lin.unsent() == 0
    assert lin.fields(district.care)["tier"] == "daily"


def photograph(pc: Pc) -> str:
    """Finishes a step with a photo."""
    sha256, _ = blobs.attach(pc.opened.cache, pc.district.case, b"\xff\xd8 synthetic", "image/jpeg")
    pack = pc.district.platform.packs[PACK]
    with pc.opened.cache.write() as tx:
        answers = {"/data/contact/note": sha256}
        work.complete_step(tx, pack, pc.district.case, "contact", answers, pc.actor, (sha256,))
    return sha256


def test_10_an_edit_waits_on_both_sides_for_the_one_that_it_builds_on(district: District) -> None:
    lin = district.pc("lin")
    lin.sync()
    for phone in ("13900007741", "13900007742"):
        lin.edit(district.ident, phone=phone)
    first, second = mids(lin)
    with lin.opened.cache.write() as tx:
        outbox.hold_back(tx, first[0], minutes=600)

    early = lin.sync()

    assert early.results == {"wait": 1}
    assert mids(lin) == [first, second]
    assert lin.statuses() == ["pending", "wait"]
    assert phone_on_platform(district) == "13800006120"
    assert lin.fields(district.ident)["phone"] == "13900007742"  # its author sees it all the time
    with lin.opened.cache.write() as tx:
        outbox.release(tx)
    assert lin.sync().in_step
    assert lin.statuses() == ["applied", "applied"]
    assert lin.conflicts() == []
    assert phone_on_platform(district) == "13900007742"


def phone_on_platform(district: District) -> object:
    """The phone as the platform holds it."""
    held = district.on_platform(ident_bucket(CELL), district.ident)
    assert held is not None
    return held["phone"]


def hold_an_edit(pc: Pc, _faults: Proxy) -> None:
    """An edit waits for its time."""
    pc.edit(pc.district.ident, phone="13900007741")
    with pc.opened.cache.write() as tx:
        outbox.hold_back(tx, mids_in(tx)[0], minutes=600)


def mids_in(tx: Transaction) -> list[str]:
    """What waits, in a transaction."""
    return list(tx.connection.exec_driver_sql("SELECT mid FROM outbox").scalars())


def refuse_a_photo(pc: Pc, faults: Proxy) -> None:
    """A proxy does not let a photo through."""
    photograph(pc)
    faults.next(Trouble("PUT /blobs", instead=LARGE))


def skip_a_row(pc: Pc, _faults: Proxy) -> None:
    """The cursor runs ahead of a row, as by a bug of a feed."""
    with pc.district.platform.database.write() as connection:
        held = feed.lock(connection, grid_bucket(CELL))
        held.put(None, Kind.RESIDENT, new_id(), canonical({"name": "孙桂芳", "grid": CELL}))
        held.close()
        head = held.head
    with pc.opened.cache.write() as tx:
        skipped = "UPDATE cursors SET cursor = ? WHERE bucket = ?"
        assert tx.connection.exec_driver_sql(skipped, (head, grid_bucket(CELL))).rowcount == 1


@pytest.mark.parametrize("spoil", [hold_an_edit, refuse_a_photo, skip_a_row])
def test_11_what_is_not_whole_is_never_told_to_be(
    district: District, faults: Proxy, spoil: Callable[[Pc, Proxy], None]
) -> None:
    lin = district.pc("lin")
    assert lin.sync().in_step
    spoil(lin, faults)

    assert not lin.sync().in_step  # the cycle itself came through

    with lin.opened.cache.write() as tx:
        outbox.release(tx)
    assert lin.sync().in_step


def test_17_a_bucket_that_differs_is_fetched_again_alone_and_the_outbox_stays(
    district: District, faults: Proxy
) -> None:
    lin = district.pc("lin")
    lin.sync()
    lin.edit(district.resident, note="seen")
    lin.save_draft(district.case, b"half a form")
    with lin.opened.cache.write() as tx:
        outbox.hold_back(tx, mids_in(tx)[0], minutes=600)
    skip_a_row(lin, faults)
    before = mids(lin)
    faults.requests.clear()

    report = lin.sync()

    assert report.mismatched == [grid_bucket(CELL)]
    assert [line.split(b" ")[1].decode() for line in asked(faults, "/snapshot")] == [
        f"/sync/v1/buckets/{grid_bucket(CELL)}/snapshot"
    ]
    assert mids(lin) == before
    assert lin.fields(district.resident)["note"] == "seen"
    with lin.opened.cache.read() as connection:
        found = drafts.draft_of(connection, district.case)
        assert found is not None
        assert found.form == b"half a form"
        sums = {name: each[:2] for name, each in arrivals.sums(connection).items()}
        assert sums == arrivals.recount(connection)
    assert lin.sync().mismatched == []
