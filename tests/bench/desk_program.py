"""`python -m tests.bench.desk_program PART ROOT ACCOUNT PIN URL QUICK`: the real desktop with a stop watch.

One part a process. Prints one JSON object of figures: milliseconds, megabytes, and ratios. A frame is painted as the
window would: a tick of 60 a second moves the list, and a frame costs its painting and the lateness of its tick.
"""

import asyncio
import json
import random
import sys
from collections.abc import Awaitable, Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from time import perf_counter, process_time, thread_time

from PySide6.QtCore import QEvent, QObject, QTimer
from PySide6.QtWidgets import QWidget

from gridclient.store.lists import Ask, QueueFilter, count, first_page
from gridclient.sync.thread import Ended
from gridclient.ui.app import Desktop
from gridclient.ui.pages import CONFLICTS, QUEUE, RESIDENTS, SETTINGS, UPLOADS, VISITS
from gridclient.ui.start import application, run_script
from gridclient.ui.widgets import RowList
from gridclient.ui.workbench import Workbench
from tests.bench.neighbours import questions

_FRAME_S = 1 / 60
_PAGES = (VISITS, RESIDENTS, CONFLICTS, UPLOADS, SETTINGS, QUEUE)
Figures = dict[str, float]


@dataclass(frozen=True, slots=True)
class Room:
    """Where the program runs, and as whom."""

    root: Path
    account: str
    pin: str
    url: str
    is_quick: bool


class Painted(QObject):
    """Waits for the next painting of a widget."""

    def __init__(self, widget: QWidget) -> None:
        super().__init__(widget)
        self._done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        widget.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Paint and not self._done.done():
            watched.removeEventFilter(self)
            QTimer.singleShot(0, self, self._end)
        return False

    def _end(self) -> None:
        if not self._done.done():
            self._done.set_result(None)

    async def wait(self) -> None:
        """Returns when it was painted."""
        await asyncio.wait_for(self._done, 20)
        self.deleteLater()


class Gaps(QObject):
    """The longest time in which the GUI thread did not come to a timer of one millisecond."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.found, self.worked = list[float](), list[float]()
        self._last, self._last_cpu = perf_counter(), thread_time()
        self._timer = QTimer(self)
        self._timer.setInterval(1)
        self._timer.timeout.connect(self._tick)
        self._timer.start()

    def _tick(self) -> None:
        now, now_cpu = perf_counter(), thread_time()
        self.found.append(1000 * (now - self._last))
        self.worked.append(1000 * (now_cpu - self._last_cpu))
        self._last, self._last_cpu = now, now_cpu

    def end(self) -> None:
        """Stops looking."""
        self._timer.stop()


async def _quiet(bench: Workbench) -> None:
    while bench.desk.busy:
        await asyncio.sleep(0.005)
    await asyncio.sleep(0.05)
    if bench.desk.busy:
        await _quiet(bench)


def _memory_mb(what: str) -> float:
    """Memory of this process: VmRSS with the libraries, RssAnon without them."""
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith(what):
            return int(line.split()[1]) / 1024
    raise ValueError(what)


@dataclass
class Times:
    """What people waited, and what the GUI thread (or every thread) worked for it: that says more on a busy machine."""

    clock: Callable[[], float] = thread_time
    waited: list[float] = field(default_factory=list[float])
    worked: list[float] = field(default_factory=list[float])

    @contextmanager
    def one(self) -> Generator[None]:
        """Measures one thing, in milliseconds."""
        began, began_cpu = perf_counter(), self.clock()
        yield
        self.waited.append(1000 * (perf_counter() - began))
        self.worked.append(1000 * (self.clock() - began_cpu))

    def p(self, name: str, share: float) -> Figures:
        """The figures under a name, with the processor's time beside them."""
        return {name: _p(self.waited, share), f"{name}_cpu": _p(self.worked, share)}


async def _until_painted(widget: QWidget, act: Callable[[], None]) -> None:
    watch = Painted(widget)
    act()
    widget.update()
    await watch.wait()


async def _scroll(view: RowList, frames: int) -> Times:
    """Scrolls as a person does: three lines at a time, now and then a jump to another place."""
    bar, draw, took = view.verticalScrollBar(), random.Random(1), Times()
    due = perf_counter() + _FRAME_S
    for number in range(frames):
        await asyncio.sleep(max(0.0, due - perf_counter()))
        late = max(0.0, perf_counter() - due)
        with took.one():
            bar.setValue(draw.randrange(bar.maximum()) if number % 4 == 0 else bar.value() + 3 * view.rowHeight(0))
            view.viewport().repaint()
        took.waited[-1] += 1000 * late
        due = max(due + _FRAME_S, perf_counter())
    return took


def _p(values: list[float], share: float) -> float:
    return sorted(values)[min(len(values) - 1, int(len(values) * share))]


async def many(bench: Workbench, room: Room) -> Figures:
    """The queue over every case of the cache, pages, and a case, over and over."""
    page, found = bench.queue, Figures()
    page.use_filter(QueueFilter.OPEN.value)
    await _quiet(bench)
    firsts = Times()
    for name in (QueueFilter.ALL, QueueFilter.OPEN) * 5:
        with firsts.one():
            await _first_rows(bench, name)
        await _quiet(bench)
    found |= firsts.p("first_rows", 0.5)
    page.use_filter(QueueFilter.ALL.value)
    await _quiet(bench)
    found["queue_rows"] = page.model.rowCount()
    frames = await _scroll(page.view, 200 if room.is_quick else 900)
    found |= frames.p("queue_frame_p99", 0.99) | frames.p("queue_frame_median", 0.5)
    found |= {"queue_rss": _memory_mb("VmRSS"), "queue_rss_own": _memory_mb("RssAnon")}
    switches = Times()
    for name in _PAGES * 3:
        with switches.one():
            await _until_painted(bench.window, lambda name=name: bench.show_page(name))
        await _quiet(bench)
    found |= switches.p("page_switch", 0.95)
    cases = await bench.desk.read(lambda c: first_page(c, Ask(), 40))
    opened = Times(process_time)
    for row in cases[: 6 if room.is_quick else 24]:
        with opened.one():
            await _open(bench, row.id)
        await _quiet(bench)
    found |= opened.p("open_case", 0.95) | opened.p("open_case_median", 0.5)
    before = await _long_script(bench, [row.id for row in cases[:10]])
    for _ in range(1 if room.is_quick else 5):
        after = await _long_script(bench, [row.id for row in cases[:10]])
        found["rss_growth"] = after / before
    return found


async def _first_rows(bench: Workbench, name: QueueFilter) -> None:
    page = bench.queue
    there: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def loaded() -> None:
        if not there.done():
            there.set_result(None)

    page.model.loaded.connect(loaded)
    page.use_filter(name.value)
    await there
    page.model.loaded.disconnect(loaded)
    page.view.viewport().repaint()


async def _open(bench: Workbench, case_id: str) -> None:
    before = bench.case.form
    bench.open_case(case_id)
    while bench.case.form is before:
        await asyncio.sleep(0.001)
    bench.case.repaint()


async def _long_script(bench: Workbench, cases: list[str]) -> float:
    for name in _PAGES:
        bench.show_page(name)
        await _quiet(bench)
    for case_id in cases:
        bench.open_case(case_id)
        await _quiet(bench)
    await _scroll(bench.queue.view, 60)
    return _memory_mb("VmRSS")


async def residents(bench: Workbench, room: Room) -> Figures:
    """The palette's search, from the question to the rows on the screen."""
    took = Times(process_time)
    bench.palette.popup()
    for words in questions(40 if room.is_quick else 300):
        bench.palette.edit.setText(words)
        with took.one():
            await bench.palette.search()
            bench.palette.view.viewport().repaint()
    bench.palette.dismiss()
    return took.p("search_p95", 0.95) | took.p("search_median", 0.5)


async def arriving(bench: Workbench, room: Room) -> Figures:
    """The GUI thread while a large delta arrives."""
    there = asyncio.get_running_loop().create_future()

    def heard(event: object) -> None:
        if isinstance(event, Ended) and not there.done():
            there.set_result(None)

    before = await bench.desk.read(lambda c: count(c, Ask(QueueFilter.ALL)))
    bench.desk.sync_event.connect(heard)
    gaps = Gaps(bench)
    bench.desk.opened.http.address = room.url  # until now nobody answered
    bench.desk.sync.wake()
    await asyncio.wait_for(there, 600)
    await _quiet(bench)
    gaps.end()
    after = await bench.desk.read(lambda c: count(c, Ask(QueueFilter.ALL)))
    return {
        "gui_gap_sync": max(gaps.found), "gui_gap_sync_cpu": max(gaps.worked),
        "gui_gap_sync_p99": _p(gaps.found, 0.99), "arrived": after - before,
    }  # fmt: skip


PARTS: dict[str, Callable[[Workbench, Room], Awaitable[Figures]]] = {
    "many": many, "residents": residents, "arriving": arriving,
}  # fmt: skip


async def _play(part: str, room: Room) -> int:
    desktop = Desktop(room.root, address=room.url)
    desktop.show()
    desktop.sign_in_as(room.account, "", room.pin)
    while desktop.bench is None:
        await asyncio.sleep(0.01)
    await _quiet(desktop.bench)
    print(json.dumps(await PARTS[part](desktop.bench, room)), flush=True)
    desktop.close()
    return 0


def main() -> int:
    """Plays one part."""
    part, root, account, pin, url, quick = sys.argv[1:]
    application()
    return run_script(_play(part, Room(Path(root), account, pin, url, quick == "1")))


if __name__ == "__main__":
    sys.exit(main())
