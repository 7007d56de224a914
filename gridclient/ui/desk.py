"""What every page works with: the open cache on a thread of its own, the sync thread, and one `changed` signal.

Pages read with `await desk.read(...)` and write with `await desk.write(...)`; a write returns `Changes`, which goes
out on the one signal and wakes the sync thread. Nothing here decides what may be done.
"""

import asyncio
from collections import deque
from collections.abc import Callable, Coroutine, Sequence
from concurrent.futures import ThreadPoolExecutor, wait
from datetime import UTC, date, datetime
from typing import Any, TypeVar

from PySide6.QtCore import QObject, Qt, Signal
from sqlalchemy.engine import Connection

from gridclient.domain.record import Fields
from gridclient.domain.zone import ZONE
from gridclient.errors import GridError
from gridclient.store import blobs, outbox, rules
from gridclient.store.cache import Cache, Changes, Transaction
from gridclient.store.cipher import CacheDamaged
from gridclient.store.importing import Imported, take_back_import
from gridclient.store.undo import Done, last_number, take_back
from gridclient.store.work import Actor
from gridclient.sync import photos
from gridclient.sync.sign_in import Opened
from gridclient.sync.thread import Event, SyncThread
from gridclient.workflow import Pack, Shelf

T = TypeVar("T")
Told = Callable[[GridError], object]
_KEPT = 50  # edits that can be undone, one after the other


class Desk(QObject):
    """One worker's open profile, as the pages of a window see it."""

    changed = Signal(object)  # Changes
    edited = Signal(object)  # Done | Imported: something that can be undone
    sync_event = Signal(object)  # Event
    failed = Signal(object)  # Exception: a fault or a bug in a page's task
    _heard = Signal(object)  # Event, sent from the sync thread

    def __init__(self, opened: Opened, shipped: Shelf, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.opened = opened
        self._shipped = shipped
        with opened.cache.read() as connection:
            self.packs = self._shelf(connection)
        self.actor = Actor(opened.worker_id, opened.facts.role)
        self._store = ThreadPoolExecutor(1, thread_name_prefix="gridclient-store")
        self._lists = ThreadPoolExecutor(1, thread_name_prefix="gridclient-lists")
        self._fetching = ThreadPoolExecutor(1, thread_name_prefix="gridclient-photos")
        self._photos = opened.http.copy()  # of that thread
        self._tasks: dict[asyncio.Task[Any], Told | None] = {}
        self._closed = False
        self._undoable: deque[Done | Imported] = deque(maxlen=_KEPT)
        self._heard.connect(self._tell, Qt.ConnectionType.QueuedConnection)
        self.sync = SyncThread(opened.cache, opened.http, self._heard.emit)

    @property
    def cache(self) -> Cache:
        """The cache; blocking, so only for use on the store thread."""
        return self.opened.cache

    def worker_number(self) -> str:
        """The number by which the worker is known outside; the account where the platform told none. Blocking."""
        return self.cache.setting("worker_number") or self.opened.facts.account

    def now(self) -> datetime:
        """This moment by the cache's clock, in UTC."""
        return self.cache.clock().astimezone(UTC)

    def pack_of(self, case: Fields) -> Pack:
        """The version that a case runs on; the one in force where that is not here, and the platform then reviews."""
        return self.packs.of(case) or self.packs[str(case.get("pack"))]

    def _shelf(self, connection: Connection) -> Shelf:
        return rules.shelf(connection, self.opened.profile.folder / "packs", self._shipped)

    async def _renew_packs(self, changes: Changes) -> None:
        self.packs = await self.read(self._shelf)
        self.changed.emit(changes)

    def today(self) -> date:
        """The city's day."""
        return self.now().astimezone(ZONE).date()

    async def run(self, work: Callable[[], T]) -> T:
        """Does blocking work on the store thread."""
        return await asyncio.get_running_loop().run_in_executor(self._store, work)

    async def read(self, question: Callable[[Connection], T]) -> T:
        """Asks the cache something, on the store thread."""

        def work() -> T:
            with self.cache.read() as connection:
                return question(connection)

        return await self.run(work)

    async def read_long(self, question: Callable[[Connection], T]) -> T:
        """Asks something that may take long, beside the store thread: nobody else's read waits for it."""

        def work() -> T:
            with self.cache.read() as connection:
                return question(connection)

        return await asyncio.get_running_loop().run_in_executor(self._lists, work)

    async def write(self, edit: Callable[[Transaction], Changes], *, undoable: bool = True) -> Changes:
        """Does one edit in one transaction; when this returns, it is on the disk."""

        def work() -> tuple[Changes, Done]:
            with self.cache.write() as tx:
                before = last_number(tx.connection)
                changes = edit(tx)
                return changes, Done(before + 1, last_number(tx.connection))

        changes, done = await self.run(work)
        self.tell(changes)
        if undoable:
            self._can_undo(done)
        return changes

    async def write_each(self, edits: Sequence[Callable[[Transaction], Changes]]) -> list[GridError | None]:
        """Does many edits, each in a transaction of its own, as one that is told and undone; says what refused each."""

        def work() -> tuple[Changes, Done, list[GridError | None]]:
            changes, refusals = Changes(), list[GridError | None]()
            with self.cache.write() as tx:
                before = last_number(tx.connection)
            for edit in edits:
                try:
                    with self.cache.write() as tx:
                        changes |= edit(tx)
                    refusals.append(None)
                except GridError as refusal:
                    refusals.append(refusal)
            with self.cache.write() as tx:
                return changes, Done(before + 1, last_number(tx.connection)), refusals

        changes, done, refusals = await self.run(work)
        self.tell(changes)
        self._can_undo(done)
        return refusals

    async def write_part(self, edits: Sequence[Callable[[Transaction], Changes]]) -> Done:
        """Does some edits of a long piece of work, each in a transaction; `did` makes all its parts one to undo."""

        def work() -> tuple[Changes, Done]:
            changes = Changes()
            with self.cache.write() as tx:
                before = last_number(tx.connection)
            for edit in edits:
                with self.cache.write() as tx:
                    changes |= edit(tx)
            with self.cache.write() as tx:
                return changes, Done(before + 1, last_number(tx.connection))

        changes, done = await self.run(work)
        self.tell(changes)
        return done

    def did(self, imported: Imported) -> None:
        """Lets an import be undone as one."""
        if imported.parts:
            self._undoable.append(imported)
            self.edited.emit(imported)

    def _can_undo(self, done: Done) -> None:
        if done.first <= done.last:
            self._undoable.append(done)
            self.edited.emit(done)

    @property
    def last_done(self) -> Done | Imported | None:
        """What `undo` would take back."""
        return self._undoable[-1] if self._undoable else None

    async def undo(self) -> bool:
        """Takes back the last edit that was made here; False when there is none, raises why it cannot be."""
        if not self._undoable:
            return False
        done = self._undoable[-1]

        def work() -> Changes:
            with self.cache.write() as tx:
                if isinstance(done, Imported):
                    return take_back_import(tx, done, self.actor)
                return take_back(tx, done, self.actor)

        changes = await self.run(work)
        self._undoable.remove(done)  # what could not be undone stays the last: nobody's next Ctrl+Z takes an older edit
        self.tell(changes)
        return True

    def tell(self, changes: Changes) -> None:
        """Says what changed, and wakes the sync thread when there is something to upload."""
        if changes:
            self.changed.emit(changes)
        if "outbox" in changes.areas:
            self.sync.wake()

    def try_now(self) -> None:
        """Synchronises because a worker asked: also what waits for its time is tried."""
        self.start(self.write(outbox.release))

    async def picture(self, record: str, sha256: str) -> bytes | None:
        """A photo of a record by its hash: from this PC, else from the platform when it can be reached.

        A slow network holds up nothing but the picture.
        """
        data = await self.run(lambda: self.cache.files.get(sha256))
        if data is None:
            data = await asyncio.get_running_loop().run_in_executor(self._fetching, self._fetch, sha256)
            if data is not None:
                fetched = data
                await self.run(lambda: blobs.keep_fetched(self.cache, record, fetched))
        return data

    def _fetch(self, sha256: str) -> bytes | None:
        if self._closed:
            return None
        try:
            return photos.fetch(self._photos, sha256, lambda: self._closed)
        except GridError:
            return None  # a placeholder stays; the next visit of the page asks again

    def start(self, work: Coroutine[Any, Any, object], told: Told | None = None) -> None:
        """Begins a page's task; what goes wrong in it is told once.

        A fault of the world is told to `told`, where a page says it in the place of what it could not read; everything
        else, and damage of the cache, on `failed`.
        """
        if self._closed:
            work.close()  # a signal that was on its way when the profile was closed
            return
        task = asyncio.ensure_future(work)
        self._tasks[task] = told
        task.add_done_callback(self._done)

    def _done(self, task: "asyncio.Task[Any]") -> None:
        if self._closed:
            return  # it ended as the profile was closed, and this was on its way
        told = self._tasks.pop(task)
        if task.cancelled() or (error := task.exception()) is None:
            return
        if told is not None and isinstance(error, GridError) and not isinstance(error, CacheDamaged):
            told(error)
        else:
            self.failed.emit(error)

    def _tell(self, event: Event) -> None:
        if isinstance(event, Changes) and "packs" in event.areas:
            self.start(self._renew_packs(event))
        elif isinstance(event, Changes):
            self.changed.emit(event)
        else:
            self.sync_event.emit(event)

    @property
    def busy(self) -> bool:
        """Whether a page's task is still running."""
        return bool(self._tasks)

    def close(self) -> None:
        """Ends every thread and closes the profile; waits for what is being written, not for what is being fetched."""
        self._closed = True
        for task in self._tasks:
            task.remove_done_callback(self._done)
            task.cancel()
        self._tasks.clear()
        self.sync.stop()
        ended = self._fetching.submit(lambda: None)
        while not ended.done():
            self._photos.abort()  # again, if a request was only beginning
            wait([ended], 0.1)
        for thread in (self._fetching, self._store, self._lists):
            thread.shutdown()
        self._photos.close()
        self.opened.close()
