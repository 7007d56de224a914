"""The desk over large caches: the real window in a process of its own, on profiles of a million cases and residents.

Figures are milliseconds unless they say otherwise; the goals stand in `docs/figures.md`.
"""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import cast

import msgspec

from gridclient.domain.record import grid_bucket
from gridclient.protocol.messages import Row as FeedRow
from gridclient.store.arrivals import arrivals
from gridclient.store.profile import profiles
from gridclient.sync.sign_in import unlock
from tests.bench import keystrokes
from tests.bench.neighbours import residents
from tests.bench.rows import Options, Row
from tests.bench.world import FEW, FULL, MANY, PIN, QUICK, World, cells_of, enter_again, serving, world

_NOWHERE = "http://127.0.0.1:9"  # a port that nobody listens on
_BATCH = 10_000
_UNITS = {"queue_rss": "MB", "queue_rss_own": "MB", "rss_growth": "x", "queue_rows": "rows", "arrived": "records"}


def rows(options: Options) -> Iterator[Row]:
    """A key in a long form, the queue, pages, cases, the palette, and the window during a large delta."""
    yield from keystrokes.rows(options)
    here = world(options.scratch, QUICK if options.quick else FULL)
    people = _neighbours(here, 20_000 if options.quick else 1_000_000)
    with TemporaryDirectory(dir=options.scratch) as folder:
        root = Path(folder) / "pc"
        yield from _part("many", here.pc(MANY), root, MANY, options)
        yield from _part("residents", people, root, FEW, options)
        with serving(here.platform) as url:
            shutil.copytree(here.pc(FEW), root)
            enter_again(root, url).close()
            yield from _play("arriving", root, FEW, options, url)


def _part(name: str, source: Path, root: Path, account: str, options: Options) -> Iterator[Row]:
    shutil.copytree(source, root)
    yield from _play(name, root, account, options, _NOWHERE)


def _play(name: str, root: Path, account: str, options: Options, url: str) -> Iterator[Row]:
    """Plays one part in a profile that is used up by it."""
    profile = next(profiles(root))
    profile.keep(replace(profile.facts, address=_NOWHERE))
    command = [
        sys.executable, "-m", "tests.bench.desk_program", name, str(root), account, PIN, url,
        "1" if options.quick else "0",
    ]  # fmt: skip
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen"}
    told = subprocess.run(command, env=environment, stdout=subprocess.PIPE, text=True, check=True).stdout
    shutil.rmtree(root)
    for figure, value in cast("dict[str, float]", json.loads(told)).items():
        yield Row(figure, value, _UNITS.get(figure, "ms"))


def _neighbours(here: World, n: int) -> Path:
    """The PC of FEW with many residents laid in as if they had come by the feed, made once."""
    root = here.folder / f"pc-residents-{n}"
    if root.exists():
        return root
    making = root.with_suffix(".part")
    shutil.rmtree(making, ignore_errors=True)
    shutil.copytree(here.pc(FEW), making)
    opened = unlock(next(profiles(making)), PIN, None)
    cell = cells_of(FEW)[0]
    batch: list[FeedRow] = []

    def lay() -> None:
        with opened.cache.write() as tx:
            taking = arrivals(tx, [grid_bucket(cell)])
            taking.take(batch)
            taking.close({})
        batch.clear()

    for number, (record, kind, payload) in enumerate(residents(cell, n), 1):
        batch.append(FeedRow(b=grid_bucket(cell), s=number, id=record, v=1, k=kind, r=msgspec.Raw(payload)))
        if len(batch) == _BATCH:
            lay()
    lay()
    opened.close()
    making.rename(root)
    return root
