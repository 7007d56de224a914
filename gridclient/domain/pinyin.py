"""Chinese texts in Latin letters, so that `ptxm`, `putaox` and `xinmiao` all find 葡萄新苗.

A character with several readings is found by each of them. Reads pypinyin's table of characters alone: the package
itself takes many times as long to import. Pure but for that one file, which is read when it is first needed.
"""

import json
import re
import unicodedata
from functools import cache, lru_cache
from importlib.util import find_spec
from pathlib import Path

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
    return ",".join(dict.fromkeys(_plain(each) for each in _table().get(str(ord(sign)), "").split(",")))


def _plain(syllable: str) -> str:
    """A syllable in the letters of a keyboard; ü is typed as v."""
    apart = unicodedata.normalize("NFD", syllable).replace("u\u0308", "v")
    return "".join(sign for sign in apart if not unicodedata.combining(sign))


@cache
def _table() -> dict[str, str]:
    package = find_spec("pypinyin")
    assert package is not None
    assert package.submodule_search_locations is not None
    path = Path(package.submodule_search_locations[0]) / "pinyin_dict.json"
    return json.loads(path.read_bytes())
