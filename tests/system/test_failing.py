"""A platform that fails while it takes work: one edit that it cannot take waits alone, and no edit waits for a
platform that takes none."""

import json
from collections.abc import Callable, Generator
from dataclasses import dataclass
from pathlib import Path

import pytest

from gridclient.sync.http import Answered
from tests.system.district import District, Pc
from tests.system.proxy import Proxy, answer

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
