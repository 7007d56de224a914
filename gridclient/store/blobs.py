"""Which photos and signatures belong to which records, and which of them the platform still lacks.

Bytes and their row are written under the cache's lock, the bytes first: bytes without a row are nobody's, and
`Cache.collect` deletes them.
"""

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from gridclient import faults
from gridclient.store.cache import Cache, Changes, Transaction
from gridclient.store.schema import attachments, base


def attach(cache: Cache, record: str, data: bytes, media_type: str) -> tuple[str, Changes]:
    """Copies the bytes into the encrypted file and notes them for a record; returns their SHA-256."""
    with cache.write() as tx:
        sha256 = cache.files.add(data)
        faults.reach("photo.added")
        fetched = attachments.delete().filter_by(sha256=sha256, record=record, state="remote")
        tx.connection.execute(fetched)  # what was only looked at is attached now
        _note(tx, record, sha256, media_type, len(data), "draft")
    return sha256, Changes.of(record, areas=("draft",))


def keep_fetched(cache: Cache, record: str, data: bytes) -> None:
    """Keeps a photo that was fetched to be looked at, for as long as its record is on this PC."""
    with cache.write() as tx:
        if tx.connection.execute(sa.select(base.c.rid).where(base.c.id == record)).first() is not None:
            sha256 = cache.files.add(data)
            faults.reach("photo.fetched")
            _note(tx, record, sha256, "application/octet-stream", len(data), "remote")


def _note(tx: Transaction, record: str, sha256: str, media_type: str, size: int, state: str) -> None:
    row = {"sha256": sha256, "record": record, "media_type": media_type, "size": size, "state": state}
    tx.connection.execute(attachments.insert().prefix_with("OR IGNORE").values(**row, created_at=tx.at))


def mark_to_upload(tx: Transaction, record: str, hashes: tuple[str, ...]) -> None:
    """The step that uses these blobs was saved: they go to the platform."""
    tx.connection.execute(
        attachments.update()
        .where(attachments.c.record == record, attachments.c.sha256.in_(hashes), attachments.c.state == "draft")
        .values(state="local")
    )


def mark_draft(tx: Transaction, record: str, hashes: tuple[str, ...]) -> None:
    """The step that uses these blobs was taken back: they wait for it to be saved again."""
    tx.connection.execute(
        attachments.update()
        .where(attachments.c.record == record, attachments.c.sha256.in_(hashes), attachments.c.state == "local")
        .values(state="draft")
    )


def forget_drafts(tx: Transaction, record: str) -> None:
    """Forgets what was attached to a record and never saved; `Cache.collect` then deletes it."""
    tx.connection.execute(attachments.delete().filter_by(record=record, state="draft"))


def to_upload(connection: Connection) -> list[str]:
    """The blobs that the platform does not have yet, oldest first."""
    rows = connection.execute(
        sa.select(attachments.c.sha256).where(attachments.c.state == "local").order_by(attachments.c.created_at)
    )
    return list(dict.fromkeys(rows.scalars()))


def mark_uploaded(tx: Transaction, sha256: str) -> bool:
    """The platform has the blob; True when it was of a record that left this PC and may be collected now."""
    mine = attachments.c.sha256 == sha256
    left = attachments.delete().where(mine, attachments.c.record.not_in(sa.select(base.c.id)))
    forgotten = tx.connection.execute(left).rowcount > 0
    tx.connection.execute(attachments.update().where(mine).values(state="uploaded"))
    return forgotten


def put_back(tx: Transaction) -> None:
    """The platform was restored and may have lost any blob: each is offered again, and sent if it is not there."""
    tx.connection.execute(attachments.update().where(attachments.c.state == "uploaded").values(state="local"))
