"""What may happen in a schedule, one function for each; three small numbers choose who, what and how."""

import random
from collections.abc import Callable
from typing import cast

import sqlalchemy as sa

from gridclient.domain.record import Kind, Value, care_bucket, grid_bucket, ident_bucket, new_id
from gridclient.platform import directory, feed
from gridclient.platform.tables import record as table
from gridclient.store import blobs, drafts, lists, outbox, shown, work
from gridclient.store.outbox import Edit
from gridclient.workflow import allowed, is_done
from tests.system.district import CELL, OTHER_CELL, PACK
from tests.system.wire import Fault
from tests.system.world import PIECE, Crashed, Device, World

Step = Callable[[World, int, int, int], None]

_FIELD = {Kind.RESIDENT: "note", Kind.IDENT: "phone", Kind.CARE: "alarm"}
_SECOND = {Kind.RESIDENT: "status", Kind.IDENT: "contact_name", Kind.CARE: "tier"}
_VALUES = ("13800000001", "13800000002", "13800000003")  # few, so that values meet, repeat and come back
_STRIKES = [fault for fault in Fault if fault is not Fault.NONE]
_REPEATS = [Fault.LOST_REPLY, Fault.LATE, Fault.TWICE, Fault.CUT]
_CLIENT_POINTS = ("hello.answered", "hello.noted", "epoch.put-back", "push.answered", "push.settling", "push.settled",
                  "photo.sent", "snapshot.received", "snapshot.laid", "page.laid", "page.stored", "sweep.swept",
                  "tokens.exchanged", "cache.committing", "cache.committed")  # fmt: skip
_PLATFORM_POINTS = ("platform.judged", "platform.recorded", "platform.pushed")
_EDIT_POINTS = ("edit.queued", "cache.committing", "cache.committed")
_PHOTO_REQUESTS = ("HEAD /blobs/sha256", "PUT /blobs", "POST /blobs/uploads", "HEAD /blobs/uploads",
                   "PATCH /blobs/uploads")  # fmt: skip
_BUCKETS = {Kind.RESIDENT: grid_bucket, Kind.CASE: grid_bucket, Kind.CARE: care_bucket, Kind.IDENT: ident_bucket}


def edit(world: World, d: int, a: int, b: int) -> None:
    """A worker edits a field of a record on their PC."""
    device = world.devices[d % len(world.devices)]
    kinds = (Kind.RESIDENT, Kind.CARE) if device.role == "supervisor" else (Kind.RESIDENT, Kind.CARE, Kind.IDENT)
    records = device.visible(*kinds)
    if records:
        record = records[
            a % (len(records) if b % 3 == 0 else min(2, len(records)))
        ]  # often the same, so that they meet
        device.write(lambda tx: work.edit_record(tx, record, _values(device, record, b), device.actor))


def _values(device: Device, record: str, b: int) -> dict[str, Value]:
    found = device.find(record)
    assert found is not None
    names = (_FIELD, _SECOND) if b % 4 == 0 else ((_FIELD,) if b % 4 < 3 else (_SECOND,))
    return {name[found.kind]: _VALUES[b % 3] for name in names}


def create(world: World, d: int, a: int, b: int) -> None:
    """A worker enters a new person."""
    device = world.devices[d % 4]
    cells = [cell for cell in (CELL, OTHER_CELL) if _has(device, grid_bucket(cell))]
    if cells and b % 2:
        cell = cells[a % len(cells)]
        fields: dict[str, Value] = {"name": "孙桂芳", "grid": cell, "note": _VALUES[b % 3]}
        made = Edit("create", new_id(), Kind.RESIDENT, grid_bucket(cell), fields)
        device.write(lambda tx: outbox.queue(tx, made, device.actor.worker_id))


def _has(device: Device, bucket: str) -> bool:
    with device.cache.read() as connection:
        return bucket in lists_of(connection)


def lists_of(connection: shown.Connection) -> set[str]:
    """The buckets that a cache holds."""
    return set(connection.exec_driver_sql("SELECT bucket FROM cursors").scalars())


def case(world: World, d: int, a: int, b: int) -> None:
    """The next thing that the workflow lets this worker do with a case."""
    device = world.devices[d % len(world.devices)]
    records = device.visible(Kind.CASE)
    if not records:
        return
    record = records[a % len(records)]
    found = device.find(record)
    pack = world.platform.packs[PACK]
    assert found is not None
    if device.role == "supervisor":
        if not allowed(pack, found.fields, device.role, "approve"):
            if b % 3 == 0:
                device.write(lambda tx: work.approve_case(tx, pack, record, device.actor))
            else:
                comments = {f"{pack.steps[0].group}/note": _VALUES[b % 3]}
                device.write(lambda tx: work.return_case(tx, pack, record, comments, device.actor))
        return
    left = [step.id for step in pack.steps if not is_done(pack, found.fields, step.id)]
    if left or b % 4 == 0:
        step = pack.step(left[0] if left else pack.steps[a % len(pack.steps)].id)
        answers = {f"{step.group}/{'phone' if step.id == 'verify' else 'note'}": _VALUES[b % 3]}
        device.write(lambda tx: work.complete_step(tx, pack, record, step.id, answers, device.actor))
    else:
        device.write(lambda tx: work.submit_case(tx, pack, record, device.actor))
        device.drafts = {r: f for r, f in device.drafts.items() if r != record or _draft(device, r) is not None}


def _draft(device: Device, record: str) -> object:
    with device.cache.read() as connection:
        return drafts.draft_of(connection, record)


def draft(world: World, d: int, a: int, b: int) -> None:
    """A form in progress is saved by itself."""
    device = world.devices[d % 4]
    records = device.visible(Kind.CASE)
    if records:
        record, form = records[a % len(records)], _VALUES[b % 3].encode()
        with device.cache.write() as tx:
            drafts.save_draft(tx, record, "contact", form)
        device.drafts[record] = form


def photograph(world: World, d: int, a: int, b: int) -> None:
    """A worker takes a photo: it stays in the form, or the step is saved with it; sent in one piece or in several.

    Whoever leaves it in the form looks at somebody's photo meanwhile.
    """
    device = world.devices[d % 4]
    records = device.visible(Kind.CASE)
    if not records:
        return
    record, pack = records[a % len(records)], world.platform.packs[PACK]
    data = random.Random(f"{len(world.photos)}/{a % 3}").randbytes((PIECE // 2, PIECE, PIECE * 2 + 700)[b % 3])
    sha256, _ = blobs.attach(device.cache, record, data, "image/jpeg")
    step = pack.steps[b % len(pack.steps)]
    if b % 5 == 0:
        _look(world, device, a)
        return
    answers = {f"{step.group}/{'phone' if step.id == 'verify' else 'note'}": _VALUES[b % 3]}
    before = len(world.authored)
    device.write(lambda tx: work.complete_step(tx, pack, record, step.id, answers, device.actor, (sha256,)))
    if len(world.authored) > before:
        world.photos[sha256] = (device.name, record, data)


def _look(world: World, device: Device, a: int) -> None:
    """A photo that the platform has is fetched and kept, as the page of its case does it."""
    found = [photo for sha256, photo in world.photos.items() if world.platform.blobs.has(sha256)]
    if found:
        _, record, data = found[a % len(found)]
        blobs.keep_fetched(device.cache, record, data)


def send_photo(world: World, d: int, a: int, b: int) -> None:
    """One of the requests that carry a photo is struck; once more, another one."""
    photograph(world, d, a, b + (b % 5 == 0))
    device = world.devices[d % 4]
    for n in range(1 + a % 2):
        target = _PHOTO_REQUESTS[(a + n) % len(_PHOTO_REQUESTS)]
        device.wire.aim = (target, (*_REPEATS, Fault.LOST, Fault.FAILED)[(b + n) % 6])
        device.wire.where = (a * 97 + b * 13) % 1000
        device.sync()


def decide(world: World, d: int, a: int, b: int) -> None:
    """A worker chooses between the two values of a conflict."""
    device = world.devices[d % len(world.devices)]
    with device.cache.read() as connection:
        found = [(each, shown.find(connection, each)) for each in lists.conflicts(connection)]
    conflicts = [(each, record) for each, record in found if record is not None and record.text("state") == "open"]
    if conflicts:
        each, record = conflicts[a % len(conflicts)]
        sides = cast("dict[str, dict[str, Value]]", record.fields["fields"])
        choices = {name: values["mine" if b % 2 else "theirs"] for name, values in sides.items()}
        choices = {name: value for name, value in choices.items() if value is not None}
        device.write(lambda tx: work.resolve_conflict(tx, each, choices, device.actor, "asked"))


def sync(world: World, d: int, a: int, b: int) -> None:
    """One cycle; in two of three a fault strikes one of its requests."""
    device = world.devices[d % len(world.devices)]
    if b % 3 == 1:
        device.wire.plan.extend([Fault.NONE] * (a % 6))
        device.wire.plan.append(_STRIKES[(b // 3) % len(_STRIKES)])
    elif b % 3 == 2:  # a push is where a lost or repeated request could do most harm
        device.wire.aim = ("POST /sync/v1/push", _REPEATS[(b // 3) % len(_REPEATS)])
    device.wire.where = (a * 97 + b * 13) % 1000
    device.sync()


def edit_in_sync(world: World, d: int, a: int, b: int) -> None:
    """A worker goes on editing while a cycle is under way."""
    device = world.devices[d % len(world.devices)]
    device.between = lambda: (edit if a % 2 else case)(world, d, a, b)
    device.sync()


def crash_in_sync(world: World, d: int, a: int, b: int) -> None:
    """The client dies at a named point of a cycle and is started again."""
    device = world.devices[d % len(world.devices)]
    world.trap.name, world.trap.left = _CLIENT_POINTS[b % len(_CLIENT_POINTS)], 1 + a % 3
    try:
        device.sync()
    except Crashed:
        world.crash(device)
    world.trap.name = ""


def crash_of_platform(world: World, d: int, a: int, b: int) -> None:
    """The platform dies while it takes a push; the client only sees a lost connection."""
    device = world.devices[d % len(world.devices)]
    edit(world, d + 1, a, b + 1)
    world.devices[(d + 1) % len(world.devices)].sync()
    edit(world, d, a, b)  # often against what was just taken
    world.trap.name, world.trap.left = _PLATFORM_POINTS[b % len(_PLATFORM_POINTS)], 1 + a % 2
    try:
        device.sync()
    except Crashed:
        world.crash_platform()
        world.crash(device)
    world.trap.name = ""


def crash_in_edit(world: World, d: int, a: int, b: int) -> None:
    """The client dies while an edit is saved: all of it is there afterwards, or nothing."""
    device = world.devices[d % 4]
    world.trap.name, world.trap.left = _EDIT_POINTS[b % len(_EDIT_POINTS)], 1
    try:
        (edit if a % 2 else case)(world, d % 4, a, b)
    except Crashed:
        world.trap.name = ""
        world.crash(device)
    world.trap.name = ""


def late(world: World, d: int, _a: int, _b: int) -> None:
    """A request that was held up somewhere arrives now."""
    world.devices[d % len(world.devices)].wire.deliver_late()


def move(world: World, _d: int, a: int, b: int) -> None:
    """A record is handed to the other cell."""
    cells = (CELL, OTHER_CELL) if b % 2 else (OTHER_CELL, CELL)
    with world.platform.database.read() as connection:
        live = sa.select(table.c.id, table.c.kind).where(table.c.payload.is_not(None), table.c.kind.in_(_BUCKETS))
        rows = connection.execute(live.where(table.c.bucket.endswith(f":{cells[0]}")).order_by(table.c.id)).all()
    if rows:
        record, kind = rows[a % len(rows)]
        source, target = (_BUCKETS[Kind(kind)](cell) for cell in cells)
        with world.platform.database.write() as connection:
            feed.move(connection, record, source, target, world.clock())


def duty(world: World, _d: int, a: int, b: int) -> None:
    """A worker gets a cell, or loses it."""
    account, cell = (("chen", OTHER_CELL), ("lin", CELL), ("wu", OTHER_CELL), ("wu", CELL))[a % 4]
    with world.platform.database.write() as connection:
        found = directory.named_account(connection, account)
        if b % 2:
            directory.remove_duty(connection, found, cell)
        else:
            directory.assign_duty(connection, found, cell)


def lose_while_held(world: World, d: int, a: int, b: int) -> None:
    """An edit is held back because the platform failed on it; meanwhile its author loses the cell."""
    device = world.devices[d % 2]
    edit(world, d % 2, a, b)
    device.wire.aim = ("POST /sync/v1/push", Fault.FAILED)
    device.sync()
    duty(world, 0, 1, 1)
    device.sync()


def held_by_a_wrong_clock(world: World, d: int, a: int, b: int) -> None:
    """An edit is held back while the PC's clock is ten years ahead; then somebody sets the clock right."""
    device = world.devices[d % 4]
    device.clock.now = world.clock.now
    device.clock.forward(days=3653)
    edit(world, d % 4, a, b)
    device.wire.aim = ("POST /sync/v1/push", Fault.FAILED)
    device.sync()
    device.clock.now = world.clock.now


def move_under_a_draft(world: World, d: int, a: int, b: int) -> None:
    """A case on which somebody has a draft goes to another cell of the same worker: it leaves one and enters one."""
    device = world.devices[2]  # of the worker who has both cells
    draft(world, 2, a, b)
    with world.platform.database.read() as connection:
        live = sa.select(table.c.id, table.c.bucket).where(table.c.payload.is_not(None), table.c.id.in_(device.drafts))
        found = connection.execute(live.order_by(table.c.id)).all()
    if found:
        record, source = found[d % len(found)]
        target = grid_bucket(OTHER_CELL if source == grid_bucket(CELL) else CELL)
        with world.platform.database.write() as connection:
            feed.move(connection, record, source, target, world.clock())
        device.sync()


def time(world: World, _d: int, a: int, b: int) -> None:
    """Minutes pass, or a quarter of an hour in which tokens end."""
    minutes = 16 if b % 2 else 1 + a % 5
    world.clock.forward(minutes=minutes)
    for device in world.devices:
        device.clock.forward(minutes=minutes)


def clock(world: World, d: int, a: int, _b: int) -> None:
    """A PC's clock jumps by ten years, or is set right."""
    device = world.devices[d % len(world.devices)]
    device.clock.now = world.clock.now
    if a % 3:
        device.clock.forward(days=3653 * (1 if a % 3 == 1 else -1))


def restore(world: World, _d: int, a: int, _b: int) -> None:
    """A backup is made, or the last one is put back."""
    if a % 2:
        world.restore()
    else:
        world.back_up()


def prune(world: World, _d: int, _a: int, _b: int) -> None:
    """The platform forgets what left its buckets."""
    with world.platform.database.write() as connection:
        feed.prune(connection, "9999-01-01T00:00:00Z")


def skip(world: World, d: int, a: int, _b: int) -> None:
    """A device's cursor runs ahead of its rows, as by a bug of a feed: the checksum has to find it."""
    device = world.devices[d % len(world.devices)]
    with device.cache.read() as connection:
        buckets = sorted(lists_of(connection))
    bucket = buckets[a % len(buckets)]
    with world.platform.database.read() as connection:
        head = feed.states(connection, [bucket])[bucket].head
    with device.cache.write() as tx:
        changed = "UPDATE cursors SET cursor = ? WHERE bucket = ? AND cursor > 0 AND cursor < ?"
        if tx.connection.exec_driver_sql(changed, (head, bucket, head)).rowcount:
            world.skipped.add(bucket)


# How often each is drawn: mostly work and synchronising, with every kind of trouble among it.
WEIGHTS: dict[Step, int] = {
    edit: 14, sync: 16, case: 5, decide: 3, edit_in_sync: 3, create: 1, draft: 1, crash_in_sync: 4,
    crash_of_platform: 3, crash_in_edit: 1, late: 2, move: 2, duty: 2, lose_while_held: 1, time: 2, clock: 1,
    restore: 2, prune: 1, skip: 1, photograph: 2, send_photo: 3, held_by_a_wrong_clock: 1, move_under_a_draft: 1,
}  # fmt: skip
