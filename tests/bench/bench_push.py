"""Push: a thousand simulated devices against the real platform over HTTP, on PostgreSQL with every commit on the disk.

Platform, database and devices share the machine's cores. The floor is the least transaction that keeps a feed dense
(counter, ledger, record and entry in one statement, eight writers, no HTTP and no rules) on the same server, before
and after. At the end the ledger must hold exactly what was answered.
"""

import os
import random
import subprocess
import sys
import threading
from collections.abc import Generator, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import perf_counter
from urllib.parse import urlsplit

import msgspec
import psycopg
import sqlalchemy as sa

from gridclient.domain.record import grid_bucket
from gridclient.platform import directory, feed, tokens
from gridclient.platform.directory import Level, Unit
from gridclient.platform.directory_tables import area_of, worker_account
from gridclient.platform.service import Platform
from gridclient.platform.tables import ledger
from tests.bench.cases import uuid7
from tests.bench.neighbours import residents
from tests.bench.push_load import EACH, DevicePlan, Done, Plan
from tests.bench.rows import Options, Row
from tests.bench.world import PASSWORD, STREET, serving_process
from tests.system.databases import Server, postgresql_server

DEVICES, CELLS = 1000, 200  # five devices in a cell
RESIDENTS = DEVICES // CELLS * EACH  # of a cell
_FLOOR_S, _FLOOR_WRITERS = 5.0, 8
_FLOOR_TABLES = (
    "CREATE TABLE floor_bucket(id TEXT PRIMARY KEY, head BIGINT NOT NULL)",
    "CREATE TABLE floor_ledger(mid TEXT PRIMARY KEY, device TEXT NOT NULL, outcome TEXT NOT NULL, seq BIGINT NOT NULL)",
    "CREATE TABLE floor_record(id TEXT PRIMARY KEY, ver BIGINT NOT NULL, rec BYTEA NOT NULL)",
    "CREATE TABLE floor_feed(bucket TEXT, seq BIGINT, record TEXT NOT NULL, PRIMARY KEY(bucket, seq))",
)
_FLOOR = """WITH h AS (UPDATE floor_bucket SET head = head + 1 WHERE id = %(b)s RETURNING head),
l AS (INSERT INTO floor_ledger SELECT %(m)s, %(d)s, 'applied', head FROM h),
r AS (INSERT INTO floor_record VALUES (%(r)s, 1, %(p)s)
      ON CONFLICT(id) DO UPDATE SET ver = floor_record.ver + 1, rec = excluded.rec)
INSERT INTO floor_feed SELECT %(b)s, head, %(r)s FROM h"""


def rows(options: Options) -> Iterator[Row]:
    """Mutations a second, the slow answers, and whether the platform's memory grows."""
    devices = 100 if options.quick else DEVICES
    with (
        TemporaryDirectory(dir=options.scratch) as folder,
        postgresql_server(Path(folder) / "pg") as address,
    ):
        place, server = Path(folder), Server(address)
        url = server.make("push")
        with psycopg.connect(url, autocommit=True) as connection:
            settings = [connection.execute(f"SHOW {name}").fetchone() for name in ("fsync", "synchronous_commit")]
            assert settings == [("on",), ("on",)]
            for table in _FLOOR_TABLES:
                connection.execute(table)
        plan = _platform(place / "platform", url, devices)
        floor = [_floor(url)]
        with serving_process(place / "platform", "--database", url) as served:
            parts = urlsplit(served.url)
            plan.host, plan.port, plan.seconds = str(parts.hostname), int(parts.port or 0), options.seconds
            (place / "plan.json").write_bytes(msgspec.json.encode(plan))
            with _memory(served.pid) as memory:
                done = _devices(place / "plan.json")
        floor.append(_floor(url))
        assert done.others == 0, f"{done.others} mutations were not applied"
        assert _recorded(url) == done.applied
    tenth = max(1, len(memory) // 10)
    yield Row("push_per_s", done.applied / done.seconds, "mutations/s", median(floor))
    yield Row("push_p99_ms", sorted(done.latencies_ms)[len(done.latencies_ms) * 99 // 100], "ms")
    yield Row("push_rss_growth", median(memory[-tenth:]) / median(memory[2 * tenth : 3 * tenth]), "ratio")
    yield Row("push_rss_mb", median(memory[-tenth:]), "MB")


def _platform(folder: Path, url: str, devices: int) -> Plan:
    """A street with its residents, and a worker signed in on each device."""
    platform = Platform.at(folder, url)
    platform.initialise()
    draw, now = random.Random(1), datetime.now(UTC)
    village = f"{STREET}001"
    cells = [f"{village}{number + 1:03d}" for number in range(CELLS)]
    records: dict[str, list[str]] = {}
    with platform.database.write() as connection:
        directory.add_units(connection, [
            Unit("31", None, Level.CITY, "上海市"), Unit("310115", "31", Level.DISTRICT, "浦东新区"),
            Unit(STREET, "310115", Level.STREET, "张江镇"), Unit(village, STREET, Level.VILLAGE, "第 1 居委"),
            *(Unit(cell, village, Level.GRID, cell[-3:]) for cell in cells),
        ])  # fmt: skip
        for cell in cells:
            people = list(residents(cell, RESIDENTS))
            records[cell] = [each[0] for each in people]
            feed.load(connection, grid_bucket(cell), people)
    first, plans = None, list[DevicePlan]()
    for number in range(devices):
        cell, name = cells[number % CELLS], f"bench-{number:04d}"
        with platform.database.write() as connection:
            if first is None:
                directory.create_account(connection, name, PASSWORD, worker_id=f"w-{name}", name=name, role="worker")
                first = connection.execute(sa.select(worker_account)).mappings().one()
            else:  # with the first one's hash: a thousand slow hashes are another figure
                row = {**first, "area": area_of(name), "account": name, "worker_id": f"w-{name}", "name": name}
                connection.execute(worker_account.insert().values(**row))
            account = directory.named_account(connection, name)
            directory.assign_duty(connection, account, cell)
            device = uuid7(number, draw)
            directory.register_device(connection, account, device, name, now)
            token = tokens.issue(connection, account, device, now).access
        # Each device has residents of its own, so that its patches find the base that it saw.
        at = number // CELLS * EACH
        plans.append(DevicePlan(device, token, grid_bucket(cell), records[cell][at : at + EACH]))
    with platform.database.read() as connection:
        epoch = platform.epoch(connection)
    platform.database.close()
    return Plan("", 0, epoch, 0.0, plans)


def _devices(plan: Path) -> Done:
    command = [sys.executable, "-m", "tests.bench.push_load", str(plan)]
    made = subprocess.run(command, stdout=subprocess.PIPE, check=True)
    return msgspec.json.decode(made.stdout, type=Done)


def _recorded(url: str) -> int:
    engine = sa.create_engine(sa.make_url(url).set(drivername="postgresql+psycopg"))
    with engine.connect() as connection:
        count = connection.execute(sa.select(sa.func.count()).select_from(ledger)).scalar_one()
    engine.dispose()
    return count


@contextmanager
def _memory(pid: int) -> Generator[list[float]]:
    """Megabytes that a process keeps, looked at every second."""
    seen, ended = list[float](), threading.Event()

    def look() -> None:
        while True:
            pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
            seen.append(pages * os.sysconf("SC_PAGE_SIZE") / 2**20)
            if ended.wait(1):
                return

    watcher = threading.Thread(target=look, name="memory")
    watcher.start()
    try:
        yield seen
    finally:
        ended.set()
        watcher.join()


def _floor(url: str) -> float:
    """Mutations a second of the least transaction, by eight connections over two hundred buckets."""
    with psycopg.connect(url, autocommit=True) as connection:
        for number in range(CELLS):
            connection.execute("INSERT INTO floor_bucket VALUES (%s, 0) ON CONFLICT DO NOTHING", (f"b{number}",))
    with ThreadPoolExecutor(_FLOOR_WRITERS) as pool:
        return sum(pool.map(_floor_writer, [url] * _FLOOR_WRITERS, range(_FLOOR_WRITERS))) / _FLOOR_S


def _floor_writer(url: str, number: int) -> int:
    draw, n, end = random.Random(), 0, perf_counter() + _FLOOR_S
    payload = b"x" * 500
    with psycopg.connect(url, autocommit=True) as connection:
        while perf_counter() < end:
            values = {"b": f"b{draw.randrange(CELLS)}", "m": uuid7(n, draw), "d": f"d{number}",
                      "r": f"r{number}-{draw.randrange(500)}", "p": payload}  # fmt: skip
            connection.execute(_FLOOR, values, prepare=True)
            n += 1
    return n
