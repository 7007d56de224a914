"""Sync: the real client against the real platform over HTTP, beside bare floors.

Client and floor take turns, so that both meet the same weather; each figure is the median of its runs. The first
run of a client makes the platform's snapshot files, once for everybody, and is not counted.
"""

import shutil
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import perf_counter, process_time
from typing import TypeVar

from gridclient.platform import feed
from gridclient.platform.service import Platform
from gridclient.protocol.pages import PageReader
from gridclient.sync.cycle import Cycle, Progress
from tests.bench import floors
from tests.bench.floors import Took, file_server
from tests.bench.rows import Options, Row
from tests.bench.world import FEW, FULL, MANY, QUICK, SOME, World, enter, enter_again, serving, world

T = TypeVar("T")


def rows(options: Options) -> Iterator[Row]:
    """First sync, pages served, live delta, and whether the cost of a delta follows the delta."""
    here = world(options.scratch, QUICK if options.quick else FULL)
    rounds = 1 if options.quick else 3
    with TemporaryDirectory(dir=options.scratch) as folder, serving(here.platform) as url:
        place = Path(folder)
        _first_sync(place / "pc", url)
        with file_server(here.folder) as files:
            first = [f"{files}/{path.relative_to(here.folder)}" for path in here.snapshots(SOME)]
            client, floor = zip(*_take_turns(
                rounds, lambda: _first_sync(place / "pc", url), lambda: floors.first_sync(first, place / "floor.db")
            ), strict=True)  # fmt: skip
            yield _rate("first_sync_durable", client, floor, lambda took: took.durable_s)
            yield _rate("first_sync_durable_cpu", client, floor, lambda took: took.durable_cpu_s)
            yield _rate("first_sync_complete", client, floor, lambda took: took.complete_s)
            yield _rate("first_sync_complete_cpu", client, floor, lambda took: took.complete_cpu_s)
            few, many, floor = zip(*_take_turns(
                rounds, lambda: _delta(here, FEW, place / "pc", url), lambda: _delta(here, MANY, place / "pc", url),
                lambda: floors.live([f"{files}/{here.delta.name}"], place / "floor.db"),
            ), strict=True)  # fmt: skip
            yield _rate("live_delta", few, floor, lambda took: took.complete_s)
            yield _rate("live_delta_cpu", few, floor, lambda took: took.complete_cpu_s)
            yield Row("live_delta_1m_over_10k", _seconds(many), "s", _seconds(few))
    served, floor = zip(
        *_take_turns(
            rounds, lambda: _pages(here), lambda: floors.pages(here.platform / "platform.db", here.buckets(SOME))
        ),
        strict=True,
    )
    yield _rate("pages_served", served, floor, lambda took: took.complete_s)


def _take_turns(rounds: int, *runs: Callable[[], T]) -> list[tuple[T, ...]]:
    return [tuple(run() for run in runs) for _ in range(rounds)]


def _rate(name: str, took: Iterable[Took], floor: Iterable[Took], seconds: Callable[[Took], float]) -> Row:
    """Records a second of both; rows in `_cpu` count seconds of this process's CPU."""
    own, bare = ([each.n / seconds(each) for each in runs] for runs in (took, floor))
    return Row(name, median(own), "records/s", median(bare))


def _seconds(took: Iterable[Took]) -> float:
    return median(each.complete_s for each in took)


def _first_sync(root: Path, url: str) -> Took:
    """A whole first cycle on a new PC; the rows are durable when the client begins to make its lists."""
    opened = enter(root, url, SOME)
    durable: list[tuple[float, float]] = []

    def progress(at: Progress) -> None:
        if at.stage == "index":
            durable.append((perf_counter() - began, process_time() - began_cpu))

    began, began_cpu = perf_counter(), process_time()
    report = Cycle(opened.cache, opened.http, progress=progress).run()
    took = Took(report.rows, durable[0][0], perf_counter() - began, durable[0][1], process_time() - began_cpu)
    assert report.in_step
    opened.close()
    shutil.rmtree(root)
    return took


def _delta(here: World, account: str, root: Path, url: str) -> Took:
    """A whole cycle that brings the delta, on a copy of a PC that has everything else."""
    shutil.copytree(here.pc(account), root)
    opened = enter_again(root, url)
    began, began_cpu = perf_counter(), process_time()
    report = Cycle(opened.cache, opened.http).run()
    took = Took(report.rows, 0.0, perf_counter() - began, 0.0, process_time() - began_cpu)
    assert report.in_step
    assert report.rows == here.sizes.delta
    opened.close()
    shutil.rmtree(root)
    return took


def _pages(here: World) -> Took:
    """Every page of one worker's area, by the platform's own page code without HTTP."""
    platform = Platform.at(here.platform)
    n, seconds, more, cursors = 0, 0.0, True, dict.fromkeys(here.buckets(SOME), 0)
    while more:
        began = perf_counter()
        with platform.database.read() as connection:
            page = b"".join(feed.page(connection, "bench", cursors, cursors, platform.limits.page_bytes))
        seconds += perf_counter() - began
        reader = PageReader(page)
        n += sum(map(len, reader.batches()))
        assert reader.end is not None
        more = reader.end.more
        cursors |= reader.end.cursors
    platform.database.close()
    return Took(n, 0.0, seconds)
