"""Wakes those who wait for news of their buckets; a hint, never the news itself."""

import asyncio
import threading
from collections.abc import Collection, Generator, Iterable
from contextlib import contextmanager
from dataclasses import dataclass, field


@dataclass(slots=True, eq=False)
class Waiter:
    """Somebody who waits for a change in these buckets, on one event loop."""

    scope: Collection[str]
    loop: asyncio.AbstractEventLoop
    rung: asyncio.Event = field(default_factory=asyncio.Event)
    is_ended: bool = False  # the server goes down: answer now


class Bell:
    """Rung after a commit by whoever changed buckets; used from many threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._waiters: set[Waiter] = set()

    def ring(self, buckets: Iterable[str]) -> None:
        """Wakes everybody who waits for one of these buckets."""
        changed = set(buckets)
        with self._lock:
            woken = [waiter for waiter in self._waiters if not changed.isdisjoint(waiter.scope)]
        for waiter in woken:
            waiter.loop.call_soon_threadsafe(waiter.rung.set)

    def end_waits(self) -> None:
        """Lets everybody who waits answer now."""
        with self._lock:
            woken = list(self._waiters)
        for waiter in woken:
            waiter.is_ended = True
            waiter.loop.call_soon_threadsafe(waiter.rung.set)

    @property
    def waiters(self) -> int:
        """How many wait now."""
        return len(self._waiters)

    @contextmanager
    def waiting(self, scope: Collection[str]) -> Generator[Waiter]:
        """Waits from here on: enter before looking at the heads, so that no change falls between."""
        waiter = Waiter(scope, asyncio.get_running_loop())
        with self._lock:
            self._waiters.add(waiter)
        try:
            yield waiter
        finally:
            with self._lock:
                self._waiters.discard(waiter)
