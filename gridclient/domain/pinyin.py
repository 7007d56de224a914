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


# As family names these are read otherwise than elsewhere (曾 zēng, not céng).
_FAMILY = {
    "曾": "zeng", "单": "shan", "解": "xie", "查": "zha", "仇": "qiu", "区": "ou", "朴": "piao", "翟": "zhai",
    "乐": "yue", "盖": "ge", "任": "ren", "缪": "miao", "员": "yun", "种": "chong", "折": "she", "覃": "qin",
}  # fmt: skip
_IN_NAMES = {"长": "chang", "重": "chong"}  # of people and of roads, against the usual reading
_runs = re.compile("[\u3400-\u9fff]+").findall
_after_area = re.compile("(?<=[市区县镇乡])").split  # a road is looked for without its district


class _Usual(dict[int, str]):
    """For `str.translate`: the usual reading of each character that is asked for; what is not Chinese stays."""

    def __missing__(self, code: int) -> str:
        sign = chr(code)
        said = sign if code < 0x3400 else _IN_NAMES.get(sign) or readings(sign).partition(",")[0] or sign
        self[code] = said
        return said


class _First(_Usual):
    """The first letters of those."""

    def __missing__(self, code: int) -> str:
        self[code] = letter = super().__missing__(code)[:1]
        return letter


_usual, _first = _Usual(), _First()


def initials(text: str) -> str:
    """The first letter of each character; what is not Chinese stays, so that places are those of the text."""
    return text.translate(_first)


def spelled(text: str) -> str:
    """The usual pinyin without spaces or tones; what is not Chinese stays."""
    return text.translate(_usual)


def name_letters(name: str) -> list[str]:
    """What may be typed for a person: initials and pinyin, of the whole name and of the given name."""
    family, given = name[:1], name[1:]
    said = _FAMILY.get(family) or spelled(family)
    if family.isascii() or not said.isascii():
        return []
    short, long = initials(given), spelled(given)
    return [word for word in (said[0] + short, said + long, short, long) if len(word) > 1 and word.isalnum()]


def place_letters(address: str) -> list[str]:
    """What may be typed for the names in an address: initials and pinyin of each, a road also without its district."""
    return [letters for run in _runs(address) for letters in _run_letters(run)]


@lru_cache(maxsize=8192)
def _run_letters(run: str) -> tuple[str, ...]:
    """The same road stands in the addresses of thousands."""
    parts = dict.fromkeys(part for part in (run, *_after_area(run)) if len(part) > 1)
    return tuple(letters for part in parts for letters in (initials(part), spelled(part)))


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
