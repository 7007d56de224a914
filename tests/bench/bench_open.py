"""Opening a cache of a million cases: the whole program to its first painted queue, against an empty Qt window."""

import os
import subprocess
import sys
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from time import perf_counter

from gridclient.store import keys
from gridclient.store.cache import open_cache
from gridclient.store.profile import profiles
from tests.bench.rows import Options, Row
from tests.bench.world import FULL, MANY, PIN, QUICK, world

_TYPING_S = 2.0  # a worker needs longer for six digits


@dataclass(frozen=True, slots=True)
class Start:
    """What a worker waits for, in seconds: for the door, and from the last digit of the PIN to the rows."""

    door: float
    rows: float


def rows(options: Options) -> Iterator[Row]:
    """The first screen as a process, and the cache alone."""
    here = world(options.scratch, QUICK if options.quick else FULL)
    rounds = 2 if options.quick else 7
    root = here.pc(MANY)
    bytecode = options.scratch / "bytecode"
    _start(bytecode, root, 0)  # compiles
    starts = [(_bare(bytecode), _start(bytecode, root, _TYPING_S), _start(bytecode, root, 0)) for _ in range(rounds)]
    bare = median(floor for floor, _, _ in starts)
    key = median(_derive(root, rounds))
    yield Row("sign_in_screen", median(start.door for _, start, _ in starts), "s", bare)
    yield Row("pin_to_rows", median(start.rows for _, start, _ in starts), "s")
    yield Row("pin_key", key, "s")
    waits = median(start.door + start.rows - floor for floor, start, _ in starts)
    yield Row("first_screen_over_bare", waits - key, "s", bare)
    yield Row("first_screen_untyped_over_bare", median(at.door + at.rows - floor for floor, _, at in starts), "s", bare)
    yield Row("open_cache_ms", 1000 * median(_open(root, rounds)), "ms")


def _bare(bytecode: Path) -> float:
    """Seconds from the start of a process until an empty window is painted."""
    with _process(bytecode) as (began, program):
        return _when(program, "painted") - began


def _start(bytecode: Path, root: Path, typing_s: float) -> Start:
    with _process(bytecode, str(root), MANY, PIN, str(typing_s)) as (began, program):
        door, pin, painted = (_when(program, word) for word in ("sign-in", "pin", "painted"))
        return Start(door - began, painted - pin)


@contextmanager
def _process(bytecode: Path, *arguments: str) -> Generator[tuple[float, subprocess.Popen[str]]]:
    """A start from compiled modules, as every installed program has them, whatever the shell says about bytecode."""
    began = perf_counter()
    command = [sys.executable, "-m", "tests.bench.first_screen", *arguments]
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen", "PYTHONPYCACHEPREFIX": str(bytecode)}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment) as program:
        yield began, program
    assert program.returncode == 0


def _when(program: subprocess.Popen[str], word: str) -> float:
    """The moment at which the process says a word."""
    assert program.stdout is not None
    line = program.stdout.readline()
    at = perf_counter()
    assert line.strip() == word, line
    return at


def _derive(root: Path, rounds: int) -> Iterator[float]:
    """Argon2id for the PIN, slow on purpose."""
    profile = next(profiles(root))
    for _ in range(rounds):
        began = perf_counter()
        keys.unwrap(profile.key_path, PIN)
        yield perf_counter() - began


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
