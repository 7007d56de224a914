"""Opening a cache of a million cases: the whole program to its first painted queue, against an empty Qt window."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from statistics import median
from time import perf_counter

from gridclient.store import keys
from gridclient.store.cache import open_cache
from gridclient.store.profile import profiles
from tests.bench.rows import Options, Row
from tests.bench.world import FULL, MANY, PIN, QUICK, world


def rows(options: Options) -> Iterator[Row]:
    """The first screen as a process, and the cache alone."""
    here = world(options.scratch, QUICK if options.quick else FULL)
    rounds = 2 if options.quick else 7
    root = here.pc(MANY)
    times = [(_screen(), _screen(str(root), MANY, PIN)) for _ in range(rounds)]
    bare, client = (median(each) for each in zip(*times, strict=True))
    yield Row("first_screen", client, "s", bare)
    yield Row("first_screen_over_bare", median(own - floor for floor, own in times), "s")
    yield Row("open_cache_ms", 1000 * median(_open(root, rounds)), "ms")


def _screen(*arguments: str) -> float:
    """Seconds from the start of the process until it has painted."""
    began = perf_counter()
    command = [sys.executable, "-m", "tests.bench.first_screen", *arguments]
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen"}
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment) as program:
        assert program.stdout is not None
        line = program.stdout.readline()
        seconds = perf_counter() - began
        assert line.strip() == "painted", line
    assert program.returncode == 0
    return seconds


def _open(root: Path, rounds: int) -> Iterator[float]:
    profile = next(profiles(root))
    key = keys.unwrap(profile.key_path, PIN)
    profile.hold()
    for _ in range(rounds):
        began = perf_counter()
        cache = open_cache(profile, key)
        yield perf_counter() - began
        cache.close()
    profile.release()
