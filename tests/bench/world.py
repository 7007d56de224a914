"""The world that the benchmarks of sync measure in: a real platform in a process of its own, and real profiles.

It is made once in a scratch folder and used again: three workers of one platform, whose areas hold few, some and
very many cases, and a delta that all but one of them have still to pull.
"""

import json
import shutil
import subprocess
import sys
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from gridclient.domain.record import Kind, care_bucket, grid_bucket, ident_bucket, street_bucket
from gridclient.platform import directory, feed
from gridclient.platform.directory import Level, Unit
from gridclient.platform.service import Platform
from gridclient.store.profile import profiles
from gridclient.sync.cycle import CacheTokens, Cycle
from gridclient.sync.http import Http
from gridclient.sync.sign_in import Credentials, Opened, sign_in, unlock
from tests.bench.cases import cases, files

STREET = "310115125"
CELLS = 4  # of one worker
_SHAPE = 2  # of what is made; a scratch folder of another one is made anew
PASSWORD, PIN = "bench-2026-street", "246810"
FEW, SOME, MANY = "few", "some", "many"  # accounts


@dataclass(frozen=True, slots=True)
class Sizes:
    """How many cases the areas of the three workers hold; that of MANY includes the others'. `delta` comes later."""

    few: int = 10_000
    some: int = 100_000
    many: int = 1_000_000
    delta: int = 100_000


FULL, QUICK = Sizes(), Sizes(1_000, 5_000, 20_000, 3_000)


@dataclass(frozen=True, slots=True)
class World:
    """A scratch folder with a filled platform, and the PCs of FEW and MANY as they were before the delta."""

    folder: Path
    sizes: Sizes

    @property
    def platform(self) -> Path:
        """The platform's folder."""
        return self.folder / "platform"

    def pc(self, account: str) -> Path:
        """The profiles folder of a worker who synchronised before the delta came."""
        return self.folder / f"pc-{account}"

    @property
    def delta(self) -> Path:
        """The delta as one page."""
        return self.folder / "delta.ndjson.zst"

    def buckets(self, account: str) -> list[str]:
        """The buckets of a worker's cells."""
        return [b for cell in cells_of(account) for b in (grid_bucket(cell), care_bucket(cell), ident_bucket(cell))]

    def snapshots(self, account: str) -> list[Path]:
        """The snapshot files of a worker's cells, as far as the platform has made them."""
        cells = cells_of(account)
        return sorted(path for path in self.platform.glob("snapshots/*/*.zst") if path.parent.name[-15:] in cells)


@dataclass(frozen=True, slots=True)
class Served:
    """A platform in a process of its own."""

    url: str
    pid: int


@contextmanager
def serving_process(folder: Path, *options: str) -> Generator[Served]:
    """Serves a platform from a process of its own."""
    command = [
        sys.executable, "-m", "gridclient", "platform", "serve", "--folder", str(folder), "--port", "0", *options
    ]  # fmt: skip
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env={"LANG": "C.UTF-8"}) as server:
        assert server.stdout is not None
        try:
            yield Served(server.stdout.readline().split()[-1], server.pid)
        finally:
            server.terminate()


@contextmanager
def serving(folder: Path) -> Generator[str]:
    """The same; gives its URL."""
    with serving_process(folder) as served:
        yield served.url


def enter(root: Path, url: str, account: str) -> Opened:
    """Signs in on a new PC."""
    return sign_in(root, Credentials(url, account, PASSWORD, "bench", PIN), None)


def enter_again(root: Path, url: str) -> Opened:
    """Signs in on a known PC; the platform has another address since then."""
    opened = unlock(next(profiles(root)), PIN, None)
    http = Http(url, opened.http.device, CacheTokens(opened.cache))
    http.sign_in(opened.facts.account, PASSWORD, "bench", "")
    return replace(opened, http=http)


def world(scratch: Path, sizes: Sizes) -> World:
    """The world of these sizes, made on first use (about two minutes for the full one)."""
    made = World(scratch / f"world-{sizes.many}", sizes)
    note, told = made.folder / "world.json", json.dumps({**asdict(sizes), "shape": _SHAPE})
    if not note.exists() or note.read_text() != told:
        shutil.rmtree(made.folder, ignore_errors=True)
        _make_platform(made)
        with serving(made.platform) as url:
            for account in (FEW, MANY):
                opened = enter(made.pc(account), url, account)
                Cycle(opened.cache, opened.http).run()
                opened.close()
        _add_delta(made)
        note.write_text(told)
    return made


def _make_platform(made: World) -> None:
    platform = Platform.at(made.platform)
    platform.initialise()
    with platform.database.write() as connection:
        directory.add_units(connection, list(_units()))
        for account in (FEW, SOME, MANY):
            created = directory.create_account(
                connection, account, PASSWORD, worker_id=f"w-{account}", name=account, role="worker"
            )
            for code in cells_of(account):
                directory.assign_duty(connection, created, code)
        feed.load(connection, street_bucket(STREET), files(STREET, Kind.WORKER, 1))
    rest = made.sizes.many - made.sizes.few - made.sizes.some
    for area, n in enumerate((made.sizes.few, made.sizes.some, rest)):
        for cell in _cells(area):
            with platform.database.write() as connection:
                feed.load(connection, grid_bucket(cell), cases(cell, n // CELLS, seed=1))
                feed.load(connection, care_bucket(cell), files(cell, Kind.CARE, 1))
                feed.load(connection, ident_bucket(cell), files(cell, Kind.IDENT, 1))
    platform.database.close()


def _add_delta(made: World) -> None:
    """Enters the delta into the area of FEW, and writes it as one page for the floor."""
    platform = Platform.at(made.platform)
    cursors: dict[str, int] = {}
    for cell in cells_of(FEW):
        with platform.database.write() as connection:
            cursors[grid_bucket(cell)] = feed.states(connection, [grid_bucket(cell)])[grid_bucket(cell)].head
            feed.load(connection, grid_bucket(cell), cases(cell, made.sizes.delta // CELLS, seed=2, upcoming=True))
    with platform.database.read() as connection, made.delta.open("wb") as file:
        file.writelines(feed.page(connection, platform.epoch(connection), cursors, cursors, sys.maxsize))
    platform.database.close()


def cells_of(account: str) -> tuple[str, ...]:
    """The cells of a worker's duties."""
    match account:
        case "few":
            return _cells(0)
        case "some":
            return _cells(1)
        case _:
            return _cells(0) + _cells(1) + _cells(2)


def _cells(area: int) -> tuple[str, ...]:
    return tuple(f"{STREET}{area + 1:03d}{number + 1:03d}" for number in range(CELLS))


def _units() -> Iterator[Unit]:
    yield Unit("31", None, Level.CITY, "上海市")
    yield Unit("310115", "31", Level.DISTRICT, "浦东新区")
    yield Unit(STREET, "310115", Level.STREET, "张江镇")
    for area in range(3):
        village = f"{STREET}{area + 1:03d}"
        yield Unit(village, STREET, Level.VILLAGE, f"第 {area + 1} 居委")
        yield from (Unit(cell, village, Level.GRID, cell[-3:]) for cell in _cells(area))
