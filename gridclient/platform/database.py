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
from sqlalchemy.engine import Connection, Engine, ExceptionContext
from sqlalchemy.exc import ArgumentError, DBAPIError

from gridclient.errors import GridError
from gridclient.platform import directory, tokens
from gridclient.platform.rekeying import older_tables, rekey
from gridclient.platform.tables import metadata

__all__ = ["Database", "directory", "tokens"]  # the modules bring their tables into the metadata


class DatabaseUnknown(GridError):
    """The database's URL names none that the platform can use; it is not told, because it may hold a password."""

    text = "This address of a database cannot be used. It has this form: postgresql://user@host/name"


class DatabaseUnreachable(GridError):
    """No connection to the database could be made."""

    text = "The database cannot be reached: {url}"


class Database:
    """The platform's database: `read()` and `write()` each give a connection inside one transaction."""

    def __init__(self, url: str) -> None:
        self.url = _read_url(url)
        self.is_sqlite = self.url.get_backend_name() == "sqlite"
        self._engine = _engine(self.url)
        self._writer = threading.Lock() if self.is_sqlite else nullcontext()

    @classmethod
    def at(cls, place: str | Path) -> "Database":
        """Opens a database by URL, or the SQLite file `platform.db` in a folder."""
        if isinstance(place, str):
            return cls(place)
        place.mkdir(parents=True, exist_ok=True)
        return cls(f"sqlite:///{place.resolve() / 'platform.db'}")

    def create(self) -> None:
        """Creates the tables that are not there yet, and brings those of an older platform to today's keys."""
        with self.read() as connection:
            is_older = bool(older_tables(connection))
        if is_older:
            with self.write() as connection:
                rekey(connection)
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


def _read_url(text: str) -> sa.URL:
    try:
        url = sa.make_url(text)
    except (ArgumentError, ValueError) as error:
        raise DatabaseUnknown from error
    if url.get_backend_name() not in ("sqlite", "postgresql"):
        raise DatabaseUnknown
    return url


def _engine(url: sa.URL) -> Engine:
    engine = _sqlite(url) if url.get_backend_name() == "sqlite" else _postgresql(url)

    @event.listens_for(engine, "handle_error")
    def _failed(context: ExceptionContext) -> None:  # pyright: ignore[reportUnusedFunction] - a listener
        if context.connection is None and isinstance(context.sqlalchemy_exception, DBAPIError):
            raise DatabaseUnreachable(url=url.render_as_string()) from context.original_exception

    return engine


def _postgresql(url: sa.URL) -> Engine:
    url = url.set(drivername="postgresql+psycopg")
    return sa.create_engine(url, pool_size=8, max_overflow=8, hide_parameters=True)


def _sqlite(url: sa.URL) -> Engine:
    engine = sa.create_engine(
        url,
        pool_size=8,
        max_overflow=8,
        poolclass=sa.QueuePool,
        connect_args={"check_same_thread": False},
        hide_parameters=True,
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
