"""Random schedules of work and trouble over the real client and platform: `python -m tests.system.schedules --runs N`.

Each schedule has a seed of its own, so that a broken one is played again by one line.
"""

import argparse
import multiprocessing
import os
import random
import sys
import threading
import time
from concurrent.futures import Future, ProcessPoolExecutor, as_completed
from contextlib import ExitStack
from dataclasses import dataclass

from tests.system.databases import Server, postgresql_server
from tests.system.oracle import check
from tests.system.steps import WEIGHTS
from tests.system.world import Broken, world

_STEPS, _CHANCES = list(WEIGHTS), list(WEIGHTS.values())
_PAGES = (4 * 1024 * 1024, 400, 1)  # bytes of a page: all at once, a few rows, one row
_SHARE = 25  # schedules that a process plays before it tells


@dataclass(frozen=True)
class Played:
    """What a schedule did."""

    mutations: int
    cycles: int
    broken: str = ""


def play(seed: int, steps: int = 28, *, aloud: bool = False, server: Server | None = None) -> Played:
    """Plays one schedule to its rest and checks every invariant."""
    rng = random.Random(seed)
    with world(rng.choice(_PAGES), server) as here:
        try:
            for n in range(rng.randint(steps // 2, steps)):
                [step] = rng.choices(_STEPS, _CHANCES)
                d, a, b = (rng.randrange(60) for _ in range(3))
                if aloud:
                    print(f"  {n:2} {step.__name__}({d % 5}, {a}, {b})", flush=True)
                step(here, d, a, b)
            here.settle()
            check(here)
        except Broken as broken:
            return Played(len(here.authored), here.cycles, str(broken))
        return Played(len(here.authored), here.cycles)


def played(seeds: range, steps: int, *, aloud: bool, url: str) -> list[tuple[int, Played]]:
    """Plays many schedules in this process, on the PostgreSQL server at `url` or with SQLite files."""
    server = Server(url) if url else None
    return [(seed, play(seed, steps, aloud=aloud, server=server)) for seed in seeds]


def end_with_parent() -> None:
    """Ends this process as soon as the one that began it is gone, however it ended: a pool's worker waits for ever."""
    parent = multiprocessing.parent_process()
    assert parent is not None

    def watch() -> None:
        parent.join()
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()


def main() -> int:
    """Plays schedules; exit code 1 when one is broken."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--steps", type=int, default=28)
    parser.add_argument("--jobs", type=int, default=1, help="processes, each with its share of the schedules")
    parser.add_argument("--postgresql", action="store_true", help="the platform's records on a PostgreSQL server")
    parser.add_argument("--aloud", action="store_true", help="print every step")
    args = parser.parse_args()
    began = time.perf_counter()
    total, broken, last = Played(0, 0), 0, args.seed + args.runs
    with ExitStack() as stack:
        fresh = multiprocessing.get_context("spawn")
        pool = stack.enter_context(ProcessPoolExecutor(args.jobs, fresh, initializer=end_with_parent))
        shares: list[Future[list[tuple[int, Played]]]] = []
        for job in range(args.jobs):
            # A server each: one postmaster would be what all jobs wait for.
            url = stack.enter_context(postgresql_server()) if args.postgresql else ""
            seeds = range(args.seed + job, last, args.jobs)
            for at in range(0, len(seeds), _SHARE):
                shares.append(pool.submit(played, seeds[at : at + _SHARE], args.steps, aloud=args.aloud, url=url))
        for share in as_completed(shares):
            for seed, each in share.result():
                total = Played(total.mutations + each.mutations, total.cycles + each.cycles)
                if each.broken:
                    broken += 1
                    again = f"--runs 1 --seed {seed} --steps {args.steps}{' --postgresql' * args.postgresql} --aloud"
                    print(f"seed {seed}: {each.broken}\n  again: python -m tests.system.schedules {again}", flush=True)
    took = time.perf_counter() - began
    told = f"{total.cycles} cycles, {took:.0f} s, {took / args.runs:.2f} s each"
    print(f"{args.runs} schedules, {total.mutations} mutations, {broken} broken ({told})")
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())
