"""A worker's cache: one encrypted file, read in one transaction at a time, written in one transaction at a time.

Blocking, and safe to use from several threads: each `read()` or `write()` takes a connection of its own.
"""

from collections.abc import Callable, Generator, Iterable
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy.engine import Connection

from gridclient import faults
from gridclient.domain.record import iso
from gridclient.errors import GridError
from gridclient.store.attachments import AttachmentFile
from gridclient.store.cipher import READER_CACHE_MB, open_engine
from gridclient.store.profile import Profile
from gridclient.store.schema import migrate

_COLLECTED_AT_ONCE = 50  # photos; whoever wants to save something meanwhile waits for no more


@dataclass(frozen=True, slots=True)
class Changes:
    """What a write changed: record ids, and the areas whose lists may look different now."""

    records: frozenset[str] = frozenset()
    areas: frozenset[str] = frozenset()  # of AREAS

    def __or__(self, other: "Changes") -> "Changes":
        return Changes(self.records | other.records, self.areas | other.areas)

    def __bool__(self) -> bool:
        return bool(self.records or self.areas)

    @classmethod
    def of(cls, *records: str, areas: Iterable[str] = ()) -> "Changes":
        """Changes of these records in these areas."""
        return cls(frozenset(records), frozenset(areas))


AREAS = frozenset(
    {"case", "resident", "outbox", "outcomes", "conflict", "review", "draft", "scope", "packs", "views", "unsent"}
)


@dataclass(frozen=True, slots=True)
class Transaction:
    """A write in progress, and the moment that it carries."""

    connection: Connection
    now: datetime

    @property
    def at(self) -> str:
        """The moment as records keep it."""
        return iso(self.now)

    def setting(self, name: str) -> str | None:
        """A setting of this cache."""
        return read_setting(self.connection, name)

    def set_setting(self, name: str, value: str | None) -> None:
        """Changes a setting of this cache."""
        if value is None:
            self.connection.exec_driver_sql("DELETE FROM settings WHERE name = ?", (name,))
        else:
            self.connection.exec_driver_sql("INSERT OR REPLACE INTO settings(name, value) VALUES (?,?)", (name, value))


def read_setting(connection: Connection, name: str) -> str | None:
    """A setting of the cache, None when it was never set."""
    return connection.exec_driver_sql("SELECT value FROM settings WHERE name = ?", (name,)).scalar()


def _now() -> datetime:
    return datetime.now(UTC)


class Cache:
    """The open cache of one profile, with its attachments in a second encrypted file."""

    def __init__(self, path: Path, attachments_path: Path, key: bytes, clock: Callable[[], datetime] = _now) -> None:
        self.clock = clock
        self._engine = open_engine(path, key)
        self._readers = open_engine(path, key, READER_CACHE_MB)
        try:
            with self.write() as tx:
                migrate(tx.connection)
            self.files = AttachmentFile(attachments_path, key)
        except GridError:
            self._readers.dispose()
            self._engine.dispose()
            raise

    @contextmanager
    def read(self) -> Generator[Connection]:
        """A connection that sees one state of the cache."""
        with self._readers.connect() as connection, connection.begin():
            yield connection

    @contextmanager
    def write(self) -> Generator[Transaction]:
        """A transaction; commits durably at the end, and rolls back when an exception passes."""
        with self._engine.connect().execution_options(gridclient_writes=True) as connection, connection.begin():
            yield Transaction(connection, self.clock())
            faults.reach("cache.committing")
        faults.reach("cache.committed")

    def setting(self, name: str) -> str | None:
        """A setting of this cache."""
        with self.read() as connection:
            return read_setting(connection, name)

    def collect(self) -> None:
        """Deletes the photos that no record on this PC uses any more.

        Whoever adds a photo holds the cache's lock until its row is written (see `blobs`), and so does this: a photo
        in use is never taken away, whatever dies or is added meanwhile.
        """
        more = True
        while more:
            with self.write() as tx:
                used = set(tx.connection.exec_driver_sql("SELECT sha256 FROM attachments").scalars())
                unused = list(self.files.hashes() - used)
                faults.reach("photos.collecting")
                self.files.drop(unused[:_COLLECTED_AT_ONCE])
            more = len(unused) > _COLLECTED_AT_ONCE

    def close(self) -> None:
        """Closes both files; the write-ahead logs are folded in by the last connection."""
        self._readers.dispose()
        self._engine.dispose()
        self.files.close()


def open_cache(profile: Profile, key: bytes, clock: Callable[[], datetime] = _now) -> Cache:
    """Opens the cache of a profile that this process holds, creating it on first use."""
    cache = Cache(profile.cache_path, profile.attachments_path, key, clock)
    with suppress(GridError):  # a full or a damaged disk keeps nobody from their work; it is told where it matters
        cache.collect()
    return cache
