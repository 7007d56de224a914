"""Saves a worker's own work out of a damaged cache; what the platform knows is fetched anew.

Every page of the file is authenticated, so that a row is either as it was written or cannot be read at all. What can
be read of the worker's tables goes into a new file, which takes the old one's place; the damaged file stays beside
it, encrypted as ever. A crash at any point leaves either the old cache or the new one.
"""

from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import msgspec
import sqlalchemy as sa
from sqlalchemy.engine import Connection
from sqlalchemy.exc import OperationalError

from gridclient import faults
from gridclient.protocol.messages import Mutation
from gridclient.store.arrivals import PROJECTED
from gridclient.store.attachments import AttachmentFile
from gridclient.store.cache import Cache, Transaction
from gridclient.store.cipher import CacheDamaged, CacheUnreadable, open_engine
from gridclient.store.profile import Profile
from gridclient.store.schema import (
    attachments,
    base,
    drafts,
    history,
    journal,
    kept_forms,
    outbox,
    outcomes,
    packs,
    settings,
)
from gridclient.store.shown import reshow

_OWN = (settings, outbox, journal, outcomes, drafts, kept_forms, history, attachments, packs)
# How far the damaged cache had come: the new one has come nowhere yet.
_FORGET = ("filled", "in_step", "synced_at", "sweep_due", "removals_held", "removal_agreed")
_mutation = msgspec.json.Decoder(Mutation).decode


@dataclass(frozen=True, slots=True)
class Rescued:
    """What was saved, and what is known to be lost."""

    edits: int
    drafts: int
    photos: int
    lost_edits: int
    lost_photos: int


def rescue(profile: Profile, key: bytes, clock: Callable[[], datetime]) -> Rescued:
    """Rebuilds the cache of a profile that this process holds; raises `CacheUnreadable` when nothing can be read."""
    own = _Reading(profile.cache_path, key)
    new = profile.begin_rescue()
    cache = Cache(new.cache_path, new.attachments_path, key, clock)
    try:
        with cache.write() as tx:
            for table in _OWN:
                _copy(own, tx.connection, table)
            _begin_anew(tx)
            lost_edits = _lost_edits(tx.connection)
        photos, lost_photos = _take_photos(profile.attachments_path, key, cache)
        with cache.read() as connection:
            edits, saved = (_count(connection, table) for table in (outbox, drafts))
    finally:
        own.close()
        cache.close()
    faults.reach("rescue.made")
    profile.end_rescue()
    return Rescued(edits, saved, photos, lost_edits, lost_photos)


class _Reading:
    """A damaged file, read table by table as far as that goes."""

    def __init__(self, path: Path, key: bytes) -> None:
        self._engine = open_engine(path, key)

    def close(self) -> None:
        """Closes the file."""
        self._engine.dispose()

    def rows(self, table: sa.Table) -> Iterator[dict[str, Any]]:
        """Every row that can be read, from both ends towards the damage; some may come twice."""
        keys = list(table.primary_key)
        for order in ([key.asc() for key in keys], [key.desc() for key in keys]):
            try:
                with self._engine.connect() as connection, connection.begin():
                    for row in connection.execute(sa.select(table).order_by(*order)).mappings():
                        yield dict(row)
                return  # read to its end: nothing of it is damaged
            except CacheDamaged:
                continue
            except OperationalError:
                return  # an older cache, which does not have the table yet


def _copy(own: _Reading, into: Connection, table: sa.Table) -> None:
    add = sa.insert(table).prefix_with("OR IGNORE")
    for row in own.rows(table):
        into.execute(add, row)


def _begin_anew(tx: Transaction) -> None:
    """The records themselves come from the platform; those that were made here and not uploaded are made again."""
    for name in _FORGET:
        tx.set_setting(name, None)
    run = tx.connection.execute
    last = max(int(tx.setting("dseq") or 0), *(
        run(sa.select(sa.func.coalesce(sa.func.max(table.c.dseq), 0))).scalar_one() for table in (outbox, outcomes)
    ))  # fmt: skip
    tx.set_setting("dseq", str(last))
    for body in run(sa.select(outbox.c.body).order_by(outbox.c.dseq)).scalars().all():
        edit = _mutation(body)
        run(sa.insert(base).prefix_with("OR IGNORE").values(
            id=edit.record, kind=edit.kind, bucket=edit.bucket, ver=0, payload=b"{}",
        ))  # fmt: skip
        reshow(tx.connection, edit.record)
    shown = run(sa.select(sa.func.coalesce(sa.func.max(base.c.rid), 0))).scalar_one()
    tx.set_setting(PROJECTED, str(shown))


def _lost_edits(connection: Connection) -> int:
    """Edits whose outcome still waits although they are no longer there."""
    gone = sa.select(outcomes.c.mid).where(
        outcomes.c.status.in_(("pending", "wait")), outcomes.c.mid.not_in(sa.select(outbox.c.mid))
    )
    return len(connection.execute(gone).all())


def _take_photos(path: Path, key: bytes, cache: Cache) -> tuple[int, int]:
    """Copies the photos that are whole; what the platform has and this PC lost can be fetched from there."""
    with cache.read() as connection:
        states = {row.sha256: row.state for row in connection.execute(sa.select(attachments))}
    saved: set[str] = set()
    with suppress(CacheDamaged, CacheUnreadable), closing(AttachmentFile(path, key)) as damaged:
        for sha256 in states:
            with suppress(CacheDamaged):
                if (data := damaged.get(sha256)) is not None and cache.files.add(data) == sha256:
                    saved.add(sha256)
    lost = {sha256 for sha256, state in states.items() if state in ("draft", "local")} - saved
    with cache.write() as tx:
        tx.connection.execute(attachments.update().where(attachments.c.sha256.in_(lost)).values(state="lost"))
    return len(saved), len(lost)


def _count(connection: Connection, table: sa.Table) -> int:
    return connection.execute(sa.select(sa.func.count()).select_from(table)).scalar_one()
