"""What must be true when everything has come to rest: the invariants I1 to I8 of Grid-Sync 1.

Looks at both sides' files from outside and compares them with what the authors were promised.
"""

from collections import Counter
from collections.abc import Mapping
from typing import Any

import msgspec
import sqlalchemy as sa

from gridclient.domain.merge import EVIDENCE
from gridclient.domain.record import Kind, Value
from gridclient.platform import feed
from gridclient.platform.tables import ledger
from gridclient.platform.tables import record as table
from gridclient.store import arrivals
from tests.system.world import Authored, Broken, Device, World

_fields = msgspec.json.Decoder(dict[str, Any]).decode
_BY_WORKFLOW = frozenset({"state"})  # set by a transition, which the platform judges by its own state


def check(world: World) -> None:
    """Raises `Broken` with the first invariant that does not hold."""
    for device in world.devices:
        _same_as_platform(world, device)
    outcomes = _one_outcome_each(world)
    _applied_once(world)
    _nothing_vanished(world, outcomes)
    _nothing_overwritten_unseen(world)
    _photos_arrived(world)


def _same_as_platform(world: World, device: Device) -> None:
    """I3 and I4: what is on the device is the platform's, restricted to the scope."""
    scope = world.scope_of(device)
    with world.platform.database.read() as connection:
        states = feed.states(connection, scope)
        live = sa.select(table.c.id, table.c.ver, table.c.payload).where(table.c.payload.is_not(None))
        rows = connection.execute(live.where(table.c.bucket.in_(scope))).all()
    there = {row.id: (row.ver, bytes(row.payload)) for row in rows}
    with device.cache.read() as connection:
        kept = {name: found[:2] for name, found in arrivals.sums(connection).items()}
        counted = arrivals.recount(connection)
        rows = connection.exec_driver_sql("SELECT id, ver, payload FROM base").all()
        here = {row.id: (row.ver, bytes(row.payload)) for row in rows}
        listed = set(connection.exec_driver_sql("SELECT b.id FROM shown s JOIN base b USING (rid)").scalars())
        stray = connection.exec_driver_sql(
            "SELECT count(*) FROM shown WHERE rid NOT IN (SELECT rid FROM base)"
        ).scalar_one()
    if kept != counted:
        raise Broken(f"I3: the sums of {device.name} are not those of its rows")
    if kept != {name: (state.count, state.checksum) for name, state in states.items()}:
        raise Broken(f"I3: the sums of {device.name} are not the platform's")
    if extra := here.keys() - there.keys():
        raise Broken(f"I4: {len(extra)} records on {device.name} are out of scope")
    if here != there or listed != here.keys() or stray:
        raise Broken(f"I3: the records of {device.name} are not the platform's")


def _one_outcome_each(world: World) -> dict[str, str]:
    """I1: every edit has one outcome, and both sides tell the same one."""
    with world.platform.database.read() as connection:
        rows = connection.exec_driver_sql("SELECT mid, status FROM ledger").all()
    if twice := [mid for mid, n in Counter(row.mid for row in rows).items() if n > 1]:
        raise Broken(f"I1: {len(twice)} edits have two outcomes on the platform")
    judged: dict[str, str] = {row.mid: row.status for row in rows}
    for device in world.devices:
        with device.cache.read() as connection:
            told = dict(connection.exec_driver_sql("SELECT mid, status FROM outcomes").all())
        for mid, made in world.authored.items():
            if made.device == device.name and (mid not in judged or told.get(mid) != judged[mid]):
                raise Broken(f"I1: {device.name} says {told.get(mid)}, the platform {judged.get(mid)}: {made}")
    if foreign := judged.keys() - world.authored.keys():
        raise Broken(f"I1: the platform has outcomes of {len(foreign)} edits that nobody made")
    return judged


def _histories(world: World) -> list[tuple[str, str, dict[str, list[Value]]]]:
    with world.platform.database.read() as connection:
        rows = connection.exec_driver_sql("SELECT record, mid, changes FROM history").all()
    return [(row.record, row.mid, _fields(bytes(row.changes))) for row in rows]


def _asides(world: World) -> list[dict[str, Any]]:
    """The conflict and review records."""
    with world.platform.database.read() as connection:
        rows = connection.exec_driver_sql("SELECT payload FROM record WHERE kind IN ('conflict', 'review')").scalars()
        return [_fields(bytes(row)) for row in rows if row is not None]


def _applied_once(world: World) -> None:
    """I2: an edit changes the record once, and opens one conflict or review at most."""
    changes = Counter(mid for _, mid, _ in _histories(world) if mid in world.authored)
    if any(n > 1 for n in changes.values()):
        raise Broken("I2: an edit was applied twice")
    if any(n > 1 for n in Counter(str(each["mid"]) for each in _asides(world)).values()):
        raise Broken("I2: an edit opened two conflicts or reviews")


def _nothing_vanished(world: World, outcomes: Mapping[str, str]) -> None:
    """I5: every value that somebody set is in the record's history, in a conflict, or in a review."""
    had: dict[tuple[str, str], list[Value]] = {}
    for record, _, changes in _histories(world):
        for name, values in changes.items():
            had.setdefault((record, name), []).extend(values)
    with world.platform.database.read() as connection:
        for row in connection.exec_driver_sql("SELECT id, payload FROM record WHERE payload IS NOT NULL"):
            for name, value in _fields(bytes(row.payload)).items():
                had.setdefault((row.id, name), []).append(value)
    asides = {str(each["mid"]): each for each in _asides(world)}
    for mid, made in world.authored.items():
        _kept(world, mid, made, outcomes[mid], had, asides)


def _device(world: World, made: Authored) -> Device:
    return next(device for device in world.devices if device.name == made.device)


def _problem(world: World, mid: str) -> str:
    with world.platform.database.read() as connection:
        row = connection.execute(sa.select(ledger.c.result).where(ledger.c.mid == mid)).scalar_one()
    return str(_fields(bytes(row)).get("problem"))


def _kept(
    world: World,
    mid: str,
    made: Authored,
    status: str,
    had: Mapping[tuple[str, str], list[Value]],
    asides: Mapping[str, dict[str, Any]],
) -> None:
    mutation = made.mutation
    if status == "rejected" and mutation.bucket in world.scope_of(_device(world, made)):
        raise Broken(f"I5: an honest edit was refused ({_problem(world, mid)}): {made}")
    if status == "rejected":
        return  # of a record that is gone, by somebody who lost the cell: both sides keep the edit itself
    if status == "review":
        kept = asides.get(mid, {}).get("mutation")
        if kept != msgspec.to_builtins(mutation):
            raise Broken(f"I5: the review of an edit does not have it: {made}")
        return
    for name, value in mutation.set.items():
        if value in had.get((mutation.record, name), []):
            continue
        sides = asides.get(mid, {}).get("fields", {})
        if status == "conflict" and name in sides and sides[name].get("mine") == value:
            continue
        if name.startswith(EVIDENCE):
            continue  # of two confirmations of one value the later stands, by rule; nobody is asked
        if name in _BY_WORKFLOW or mutation.kind == Kind.CONFLICT:
            continue  # of two decisions the first stands; what the second chose travels as an edit of its own
        raise Broken(f"I5: the value of {name} is nowhere after {status}: {made}")


def _nothing_overwritten_unseen(world: World) -> None:
    """I6: whoever changed a value had seen the one that it replaced."""
    for _, mid, changes in _histories(world):
        made = world.authored.get(mid)
        if made is None:
            continue
        for name, (old, _new) in changes.items():
            if name not in _BY_WORKFLOW and not name.startswith(EVIDENCE) and old != made.mutation.base.get(name):
                raise Broken(f"I6: {name} was overwritten unseen: {made}")


def _photos_arrived(world: World) -> None:
    """I1, I4 and I5 for photos: each of a saved step is whole on the platform, and none lies where its case is not."""
    kept: set[tuple[str, str]] = set()
    for device in world.devices:
        with device.cache.read() as connection:
            here = set(connection.exec_driver_sql("SELECT id FROM base").scalars())
            rows = connection.exec_driver_sql("SELECT sha256, record, state FROM attachments").all()
        if waiting := [row.sha256 for row in rows if row.state == "local"]:
            raise Broken(f"I7: {len(waiting)} photos of {device.name} were never sent")
        if stray := [row for row in rows if row.record not in here]:
            raise Broken(f"I4: {len(stray)} photos on {device.name} are of cases that left it ({stray[0].state})")
        for row in rows:
            if device.cache.files.get(row.sha256) is None:
                raise Broken(f"I5: a photo of {device.name} is listed and gone")
            kept.add((device.name, row.sha256))
        if unused := device.cache.files.hashes() - {row.sha256 for row in rows}:
            raise Broken(f"I4: {len(unused)} photos on {device.name} belong to no record")
    for sha256, (name, _, data) in world.photos.items():
        path = world.platform.blobs.path(sha256)
        if path.exists() and path.read_bytes() != data:
            raise Broken(f"I5: a photo of {name} is another one on the platform")
        # What a restore took from the platform can only come again from a PC that still may have the case.
        if not path.exists() and (not world.restores or (name, sha256) in kept):
            raise Broken(f"I5: a photo that {name} saved is nowhere on the platform")
