"""Which photos and signatures belong to which records, and which of them the platform still lacks.

Bytes and their row are written under the cache's lock, the bytes first: bytes without a row are nobody's, and
`Cache.collect` deletes them.
"""

from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from gridclient import faults
from gridclient.errors import GridError
from gridclient.protocol.messages import Limits
from gridclient.store.attachments import AttachmentFile
from gridclient.store.cache import Cache, Changes, Transaction, read_setting
from gridclient.store.cipher import CacheDamaged
from gridclient.store.schema import attachments, base, shown

_MOST = "blob_bytes"
_MB = 2**20


class TooLargeToSend(GridError):
    """The platform takes no file of this size."""

    text = "The file has {size} MB; the platform takes at most {most} MB. Choose a smaller one."


def attach(cache: Cache, record: str, data: bytes, media_type: str) -> tuple[str, Changes]:
    """Copies the bytes into the encrypted file and notes them for a record; returns their SHA-256.

    Raises `TooLargeToSend`.
    """
    with cache.write() as tx:
        return attach_within(tx, cache.files, record, data, media_type)


def attach_within(
    tx: Transaction, files: AttachmentFile, record: str, data: bytes, media_type: str
) -> tuple[str, Changes]:
    """The same as part of a larger edit: when that fails, the bytes are nobody's."""
    if len(data) > (most := largest(tx.connection)):
        raise TooLargeToSend(size=f"{len(data) / _MB:.1f}", most=f"{most / _MB:.1f}")
    sha256 = files.add(data)
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


def mark_to_upload(tx: Transaction, record: str, hashes: tuple[str, ...]) -> Changes:
    """The step that uses these blobs was saved: they go to the platform."""
    return _turn(tx, record, hashes, "draft", "local")


def mark_draft(tx: Transaction, record: str, hashes: tuple[str, ...]) -> Changes:
    """The step that uses these blobs was taken back: they wait for it to be saved again."""
    return _turn(tx, record, hashes, "local", "draft")


def _turn(tx: Transaction, record: str, hashes: tuple[str, ...], before: str, after: str) -> Changes:
    mine = attachments.update().where(attachments.c.sha256.in_(hashes)).filter_by(record=record, state=before)
    turned = tx.connection.execute(mine.values(state=after)).rowcount
    return Changes.of(record, areas=("draft", "outbox")) if turned else Changes()


def forget_drafts(tx: Transaction, record: str) -> Changes:
    """Forgets what was attached to a record and never saved; `Cache.collect` then deletes it."""
    tx.connection.execute(attachments.delete().filter_by(record=record, state="draft"))
    return Changes.of(record, areas=("draft",))


def to_upload(connection: Connection) -> list[str]:
    """The blobs that the platform does not have yet, oldest first."""
    rows = connection.execute(
        sa.select(attachments.c.sha256).where(attachments.c.state == "local").order_by(attachments.c.created_at)
    )
    return list(dict.fromkeys(rows.scalars()))


def keep_limit(tx: Transaction, most: int) -> Changes:
    """Notes how many bytes the platform said that it takes as one file."""
    if most == largest(tx.connection):
        return Changes()
    tx.set_setting(_MOST, str(most))
    return Changes.of(areas=("outbox",))


def largest(connection: Connection) -> int:
    """How many bytes the platform takes as one file, as it last said."""
    return int(read_setting(connection, _MOST) or Limits().blob_bytes)


@dataclass(frozen=True, slots=True)
class HeldBack:
    """A photo of a saved step that cannot go to the platform; `most` is 0 for one whose bytes are gone."""

    sha256: str
    record: str
    title: str
    media_type: str
    size: int
    most: int


def held_back(connection: Connection, files: AttachmentFile) -> list[HeldBack]:
    """The photos that wait and will wait for ever unless somebody does something, oldest first."""
    most = largest(connection)
    rows = connection.execute(
        sa.select(attachments, shown.c.title)
        .outerjoin_from(attachments, base, base.c.id == attachments.c.record)
        .outerjoin(shown, shown.c.rid == base.c.rid)
        .where(attachments.c.state == "local")
        .order_by(attachments.c.created_at)
    ).all()
    return [
        HeldBack(row.sha256, row.record, row.title or "", row.media_type, row.size, most if row.size > most else 0)
        for row in rows
        if row.size > most or _is_gone(files, row.sha256)
    ]


def _is_gone(files: AttachmentFile, sha256: str) -> bool:
    try:
        return not files.has(sha256)
    except CacheDamaged:
        return False  # the cycle tells it, and a rescue takes out what is whole


def give_up(tx: Transaction, sha256: str) -> Changes:
    """The worker does not wait any more for a photo to be sent; it stays here as long as its record does."""
    tx.connection.execute(attachments.update().filter_by(sha256=sha256, state="local").values(state="lost"))
    return Changes.of(areas=("outbox",))


def mark_uploaded(tx: Transaction, sha256: str) -> tuple[bool, Changes]:
    """The platform has the blob; True when it was of a record that left this PC and may be collected now."""
    mine = attachments.c.sha256 == sha256
    left = attachments.delete().where(mine, attachments.c.record.not_in(sa.select(base.c.id)))
    forgotten = tx.connection.execute(left).rowcount > 0
    tx.connection.execute(attachments.update().where(mine).values(state="uploaded"))
    return forgotten, Changes.of(areas=("outbox",))


def put_back(tx: Transaction) -> Changes:
    """The platform was restored and may have lost any blob: each is offered again, and sent if it is not there.

    Also what was only looked at: it may be the last copy that anybody has.
    """
    there = attachments.c.state.in_(("uploaded", "remote"))
    again = tx.connection.execute(attachments.update().where(there).values(state="local")).rowcount
    return Changes.of(areas=("outbox",)) if again else Changes()
