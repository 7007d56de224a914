"""What happens because time has passed: moves that no person takes, and cases that come by their plan.

One pass reads what is new in the feed, then takes what has come (`watch`). Each bucket's share is one transaction that
judges the records as they stand, so a pass that dies, or runs twice, or beside another, does everything once. On
PostgreSQL an advisory lock lets one worker do it at a time; it is gone with that worker's connection.
"""

import logging
import threading
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from itertools import groupby
from operator import itemgetter

import msgspec
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from gridclient.domain.record import Fields, Kind, Value, decode_fields, grid_bucket, new_id
from gridclient.domain.zone import ZONE
from gridclient.platform import directory, feed, watch
from gridclient.platform.numbers import numbered
from gridclient.platform.recording import Change, canonical, open_cases, remember
from gridclient.platform.service import Platform
from gridclient.workflow import Pack, Shelf, due_moves, take_due
from gridclient.workflow.plans import Coming, case_id, coming, planned_case
from gridclient.workflow.timed import wakes_at

log = logging.getLogger("gridclient.platform")
CLOCK = "clock"
_MOST_MOVES = 20  # of one case in one pass; a pack's check forbids circles without an end
_LOCK = 0x67726964  # any number that nothing else locks
_EVERY_S = 20.0


@dataclass(slots=True)
class Done:
    """What a pass did."""

    moves: dict[str, int] = field(default_factory=dict[str, int])
    opened: int = 0
    skipped: int = 0
    buckets: set[str] = field(default_factory=set[str])

    @property
    def is_nothing(self) -> bool:
        """Whether time had nothing to do."""
        return not (self.moves or self.opened or self.skipped)


def run(platform: Platform) -> Done:
    """One pass over all that has come; does nothing while another worker is at it."""
    done, now, shelf = Done(), platform.clock().astimezone(UTC), platform.packs
    with _alone(platform) as is_alone:
        if not is_alone:
            return done
        _read_on(platform, shelf, now, done)
        while True:
            with platform.database.read() as connection:
                come = watch.come(connection, now)
            if not come:
                break
            for bucket, records in groupby(sorted(come), key=itemgetter(0)):
                with platform.database.write() as connection:
                    _Share(connection, platform, shelf, now, done).take(bucket, [record for _, record in records])
        if not done.is_nothing:
            _read_on(platform, shelf, now, done)
    platform.bell.ring(done.buckets)
    return done


@contextmanager
def _alone(platform: Platform) -> Generator[bool]:
    """Holds the right to do a pass; on SQLite the one writer is the lock."""
    if platform.database.is_sqlite:
        yield True
        return
    with platform.database.read() as connection:
        taken = connection.execute(sa.select(sa.func.pg_try_advisory_lock(_LOCK))).scalar_one()
        try:
            yield bool(taken)
        finally:
            if taken:
                connection.execute(sa.select(sa.func.pg_advisory_unlock(_LOCK)))


def _read_on(platform: Platform, shelf: Shelf, now: datetime, done: Done) -> None:
    with platform.database.read() as connection:
        names = watch.behind(connection)
    for name in names:
        more = True
        while more:
            with platform.database.write() as connection:
                ended, more = watch.read_on(connection, name, shelf, now)
                for seen in ended:
                    _tell_files(connection, shelf, seen, now, done)


def _tell_files(connection: Connection, shelf: Shelf, seen: watch.Seen, now: datetime, done: Done) -> None:
    """A planned case that was done tells the file when: the next one counts from there."""
    pack = shelf.of(seen.fields)
    closed = seen.fields.get("closed_at")
    if pack is None or pack.plan is None or pack.plan.last is None or not closed:
        return
    subject = str(seen.fields.get("resident") or seen.fields.get("place") or "")
    for bucket, record in watch.files_about(connection, subject, pack.plan.about):
        held = feed.lock(connection, bucket)
        stored = held.find(record)
        if stored is None or stored.payload is None:
            continue
        file = decode_fields(stored.payload)
        if str(file.get(pack.plan.last) or "") < str(closed):
            _write(connection, held, stored, file, {**file, pack.plan.last: closed}, now)
            done.buckets.add(bucket)
            held.close()
            watch.wake(connection, bucket, record, now)


def _write(
    connection: Connection, held: feed.Lock, stored: feed.Stored | None, before: Fields, after: Fields, now: datetime,
    record: str = "",
) -> None:  # fmt: skip
    kind = Kind.CASE if stored is None else stored.kind
    written = held.put(stored, kind, record if stored is None else stored.id, canonical(after))
    remember(connection, written, before, after, Change(new_id(), CLOCK, "clock", now))


@dataclass(frozen=True, slots=True)
class _Share:
    """A pass over records of one bucket, in one transaction."""

    connection: Connection
    platform: Platform
    shelf: Shelf
    now: datetime
    done: Done

    def take(self, bucket: str, records: list[str]) -> None:
        held = feed.lock(self.connection, bucket)
        for record in records:
            stored = held.find(record)
            if stored is None or stored.payload is None:
                watch.forget(self.connection, bucket, record)
            elif stored.kind == Kind.CASE:
                self._case(held, stored)
        held.close()
        for record in records:
            stored = held.find(record)
            if stored is not None and stored.payload is not None and stored.kind != Kind.CASE:
                self._file(stored, decode_fields(stored.payload))

    def _case(self, held: feed.Lock, stored: feed.Stored) -> None:
        assert stored.payload is not None
        before = decode_fields(stored.payload)
        pack = self.shelf.of(before)
        after = dict(before)
        for _ in range(_MOST_MOVES):
            names = [] if pack is None else due_moves(pack, after, self.now)
            if pack is None or not names:
                break
            after = _laid(after, take_due(pack, after, names[0], self.now))
            self.done.moves[names[0]] = self.done.moves.get(names[0], 0) + 1
        if after != before:
            _write(self.connection, held, stored, before, after, self.now)
            open_cases(held, self.shelf, stored.id, before, after, Change(new_id(), CLOCK, "clock", self.now))
            self.done.buckets.add(stored.bucket)
        at = None if pack is None else wakes_at(pack, after, self.now)
        watch.wake(self.connection, stored.bucket, stored.id, at)

    def _file(self, stored: feed.Stored, file: Fields) -> None:
        cell = str(file.get("grid") or "")
        person = self._person(stored, file, cell)
        today = self.now.astimezone(ZONE).date()
        next_look: list[date] = []
        for pack_id in self.shelf:
            pack = self.shelf.here(pack_id, cell)
            if pack is None or pack.plan is None or pack.plan.about != stored.kind or person is None:
                continue
            next_ = coming(pack, file, person, today)
            if next_ is not None:
                next_look += [self._plan(pack, next_, stored, file, person, today)]
        days = [day for day in next_look if day > today]
        at = datetime.combine(min(days), time(), ZONE) if days else None
        watch.wake(self.connection, stored.bucket, stored.id, at)

    def _plan(self, pack: Pack, next_: Coming, stored: feed.Stored, file: Fields, person: Fields, today: date) -> date:
        """Opens the planned case when its day has come; says when to look again."""
        if next_.opens_on > today:
            return next_.opens_on
        subject = str(file.get("resident") or stored.id)
        known = watch.open_case(self.connection, subject, pack.id)
        if known is None:
            self._open(pack, next_, subject, file, person)
        else:
            self._skip(*known, next_)
        return next_.next_skip or today + timedelta(days=1)

    def _open(self, pack: Pack, next_: Coming, subject: str, file: Fields, person: Fields) -> None:
        assert pack.plan is not None
        cell, record = str(file.get("grid") or ""), case_id(pack, subject, next_.due)
        held = feed.lock(self.connection, grid_bucket(cell))
        if held.find(record) is not None:
            return  # it was opened before, and is done or was taken away
        name = str(person.get("name") or file.get("name") or "")
        about: dict[str, Value] = {
            "title": f"{name} · {pack.title.zh}" if name else pack.title.zh, "grid": cell,
            "address": person.get("address") or file.get("address"), "resident": file.get("resident"),
            "place": None if file.get("resident") else subject,
            "assignee": directory.worker_of(self.connection, cell),
            "number": numbered(self.connection, cell, self.now),
        }  # fmt: skip
        known = {field: value for field, value in about.items() if value is not None}
        case = planned_case(pack, pack.plan, next_, known, self.now) | _skips(next_)
        _write(self.connection, held, None, {}, case, self.now, record)
        held.close()
        self.done.opened += 1
        self.done.buckets.add(held.bucket)
        seen = watch.Seen(held.bucket, record, Kind.CASE, case)
        watch.note(self.connection, seen, self.shelf, self.now)

    def _skip(self, bucket: str, record: str, next_: Coming) -> None:
        """Tells the open case which further days passed without the work."""
        held = feed.lock(self.connection, bucket)
        stored = held.find(record)
        if stored is None or stored.payload is None:
            return
        case = decode_fields(stored.payload)
        after = {**case, **_skips(next_)}
        if after != case and case.get("planned_for") == next_.due.isoformat():
            _write(self.connection, held, stored, case, after, self.now)
            self.done.skipped += 1
            self.done.buckets.add(bucket)
        held.close()

    def _person(self, stored: feed.Stored, file: Fields, cell: str) -> Fields | None:
        """The core file of whom a file is about; None when it is not there, and nothing without a person."""
        resident = file.get("resident")
        if resident is None:
            return {}
        table = watch.record_table
        payload = self.connection.execute(
            sa.select(table.c.payload).where(table.c.bucket == grid_bucket(cell), table.c.id == str(resident))
        ).scalar_one_or_none()
        person = None if payload is None else decode_fields(payload)
        return None if person is None or person.get("status") not in (None, "present") else person


def _skips(next_: Coming) -> dict[str, Value]:
    return {"skipped": [day.isoformat() for day in next_.skipped]} if next_.skipped else {}


def _laid(case: Fields, fields: Fields) -> dict[str, Value]:
    return {name: value for name, value in {**case, **fields}.items() if value is not None}


class Keeper:
    """Runs a pass every few seconds in a thread of its own, until it is left."""

    def __init__(self, platform: Platform, every_s: float = _EVERY_S) -> None:
        self._platform, self._every_s = platform, every_s
        self._ended = threading.Event()
        self.passed = threading.Event()  # the first pass is over
        self._thread = threading.Thread(target=self._run, name="due", daemon=True)

    def __enter__(self) -> "Keeper":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        self._thread.join()

    def _run(self) -> None:
        while not self._ended.is_set():
            try:
                run(self._platform)
                self.passed.set()
            except Exception as error:  # noqa: BLE001 - a database that is away, or a bug: the next pass does it all
                log.error("a pass failed: %s", type(error).__name__)
            self._ended.wait(self._every_s)


def as_text(done: Done) -> str:
    """What a pass did, for the command line and tests."""
    facts = {"moves": done.moves, "opened": done.opened, "skipped": done.skipped}
    return msgspec.json.encode(facts, order="sorted").decode()
