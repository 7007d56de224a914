"""`gridclient demo`: an embedded platform with a synthetic street, and the desktop of a grid worker.

With a display the window opens for a person; with `--tour` the program drives itself (with `--keys` by keyboard alone),
see `gridclient.cli.tour`.
"""

import argparse
import shutil
import tempfile
from collections.abc import Iterable
from datetime import date, datetime
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING

from gridclient.cli.numbers import how_many
from gridclient.demo import generate, org
from gridclient.domain.record import Record
from gridclient.domain.zone import ZONE
from gridclient.platform import directory, due, feed
from gridclient.platform.app import make_app
from gridclient.platform.directory import Level, Unit
from gridclient.platform.operations import OPERATIONS
from gridclient.platform.push import canonical
from gridclient.platform.service import Platform
from gridclient.platform.serving import Running
from gridclient.text import set_language, tr

if TYPE_CHECKING:
    from gridclient.cli.platform import Commands

PASSWORD = "demo-2026-street"  # noqa: S105 - of invented accounts on a loopback port
PIN = "246810"


def add_parser(commands: "Commands") -> None:
    """Adds the command."""
    parser = commands.add_parser("demo", help=tr("try everything with an invented street on this PC"))
    parser.add_argument("--residents", type=how_many, default=1000)
    parser.add_argument("--cases", type=how_many, default=200)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--keep", type=Path, help=tr("folder that keeps the platform and the PCs"))
    parser.add_argument("--tour", action="store_true", help=tr("drive the real widgets from sign-in to approval"))
    parser.add_argument("--keys", action="store_true", help=tr("drive them by keyboard alone"))
    parser.add_argument("--out", type=Path, default=Path("build/tour"), help=tr("folder of the tour's pictures"))
    parser.add_argument("--part", help=argparse.SUPPRESS)  # a process of the tour's own
    parser.add_argument("--address", help=argparse.SUPPRESS)
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Runs the demo until its window is closed, or the tour until its end."""
    if args.part:
        from gridclient.cli.tour.offline import run_part

        return run_part(args.keep, args.address, args.out, by_keys=args.keys)
    folder = args.keep or Path(tempfile.mkdtemp(prefix="gridclient-demo-"))
    try:
        platform = make_street(folder / "platform", args.residents, args.cases, args.seed, datetime.now(ZONE).date())
        if args.tour:
            from gridclient.cli.tour.story import run_tour

            set_language("zh_CN")
            return run_tour(platform, folder, args.out, by_keys=args.keys)
        with due.Keeper(platform), Running(make_app(platform, OPERATIONS)) as running:
            return _open_window(running.url, folder)
    finally:
        if args.keep is None:
            shutil.rmtree(folder, ignore_errors=True)


def _open_window(address: str, folder: Path) -> int:
    from gridclient.ui.start import run_desktop

    print(tr("Platform: {url}", url=address))
    print(tr("Accounts: lin, chen (workers), zhao (supervisor); password {password}", password=PASSWORD), flush=True)
    set_language("zh_CN")
    return run_desktop(folder / "pc-a", address=address, sign_in=("lin", PASSWORD, PIN))


def make_street(folder: Path, residents: int, cases: int, seed: int, today: date) -> Platform:
    """Creates a platform with a synthetic street; one that is there already is used as it is."""
    platform = Platform.at(folder)
    if not platform.initialise():
        return platform
    people = org(residents)
    with platform.database.write() as connection:
        directory.add_units(connection, [Unit(u.code, u.parent, Level(u.level), u.name) for u in people.units])
        for worker in people.workers:
            account = directory.create_account(
                connection, worker.account, PASSWORD, worker_id=worker.id, name=worker.name, role=worker.role
            )
            for code in worker.duties:
                directory.assign_duty(connection, account, code)
    load_records(platform, generate(residents, cases, seed, today))
    return platform


def load_records(platform: Platform, records: Iterable[Record]) -> int:
    """Loads records into the platform, one transaction for each run of one bucket; returns how many."""
    n = 0
    for bucket, group in groupby(records, key=lambda record: record.bucket):
        rows = [(record.id, record.kind.value, canonical(record.fields)) for record in group]
        with platform.database.write() as connection:
            n += feed.load(connection, bucket, rows)
    return n
