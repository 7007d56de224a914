"""`gridclient forms`: the gallery of all kinds of questions, and a live preview of a form that is being written."""

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from gridclient.errors import GridError
from gridclient.text import tr

if TYPE_CHECKING:
    from gridclient.cli.platform import Commands


class NoForm(GridError):
    """There is no such form."""

    text = "There is no form {path}."


def add_parser(commands: "Commands") -> None:
    """Adds the command and its two parts."""
    parser = commands.add_parser("forms", help=tr("see every kind of question; preview a form while writing it"))
    parts = parser.add_subparsers(required=True, metavar="")
    gallery = parts.add_parser("gallery", help=tr("every kind of question and appearance, light and dark"))
    gallery.add_argument("--out", type=Path, help=tr("folder for pictures, instead of a window"))
    gallery.set_defaults(run=run_gallery)
    preview = parts.add_parser("preview", help=tr("a form as it will be filled in, with its faults by sheet and row"))
    preview.add_argument("file", type=Path, nargs="?", help=tr("an .xlsx, .md or .xml form; one can also be dropped"))
    preview.add_argument("--check", action="store_true", help=tr("only print the faults"))
    preview.set_defaults(run=run_preview)


def run_gallery(args: argparse.Namespace) -> int:
    """Opens the gallery, or takes its pictures."""
    from gridclient.ui.forms.windows import run_gallery as run

    return run(args.out)


def run_preview(args: argparse.Namespace) -> int:
    """Opens the preview, or prints the faults of a form; 1 when there are any."""
    if args.file is not None and not args.file.is_file():
        raise NoForm(path=args.file)
    if args.check and args.file is not None:
        from gridclient.ui.forms.preview import read_form

        reading = read_form(args.file)
        for fault in (*reading.faults, *reading.remarks):
            print(tr("{place}: {fault}", place=fault.where(), fault=fault.text))
        if not reading.faults:
            print(tr("{name} can be used.", name=args.file.name))
        return 1 if reading.faults else 0
    from gridclient.ui.forms.windows import run_preview as run

    return run(args.file)
