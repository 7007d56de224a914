"""Fixtures for every test: an empty platform database on SQLite and on PostgreSQL, and a running district."""

import logging
import threading
from collections.abc import Generator
from pathlib import Path

import pytest
import sqlalchemy as sa

from gridclient.platform.database import Database
from gridclient.platform.tables import metadata
from gridclient.text import set_language
from tests.system.databases import postgresql_server
from tests.system.district import Clock, District
from tests.system.held import open_files
from tests.system.proxy import Proxy


@pytest.fixture(scope="session")
def postgresql() -> Generator[Database]:
    """A PostgreSQL server of its own with the platform's tables."""
    with postgresql_server() as url:
        database = Database(url)
        database.create()
        yield database
        database.close()


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
    with shared.write() as connection:
        names = ", ".join(table.name for table in metadata.sorted_tables)
        connection.execute(sa.text(f"TRUNCATE {names}"))
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
