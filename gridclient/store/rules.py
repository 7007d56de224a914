"""Packs that came from the platform: kept as their bundles in the encrypted cache, opened beside it for the forms.

What the program ships is there without them. Nothing in a bundle is run; a file that was changed on the disk is written
anew from the cache at the next start.
"""

import hashlib
import shutil
from collections.abc import Iterable
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from gridclient.protocol.messages import PackView
from gridclient.store.cache import Changes, Transaction
from gridclient.store.schema import packs
from gridclient.workflow import Placed, Shelf
from gridclient.workflow.bundle import unpack_data
from gridclient.workflow.faults import Faults
from gridclient.workflow.pack import read_pack


def missing(connection: Connection, wanted: Iterable[PackView]) -> list[PackView]:
    """The bundles that are not here yet."""
    known = set(connection.execute(sa.select(packs.c.digest)).scalars())
    return [view for view in wanted if view.digest not in known]


def keep(tx: Transaction, view: PackView, bundle: bytes) -> bool:
    """Keeps a bundle that came; False when it is not the one that was announced."""
    if hashlib.sha256(bundle).hexdigest() != view.digest:
        return False
    row = {"digest": view.digest, "id": view.id, "version": view.version, "area": view.area, "bundle": bundle,
           "in_force": 0}  # fmt: skip
    tx.connection.execute(packs.delete().where(packs.c.digest == view.digest))
    tx.connection.execute(packs.insert().values(**row))
    return True


def put_in_force(tx: Transaction, wanted: Iterable[PackView]) -> Changes:
    """Notes which versions new cases begin with, and drops those that nobody needs any more."""
    before = _in_force(tx.connection)
    force = {view.digest: view.in_force for view in wanted}
    tx.connection.execute(packs.delete().where(packs.c.digest.not_in(force)))
    for digest, is_in_force in force.items():
        tx.connection.execute(packs.update().where(packs.c.digest == digest).values(in_force=int(is_in_force)))
    return Changes() if before == _in_force(tx.connection) else Changes.of(areas=("packs",))


def _in_force(connection: Connection) -> dict[str, int]:
    return {row.digest: row.in_force for row in connection.execute(sa.select(packs.c.digest, packs.c.in_force))}


def shelf(connection: Connection, folder: Path, shipped: Shelf) -> Shelf:
    """Every version at hand: what the program ships, and what came; forms are opened into `folder`."""
    rows = connection.execute(sa.select(packs).order_by(packs.c.id, packs.c.version)).all()
    came: list[Placed] = []
    for row in rows:
        place = folder / row.digest
        shutil.rmtree(place, ignore_errors=True)
        place.mkdir(parents=True)
        try:
            unpack_data(row.id, row.bundle, place)
            pack = read_pack(place)
        except Faults:
            continue  # of a newer program: its cases can be read, and wait for this one to be renewed
        came.append(Placed(pack, row.area, bool(row.in_force)))
    return shipped.under(came)
