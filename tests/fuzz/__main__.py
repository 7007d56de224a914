"""`python -m tests.fuzz [expressions|forms|books|files] [--count N] [--seed N]`: random input is refused, or it works.

Every refusal must be the engine's own error with a message; anything else is printed with its input and fails the run.
"""

import argparse
import sys
import time
from collections.abc import Callable, Iterator
from functools import partial
from typing import TypeAlias

from gridclient.forms import FormError
from gridclient.forms.context import LONGEST_S
from tests.fuzz.books import Books, load_book
from tests.fuzz.files import FileInputs, load_files
from tests.fuzz.inputs import Inputs, evaluate_one, load_one

_TOLD_EVERY = 5_000
_SLOW_S = 2 * LONGEST_S  # the engine stops itself after LONGEST_S


Try: TypeAlias = tuple[str, Callable[[], None]]  # the input in words, and what is tried with it


def _expressions(seed: int) -> Iterator[Try]:
    inputs = Inputs(seed)
    while True:
        yield (text := inputs.expression()), partial(evaluate_one, text)


def _forms(seed: int) -> Iterator[Try]:
    inputs = Inputs(seed)
    while True:
        yield (text := inputs.form()), partial(load_one, text)


def _books(seed: int) -> Iterator[Try]:
    books = Books(seed)
    while True:
        yield (text := books.book()), partial(load_book, text)


def _files(seed: int) -> Iterator[Try]:
    inputs = FileInputs(seed)
    while True:
        given = inputs.files()
        yield str(given), partial(load_files, given)


KINDS = {"expressions": _expressions, "forms": _forms, "books": _books, "files": _files}


def main() -> int:
    """Runs one kind of fuzzing, or all."""
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__)
    parser.add_argument("kinds", nargs="*", metavar="KIND", help=", ".join(KINDS))
    parser.add_argument("--count", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=1)
    args = parser.parse_args()
    crashes = 0
    for kind in args.kinds or KINDS:
        tries = KINDS[kind](args.seed)
        refused = found = 0
        for number in range(args.count):
            if number and number % _TOLD_EVERY == 0:
                print(f"{kind}: {number} tried so far, {refused} refused, {found} crashes", flush=True)
            given, run = next(tries)
            started = time.process_time()
            try:
                run()
            except FormError as error:
                refused += 1
                found += not str(error)
            except Exception as error:  # noqa: BLE001 - any other exception is what is looked for
                found += 1
                print(f"{kind}: {type(error).__name__}: {error}\n    {given[:2000]}")
            if time.process_time() - started > _SLOW_S:
                found += 1
                print(f"{kind}: took longer than {_SLOW_S:g} s\n    {given[:2000]}")
        print(f"{kind}: {args.count} tried, {refused} refused, {found} crashes")
        crashes += found
    return 1 if crashes else 0


if __name__ == "__main__":
    sys.exit(main())
