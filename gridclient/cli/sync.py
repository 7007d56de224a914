"""`gridclient sync`: one cycle without a window, and what happened in it."""

import argparse
import json
from dataclasses import asdict
from typing import TYPE_CHECKING

from gridclient.cli.profiles import add_arguments, choose, open_profile
from gridclient.sync.cycle import Cycle, Report
from gridclient.text import tr

if TYPE_CHECKING:
    from gridclient.cli.platform import Commands


def add_parser(commands: "Commands") -> None:
    """Adds the command."""
    parser = commands.add_parser("sync", help=tr("synchronise once and print what happened"))
    add_arguments(parser)
    parser.add_argument("--json", action="store_true")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Runs one cycle; exit code 0 when the PC and the platform agree afterwards."""
    opened = open_profile(choose(args))
    try:
        report = Cycle(opened.cache, opened.http).run()
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
        tr("This PC and the platform agree.") if report.in_step else tr("Not everything agrees yet; run it again."),
    ]  # fmt: skip
    return "\n".join(lines)
