"""Opens SQLCipher files through SQLAlchemy, with a raw key: no password derivation, 0.2 ms.

`synchronous=FULL` with a write-ahead log: a commit that returned survives a power cut.
"""

from pathlib import Path
from typing import Any

import sqlalchemy as sa
import sqlcipher3.dbapi2
from sqlalchemy import event
from sqlalchemy.engine import Connection, Engine, ExceptionContext
from sqlalchemy.exc import DatabaseError

from gridclient.errors import GridError
from gridclient.store.disk import DiskFailed, DiskFull, DiskReadOnly

PAGE_CACHE_MB = 64
READER_CACHE_MB = 4  # what lists read lies close together; a connection keeps its pages as long as it lives
_driver: Any = sqlcipher3.dbapi2  # has no type stubs; its interface is sqlite3's


class CacheUnreadable(GridError):
    """The file cannot be read with this key: another key, or a damaged file."""

    text = "The cache on this PC cannot be read with its key. Nothing was changed; ask an administrator."


class CacheDamaged(GridError):
    """A page of the file does not have the bytes that were written; none of it was taken for data."""

    text = (
        "A part of the cache on this PC is damaged. Open it again with your PIN or password: "
        "GridClient then saves what you entered and fetches the rest again."
    )


_FAULTS = {
    "disk is full": DiskFull, "readonly database": DiskReadOnly, "disk image is malformed": CacheDamaged,
    "hmac check failed": CacheDamaged, "not a database": CacheDamaged, "disk I/O error": DiskFailed,
    "unable to open database file": DiskFailed,
}  # fmt: skip


def open_engine(path: Path, key: bytes, page_cache_mb: int = PAGE_CACHE_MB) -> Engine:
    """An engine over an encrypted file, created on first use; raises `CacheUnreadable`."""

    def connect() -> Any:
        connection = _driver.connect(str(path), check_same_thread=False, isolation_level=None, cached_statements=256)
        try:
            _prepare(connection, key, page_cache_mb)
        except _driver.DatabaseError:
            connection.close()  # a refused key must not keep the file open
            raise
        return connection

    engine = sa.create_engine(
        "sqlite+pysqlite://",
        module=_driver,
        creator=connect,
        poolclass=sa.QueuePool,
        pool_size=4,
        max_overflow=2,
        hide_parameters=True,  # they are what residents told us
        pool_use_lifo=True,  # the connection whose pages are warm
    )
    event.listen(engine, "begin", _begin)
    event.listen(engine, "handle_error", _translate)
    try:
        with engine.connect() as connection:
            connection.exec_driver_sql("SELECT count(*) FROM sqlite_master").scalar_one()
    except CacheDamaged as error:
        engine.dispose()
        raise CacheUnreadable from error
    except (DatabaseError, _driver.DatabaseError) as error:
        engine.dispose()
        if "not a database" in str(error) or "malformed" in str(error) or "hmac" in str(error).lower():
            raise CacheUnreadable from error
        raise
    return engine


def _prepare(connection: Any, key: bytes, page_cache_mb: int) -> None:
    connection.execute("PRAGMA cipher_log_level = NONE").close()  # a wrong key is our error to tell, not stderr's
    connection.execute(f"PRAGMA key = \"x'{key.hex()}'\"")
    for pragma in (
        "journal_mode=WAL", "synchronous=FULL", f"cache_size=-{page_cache_mb * 1024}", "temp_store=MEMORY",
        "busy_timeout=15000", "secure_delete=ON", "foreign_keys=ON", "wal_autocheckpoint=10000",
    ):  # fmt: skip
        connection.execute(f"PRAGMA {pragma}").close()


def _begin(connection: Connection) -> None:
    writes = connection.get_execution_options().get("gridclient_writes", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN DEFERRED")


def _translate(context: ExceptionContext) -> None:
    told = str(context.original_exception)
    for part, fault in _FAULTS.items():
        if part in told:
            # A connection that met a damaged page answers wrongly from then on: none of the pool is used again.
            context.is_disconnect = fault is CacheDamaged
            raise fault from context.original_exception
