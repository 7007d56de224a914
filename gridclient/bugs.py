"""Tells where a bug happened, never what it was about: a message could quote a resident."""

import faulthandler
import sys
import threading
import traceback
from pathlib import Path
from types import TracebackType


def places(kind: type[BaseException], trace: TracebackType | None) -> str:
    """The kind of a bug and the places in the program that led to it."""
    return "\n".join([kind.__name__, *(f"{at.filename}:{at.lineno} {at.name}" for at in traceback.extract_tb(trace))])


def catch(root: Path | None = None) -> None:
    """From now on a bug is told on stderr by its kind; where it happened goes there too, or into `root`'s crash.txt."""
    path = None
    if root is not None:
        root.mkdir(parents=True, exist_ok=True)
        path = root / "crash.txt"
        faulthandler.enable(path.open("a", encoding="utf-8"))

    def caught(kind: type[BaseException], _error: BaseException, trace: TracebackType | None) -> None:
        if issubclass(kind, KeyboardInterrupt):
            return
        if path is None:
            print(places(kind, trace), file=sys.stderr)
            return
        with path.open("a", encoding="utf-8") as file:
            file.write(places(kind, trace) + "\n")
        print(f"{kind.__name__}, see {path}", file=sys.stderr)

    sys.excepthook = caught
    # A bug in the sync thread ends that thread; its message could quote a resident as well.
    threading.excepthook = lambda told: caught(told.exc_type, told.exc_value or told.exc_type(), told.exc_traceback)
