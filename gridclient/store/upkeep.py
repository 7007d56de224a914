"""What a newer program does to a cache of an older one while the worker works: some rows at a time, none lost.

The search index got letters (pinyin) for people and places, later rare characters, names with a dot in them and
characters that stand alone; what was indexed before is indexed again.
"""

import re

import sqlalchemy as sa

from gridclient.domain.letters import HAN, joined
from gridclient.domain.record import Kind
from gridclient.store.cache import Transaction
from gridclient.store.projection import project
from gridclient.store.schema import outbox
from gridclient.store.shown import reshow, show

_INDEXED = "indexed_rid"  # rows up to here are in the search index as this program puts them there
_LETTERED = "lettered_rid"  # of an older program, whose index had letters
_BATCH = 500  # a fraction of a second, in which the worker waits
_ALL = "all"
# What older programs did not index: characters that are rare, and those that stand alone.
_LATELY = re.compile(f"(?![\u4e00-\u9fff])[{HAN}]|(?<![{HAN}])[{HAN}](?![{HAN}])").search


def note_indexed(tx: Transaction) -> None:
    """Everything that is listed from now on is in the search index as this program puts it there."""
    tx.set_setting(_INDEXED, _ALL)


def index_again(tx: Transaction, most: int = _BATCH) -> bool:
    """Indexes the next people, their contacts, cases and places again; True when more are left."""
    done = tx.setting(_INDEXED) or "0"
    if done == _ALL:
        return False
    has_letters = tx.setting(_LETTERED) == _ALL
    run, until = tx.connection.exec_driver_sql, int(done) + most
    listed = run(
        "SELECT b.rid, b.id, b.kind, b.payload, s.payload AS edited FROM base b JOIN shown s USING (rid) "
        "WHERE b.rid > ? AND b.rid <= ? AND b.kind IN (?,?,?,?,?)",
        (int(done), until, Kind.RESIDENT, Kind.IDENT, Kind.HOUSEHOLD, Kind.PLACE, Kind.CASE),
    ).all()
    found = [row for row in listed if not has_letters or _is_left_out((row.edited or row.payload).decode())]
    edited = set(tx.connection.execute(sa.select(outbox.c.record)).scalars())
    plain = [row for row in found if row.id not in edited]
    if plain:
        show(tx.connection, [project(row.rid, row.kind, row.payload) for row in plain])
    for row in found:
        if row.id in edited:
            reshow(tx.connection, row.id)
    is_more = until < run("SELECT coalesce(max(rid), 0) FROM base").scalar_one()
    tx.set_setting(_INDEXED, str(until) if is_more else _ALL)
    return is_more


def _is_left_out(payload: str) -> bool:
    return bool(_LATELY(payload)) or joined(payload) != payload
