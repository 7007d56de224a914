"""What wakes the sync thread of an open window, and what the pill says when that thread met a bug."""

import asyncio
import threading

import pytest
from PySide6.QtWidgets import QApplication, QWidget

from gridclient import faults
from gridclient.platform import directory
from gridclient.store import outbox, work
from gridclient.sync.thread import Began, Failed
from gridclient.ui.app import Desktop
from tests.system.district import District
from tests.widget.stage import drive, quiet, sign_in_at, until

PATIENCE_S = 20.0


async def _bring_to_front(window: QWidget) -> None:
    async with asyncio.timeout(PATIENCE_S):
        while QApplication.activeWindow() is not window:
            window.activateWindow()
            await asyncio.sleep(0.01)


def test_a_window_that_comes_back_to_the_front_synchronises_at_once(
    district: District, desktop: Desktop, qapp: QApplication
) -> None:
    other = QWidget()

    async def play() -> tuple[int, int]:
        bench = await sign_in_at(desktop, district, "lin")
        told: list[object] = []

        def begun() -> int:
            return sum(isinstance(each, Began) for each in told)

        bench.desk.sync_event.connect(told.append)
        with district.platform.database.write() as connection:
            directory.revoke_device(connection, bench.desk.opened.http.device, district.clock(), "")
        bench.desk.sync.wake()
        await until(lambda: any(isinstance(each, Failed) for each in told))  # now it waits a quarter of an hour
        other.show()
        await _bring_to_front(other)
        before = begun()
        await _bring_to_front(desktop.frame)  # it asks more than once, and each time counts
        await until(lambda: sum(isinstance(each, Failed) for each in told) == begun() > before)
        await quiet(bench.desk)
        return before, begun()

    before, after = drive(qapp, play())
    assert before == 1 < after
    other.close()


def test_a_bug_of_the_sync_thread_is_on_the_pill_and_the_worker_can_go_on_working(
    district: District, desktop: Desktop, qapp: QApplication, monkeypatch: pytest.MonkeyPatch
) -> None:
    bugs: list[type[BaseException]] = []

    def caught(told: threading.ExceptHookArgs) -> None:
        bugs.append(told.exc_type)

    monkeypatch.setattr(threading, "excepthook", caught)

    def stumble(place: str) -> None:
        if place == "hello.answered":
            raise ZeroDivisionError

    async def play() -> tuple[str, int]:
        bench = await sign_in_at(desktop, district, "lin")
        desk = bench.desk
        monkeypatch.setattr(faults, "reach", stumble)
        desk.sync.wake()
        pill = bench.window.bar.pill
        await until(lambda: pill.state().kind == "problem")
        await desk.write(lambda tx: work.edit_record(tx, district.ident, {"phone": "13900007741"}, desk.actor))
        await quiet(desk)
        waiting = await desk.read(outbox.waiting)
        return pill.state().text, waiting.count

    told, kept = drive(qapp, play())

    assert told == (
        "Synchronising stopped: the program has a fault. Your work is safe on this PC; close GridClient and open it."
    )
    assert kept == 1
    assert bugs == [ZeroDivisionError]
