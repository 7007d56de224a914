"""Photos and signatures by their SHA-256, one file each in the platform's folder.

A blob is immutable, so the same bytes sent twice are one file, and a name never shows half of it: bytes go to a part
file that is flushed, and renamed when their hash is right. What was acknowledged survives a power cut.

A hash is no key: whoever knows one can name it in a record of their own, and reads nothing by that. A record opens a
blob to its readers when the worker who named it there has sent the bytes, before or after, or could read them already.
"""

import hashlib
import os
import secrets
from collections.abc import AsyncIterator, Collection, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from gridclient.domain.record import iso
from gridclient.durable import make_folder, put_in_place
from gridclient.platform import feed
from gridclient.platform.tables import blob_source, blob_use


class WrongHash(Exception):
    """The bytes that arrived are not the announced ones."""


class TooLarge(Exception):
    """More bytes arrived than a blob may have."""


class Blobs:
    """The folder of blobs."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def path(self, sha256: str) -> Path:
        """Where the blob lies, or would lie."""
        return self.folder / sha256[:2] / sha256

    def has(self, sha256: str) -> bool:
        """Whether the platform holds the blob."""
        return self.path(sha256).is_file()

    def adopt(self, file: Path, sha256: str) -> None:
        """Makes a blob of a flushed file on the same disk whose hash was checked."""
        put_in_place(file, self.path(sha256))

    def keep(self, sha256: str, data: bytes) -> None:
        """Stores bytes whose hash was checked."""
        part = self.folder / f"{sha256}.{secrets.token_hex(4)}.part"
        make_folder(self.folder)
        with part.open("xb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        self.adopt(part, sha256)

    async def receive(self, sha256: str, chunks: AsyncIterator[bytes], max_bytes: int) -> int:
        """Stores a blob as it arrives; returns its size, keeps nothing when the hash is wrong."""
        target = self.path(sha256)
        make_folder(target.parent)
        part = target.with_name(f"{sha256}.{secrets.token_hex(4)}.part")
        seen, size = hashlib.sha256(), 0
        try:
            with part.open("xb") as file:
                async for chunk in chunks:
                    size += len(chunk)
                    if size > max_bytes:
                        raise TooLarge
                    seen.update(chunk)
                    file.write(chunk)
                file.flush()
                os.fsync(file.fileno())
            if seen.hexdigest() != sha256:
                raise WrongHash
            put_in_place(part, target)
        finally:
            part.unlink(missing_ok=True)
        return size


def note_sent(connection: Connection, sha256: str, worker: str, now: datetime) -> None:
    """Notes that the worker had these bytes: they arrived, and their hash was checked."""
    feed.upsert(connection, blob_source, {"bucket": _own(worker), "sha256": sha256, "sent_at": iso(now)})


def may_read(connection: Connection, sha256: str, worker: str, scope: Collection[str]) -> bool:
    """Whether the worker has sent the blob, or a record in scope opens it."""
    uses = _uses(connection, sha256, scope)
    return any(use.was_readable for use in uses) or _sent(connection, sha256, {worker, *(use.worker for use in uses)})


def is_wanted(connection: Connection, sha256: str, worker: str, scope: Collection[str]) -> bool:
    """Whether the worker's own sending of the bytes opens the blob to anybody who may not read it yet."""
    own = [use for use in _uses(connection, sha256, scope) if use.worker == worker and not use.was_readable]
    return not _sent(connection, sha256, {worker}) and (bool(own) or not may_read(connection, sha256, worker, scope))


def _uses(connection: Connection, sha256: str, scope: Collection[str]) -> Sequence[sa.Row[Any, Any]]:
    used = sa.select(blob_use.c.worker, blob_use.c.was_readable)
    in_scope = used.where(blob_use.c.sha256 == sha256, blob_use.c.bucket.in_(sorted(scope)))
    return connection.execute(in_scope.distinct()).all()


def _sent(connection: Connection, sha256: str, workers: Collection[str]) -> bool:
    by_any = blob_source.c.bucket.in_(sorted(map(_own, workers)))
    sent = sa.select(blob_source.c.bucket).where(blob_source.c.sha256 == sha256, by_any)
    return connection.execute(sent.limit(1)).scalar_one_or_none() is not None


def _own(worker: str) -> str:
    return f"user:{worker}"
