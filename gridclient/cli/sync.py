"""`gridclient sync`: one cycle without a window, and what happened in it."""

import argparse
import json
from dataclasses import asdict
from typing import TYPE_CHECKING

from gridclient.cli.profiles import add_arguments, choose, open_profile
from gridclient.store import arrivals
from gridclient.store.keys import system_keyring
from gridclient.sync import lost
from gridclient.sync.cycle import Cycle, Report
from gridclient.sync.troubles import DeviceRevoked
from gridclient.text import tr

if TYPE_CHECKING:
    from gridclient.cli.platform import Commands


def add_parser(commands: "Commands") -> None:
    """Adds the command."""
    parser = commands.add_parser("sync", help=tr("synchronise once and print what happened"))
    add_arguments(parser)
    parser.add_argument("--json", action="store_true")
    parser.add_argument(
        "--agree-to-removal",
        action="store_true",
        help=tr("let most records leave this PC when the platform says so"),
    )
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Runs one cycle; exit code 0 when the PC and the platform agree afterwards."""
    opened = open_profile(choose(args))
    try:
        if args.agree_to_removal:
            with opened.cache.write() as tx:
                arrivals.agree_to_removal(tx)
        report = Cycle(opened.cache, opened.http).run()
    except DeviceRevoked as revoked:
        if not lost.must_wipe(opened, revoked):
            raise
        lost.wipe(opened, system_keyring())
        raise lost.Wiped from revoked
    finally:
        opened.close()
    print(json.dumps(asdict(report)) if args.json else _told(report))
    return 0 if report.in_step else 1


def _told(report: Report) -> str:
    results = ", ".join(f"{status} {count}" for status, count in sorted(report.results.items())) or "-"
    lines = [
        tr("Uploaded: {n} changes ({results}), {blobs} photos", n=report.pushed, results=results,
           blobs=report.blobs_sent),
        tr("Received: {n} records in {pages} parts, {bytes} bytes", n=report.rows, pages=report.pages,
           bytes=report.bytes),
        _standing(report),
    ]  # fmt: skip
    return "\n".join(lines)


def _standing(report: Report) -> str:
    if report.removals_held:
        return tr("{n} records would leave this PC; agree with --agree-to-removal.", n=report.removals_held)
    if report.in_step:
        return tr("This PC and the platform agree.")
    return tr("Not everything agrees yet; run it again.")
