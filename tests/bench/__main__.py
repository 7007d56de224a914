"""`python -m tests.bench [NAME …] [--json] [--quick] [--scratch DIR]`: runs benchmarks and prints their figures.

A bench is a module `bench_NAME` beside this one with a function `rows(options)`. Nothing is judged here: times move
with the machine, so the ratio to the floor of the same run is what to keep.
"""

import argparse
import importlib
import json
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import cast

from tests.bench.rows import Bench, Options, Row

NAMES = sorted(path.stem.removeprefix("bench_") for path in Path(__file__).parent.glob("bench_*.py"))


def main() -> int:
    """Runs the named benches, all of them without a name."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=", ".join(NAMES))
    parser.add_argument("--json", action="store_true", help="one JSON object a row")
    parser.add_argument("--quick", action="store_true", help="small sizes, to try a bench out")
    parser.add_argument("--scratch", type=Path, help="folder that keeps what takes long to make (removed without it)")
    parser.add_argument("--seconds", type=float, help="how long a bench that lasts goes on (600; 10 with --quick)")
    args = parser.parse_args()
    if unknown := set(args.names) - set(NAMES):
        parser.error(f"there is no bench {', '.join(sorted(unknown))}; known: {', '.join(NAMES)}")
    with TemporaryDirectory(prefix="gridclient-bench-") as temporary:
        seconds = args.seconds or (10.0 if args.quick else 600.0)
        options = Options(args.quick, args.scratch or Path(temporary), seconds)
        options.scratch.mkdir(parents=True, exist_ok=True)
        for name in args.names or NAMES:
            bench = cast(Bench, importlib.import_module(f"tests.bench.bench_{name}"))
            for row in bench.rows(options):
                print(_as_json(row) if args.json else _as_line(row), flush=True)
    return 0


def _as_json(row: Row) -> str:
    found = {"name": row.name, "value": row.value, "unit": row.unit, "floor": row.floor, "ratio": row.ratio}
    return json.dumps({name: round(x, 6) if isinstance(x, float) else x for name, x in found.items()})


def _as_line(row: Row) -> str:
    floor = "" if row.floor is None else f"floor {row.floor:>14,.3f}   ratio {row.ratio:7.3f}"
    return f"{row.name:<32}{row.value:>14,.3f} {row.unit:<12}{floor}"


if __name__ == "__main__":
    sys.exit(main())
