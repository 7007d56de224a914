"""A platform that fails while it takes work: one edit that it cannot take waits alone, and no edit waits for a
platform that takes none."""

import json
from collections.abc import Callable, Generator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import pytest

from gridclient.store import blobs, outbox, work
from gridclient.sync import http as client_http
from gridclient.sync.troubles import Answered, TimedOut
from tests.system.district import PACK, District, Pc
from tests.system.proxy import Proxy, Trouble, answer

_PROBLEM = "application/problem+json"
FAILED = answer("500 Internal Server Error", _PROBLEM, b'{"type":"urn:gridsync:problem:internal",'
                b'"title":"The platform failed.","status":500}')  # fmt: skip
LARGE = answer("413 Content Too Large", _PROBLEM, b'{"type":"urn:gridsync:problem:too-large",'
               b'"title":"The request is too large.","status":413}')  # fmt: skip
POISON = "毒"


@dataclass
class Line:
    """A district, the proxy in front of it, and Lin's PC behind the proxy."""

    district: District
    proxy: Proxy
    lin: Pc

    def edits(self, n: int) -> None:
        """So many edits of different records, none of which waits for another."""
        records = [self.district.ident, self.district.care, self.district.resident]
        fields = [("phone", "13900007741"), ("tier", "daily"), ("note", "腿脚不便")]
        for record, (name, value) in list(zip(records, fields, strict=True))[:n]:
            self.lin.edit(record, **{name: value})

    def attempts(self) -> list[tuple[int, int]]:
        """How often each waiting edit failed, and whether it is quarantined."""
        with self.lin.opened.cache.read() as connection:
            rows = connection.exec_driver_sql("SELECT attempts, quarantined FROM outbox ORDER BY dseq")
            return [(row.attempts, row.quarantined) for row in rows]

    def wait_min(self) -> float:
        """In how many minutes the edit that is held back is tried again."""
        with self.lin.opened.cache.read() as connection:
            at = connection.exec_driver_sql("SELECT next_attempt_at FROM outbox").scalar_one()
        return (datetime.fromisoformat(at) - self.district.clock.now).total_seconds() / 60

    def photograph(self, n: int) -> list[str]:
        """Finishes a step with so many photos; returns their hashes."""
        cache, case = self.lin.opened.cache, self.district.case
        made = [blobs.attach(cache, case, bytes([each]) * 2000, "image/jpeg")[0] for each in range(n)]
        with cache.write() as tx:
            pack = self.district.platform.packs[PACK]
            answers = {"/data/contact/note": " ".join(made)}
            work.complete_step(tx, pack, case, "contact", answers, self.lin.actor, tuple(made))
        return made

    def photos_left(self) -> list[str]:
        """The hashes of the photos that the platform lacks."""
        with self.lin.opened.cache.read() as connection:
            return blobs.to_upload(connection)

    def photo_requests(self) -> int:
        """How many times a photo was sent so far."""
        return sum(1 for request in self.proxy.requests if request.startswith(b"PUT /blobs"))

    def batches(self) -> list[int]:
        """How many edits each push so far has carried."""
        pushes = [request for request in self.proxy.requests if b"/push" in request.split(b"\r\n", 1)[0]]
        return [len(json.loads(request.partition(b"\r\n\r\n")[2])["mutations"]) for request in pushes]


@pytest.fixture
def line(tmp_path: Path) -> Generator[Line]:
    """Lin's PC, in step, behind a proxy that so far lets all through."""
    district = District.start(tmp_path / "district")
    proxy = Proxy(district.running.url)
    district.address = proxy.url
    lin = district.pc("lin")
    lin.sync()
    yield Line(district, proxy, lin)
    district.stop()
    proxy.stop()


def on_push(reply: bytes, carries: str = "") -> Callable[[bytes], bytes | None]:
    """Answers every push that carries a word."""

    def rule(request: bytes) -> bytes | None:
        first = request.split(b"\r\n", 1)[0]
        return reply if b"/push" in first and carries.encode() in request else None

    return rule


def test_a_platform_that_takes_no_edit_at_all_is_to_blame_and_not_the_edits(line: Line) -> None:
    line.edits(3)
    chen = line.district.pc("chen")
    chen.sync()
    chen.edit(line.district.ident, contact_name="陈敏敏")
    chen.sync()
    line.proxy.rule = on_push(FAILED)

    for _ in range(4):
        with pytest.raises(Answered) as fault:
            line.lin.sync()
        assert fault.value.status == 500

    assert line.attempts() == [(0, 0)] * 3
    assert line.lin.fields(line.district.ident)["contact_name"] == "陈敏敏"  # what can still be read is read
    line.proxy.rule = lambda request: None
    assert line.lin.sync().in_step


def test_an_edit_that_the_platform_fails_on_is_found_and_waits_alone(line: Line) -> None:
    line.edits(2)
    line.lin.edit(line.district.resident, note=POISON)
    line.proxy.rule = on_push(FAILED, POISON)

    report = line.lin.sync()

    assert line.batches() == [3, 1, 2, 1, 1]
    assert report.results == {"applied": 2}
    assert line.attempts() == [(1, 0)]


def test_a_platform_that_takes_only_small_pushes_gets_smaller_ones_and_then_all(line: Line) -> None:
    line.edits(3)
    line.proxy.next(Trouble("/push", instead=LARGE))

    assert line.lin.sync().in_step

    assert line.batches() == [3, 1, 2]


def test_after_a_push_that_timed_out_the_next_is_half_as_large_and_then_they_grow(
    line: Line, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(client_http, "STALL_S", 0.3)
    for n in range(8):
        line.lin.edit(line.district.ident, phone=f"1390000774{n}")
    line.proxy.next(Trouble("/push", silences_s=(0.6,)))
    with pytest.raises(TimedOut):
        line.lin.sync()
    monkeypatch.undo()

    assert line.lin.sync().in_step

    assert line.batches() == [8, 4, 4]


def test_an_edit_that_the_platform_cannot_take_is_shown_at_its_third_failure_and_tried_every_day(line: Line) -> None:
    line.lin.edit(line.district.resident, note=POISON)
    line.proxy.rule = on_push(FAILED, POISON)
    shown: list[str] = []
    waits: list[float] = []

    for n in range(14):
        line.lin.edit(line.district.ident, phone=f"139{n:08}")
        assert line.lin.sync().results == {"applied": 1}  # never held up by the other
        shown.append(next(row.status for row in line.lin.outcomes() if row.what == "patch" and row.kind == "resident"))
        waits.append(line.wait_min())
        line.district.clock.forward(minutes=waits[-1])

    assert shown == ["pending"] * 2 + ["quarantined"] * 12
    assert waits == [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024, 1440, 1440, 1440]
    with line.lin.opened.cache.read() as connection:
        assert outbox.outcome_counts(connection) == {"applied": 14, "quarantined": 1}
        assert [row.what for row in outbox.outcome_rows(connection, "quarantined")] == ["patch"]
    line.proxy.rule = lambda request: None
    assert line.lin.sync().results == {"applied": 1}
    assert line.lin.fields(line.district.resident)["note"] == POISON
    assert {row.status for row in line.lin.outcomes()} == {"applied"}


def on_photo(*hashes: str) -> Callable[[bytes], bytes | None]:
    """Fails on every one of these photos."""

    def rule(request: bytes) -> bytes | None:
        first = request.split(b"\r\n", 1)[0]
        return FAILED if first.startswith(b"PUT /blobs") and any(each.encode() in first for each in hashes) else None

    return rule


def test_a_platform_that_takes_no_photo_is_left_alone_after_the_second_and_the_cycle_ends_by_it(line: Line) -> None:
    made = line.photograph(5)
    chen = line.district.pc("chen")
    chen.sync()
    chen.edit(line.district.ident, contact_name="陈敏敏")
    chen.sync()
    line.proxy.rule = on_photo(*made)

    with pytest.raises(Answered) as fault:
        line.lin.sync()

    assert fault.value.status == 500
    assert line.photo_requests() == 2
    assert sorted(line.photos_left()) == sorted(made)
    assert line.lin.fields(line.district.ident)["contact_name"] == "陈敏敏"  # what can still be read is read
    line.proxy.rule = lambda request: None
    assert line.lin.sync().blobs_sent == 5


def test_a_photo_that_the_platform_fails_on_holds_up_no_other(line: Line) -> None:
    made = line.photograph(4)
    first = line.photos_left()[0]
    line.proxy.rule = on_photo(first)

    with pytest.raises(Answered):
        line.lin.sync()

    assert line.photo_requests() == len(made)
    assert line.photos_left() == [first]
