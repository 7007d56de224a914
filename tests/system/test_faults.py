"""A bad network between the real client and the real platform: nothing is deleted, doubled or believed wrongly.

The proxy speaks TCP; the platform and the PC stay the same through the whole module, so every fault strikes a state
that earlier faults have left.
"""

import itertools
import secrets
import socket
import threading
from collections import Counter
from collections.abc import Generator
from dataclasses import dataclass

import pytest

from gridclient.domain.record import Kind, grid_bucket, new_id
from gridclient.errors import GridError
from gridclient.platform import feed
from gridclient.platform.push import canonical
from gridclient.store import arrivals
from gridclient.sync import http as client_http
from gridclient.sync.cycle import CacheTokens, Cycle, Progress
from gridclient.sync.http import Http
from gridclient.sync.troubles import Answered, Busy, CertificateProblem, Offline, Portal, TimedOut
from tests.system.district import OTHER_CELL, District, Pc
from tests.system.proxy import Proxy, Trouble, answer, compressed, shortened

_numbers = itertools.count(1)
_PROBLEM = "application/problem+json"
_PATHS = ("/hello", "/push", "/pull")


@dataclass(frozen=True)
class Kept:
    """Records, drafts and waiting edits by their ids."""

    records: dict[str, bytes]
    drafts: dict[str, bytes]
    outbox: dict[str, bytes]


@dataclass
class Line:
    """A district, the proxy in front of it, and a PC that only knows the proxy."""

    district: District
    proxy: Proxy
    pc: Pc

    def edit(self) -> str:
        """An edit with a value of its own."""
        phone = f"139{next(_numbers):08}"
        self.pc.edit(self.district.ident, phone=phone)
        return phone

    def kept(self) -> Kept:
        """What a fault must never change: records, drafts and the edits that wait."""
        with self.pc.opened.cache.read() as connection:
            rows = ("SELECT id, payload FROM base", "SELECT record, form FROM drafts", "SELECT mid, body FROM outbox")
            return Kept(*(dict(connection.exec_driver_sql(row).all()) for row in rows))

    def changes_with(self, value: str) -> int:
        """How often the platform's history has a value."""
        with self.district.platform.database.read() as connection:
            text = f'%"{value}"]%'
            found = connection.exec_driver_sql(
                "SELECT count(*) FROM history WHERE CAST(changes AS TEXT) LIKE ?", (text,)
            )
            return found.scalar_one()

    def recovers(self, value: str) -> None:
        """Without the fault the same edit is applied, once."""
        self.proxy.calm()
        report = self.pc.sync()
        assert report.in_step
        assert self.pc.fields(self.district.ident)["phone"] == value
        assert self.changes_with(value) == 1
        with self.pc.opened.cache.read() as connection:
            sums = {name: found[:2] for name, found in arrivals.sums(connection).items()}
            assert sums == arrivals.recount(connection)


@pytest.fixture(scope="module")
def line(tmp_path_factory: pytest.TempPathFactory) -> Generator[Line]:
    """Lin's PC behind the proxy, in step."""
    district = District.start(tmp_path_factory.mktemp("line"))
    proxy = Proxy(district.running.url)
    district.address = proxy.url
    pc = district.pc("lin")
    pc.sync()
    pc.save_draft(district.case, b"half a form")
    yield Line(district, proxy, pc)
    district.stop()
    proxy.stop()


ANSWERS: list[tuple[str, bytes, type[GridError]]] = [
    ("a captive portal", answer("200 OK"), Portal),
    ("a portal that redirects", answer("302 Found", "text/html", b"", "Location: http://127.0.0.1:9/"), Portal),
    ("JSON that is not ours", answer("200 OK", "application/json", b'{"hello":1}'), Portal),
    ("a proxy's 401", answer("401 Unauthorized"), Portal),
    ("a proxy's 403", answer("403 Forbidden"), Portal),
    ("a proxy's 404", answer("404 Not Found"), Portal),
    ("a proxy's 407", answer("407 Proxy Authentication Required"), Portal),
    ("a proxy's 500", answer("500 Internal Server Error"), Offline),
    ("a proxy's 502", answer("502 Bad Gateway"), Offline),
    ("a proxy's 504 that names a time", answer("504 Gateway Timeout", "text/html", b"", "Retry-After: 7"), Busy),
    ("503", answer("503 Service Unavailable", "text/html", b"", "Retry-After: 7"), Busy),
    ("a problem that says 403", answer("403 Forbidden", _PROBLEM, b'{"type":"urn:gridsync:problem:forbidden",'
                                       b'"title":"no","status":403}'), Answered),
    ("a problem that says 404", answer("404 Not Found", _PROBLEM, b'{"type":"urn:gridsync:problem:not-found",'
                                       b'"title":"no","status":404}'), Answered),
    ("a problem that cannot be read", answer("404 Not Found", _PROBLEM, b"<html>"), Offline),
    ("nothing at all", b"", Offline),
]  # fmt: skip


@pytest.mark.parametrize("path", _PATHS)
@pytest.mark.parametrize(("what", "reply", "fault"), ANSWERS, ids=[what for what, _, _ in ANSWERS])
def test_an_answer_of_somebody_else_deletes_and_doubles_nothing(
    line: Line, path: str, what: str, reply: bytes, fault: type[GridError]
) -> None:
    value = line.edit()
    before = line.kept()
    line.proxy.next(Trouble(path, instead=reply))

    with pytest.raises(fault) as told:
        line.pc.sync()

    assert told.type is fault  # a sentence of its own: only a portal's says that a browser helps
    after = line.kept()
    assert after.drafts == before.drafts
    assert after.records.keys() == before.records.keys()
    if path != "/pull":  # before a pull the edit was answered
        assert after == before, what
    line.recovers(value)


def test_retry_after_is_heard(line: Line) -> None:
    line.proxy.next(Trouble("/hello", instead=answer("503 Service Unavailable", "text/html", b"", "Retry-After: 7")))

    with pytest.raises(Busy) as busy:
        line.pc.sync()

    assert busy.value.retry_after_s == 7


def test_a_push_whose_reply_is_lost_is_not_applied_twice(line: Line) -> None:
    value = line.edit()
    line.proxy.next(Trouble("/push", reply_bytes=0))

    with pytest.raises(Offline):
        line.pc.sync()
    assert line.changes_with(value) == 1  # the platform had taken it

    line.recovers(value)


def test_a_push_that_arrives_twice_is_applied_once(line: Line) -> None:
    value = line.edit()
    line.proxy.next(Trouble("/push", twice=True))

    line.pc.sync()

    line.recovers(value)


def test_a_push_that_was_taken_but_answered_too_late_is_not_applied_twice(
    line: Line, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(client_http, "STALL_S", 0.3)
    value = line.edit()
    line.proxy.next(Trouble("/push", silences_s=(0.6,)))

    with pytest.raises(TimedOut):
        line.pc.sync()

    monkeypatch.undo()
    line.recovers(value)


@pytest.mark.parametrize("path", _PATHS)
def test_a_slow_line_is_not_a_stalled_one(line: Line, path: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(client_http, "STALL_S", 0.3)
    value = line.edit()
    line.proxy.next(Trouble(path, silences_s=(0.1,) * 8))  # together much longer than the longest silence

    assert line.pc.sync().in_step

    line.recovers(value)


@pytest.mark.parametrize("path", _PATHS)
def test_a_line_that_stalls_in_the_middle_of_an_answer_has_timed_out(
    line: Line, path: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(client_http, "STALL_S", 0.3)
    value = line.edit()
    line.proxy.next(Trouble(path, silences_s=(*[0.0] * 7, 0.6)))

    with pytest.raises(TimedOut):
        line.pc.sync()

    monkeypatch.undo()
    line.recovers(value)


@pytest.mark.parametrize("path", ["/push", "/pull"])
def test_a_proxy_that_truncates_and_does_not_tell_is_not_believed(line: Line, path: str) -> None:
    value = line.edit()
    line.proxy.next(Trouble(path, change=shortened))

    with pytest.raises(Offline):
        line.pc.sync()

    line.recovers(value)


@pytest.mark.parametrize("path", _PATHS)
def test_a_proxy_that_compresses_replies_changes_nothing(line: Line, path: str) -> None:
    value = line.edit()
    line.proxy.next(Trouble(path, change=compressed))

    assert line.pc.sync().in_step

    line.recovers(value)


def test_a_snapshot_that_is_cut_goes_on_where_it_stopped(line: Line) -> None:
    bucket = grid_bucket(OTHER_CELL)
    with line.district.platform.database.write() as connection:
        people = [
            (new_id(), Kind.RESIDENT, canonical({"name": "孙桂芳", "note": secrets.token_hex(64)})) for _ in range(4000)
        ]
        feed.load(connection, bucket, people)
    line.district.address = line.proxy.url
    wu = line.district.pc("wu")
    line.proxy.replies.clear()
    line.proxy.requests.clear()
    line.proxy.next(Trouble(f"/buckets/{bucket}", reply_bytes=200_000))

    assert wu.sync().in_step

    asked = [n for n, request in enumerate(line.proxy.requests) if f"/buckets/{bucket}".encode() in request]
    whole, rest = (line.proxy.requests[n] for n in asked)
    assert b"range: bytes=" not in whole.lower()
    assert b"range: bytes=" in rest.lower()
    path, _ = line.district.platform.snapshot(bucket)
    sent = sum(line.proxy.replies[n] for n in asked)
    assert sent <= path.stat().st_size + 64 * 1024 + 2048  # one chunk and two heads more than the file
    assert len(wu.outcomes()) == 0


def test_a_first_download_that_is_interrupted_ends_in_the_middle_of_a_bucket_and_goes_on_from_there(
    line: Line,
) -> None:
    bucket = grid_bucket(OTHER_CELL)
    with line.district.platform.database.write() as connection:
        people = [
            (new_id(), Kind.RESIDENT, canonical({"name": "孙桂芳", "note": secrets.token_hex(64)})) for _ in range(4000)
        ]
        feed.load(connection, bucket, people)
    line.district.address = line.proxy.url
    wu = line.district.pc("wu", "interrupted")
    line.proxy.calm()
    line.proxy.requests.clear()
    told: list[Progress] = []

    def stopped() -> bool:
        return bool(told) and told[-1].bytes - told[0].bytes > 200_000

    report = Cycle(wu.opened.cache, wu.opened.http, progress=told.append, stopped=stopped).run()

    path, _ = line.district.platform.snapshot(bucket)
    downloaded = [each.bytes for each in told if each.stage == "download"]
    assert report.bytes < path.stat().st_size
    assert not report.in_step
    assert wu.opened.cache.setting("synced_at") is None
    assert all(later - earlier <= 64 * 1024 for earlier, later in itertools.pairwise(downloaded))
    assert wu.sync().in_step
    asked = [request.lower() for request in line.proxy.requests if f"/buckets/{bucket}".encode() in request]
    assert [b"range: bytes=" in request for request in asked] == [False, True]
    asked_for = Counter(request.split()[1] for request in line.proxy.requests if b"/snapshot" in request)
    assert len(asked_for) > 2
    assert [path for path, times in asked_for.items() if times > 1] == [f"/sync/v1/buckets/{bucket}/snapshot".encode()]


def test_an_intercepted_tls_connection_is_refused_before_anything_is_sent(line: Line) -> None:
    with socket.create_server(("127.0.0.1", 0)) as plain:  # answers a TLS greeting with plain bytes
        port = plain.getsockname()[1]
        http = Http(f"https://127.0.0.1:{port}", line.pc.opened.http.device, CacheTokens(line.pc.opened.cache))
        thread = threading.Thread(target=_answer_plainly, args=(plain,))
        thread.start()
        try:
            with pytest.raises(CertificateProblem):
                Cycle(line.pc.opened.cache, http).run()
        finally:
            thread.join()
            http.close()


def _answer_plainly(listener: socket.socket) -> None:
    client, _ = listener.accept()
    with client:
        client.recv(4096)
        client.sendall(answer("200 OK"))


@pytest.mark.parametrize("years", [10, -10])
def test_a_clock_that_is_ten_years_off_changes_no_result(line: Line, years: int) -> None:
    value = line.edit()
    clock = line.district.clock
    line.pc.opened.cache.clock = lambda: clock.now.replace(year=clock.now.year + years)
    try:
        report = line.pc.sync()
        second = line.edit()
        line.pc.sync()
    finally:
        line.pc.opened.cache.clock = clock

    assert report.in_step
    assert abs(report.clock_offset_s) > 9 * 365 * 86400
    assert line.changes_with(value) == line.changes_with(second) == 1
