"""Runs cycles on a thread of its own: on an edit, on a timer, when the window comes back, and after a fault later.

Knows no Qt: it calls one function with what happened. There is no state on disk that says "busy"; after a crash
the next start simply begins a cycle.
"""

import math
import random
import threading
from collections.abc import Callable
from dataclasses import dataclass
from zlib import crc32

from gridclient.errors import GridError
from gridclient.store import arrivals
from gridclient.store.cache import Cache, Changes
from gridclient.sync.cycle import Cycle, Progress, Report
from gridclient.sync.http import Http
from gridclient.sync.listening import Listener
from gridclient.sync.troubles import Answered, Busy, Offline

_FIRST_DELAY_S, _LONGEST_DELAY_S = 2.0, 15 * 60.0
_LONGEST_ASKED_S = 24 * 3600.0  # whoever names more has no clock, or is no platform


@dataclass(frozen=True, slots=True)
class Began:
    """A cycle began."""


@dataclass(frozen=True, slots=True)
class Ended:
    """A cycle ended well, or where it was interrupted."""

    report: Report


@dataclass(frozen=True, slots=True)
class Failed:
    """A cycle ended by a fault; the next attempt is after `retry_s` seconds, or at once when somebody asks."""

    fault: GridError
    retry_s: float


class SyncBroken(GridError):
    """The thread met a bug and has ended; the report of it is the top-level handler's."""

    text = "Synchronising stopped: the program has a fault. Your work is safe on this PC; close GridClient and open it."


Event = Began | Ended | Failed | Changes | Progress


def backoff(failures: int, rng: random.Random, at_least: float = 0.0) -> float:
    """Seconds to wait after so many failures in a row: what was asked for, and then exponential with full jitter."""
    ceiling = min(_LONGEST_DELAY_S, _FIRST_DELAY_S * 2 ** min(failures, 20))
    return min(_LONGEST_ASKED_S, at_least) + rng.uniform(0, ceiling)


def _pause_s(fault: GridError, failures: int, rng: random.Random) -> float:
    """Seconds to wait after a fault: what the network or the platform mends comes back sooner than what people mend."""
    match fault:
        case Busy(retry_after_s=asked_s):
            return backoff(failures, rng, asked_s)
        case Answered(status=status, retry_after_s=asked_s) if status >= 500:
            return backoff(failures, rng, asked_s)
        case Offline():
            return backoff(failures, rng)
        case _:
            return _LONGEST_DELAY_S


def first_pause_s(device: str, within_s: float) -> float:
    """Seconds that a device waits before its first cycle, the same each day: a shift does not start all at once."""
    return within_s * crc32(device.encode()) / 2**32


class SyncThread(threading.Thread):
    """The one thread that talks to the platform for one profile."""

    def __init__(
        self, cache: Cache, http: Http, tell: Callable[[Event], None], rng: random.Random | None = None
    ) -> None:
        super().__init__(name="gridclient-sync", daemon=True)
        self._cache = cache
        self._http = http
        self._tell = tell
        self._wake = threading.Event()
        self._listener = Listener(http.copy(), self.wake)
        self._stopping = threading.Event()
        self._interrupted = threading.Event()
        self._random = rng or random.Random()  # noqa: S311 - jitter
        self._within_s = 0.0

    def begin_within(self, seconds: float) -> None:
        """Lets a cache that is filled already wait up to so long for its first cycle, by its device; `wake` ends it."""
        self._within_s = seconds

    def wake(self) -> None:
        """Begins a cycle now: something was edited, or somebody asked."""
        self._wake.set()

    def interrupt(self) -> None:
        """Ends the running cycle at its next safe point and waits until somebody wakes it."""
        self._interrupted.set()

    def stop(self) -> None:
        """Ends the thread; waits for what is being written, not for what is being sent or fetched."""
        self._stopping.set()
        self._wake.set()
        while self.is_alive():
            self._http.abort()  # again, if a request was only beginning
            self.join(0.1)

    def run(self) -> None:
        """Cycles until it is stopped; a bug ends the thread, and whoever watches it hears so."""
        self._listener.start()
        was_stopped = False
        try:
            self._cycle()
            was_stopped = True
        finally:
            self._listener.stop()
            if not was_stopped:
                self._tell(Failed(SyncBroken(), math.inf))

    def _cycle(self) -> None:
        failures = 0
        if self._within_s and not self._is_filling():
            self._wake.wait(first_pause_s(self._http.device, self._within_s))
        while not self._stopping.is_set():
            self._wake.clear()
            self._tell(Began())
            cycle = Cycle(self._cache, self._http, self._tell, self._tell, self._should_stop)
            try:
                report = cycle.run()
            except GridError as fault:
                if self._stopping.is_set():
                    return  # `stop` cut the line
                failures += 1
                pause = _pause_s(fault, failures, self._random)
                self._tell(Failed(fault, pause))
            else:
                failures = 0
                pause = report.next_poll_s
                if not self._should_stop():  # heads that were not reached would wake it at once
                    self._listener.listen(report.heads)
                self._tell(Ended(report))
            if self._interrupted.is_set():
                self._interrupted.clear()
                self._wake.wait()
            else:
                self._wake.wait(pause)

    def _is_filling(self) -> bool:
        with self._cache.read() as connection:
            return arrivals.is_filling(connection)

    def _should_stop(self) -> bool:
        return self._stopping.is_set() or self._interrupted.is_set()
