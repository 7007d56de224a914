"""Two processes of one platform on one PostgreSQL: no edit is lost or doubled, and news of the one reach the other."""

import subprocess
import sys
import threading
from collections.abc import Generator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from gridclient.platform.database import Database
from gridclient.sync.thread import Ended, Event, SyncThread
from tests.system.databases import Server
from tests.system.district import District, Pc

PATIENCE_S, EDITS = 60, 6
FIELDS = ("phone", "contact_name", "contact_relation", "contact_phone")


@contextmanager
def serving(folder: Path, url: str) -> Generator[str]:
    """A platform in a process of its own; gives its address."""
    command = [sys.executable, "-m", "gridclient", "platform", "serve", "--folder", str(folder), "--database", url,
               "--port", "0"]  # fmt: skip
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            yield process.stdout.readline().split()[-1]
        finally:
            process.terminate()


@dataclass
class Pair:
    """One district whose platform is served twice."""

    district: District
    addresses: tuple[str, str]

    def pc(self, account: str, n: int, name: str = "") -> Pc:
        """A PC that knows the n-th process only."""
        self.district.address = self.addresses[n]
        return self.district.pc(account, name)


@pytest.fixture
def pair(postgresql: Database, tmp_path: Path) -> Generator[Pair]:
    """Both processes, and the district's own server stopped."""
    server = Server(postgresql.url.render_as_string(hide_password=False))
    url = server.make("two_processes")
    district = District.start(tmp_path, url)
    district.running.stop()
    with ExitStack() as stack:
        addresses = [stack.enter_context(serving(tmp_path / "platform", url)) for _ in range(2)]
        yield Pair(district, (addresses[0], addresses[1]))
        for pc in district.pcs:
            pc.opened.close()
    district.platform.database.close()
    server.drop("two_processes")


def value(n: int, at: int) -> str:
    """What the n-th PC enters at one time; good for each of the fields."""
    return f"1390000{n}{at:03}"


def test_edits_through_both_at_once_are_all_applied_once(pair: Pair) -> None:
    pcs = [pair.pc(("lin", "chen")[n % 2], n // 2, f"pc-{n}") for n in range(4)]
    for pc in pcs:
        assert pc.sync().in_step

    def work(n: int) -> None:
        for at in range(EDITS):
            pcs[n].edit(pair.district.ident, **{FIELDS[n]: value(n, at)})
            pcs[n].sync()

    with ThreadPoolExecutor(len(pcs)) as pool:
        list(pool.map(work, range(len(pcs))))
    for pc in pcs:
        assert pc.sync().in_step

    expected = {name: value(n, EDITS - 1) for n, name in enumerate(FIELDS)}
    for pc in pcs:
        found = pc.fields(pair.district.ident)
        assert {name: found[name] for name in FIELDS} == expected
        assert pc.statuses() == ["applied"] * EDITS
    with pair.district.platform.database.read() as connection:
        written = connection.exec_driver_sql("SELECT count(*), count(DISTINCT mid) FROM history").one()
    assert tuple(written) == (4 * EDITS, 4 * EDITS)


def test_who_waits_at_one_process_hears_what_came_to_the_other(pair: Pair) -> None:
    lin, chen = pair.pc("lin", 0), pair.pc("chen", 1)
    chen.sync()
    arrived, idle = threading.Event(), threading.Event()

    def hear(event: Event) -> None:
        if isinstance(event, Ended):
            idle.set()
            if lin.fields(pair.district.ident)["phone"] == "13800006128":
                arrived.set()

    thread = SyncThread(lin.opened.cache, lin.opened.http, hear)
    thread.start()
    try:
        assert idle.wait(PATIENCE_S)
        chen.edit(pair.district.ident, phone="13800006128")
        assert chen.sync().in_step
        assert arrived.wait(PATIENCE_S)
    finally:
        thread.stop()
        thread.join(PATIENCE_S)
    assert not thread.is_alive()
