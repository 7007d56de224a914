"""Chinese texts in Latin letters, so that `ptxm`, `putaox` and `xinmiao` all find 葡萄新苗.

A character with several readings is found by each of them.
"""

import re
from collections.abc import Iterator
from functools import cache, lru_cache

from gridclient.paths import RESOURCES

# Between two typed letters the next sign may begin: the rest of this one is passed over, then any of its readings.
_NEXT = "(?:[a-z0-9,]*> *<(?:[a-z0-9]+,)*)?"


@lru_cache(maxsize=65536)
def key_of(text: str) -> str:
    """How a text is read, sign by sign: `<zhong,chong><qing>`."""
    return "".join([f"<{each}>" for sign in text if (each := readings(sign))])


@lru_cache(maxsize=64)
def pattern(typed: str) -> re.Pattern[str]:
    """Finds what was typed in a key: initials, whole syllables, or some of each."""
    letters = [re.escape(sign) for sign in typed.lower() if sign.isascii() and sign.isalnum()]
    return re.compile("<(?:[a-z0-9]+,)*" + _NEXT.join(letters))


def begins(text: str, typed: str) -> bool:
    """Whether a text begins with what was typed in Latin letters."""
    return pattern(typed).match(key_of(text)) is not None


def contains(text: str, typed: str) -> bool:
    """Whether what was typed in Latin letters stands anywhere in a text."""
    return pattern(typed).search(key_of(text)) is not None


@lru_cache(maxsize=32768)
def readings(sign: str) -> str:
    """The syllables that a character is read as, without tones and apart by commas; empty for what is not read."""
    if sign.isascii():
        return sign.lower() if sign.isalnum() else ""
    return _table().get(sign, "")


@cache
def _table() -> dict[str, str]:
    found: dict[str, list[str]] = {}
    for syllable, usual, other in syllables():
        for sign in usual:
            found.setdefault(sign, []).insert(0, syllable)
        for sign in other:
            found.setdefault(sign, []).append(syllable)
    return {sign: ",".join(said) for sign, said in found.items()}


def syllables() -> Iterator[tuple[str, str, str]]:
    """Each syllable as it is typed, with the characters usually read so and those that may be; ü is typed as v.

    From `resources/pinyin.txt`, which `packaging/pinyin.py` makes.
    """
    for line in (RESOURCES / "pinyin.txt").read_text("utf-8").splitlines():
        syllable, usual, other = line.split(" ")
        yield syllable, usual, other
