"""`gridclient demo-data`: the records of a synthetic street as NDJSON, of any size in constant memory."""

import argparse
import sys
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

import msgspec

from gridclient.cli.numbers import how_many
from gridclient.demo import generate
from gridclient.text import tr

if TYPE_CHECKING:
    from gridclient.cli.platform import Commands


def add_parser(commands: "Commands") -> None:
    """Adds the command."""
    parser = commands.add_parser("demo-data", help=tr("print the records of an invented street"))
    parser.add_argument("--residents", type=how_many, default=1000)
    parser.add_argument("--cases", type=how_many, default=200)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--today", type=date.fromisoformat, default=date.today())  # noqa: DTZ011 - the PC's day
    parser.add_argument("-o", "--output", type=Path, help=tr("file; without it standard output"))
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Writes one record a line."""
    if args.output is None:
        _write(sys.stdout.buffer, args)
    else:
        with args.output.open("wb") as file:
            _write(file, args)
    return 0


def _write(file: BinaryIO, args: argparse.Namespace) -> None:
    encode = msgspec.json.Encoder().encode
    for r in generate(args.residents, args.cases, args.seed, args.today):
        file.write(encode({"id": r.id, "kind": r.kind, "bucket": r.bucket, "fields": r.fields}) + b"\n")
