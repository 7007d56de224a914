"""Which photos and signatures belong to which records, and which of them the platform still lacks."""

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from gridclient.store.cache import Cache, Changes, Transaction
from gridclient.store.schema import attachments, base


def attach(cache: Cache, record: str, data: bytes, media_type: str) -> tuple[str, Changes]:
    """Copies the bytes into the encrypted file and notes them for a record; returns their SHA-256."""
    sha256 = cache.files.add(data)
    with cache.write() as tx:
        known = sa.select(attachments).filter_by(sha256=sha256, record=record)
        if tx.connection.execute(known).one_or_none() is None:
            tx.connection.execute(attachments.insert().values(
                sha256=sha256, record=record, media_type=media_type, size=len(data), state="draft", created_at=tx.at,
            ))  # fmt: skip
    return sha256, Changes.of(record, areas=("draft",))


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


def forget_drafts(tx: Transaction, record: str) -> list[str]:
    """Forgets what was attached to a record and never saved; returns the hashes that nothing uses any more."""
    mine = sa.and_(attachments.c.record == record, attachments.c.state == "draft")
    hashes = list(tx.connection.execute(sa.select(attachments.c.sha256).where(mine)).scalars())
    tx.connection.execute(attachments.delete().where(mine))
    used = sa.select(attachments.c.sha256).where(attachments.c.sha256.in_(hashes))
    return sorted(set(hashes) - set(tx.connection.execute(used).scalars()))


def to_upload(connection: Connection) -> list[str]:
    """The blobs that the platform does not have yet, oldest first."""
    rows = connection.execute(
        sa.select(attachments.c.sha256).where(attachments.c.state == "local").order_by(attachments.c.created_at)
    )
    return list(dict.fromkeys(rows.scalars()))


def mark_uploaded(tx: Transaction, sha256: str) -> list[str]:
    """The platform has the blob; returns it when it was of records that left this PC, and nothing uses it any more."""
    mine = attachments.c.sha256 == sha256
    tx.connection.execute(attachments.delete().where(mine, attachments.c.record.not_in(sa.select(base.c.id))))
    tx.connection.execute(attachments.update().where(mine).values(state="uploaded"))
    return [] if tx.connection.execute(sa.select(attachments).where(mine)).first() else [sha256]


def put_back(tx: Transaction) -> None:
    """The platform was restored and may have lost any blob: each is offered again, and sent if it is not there."""
    tx.connection.execute(attachments.update().where(attachments.c.state == "uploaded").values(state="local"))
