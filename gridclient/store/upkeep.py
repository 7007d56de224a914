"""What a newer program does to a cache of an older one while the worker works: some rows at a time, none lost.

The search index got letters (pinyin) for people and places; what was indexed before them is indexed again.
"""

import sqlalchemy as sa

from gridclient.domain.record import Kind
from gridclient.store.cache import Transaction
from gridclient.store.projection import project
from gridclient.store.schema import outbox
from gridclient.store.shown import reshow, show

_LETTERED = "lettered_rid"  # rows up to here have letters in the search index
_BATCH = 2000
_ALL = "all"


def note_lettered(tx: Transaction) -> None:
    """Everything that is listed from now on has its letters."""
    tx.set_setting(_LETTERED, _ALL)


def add_letters(tx: Transaction, most: int = _BATCH) -> bool:
    """Indexes the next people, their cases and places again; True when more are left."""
    done = tx.setting(_LETTERED) or "0"
    if done == _ALL:
        return False
    run, until = tx.connection.exec_driver_sql, int(done) + most
    found = run(
        "SELECT b.rid, b.id, b.kind, b.payload FROM base b JOIN shown s USING (rid) WHERE b.rid > ? AND b.rid <= ? "
        "AND (b.kind IN (?,?,?) OR EXISTS (SELECT 1 FROM base a WHERE a.id = s.about AND a.kind = ? AND b.kind = ?))",
        (int(done), until, Kind.RESIDENT, Kind.HOUSEHOLD, Kind.PLACE, Kind.RESIDENT, Kind.CASE),
    ).all()
    edited = set(tx.connection.execute(sa.select(outbox.c.record)).scalars())
    plain = [row for row in found if row.id not in edited]
    if plain:
        show(tx.connection, [project(row.rid, row.kind, row.payload) for row in plain])
    for row in found:
        if row.id in edited:
            reshow(tx.connection, row.id)
    is_more = until < run("SELECT coalesce(max(rid), 0) FROM base").scalar_one()
    tx.set_setting(_LETTERED, str(until) if is_more else _ALL)
    return is_more
