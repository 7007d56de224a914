"""Opens the platform's database and begins its transactions.

One code for SQLite and PostgreSQL. On SQLite writers queue here, in the process, because the database's own
busy handler lets one starve for seconds; on PostgreSQL a bucket's row lock is the queue.
"""

import threading
from collections.abc import Generator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.engine import Connection, Engine

from gridclient.platform import directory, tokens
from gridclient.platform.tables import metadata

__all__ = ["Database", "directory", "tokens"]  # the modules bring their tables into the metadata


class Database:
    """The platform's database: `read()` and `write()` each give a connection inside one transaction."""

    def __init__(self, url: str) -> None:
        self.url = sa.make_url(url)
        self.is_sqlite = self.url.get_backend_name() == "sqlite"
        self._engine = _engine(self.url)
        self._writer = threading.Lock() if self.is_sqlite else nullcontext()

    @classmethod
    def at(cls, place: str | Path) -> "Database":
        """Opens a database by URL, or the SQLite file `platform.db` in a folder."""
        text = str(place)
        if "://" in text:
            return cls(text)
        Path(text).mkdir(parents=True, exist_ok=True)
        return cls(f"sqlite:///{Path(text).resolve() / 'platform.db'}")

    def create(self) -> None:
        """Creates the tables that are not there yet."""
        with self._writer:
            metadata.create_all(self._engine)

    @contextmanager
    def read(self) -> Generator[Connection]:
        """A transaction that sees one state of the whole database from its first statement to its last."""
        with self._engine.connect() as connection:
            if not self.is_sqlite:
                connection = connection.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
            with connection.begin():
                yield connection

    @contextmanager
    def write(self) -> Generator[Connection]:
        """A transaction that writes; commits at the end, rolls back when an exception passes."""
        with self._writer, self._engine.connect() as connection:
            if self.is_sqlite:
                connection = connection.execution_options(gridclient_writes=True)
            with connection.begin():
                yield connection

    def close(self) -> None:
        """Closes every pooled connection."""
        self._engine.dispose()


def _engine(url: sa.URL) -> Engine:
    if url.get_backend_name() != "sqlite":
        return sa.create_engine(url.set(drivername="postgresql+psycopg"), pool_size=8, max_overflow=8)
    engine = sa.create_engine(
        url, pool_size=8, max_overflow=8, poolclass=sa.QueuePool, connect_args={"check_same_thread": False}
    )

    @event.listens_for(engine, "connect")
    def _opened(connection: Any, _record: object) -> None:  # pyright: ignore[reportUnusedFunction] - a listener
        connection.isolation_level = None  # the driver must not begin by itself
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "busy_timeout=10000", "temp_store=MEMORY"):
            connection.execute(f"PRAGMA {pragma}").close()

    @event.listens_for(engine, "begin")
    def _began(connection: Connection) -> None:  # pyright: ignore[reportUnusedFunction] - a listener
        writes = connection.get_execution_options().get("gridclient_writes", False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN DEFERRED")

    return engine
