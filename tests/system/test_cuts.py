"""A small exchange that is cut at every byte, in both directions: nothing is applied, or all of it, and once.

The client is real down to its socket; what a real server makes of half a request is the last test's. On PostgreSQL it
is the push that is cut, whose transaction is all that a cut could leave half done there.
"""

import socket
from collections.abc import Callable, Generator
from urllib.parse import urlsplit

import pytest
import sqlalchemy as sa

from gridclient.domain.record import Kind
from gridclient.platform import tables
from gridclient.store import arrivals, drafts, outbox, work
from gridclient.sync.cycle import Cycle
from gridclient.sync.troubles import Offline
from tests.system.databases import Server
from tests.system.district import District
from tests.system.proxy import Proxy
from tests.system.tap import Tap
from tests.system.world import ADDRESS, Device, World, world

TABLES = ("base", "membership", "cursors", "shown", "drafts", "outbox", "outcomes", "journal", "history", "attachments")
LONGEST = 20_000  # bytes; no part of a small exchange is longer
State = dict[str, list[tuple[object, ...]]]


class Line:
    """Lin's client with an edit that waits, before a platform with news; the tap is between them."""

    def __init__(self, here: World) -> None:
        self.world, self.lin, self.chen = here, here.devices[0], here.devices[2]
        assert self.lin.sync() is not None
        self.contact, self.person = (self.lin.visible(kind)[0] for kind in (Kind.IDENT, Kind.RESIDENT))
        with self.lin.cache.write() as tx:
            drafts.save_draft(tx, self.lin.visible(Kind.CASE)[0], "contact", b"half a form")
        self.tap = Tap(here.deliver)
        session = self.lin.http._session  # pyright: ignore[reportPrivateUsage] - the socket is the only thing not real
        session.mount(ADDRESS, self.tap)

    def edit(self, device: Device, record: str, **fields: str) -> None:
        """An edit of a worker."""
        device.write(lambda tx: work.edit_record(tx, record, fields, device.actor))

    def state(self) -> State:
        """Everything that an answer could change on the PC."""
        with self.lin.cache.read() as connection:
            return {
                name: [tuple(row) for row in connection.exec_driver_sql(f"SELECT * FROM {name} ORDER BY 1, 2")]
                for name in TABLES
            }

    def judged(self) -> int:
        """How many edits the platform has taken."""
        with self.world.platform.database.read() as connection:
            return connection.execute(sa.select(sa.func.count()).select_from(tables.ledger)).scalar_one()

    def at_every_byte(self, part: str, path: str, look: Callable[[], None]) -> int:
        """Cuts one part of a cycle at its first byte, its second, and so on until it is whole; says how many cuts."""
        self.tap.path = path
        for at in range(LONGEST):
            setattr(self.tap, part, at)
            self.tap.was_cut = False
            cycle = Cycle(self.lin.cache, self.lin.http)
            try:
                cycle.run()
            except Offline:
                assert self.tap.was_cut
                look()
            else:
                assert not self.tap.was_cut, f"a cut at byte {at} was not noticed"
                return at
        raise AssertionError("the exchange does not end")

    def is_sound(self) -> bool:
        """Whether what the cache counts is what it has, and the edit came to the platform and is on the screen."""
        with self.lin.cache.read() as connection:
            sums = {name: found[:2] for name, found in arrivals.sums(connection).items()}
            counted = arrivals.recount(connection)
            waiting = outbox.waiting(connection).count
        return sums == counted and waiting == 0


@pytest.fixture
def line(request: pytest.FixtureRequest) -> Generator[Line]:
    """The client and the platform of a schedule, without its trouble; the database is the test's own to name."""
    server: Server | None = request.getfixturevalue("server") if request.param == "postgresql" else None
    with world(server=server) as here:
        yield Line(here)


WHERE = pytest.mark.parametrize(
    ("path", "line"),
    [("/hello", "sqlite"), ("/push", "sqlite"), ("/push", "postgresql"), ("/pull", "sqlite")],
    indirect=["line"],
)


@WHERE
def test_a_request_that_is_cut_at_any_byte_changes_neither_side(line: Line, path: str) -> None:
    line.edit(line.lin, line.contact, phone="13900007741")
    if path == "/pull":
        assert line.lin.sync() is not None  # nothing is left to push
    before, judged = line.state(), line.judged()

    def look() -> None:
        assert line.state() == before
        assert line.judged() == judged

    cuts = line.at_every_byte("request_bytes", path, look)

    assert cuts > 200
    assert line.is_sound()
    assert line.lin.find(line.contact) is not None
    assert line.judged() == 1


@WHERE
def test_a_reply_that_is_cut_at_any_byte_changes_nothing_on_the_pc(line: Line, path: str) -> None:
    if path == "/pull":
        line.edit(line.chen, line.person, note="the bell is broken")
        assert line.chen.sync() is not None
    else:
        line.edit(line.lin, line.contact, phone="13900007741")
    before = line.state()

    def look() -> None:
        assert line.state() == before
        assert line.judged() == (0 if path == "/hello" else 1)  # the same edit, however often it came

    cuts = line.at_every_byte("reply_bytes", path, look)

    assert cuts > 200
    assert line.state() != before
    assert line.is_sound()
    assert line.judged() == 1


def test_a_server_takes_no_request_that_ended_before_its_last_byte(district: District, faults: Proxy) -> None:
    lin = district.pc("lin")
    lin.sync()
    lin.edit(district.ident, phone="13900007741")
    faults.requests.clear()
    lin.sync()
    [push] = [request for request in faults.requests if b"/push" in request.split(b"\r\n")[0]]
    with district.platform.database.write() as connection:  # as if it had never come
        for table in (tables.ledger, tables.history):
            connection.execute(table.delete())
    place = urlsplit(district.running.url)

    for at in range(len(push)):
        with socket.create_connection((place.hostname or "", place.port or 80), timeout=10) as half:
            half.sendall(push[:at])
            half.shutdown(socket.SHUT_WR)
            while half.recv(4096):
                pass

    with district.platform.database.read() as connection:
        assert connection.execute(sa.select(sa.func.count()).select_from(tables.ledger)).scalar_one() == 0
