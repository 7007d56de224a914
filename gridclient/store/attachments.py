"""Photos and signatures, in a second encrypted file as rows of chunks.

The bytes are hashed and copied when they are attached, so that a file changed later cannot change an upload.
They never lie on the disk in plain text.
"""

import hashlib
from pathlib import Path

import sqlalchemy as sa

from gridclient.store.cipher import open_engine

CHUNK = 256 * 1024

_metadata = sa.MetaData()
_blob = sa.Table(
    "blob",
    _metadata,
    sa.Column("sha256", sa.Text, primary_key=True),
    sa.Column("n", sa.Integer, primary_key=True),
    sa.Column("bytes", sa.LargeBinary, nullable=False),
    sqlite_with_rowid=False,
)


class AttachmentFile:
    """The encrypted file of blobs; what they belong to is told by the cache's `attachments`."""

    def __init__(self, path: Path, key: bytes) -> None:
        self._engine = open_engine(path, key)
        with self._engine.connect().execution_options(gridclient_writes=True) as connection, connection.begin():
            _metadata.create_all(connection)

    def add(self, data: bytes) -> str:
        """Keeps the bytes and returns their SHA-256."""
        sha256 = hashlib.sha256(data).hexdigest()
        with self._engine.connect().execution_options(gridclient_writes=True) as connection, connection.begin():
            known = sa.select(_blob.c.n).where(_blob.c.sha256 == sha256).limit(1)
            if connection.execute(known).scalar_one_or_none() is None:
                chunks = range(0, max(len(data), 1), CHUNK)
                rows = [{"sha256": sha256, "n": n, "bytes": data[at : at + CHUNK]} for n, at in enumerate(chunks)]
                connection.execute(_blob.insert(), rows)
        return sha256

    def get(self, sha256: str) -> bytes | None:
        """The bytes, or None when they are not on this PC."""
        with self._engine.connect() as connection, connection.begin():
            rows = connection.execute(sa.select(_blob.c.bytes).where(_blob.c.sha256 == sha256).order_by(_blob.c.n))
            found = [row.bytes for row in rows]
        return b"".join(found) if found else None

    def has(self, sha256: str) -> bool:
        """Whether the bytes are on this PC."""
        with self._engine.connect() as connection, connection.begin():
            return connection.execute(sa.select(_blob.c.n).where(_blob.c.sha256 == sha256).limit(1)).first() is not None

    def hashes(self) -> set[str]:
        """The SHA-256 of every blob in the file."""
        with self._engine.connect() as connection, connection.begin():
            return set(connection.execute(sa.select(_blob.c.sha256).where(_blob.c.n == 0)).scalars())

    def drop(self, hashes: list[str]) -> None:
        """Forgets blobs that nothing refers to any more; `Cache.collect` knows which these are."""
        with self._engine.connect().execution_options(gridclient_writes=True) as connection, connection.begin():
            connection.execute(_blob.delete().where(_blob.c.sha256.in_(hashes)))

    def close(self) -> None:
        """Closes the file."""
        self._engine.dispose()
