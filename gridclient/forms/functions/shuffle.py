"""The order that `randomize()` gives: Park and Miller's generator, so that a seed means the same order in every client.

"Random number generators: good ones are hard to find", Communications of the ACM 31 (1988).
"""

import hashlib
import math
from datetime import tzinfo
from typing import TypeVar

from gridclient.forms.values import Value, number_of, text_of

_MODULUS, _MULTIPLIER = 2147483647, 16807
_WIDEST = 2**63
T = TypeVar("T")


def seed_of(value: Value, zone: tzinfo) -> int:
    """The seed that a value is: a number without its fraction, a text by its hash (ODK XForms, `randomize`)."""
    number = number_of(value, zone)
    if math.isinf(number):
        return _WIDEST - 1 if number > 0 else -_WIDEST
    if not math.isnan(number):
        return max(-_WIDEST, min(_WIDEST - 1, int(number)))
    text = text_of(value)
    if text in ("", "NaN"):
        return 0
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "big", signed=True)


def shuffled(items: list[T], seed: int) -> list[T]:
    """The items in the order of a seed."""
    state = int(math.fmod(seed, _MODULUS)) if abs(seed) < 2**53 else _remainder(seed)
    if state <= 0:
        state += _MODULUS - 1
    found: list[T] = []
    for place, item in enumerate(items):
        state = state * _MULTIPLIER % _MODULUS
        other = int((state - 1) / (_MODULUS - 1) * (place + 1))
        found.append(item)
        found[place], found[other] = found[other], item
    return found


def _remainder(seed: int) -> int:
    """The remainder with the sign of the seed, as machines divide."""
    return -(-seed % _MODULUS) if seed < 0 else seed % _MODULUS
