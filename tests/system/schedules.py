"""Random schedules of work and trouble over the real client and platform: `python -m tests.system.schedules --runs N`.

Each schedule has a seed of its own, so that a broken one is played again by one line.
"""

import argparse
import random
import sys
import time
from dataclasses import dataclass

from tests.system.oracle import check
from tests.system.steps import WEIGHTS
from tests.system.world import Broken, world

_STEPS, _CHANCES = list(WEIGHTS), list(WEIGHTS.values())
_PAGES = (4 * 1024 * 1024, 400, 1)  # bytes of a page: all at once, a few rows, one row


@dataclass(frozen=True)
class Played:
    """What a schedule did."""

    mutations: int
    cycles: int
    broken: str = ""


def play(seed: int, steps: int = 28, *, aloud: bool = False) -> Played:
    """Plays one schedule to its rest and checks every invariant."""
    rng = random.Random(seed)
    with world(rng.choice(_PAGES)) as here:
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


def main() -> int:
    """Plays schedules; exit code 1 when one is broken."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--steps", type=int, default=28)
    parser.add_argument("--aloud", action="store_true", help="print every step")
    args = parser.parse_args()
    began = time.perf_counter()
    mutations = cycles = broken = 0
    for seed in range(args.seed, args.seed + args.runs):
        played = play(seed, args.steps, aloud=args.aloud)
        mutations, cycles = mutations + played.mutations, cycles + played.cycles
        if played.broken:
            broken += 1
            print(f"seed {seed}: {played.broken}")
            print(f"  again: python -m tests.system.schedules --runs 1 --seed {seed} --steps {args.steps} --aloud")
    took = time.perf_counter() - began
    print(f"{args.runs} schedules, {mutations} mutations, {broken} broken ({cycles} cycles, {took:.0f} s)")
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())
