"""Fixtures for every test: an empty platform database on SQLite and on PostgreSQL, and a running district."""

import logging
import threading
from collections.abc import Generator
from pathlib import Path

import pytest
from argon2 import PasswordHasher

from gridclient.platform import directory_accounts
from gridclient.platform.database import Database
from gridclient.store import keys, relock
from gridclient.sync import sign_in
from gridclient.text import set_language
from tests.system.databases import Server, empty, postgresql_server
from tests.system.district import Clock, District
from tests.system.held import open_files
from tests.system.proxy import Proxy


@pytest.fixture(scope="session", autouse=True)
def shipped_costs() -> Generator[dict[str, tuple[int, int, int]]]:
    """Passwords and PINs cost next to nothing, or half of the tests' time would be theirs.

    Gives memory in KiB, passes and lanes of what the program ships with, for the tests that hold it to them; processes
    of their own (the tour, the kills) run with those.
    """
    hashers = {"account": (directory_accounts, "_HASHER"), "sign-in": (sign_in, "_hasher"), "lock": (relock, "_hasher")}
    shipped = {"pin": (keys._MEMORY_KIB, keys._TIME_COST, keys._LANES)}  # pyright: ignore[reportPrivateUsage]
    with pytest.MonkeyPatch.context() as patch:
        for name, (module, attribute) in hashers.items():
            found: PasswordHasher = getattr(module, attribute)
            shipped[name] = found.memory_cost, found.time_cost, found.parallelism
            patch.setattr(module, attribute, PasswordHasher(time_cost=1, memory_cost=64, parallelism=1))
        patch.setattr(keys, "_MEMORY_KIB", 64)
        patch.setattr(keys, "_TIME_COST", 1)
        yield shipped


@pytest.fixture(scope="session")
def postgresql() -> Generator[Database]:
    """A PostgreSQL server of its own with the platform's tables."""
    with postgresql_server() as url:
        database = Database(url)
        database.create()
        yield database
        database.close()


@pytest.fixture(scope="session")
def server(postgresql: Database) -> Server:
    """The same server, for tests that make databases of their own on it."""
    return Server(postgresql.url.render_as_string(hide_password=False))


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Generator[Database]:
    """The platform's tables with nothing in them."""
    if request.param == "sqlite":
        database = Database.at(tmp_path)
        database.create()
        yield database
        database.close()
        return
    shared: Database = request.getfixturevalue("postgresql")
    empty(shared)
    yield shared


@pytest.fixture
def district(database: Database, tmp_path: Path) -> Generator[District]:
    """The platform serving one small street, on each database; PCs sign in with `district.pc("lin")`."""
    url = None if database.is_sqlite else database.url.render_as_string(hide_password=False)
    district = District.start(tmp_path / "district", url)
    yield district
    district.stop()


@pytest.fixture
def clock(district: District) -> Clock:
    """The clock of the platform and of its PCs; it stands until it is moved."""
    return district.clock


@pytest.fixture
def faults(district: District) -> Generator[Proxy]:
    """The network between the platform and PCs that sign in from now on; `faults.next(Trouble(…))` troubles it."""
    proxy = Proxy(district.running.url)
    district.address = proxy.url
    yield proxy
    proxy.stop()


@pytest.fixture(autouse=True)
def no_warnings() -> Generator[None]:
    """Nothing goes wrong unseen on a loop; Python's and Qt's own warnings fail by `pyproject.toml`."""
    told: list[str] = []
    handler = logging.Handler(logging.WARNING)
    handler.emit = lambda record: told.append(record.getMessage())
    logger = logging.getLogger("asyncio")
    logger.addHandler(handler)
    yield
    logger.removeHandler(handler)
    assert told == []


@pytest.fixture(autouse=True)
def english() -> Generator[None]:
    """Every test begins and ends with English texts."""
    set_language("en")
    yield
    set_language("en")


@pytest.fixture(autouse=True)
def no_leaks(request: pytest.FixtureRequest) -> Generator[None]:
    """No test leaves a thread of the client or an open file of its own folder behind."""
    before = set(threading.enumerate())
    folder: Path | None = request.getfixturevalue("tmp_path") if "tmp_path" in request.fixturenames else None
    yield
    left = [each for each in set(threading.enumerate()) - before if each.name.startswith("gridclient-")]
    for thread in left:
        thread.join(5)
    assert [thread.name for thread in left if thread.is_alive()] == []
    if folder is not None:
        assert open_files(folder) == []
