"""`gridclient bundle`: a PC's work as a file to carry to the platform, and the platform's answer back."""

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from gridclient.cli.profiles import add_arguments, choose, open_profile
from gridclient.sync.bundles import export_bundle, import_bundle
from gridclient.text import tr

if TYPE_CHECKING:
    from gridclient.cli.platform import Commands


def add_parser(commands: "Commands") -> None:
    """Adds the command."""
    parser = commands.add_parser("bundle", help=tr("exchange work with the platform by file, without a network"))
    actions = parser.add_subparsers(metavar="", required=True)
    for name, text, run in (
        ("export", tr("write unsent work into a file for the platform"), _export),
        ("import", tr("take the platform's answer"), _import),
    ):
        action = actions.add_parser(name, help=text)
        add_arguments(action)
        action.add_argument("file", type=Path)
        action.set_defaults(run=run)


def _export(args: argparse.Namespace) -> int:
    opened = open_profile(choose(args))
    try:
        made = export_bundle(opened, args.file)
    finally:
        opened.close()
    print(tr("Written: {n} changes and {photos} photos, {kb} KB. They stay in the outbox until the answer comes.",
             n=made.mutations, photos=made.photos, kb=made.size // 1024))  # fmt: skip
    return 0


def _import(args: argparse.Namespace) -> int:
    opened = open_profile(choose(args))
    try:
        report = import_bundle(opened, args.file.read_bytes())
    finally:
        opened.close()
    print(tr("Imported: {n} changes were answered, {rows} records came.", n=report.pushed, rows=report.rows))
    return 0
