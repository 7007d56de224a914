"""The sync thread: when it tries again, what it tells of a fault, and that a bug does not leave it silent."""

import math
import queue
import random
import threading
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from gridclient import faults
from gridclient.platform import directory
from gridclient.platform.operations import poll_s
from gridclient.sync.thread import Began, Ended, Event, Failed, SyncBroken, SyncThread, backoff, first_pause_s
from gridclient.sync.troubles import Answered, Busy, DeviceRevoked, Offline
from tests.system.district import District, Pc
from tests.system.proxy import Proxy, Trouble, answer

PATIENCE_S = 20
LONGEST_S = 15 * 60
FAILED = b'{"type":"urn:gridsync:problem:internal","title":"The platform failed.","status":500}'
BUSY = answer("503 Service Unavailable", "text/html", b"", "Retry-After: 120")


class Dice(random.Random):
    """Throws what it is told: a share of the way from the lowest to the highest."""

    share = 1.0

    def uniform(self, a: float, b: float) -> float:
        return a + (b - a) * self.share


class Heard:
    """What the thread told, in its order."""

    def __init__(self) -> None:
        self._told: queue.Queue[Event] = queue.Queue()

    def __call__(self, event: Event) -> None:
        if isinstance(event, Began | Ended | Failed):
            self._told.put(event)

    def next(self) -> Event:
        """Waits for what is told next."""
        return self._told.get(timeout=PATIENCE_S)

    def failure(self) -> Failed:
        """Waits for the end of a cycle, which must be a fault."""
        assert isinstance(self.next(), Began)
        failed = self.next()
        assert isinstance(failed, Failed)
        return failed

    def is_quiet(self) -> bool:
        """Whether nothing more was told."""
        return self._told.empty()


@pytest.fixture
def proxy(faults: Proxy) -> Proxy:
    """What lies between the PC and the platform."""
    faults.next(*[Trouble("/notify", instead=answer("404 Not Found"))] * 5)  # only cycles count here
    return faults


@pytest.fixture
def district(tmp_path: Path) -> Generator[District]:
    """The platform on SQLite."""
    made = District.start(tmp_path / "district")
    yield made
    made.stop()


@contextmanager
def running(pc: Pc, dice: Dice) -> Generator[tuple[SyncThread, Heard]]:
    """The thread of a PC, from its first cycle to its end."""
    heard = Heard()
    thread = SyncThread(pc.opened.cache, pc.opened.http, heard, dice)
    thread.start()
    try:
        yield thread, heard
    finally:
        thread.stop()
        assert not thread.is_alive()


def test_the_longest_wait_doubles_with_each_failure_up_to_a_quarter_of_an_hour() -> None:
    most = Dice()

    assert [backoff(n, most) for n in (1, 2, 3, 4)] == [4, 8, 16, 32]
    assert [backoff(n, most) for n in (9, 30, 10_000)] == [LONGEST_S] * 3
    assert backoff(3, most, at_least=120) == 136


def test_a_platform_that_asks_for_hours_gets_them_and_one_that_asks_for_years_a_day() -> None:
    most = Dice()

    assert backoff(3, most, at_least=2 * 3600) == 2 * 3600 + 16
    assert backoff(30, most, at_least=2 * 3600) == 2 * 3600 + LONGEST_S
    assert [backoff(3, most, at_least=asked) for asked in (1e12, math.inf)] == [24 * 3600 + 16] * 2


def test_every_moment_before_the_longest_wait_is_as_likely_as_another() -> None:
    rng = random.Random(7)

    waits = sorted(backoff(5, rng) for _ in range(4000))

    assert waits[0] < 0.5
    assert waits[-1] > 63.5
    quarters = [sum(1 for wait in waits if low <= wait < low + 16) for low in (0, 16, 32, 48)]
    assert all(900 < n < 1100 for n in quarters)


def test_the_thread_waits_longer_after_each_fault_and_begins_anew_after_a_good_cycle(
    district: District, proxy: Proxy
) -> None:
    gone = Trouble("/hello", reply_bytes=0)
    lin = district.pc("lin")
    proxy.next(gone, gone, gone)

    with running(lin, Dice()) as (thread, heard):
        waits: list[float] = []
        for _ in range(3):
            failed = heard.failure()
            assert isinstance(failed.fault, Offline)
            waits.append(failed.retry_s)
            thread.wake()
        assert isinstance(heard.next(), Began)
        assert isinstance(heard.next(), Ended)
        proxy.next(gone)
        thread.wake()
        waits.append(heard.failure().retry_s)

    assert waits == [4, 8, 16, 4]


def test_when_the_dice_say_at_once_the_thread_tries_again_by_itself(district: District, proxy: Proxy) -> None:
    dice = Dice()
    dice.share = 0.0
    lin = district.pc("lin")
    proxy.next(*[Trouble("/hello", reply_bytes=0)] * 3)

    with running(lin, dice) as (_, heard):
        waits = [heard.failure().retry_s for _ in range(3)]
        assert isinstance(heard.next(), Began)
        assert isinstance(heard.next(), Ended)

    assert waits == [0, 0, 0]


def test_a_busy_platform_is_left_alone_at_least_as_long_as_it_asked(district: District, proxy: Proxy) -> None:
    lin = district.pc("lin")
    proxy.next(Trouble("/hello", instead=BUSY), Trouble("/hello", instead=BUSY))

    with running(lin, Dice()) as (thread, heard):
        first = heard.failure()
        thread.wake()
        second = heard.failure()

    assert isinstance(first.fault, Busy)
    assert (first.retry_s, second.retry_s) == (124, 128)


def test_a_platform_that_fails_is_asked_again_like_one_that_is_away(district: District, proxy: Proxy) -> None:
    dice = Dice()
    dice.share = 0.5
    failed = answer("500 Internal Server Error", "application/problem+json", FAILED)
    later = answer("500 Internal Server Error", "application/problem+json", FAILED, "Retry-After: 120")
    lin = district.pc("lin")
    proxy.next(*(Trouble("/hello", instead=each) for each in (failed, failed, later)))

    with running(lin, dice) as (thread, heard):
        waits: list[float] = []
        for _ in range(3):
            failure = heard.failure()
            assert isinstance(failure.fault, Answered)
            waits.append(failure.retry_s)
            thread.wake()

    assert waits == [2, 4, 120 + 8]


def test_what_only_a_person_can_mend_is_not_asked_again_every_few_seconds(district: District) -> None:
    lin = district.pc("lin")
    with district.platform.database.write() as connection:
        directory.revoke_device(connection, lin.opened.http.device, district.clock(), "")

    with running(lin, Dice()) as (_, heard):
        failed = heard.failure()
        assert heard.is_quiet()

    assert isinstance(failed.fault, DeviceRevoked)
    assert failed.retry_s == LONGEST_S


def test_a_bug_in_a_cycle_is_told_once_and_goes_to_the_handler_of_bugs(
    district: District, monkeypatch: pytest.MonkeyPatch
) -> None:
    lin = district.pc("lin")
    lin.sync()
    lin.edit(district.ident, phone="13900007741")
    bugs: list[type[BaseException]] = []

    def caught(told: threading.ExceptHookArgs) -> None:
        bugs.append(told.exc_type)

    monkeypatch.setattr(threading, "excepthook", caught)
    monkeypatch.setattr(faults, "reach", _stumble)

    with running(lin, Dice()) as (thread, heard):
        failed = heard.failure()
        thread.join(PATIENCE_S)
        assert heard.is_quiet()

    assert isinstance(failed.fault, SyncBroken)
    assert failed.retry_s == math.inf
    assert bugs == [ZeroDivisionError]
    monkeypatch.undo()
    assert lin.unsent() == 1
    assert lin.sync().in_step


def _stumble(place: str) -> None:
    if place == "hello.answered":
        raise ZeroDivisionError


def test_a_thread_that_is_stopped_tells_of_no_bug(district: District) -> None:
    with running(district.pc("lin"), Dice()) as (_, heard):
        assert isinstance(heard.next(), Began)
        assert isinstance(heard.next(), Ended)

    assert heard.is_quiet()


def test_devices_begin_their_first_cycle_and_poll_at_moments_of_their_own() -> None:
    devices = [f"01937c7e-2f10-7c3a-9b1e-{n:012x}" for n in range(1000)]

    for waits, lowest, highest in (
        ([first_pause_s(device, 10) for device in devices], 0, 10),
        ([poll_s(device) for device in devices], 22.5, 37.5),
    ):
        tenth = (highest - lowest) / 10
        tenths = [int((wait - lowest) / tenth) for wait in waits]
        assert lowest <= min(waits) <= max(waits) < highest
        assert all(50 < tenths.count(n) < 150 for n in range(10))
    assert first_pause_s(devices[0], 10) == first_pause_s(devices[0], 10)


@pytest.mark.parametrize("is_filled", [True, False])
def test_only_a_filled_cache_waits_for_its_moment_and_a_person_does_not(district: District, is_filled: bool) -> None:
    lin = district.pc("lin")
    if is_filled:
        lin.sync()
    heard = Heard()
    thread = SyncThread(lin.opened.cache, lin.opened.http, heard, Dice())
    thread.begin_within(3600 * 10**6)  # no device's share of it is short
    thread.start()
    try:
        if is_filled:
            thread.join(0.2)
            assert heard.is_quiet()
            thread.wake()  # an edit, or somebody asked
        assert isinstance(heard.next(), Began)
        assert isinstance(heard.next(), Ended)
    finally:
        thread.stop()


@dataclass
class Gate:
    """Holds an answer back until it is opened."""

    reached: threading.Event = field(default_factory=threading.Event)
    opened: threading.Event = field(default_factory=threading.Event)
    was_opened: bool = False

    def hold(self, reply: bytes) -> bytes:
        """Waits before the answer goes on."""
        self.reached.set()
        self.was_opened = self.opened.wait(PATIENCE_S)
        return reply


def test_an_interrupted_cycle_claims_nothing_and_waits_until_somebody_asks(district: District, proxy: Proxy) -> None:
    lin, gate = district.pc("lin"), Gate()
    proxy.next(Trouble("/hello", change=gate.hold))

    with running(lin, Dice()) as (thread, heard):
        assert isinstance(heard.next(), Began)
        assert gate.reached.wait(PATIENCE_S)
        thread.interrupt()
        gate.opened.set()
        ended = heard.next()
        synced_at, in_step = lin.opened.cache.setting("synced_at"), lin.opened.cache.setting("in_step")
        notified = [request for request in proxy.requests if b"/notify" in request]
        assert heard.is_quiet()
        thread.wake()
        assert isinstance(heard.next(), Began)
        again = heard.next()

    assert isinstance(ended, Ended)
    assert (ended.report.heads, ended.report.in_step, synced_at, in_step) == ("", False, None, None)
    assert notified == []
    assert isinstance(again, Ended)
    assert again.report.in_step
    assert lin.opened.cache.setting("synced_at")


@pytest.mark.parametrize("path", ["/hello", "/snapshot", "/pull"])
def test_a_thread_ends_without_waiting_for_an_answer(district: District, proxy: Proxy, path: str) -> None:
    lin, gate = district.pc("lin"), Gate()
    proxy.next(Trouble(path, change=gate.hold))

    with running(lin, Dice()) as (thread, heard):
        assert isinstance(heard.next(), Began)
        assert gate.reached.wait(PATIENCE_S)
        thread.stop()
        had_ended = not thread.is_alive()
        gate.opened.set()

    assert had_ended
    assert heard.is_quiet()  # a line that was cut on purpose is no fault
    assert lin.sync().in_step  # through the proxy, which has let go of the answer by then
    assert gate.was_opened
