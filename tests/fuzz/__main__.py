"""`python -m tests.fuzz [expressions|forms|books] [--count N] [--seed N]`: random input is refused, or it works.

Every refusal must be the engine's own error with a message; anything else is printed with its input and fails the run.
"""

import argparse
import sys
import time

from gridclient.forms import FormError
from gridclient.forms.context import LONGEST_S
from tests.fuzz.books import Books, load_book
from tests.fuzz.inputs import Inputs, evaluate_one, load_one

_KINDS = {"expressions": evaluate_one, "forms": load_one, "books": load_book}
_TOLD_EVERY = 5_000
_SLOW_S = 2 * LONGEST_S  # the engine stops itself after LONGEST_S


def main() -> int:
    """Runs one kind of fuzzing, or all."""
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__)
    parser.add_argument("kinds", nargs="*", metavar="KIND", help=", ".join(_KINDS))
    parser.add_argument("--count", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=1)
    args = parser.parse_args()
    crashes = 0
    for kind in args.kinds or _KINDS:
        inputs, books = Inputs(args.seed), Books(args.seed)
        make = {"expressions": inputs.expression, "forms": inputs.form, "books": books.book}[kind]
        refused = found = 0
        for number in range(args.count):
            if number and number % _TOLD_EVERY == 0:
                print(f"{kind}: {number} tried so far, {refused} refused, {found} crashes", flush=True)
            text = make()
            started = time.process_time()
            try:
                _KINDS[kind](text)
            except FormError as error:
                refused += 1
                found += not str(error)
            except Exception as error:  # noqa: BLE001 - any other exception is what is looked for
                found += 1
                print(f"{kind}: {type(error).__name__}: {error}\n    {text[:2000]}")
            if time.process_time() - started > _SLOW_S:
                found += 1
                print(f"{kind}: took longer than {_SLOW_S:g} s\n    {text[:2000]}")
        print(f"{kind}: {args.count} tried, {refused} refused, {found} crashes")
        crashes += found
    return 1 if crashes else 0


if __name__ == "__main__":
    sys.exit(main())
