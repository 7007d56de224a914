"""The command `gridclient`: one command with subcommands; without one it opens the window.

Exit codes: 0 done, 1 a fault that is told in one line, 2 wrong use.
"""

import argparse
import os
import sys
from collections.abc import Sequence
from contextlib import ExitStack

from gridclient import __version__, bugs
from gridclient.errors import GridError
from gridclient.paths import profile_root
from gridclient.text import set_language, tr


def program() -> int:
    """The command as a process of its own."""
    bugs.catch()
    return main()


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs the command and returns its exit code."""
    if (os.environ.get("LC_ALL") or os.environ.get("LANG", "")).startswith("zh"):
        set_language("zh_CN")
    if not (sys.argv[1:] if arguments is None else arguments):
        return desktop()
    args = _parser().parse_args(arguments)
    if not hasattr(args, "run"):
        return desktop()
    try:
        with ExitStack() as args.closing:  # what a command opens is closed with it
            code = args.run(args)
        sys.stdout.flush()
        return code
    except BrokenPipeError:
        return _unheard()
    except GridError as fault:
        print(fault, file=sys.stderr)
        return 1
    except (FileNotFoundError, PermissionError, IsADirectoryError) as fault:
        print(tr("{file}: {reason}", file=fault.filename, reason=fault.strerror), file=sys.stderr)
        return 1


def _unheard() -> int:
    """Whoever read the output has gone: nothing is left to say, not even at the interpreter's end."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return 128 + 13  # as if SIGPIPE had ended it


def desktop() -> int:
    """Opens the window for the worker of this PC; the entry of `gridclient-desktop`."""
    from gridclient.ui.start import run_desktop

    return run_desktop(profile_root())


def _parser() -> argparse.ArgumentParser:
    from gridclient.cli import (  # not for the window
        bundle,
        demo,
        demo_data,
        doctor,
        forms,
        pack,
        platform,
        residents,
        sync,
    )

    parser = argparse.ArgumentParser(prog="gridclient", description=tr("The grid worker's desk, and its platform."))
    parser.add_argument("--version", action="version", version=__version__)
    commands = parser.add_subparsers(title=tr("commands"), metavar="")
    for command in (demo, platform, sync, bundle, residents, doctor, forms, pack, demo_data):
        command.add_parser(commands)
    return parser
