"""A small world for schedules: the real platform and several workers' real clients in one process.

What is set up once (accounts, sign-ins, a first sync of every device) is kept as a template of files and copied for
each schedule, so that thousands of schedules begin from the same honest state. Only the network, the clocks and the
moment of a crash are not real.
"""

import asyncio
import atexit
import gc
import shutil
from collections.abc import Callable, Generator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from functools import cache
from itertools import count
from pathlib import Path

import anyio.to_thread
import msgspec
import pytest
import sqlalchemy as sa

from gridclient import faults
from gridclient.domain.record import Kind, Value, care_bucket, decode_fields, grid_bucket, ident_bucket, new_id
from gridclient.errors import GridError
from gridclient.paths import FORMS
from gridclient.platform import backup, directory, feed, scope, tables
from gridclient.platform.app import make_app
from gridclient.platform.operations import OPERATIONS
from gridclient.platform.push import canonical
from gridclient.platform.service import Platform
from gridclient.protocol.messages import Mutation
from gridclient.protocol.sealing import Identity
from gridclient.store import arrivals, keys, outbox, shown
from gridclient.store.cache import Cache, Changes, Transaction, open_cache
from gridclient.store.profile import Profile
from gridclient.store.shown import Shown
from gridclient.store.work import Actor
from gridclient.sync import photos
from gridclient.sync.cycle import CacheTokens, Cycle, PlatformUnsteady, Report
from gridclient.sync.http import Http
from gridclient.sync.troubles import Answered, Offline, SignInNeeded
from gridclient.workflow import Pack, load_packs
from tests.system.databases import Place, PostgresqlDatabase, Server, SqliteFile, in_memory
from tests.system.district import CELL, OTHER_CELL, PACK, PASSWORD, PIN, STREET, Clock, District
from tests.system.wire import Fault, Reply, Sent, Wire, call

ADDRESS = "http://127.0.0.1"
PCS = (("lin-1", "lin", "worker"), ("lin-2", "lin", "worker"), ("chen-1", "chen", "worker"), ("wu-1", "wu", "worker"),
       ("zhao-1", "zhao", "supervisor"))  # fmt: skip
_record = tables.record.c
_mutation = msgspec.json.Decoder(Mutation).decode


class Broken(AssertionError):
    """An invariant does not hold."""


class Crashed(BaseException):
    """The process would be dead now; nothing of the product may catch this."""


@dataclass
class Trap:
    """Stands for SIGKILL: lets a named crash point be reached so many times, then ends everything there."""

    name: str = ""
    left: int = 0

    def reach(self, name: str) -> None:
        """As `faults.reach`."""
        if name == self.name:
            self.left -= 1
            if self.left <= 0:
                self.name = ""
                raise Crashed(name)


@dataclass(frozen=True)
class Authored:
    """An edit that the store acknowledged: it must never be lost."""

    device: str
    worker: str
    mutation: Mutation


@dataclass
class Device:
    """One worker's client on one PC."""

    world: "World"
    name: str
    account: str
    role: str
    folder: Path
    key: bytes
    wire: Wire
    clock: Clock = field(default_factory=Clock)
    drafts: dict[str, bytes] = field(default_factory=dict[str, bytes])
    between: Callable[[], None] | None = None  # what the worker does while the next cycle is under way
    answered: frozenset[str] = frozenset()  # mutations in the journal when the running cycle began
    cache: Cache = field(init=False)
    http: Http = field(init=False)

    def open(self) -> None:
        """Starts the program: opens the cache with what is on the disk."""
        profile = Profile(self.folder)
        self.cache = open_cache(profile, self.key, self.clock)
        self.http = Http(ADDRESS, self.cache.setting("device") or "", CacheTokens(self.cache))
        session = self.http._session  # pyright: ignore[reportPrivateUsage] - the wire is the only thing that is not real
        session.trust_env = False
        session.mount(ADDRESS, self.wire)

    def close(self) -> None:
        """Ends the program."""
        self.http.close()
        self.cache.close()

    @property
    def actor(self) -> Actor:
        """The worker as an author."""
        return Actor(f"w-{self.account}", self.role)

    def find(self, record: str) -> Shown | None:
        """A record as the worker sees it."""
        with self.cache.read() as connection:
            return shown.find(connection, record)

    def visible(self, *kinds: Kind) -> list[str]:
        """Records of these kinds on this PC."""
        marks = ",".join(f"'{kind}'" for kind in kinds)
        with self.cache.read() as connection:
            rows = connection.exec_driver_sql(f"SELECT id FROM base WHERE kind IN ({marks}) ORDER BY id")
            return list(rows.scalars())

    def write(self, edit: Callable[[Transaction], object]) -> None:
        """An edit in its transaction; what it queued is acknowledged when this returns."""
        try:
            with self.cache.write() as tx:
                edit(tx)
        except GridError:
            return  # the record left, or the workflow does not allow it: told to the worker, nothing was written
        self.world.note_edits(self)

    def sync(self) -> Report | None:
        """One cycle; None when a fault ended it, as it would be told to the worker."""
        cycle = Cycle(self.cache, self.http, changed=self._look)
        with self.cache.read() as connection:
            self.answered = frozenset(connection.exec_driver_sql("SELECT mid FROM journal").scalars())
        try:
            return cycle.run()
        except SignInNeeded:
            self.world.signed_in_again(self)
            return None
        except (Offline, Answered, PlatformUnsteady):
            return None
        finally:
            self.wire.calm()
            self.between = None
            self.world.cycles += 1
            self._mismatched(cycle.report)
            self._look(Changes())
            self._check_drafts()

    def _mismatched(self, report: Report) -> None:
        wrong = set(report.mismatched) - self.world.skipped
        if wrong:
            raise Broken(f"I3: the network alone let {self.name} differ from the platform in {sorted(wrong)}")

    def _look(self, _changes: Changes) -> None:
        self.world.check_view(self)
        if self.between is not None:
            act, self.between = self.between, None
            act()

    def _check_drafts(self) -> None:
        """A draft stays as long as its record does."""
        with self.cache.read() as connection:
            here = set(connection.exec_driver_sql("SELECT id FROM base").scalars())
            kept = {row[0]: row[1] for row in connection.exec_driver_sql("SELECT record, form FROM drafts")}
        self.drafts = {record: form for record, form in self.drafts.items() if record in here}
        if any(kept.get(record) != form for record, form in self.drafts.items()):
            raise Broken(f"I8: a draft is gone from {self.name} although its record stayed")


@dataclass
class World:
    """The platform, its devices, and what must be true of them."""

    folder: Path
    place: Place
    template: "_Template"
    page_bytes: int = 4 * 1024 * 1024
    devices: list[Device] = field(default_factory=list[Device])
    clock: Clock = field(default_factory=Clock)
    authored: dict[str, Authored] = field(default_factory=dict[str, Authored])
    trap: Trap = field(default_factory=Trap)
    photos: dict[str, tuple[str, str, bytes]] = field(  # by hash: the device that saved it with a step, the case, bytes
        default_factory=dict[str, tuple[str, str, bytes]]
    )
    skipped: set[str] = field(default_factory=set[str])  # buckets whose feed a step let a device skip on purpose
    poisoned: set[str] = field(default_factory=set[str])  # mutations that were made to be refused
    restores: int = 0
    cycles: int = 0
    platform: Platform = field(init=False)
    loop: asyncio.AbstractEventLoop = field(default_factory=asyncio.new_event_loop)

    def open(self) -> None:
        """Starts the platform and every device."""
        self.start_platform()
        for name, account, role in PCS:
            key = self.template.keys[name]
            device = Device(self, name, account, role, self.folder / name, key, Wire(self.deliver))
            device.open()
            self.devices.append(device)

    def close(self) -> None:
        """Ends everything."""
        for device in self.devices:
            device.close()
        self.platform.database.close()
        self.place.drop()
        self.loop.close()

    def start_platform(self) -> None:
        """Starts the platform on what is on its disk."""
        folder = self.folder / "platform"
        self.platform = Platform(self.place.open(), folder, packs=_packs(), clock=self.clock)
        self.platform.limits.page_bytes = self.page_bytes
        self._app = make_app(self.platform, OPERATIONS)

    def deliver(self, sent: Sent) -> Reply:
        """A request at the platform."""
        return call(self.loop, self._app, sent)

    # --- what happens to it ---------------------------------------------------------------------------------

    def note_edits(self, device: Device) -> None:
        """What is in a device's outbox was acknowledged to its author."""
        with device.cache.read() as connection:
            rows = connection.exec_driver_sql("SELECT mid, body FROM outbox").all()
        for mid, body in rows:
            if mid not in self.authored:
                self.authored[mid] = Authored(device.name, device.actor.worker_id, _mutation(body))

    def crash(self, device: Device) -> None:
        """The device's program dies and is started again."""
        device.close()
        device.wire.calm()
        device.open()
        self.note_edits(device)  # a commit whose acknowledgement the crash swallowed
        with device.cache.read() as connection:
            left = set(connection.exec_driver_sql("SELECT record FROM drafts").scalars())
        device.drafts = {
            record: form for record, form in device.drafts.items() if record in left or device.find(record)
        }

    def crash_platform(self) -> None:
        """The platform's process dies and is started again."""
        self.platform.database.close()
        self.start_platform()

    def signed_in_again(self, device: Device) -> None:
        """The worker types the password; a restore makes that necessary, and a refresh token that arrives late."""
        if not self.restores and not device.wire.stale_exchange:
            raise Broken(f"{device.name} had to sign in again although nothing was restored")
        device.wire.calm()
        identity = Identity.of(device.cache.setting("identity") or "")
        device.http.sign_in(device.account, PASSWORD, device.name, identity.public)

    def back_up(self) -> None:
        """Copies the platform while it is in use: its database first, then its photos."""
        self.place.back_up()
        shutil.copytree(self.platform.blobs.folder, self._saved_blobs, dirs_exist_ok=True)

    def restore(self) -> None:
        """Puts the last backup back, as `gridclient platform restore` does."""
        self.platform.database.close()
        self.place.put_back()
        for name in ("blobs", "uploads"):
            shutil.rmtree(self.folder / "platform" / name, ignore_errors=True)
        shutil.copytree(self._saved_blobs, self.platform.blobs.folder)
        self.start_platform()
        self.clock.forward(seconds=1)  # no restore takes less, and an epoch's number is its second
        backup.begin_epoch(self.platform)
        self.restores += 1

    @property
    def _saved_blobs(self) -> Path:
        return self.folder / "saved-blobs"

    # --- what must hold at every moment -----------------------------------------------------------------------

    def check_view(self, device: Device) -> None:
        """I8: what the platform answered in this cycle stays in its author's view."""
        with device.cache.read() as connection:
            rows = connection.exec_driver_sql(
                "SELECT o.mid, o.record FROM outcomes o JOIN journal j USING (mid) WHERE o.status = 'applied'"
            ).all()
        rows = [(mid, record) for mid, record in rows if mid not in device.answered]
        readable = self.scope_of(device) if rows else frozenset[str]()
        for mid, record in rows:
            here = device.find(record)
            if here is None or here.pending or here.bucket not in readable:
                continue  # what left the scope is not sent any more, not even to the author of its last edit
            there = self.on_platform(here.bucket, record)
            if there is None:
                continue
            for name, value in self.authored[mid].mutation.set.items():
                if there.get(name) == value and here.fields.get(name) != value:
                    raise Broken(f"I8: {name} of an acknowledged edit is gone from the view of {device.name}")

    def scope_of(self, device: Device) -> frozenset[str]:
        """The buckets that a device may read now."""
        with self.platform.database.read() as connection:
            return scope.buckets(connection, directory.named_account(connection, device.account))

    def on_platform(self, name: str, record_id: str) -> dict[str, Value] | None:
        """A record as the platform holds it now."""
        with self.platform.database.read() as connection:
            found = sa.select(_record.payload).where(_record.bucket == name, _record.id == record_id)
            payload = connection.execute(found).scalar_one_or_none()
        return None if payload is None else decode_fields(payload)

    def revision(self) -> tuple[int, int]:
        """Two numbers of which one grows with everything that the platform takes."""
        with self.platform.database.read() as connection:
            heads = connection.execute(sa.select(sa.func.coalesce(sa.func.sum(tables.bucket.c.head), 0))).scalar_one()
            judged = connection.execute(sa.select(sa.func.count()).select_from(tables.ledger)).scalar_one()
        return int(heads), judged

    # --- the end --------------------------------------------------------------------------------------------

    def settle(self, rounds: int = 12) -> None:
        """Ends every fault and lets everybody synchronise until nothing moves any more."""
        self.trap.name = ""
        for device in self.devices:
            device.wire.calm()
            device.wire.deliver_late()
        self.clock.forward(hours=30)  # whatever waits for its time may be tried now
        at_rest: dict[str, tuple[int, int]] = {}  # what the platform was when a device had nothing left to do
        for _ in range(rounds):
            self.clock.forward(minutes=2)
            for device in self.devices:
                device.clock.now = self.clock.now
                if at_rest.get(device.name) != self.revision():
                    report = device.sync()
                    if report is not None and report.in_step and not report.pushed:
                        at_rest[device.name] = self.revision()
            now = self.revision()
            if all(at_rest.get(device.name) == now for device in self.devices):
                return
        raise Broken("I7: there is no rest: " + self._restless())

    def _restless(self) -> str:
        told: list[str] = []
        for device in self.devices:
            with device.cache.read() as connection:
                left = outbox.waiting(connection).count
                sums = arrivals.sums(connection)
            with self.platform.database.read() as connection:
                states = feed.states(connection, sums)
            differs = [n for n, s in states.items() if sums[n] != (s.count, s.checksum, s.head)]
            if left or differs:
                told.append(f"{device.name}: {left} unsent, differs in {differs}")
        return "; ".join(told)


@dataclass(frozen=True)
class _Template:
    folder: Path
    keys: dict[str, bytes]


@cache
def _packs() -> dict[str, Pack]:
    """The shipped pack, shortened to two steps so that a schedule reaches its end often."""
    pack = load_packs(FORMS)[PACK]
    return {PACK: replace(pack, steps=pack.steps[:2])}


@cache
def _template(server: Server | None) -> _Template:
    keeper = ExitStack()
    folder = keeper.enter_context(in_memory())
    atexit.register(keeper.close)
    district = District.start(folder / "made", server.make("template") if server else None)
    try:
        _people(district)
        for name, account, _ in PCS:
            assert district.pc(account, name).sync().in_step
        made = {pc.opened.profile.folder.parent.parent.name: pc for pc in district.pcs}
        found = {name: keys.unwrap(pc.opened.profile.key_path, PIN) for name, pc in made.items()}
        profiles = {name: pc.opened.profile.folder for name, pc in made.items()}
    finally:
        district.stop()
    template = folder / "template"
    shutil.copytree(folder / "made" / "platform", template / "platform")
    shutil.rmtree(template / "platform" / "snapshots")
    for name, profile in profiles.items():
        shutil.copytree(profile, template / name)
    for name in ("platform/blobs", "saved-blobs"):
        (template / name).mkdir(exist_ok=True)
    gc.freeze()  # what stays for good need not be looked at again and again
    return _Template(template, found)


def _people(district: District) -> None:
    with district.platform.database.write() as connection:
        chen = directory.named_account(connection, "chen")
        directory.assign_duty(connection, chen, OTHER_CELL)
        resident, case = new_id(), new_id()
        person: dict[str, Value] = {"name": "李建国", "sex": "1", "birth": "1939-11-20", "grid": OTHER_CELL}
        visit: dict[str, Value] = {
            "number": "PD-2026-104234", "pack": PACK, "pack_version": _packs()[PACK].version, "title": "李建国 · 走访",
            "category": "visit", "state": "open", "resident": resident, "grid": OTHER_CELL, "assignee": "w-wu",
            "due_at": "2026-11-25T09:00:00Z", "opened_at": "2026-11-20T01:00:00Z",
        }  # fmt: skip
        for bucket in ("ref:" + STREET, "user:w-lin", "user:w-chen", "user:w-zhao"):  # that of Wu stays empty
            feed.load(connection, bucket, [(new_id(), Kind.TEAM, canonical({"name": bucket}))])
        feed.load(connection, grid_bucket(OTHER_CELL), [
            (resident, Kind.RESIDENT, canonical(person)), (case, Kind.CASE, canonical(visit)),
        ])  # fmt: skip
        feed.load(connection, ident_bucket(OTHER_CELL), [
            (new_id(), Kind.IDENT, canonical({"resident": resident, "phone": "13800006130", "grid": OTHER_CELL})),
        ])  # fmt: skip
        feed.load(connection, care_bucket(OTHER_CELL), [
            (new_id(), Kind.CARE, canonical({"resident": resident, "tier": "usual", "grid": OTHER_CELL})),
        ])  # fmt: skip


PIECE = 2000  # bytes: photos of a few thousand travel in several pieces


@contextmanager
def world(page_bytes: int = 4 * 1024 * 1024, server: Server | None = None) -> Generator[World]:
    """A fresh copy of the template's world; gone from the disk, and from the server, afterwards."""
    template = _template(server)
    with ExitStack() as stack:
        # A name that the next world gets again; a second one that is open meanwhile has another.
        folder = next(each for n in count() if not (each := template.folder.parent / f"run-{n}").exists())
        stack.callback(shutil.rmtree, folder)
        shutil.copytree(template.folder, folder)
        platform = folder / "platform"
        place = PostgresqlDatabase(server, "template") if server else SqliteFile(platform, template.folder / "platform")
        made = World(folder, place, template, page_bytes)
        patch = stack.enter_context(pytest.MonkeyPatch.context())
        patch.setattr(faults, "reach", made.trap.reach)
        patch.setattr(anyio.to_thread, "run_sync", _at_once)
        patch.setattr(photos, "PIECE", PIECE)
        made.open()
        stack.callback(made.close)
        yield made


async def _at_once(function: Callable[..., object], *args: object, **_options: object) -> object:
    """Instead of a thread of the server: one request at a time needs none, and the hops took most of the time."""
    return function(*args)


__all__ = ["ADDRESS", "CELL", "OTHER_CELL", "Broken", "Crashed", "Device", "Fault", "World", "world"]
