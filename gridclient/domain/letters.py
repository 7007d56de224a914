"""The letters that a person types for Chinese: the whole pinyin of a text or its initials, so that `wxy` finds 王秀英.

One reading a character, the usual one; as the first sign of a name the family name's own. The readings come from
`resources/pinyin.txt` (made by `packaging/pinyin.py`), which is read when it is first asked for.
"""

import re
from functools import cache, lru_cache, partial

from gridclient.paths import RESOURCES

# As family names these are read otherwise than elsewhere (曾 zēng, not céng).
_FAMILY = {
    "曾": "zeng", "单": "shan", "解": "xie", "查": "zha", "仇": "qiu", "区": "ou", "朴": "piao", "翟": "zhai",
    "乐": "yue", "盖": "ge", "任": "ren", "缪": "miao", "员": "yun", "种": "chong", "折": "she", "覃": "qin",
}  # fmt: skip
_IN_NAMES = {"长": "chang", "重": "chong"}  # of people and of roads, against the usual reading
HAN = "\u3007\u3400-\u9fff\uf900-\ufaff\U00020000-\U000323af"
"""Chinese characters, the rare ones of names too, as a set in a regular expression."""
_runs = re.compile(f"[{HAN}]+").findall
_without_dots = partial(re.compile(f"[·•‧・･](?<=[{HAN}].)(?=[{HAN}])").sub, "")
_after_area = re.compile("(?<=[市区县镇乡])").split  # a road is looked for without its district


@cache
def _readings() -> tuple[dict[int, str], dict[int, str]]:
    """Tables for `str.translate`: to syllables and to first letters."""
    whole = {
        ord(sign): syllable
        for line in (RESOURCES / "pinyin.txt").read_text("utf-8").splitlines()
        for syllable, signs in (line.split(" "),)
        for sign in signs
    }
    whole |= {ord(sign): syllable for sign, syllable in _IN_NAMES.items()}
    return whole, {code: syllable[0] for code, syllable in whole.items()}


def joined(text: str) -> str:
    """The text without the dots inside names (买买提·艾力), which some type and others leave out."""
    return text if text.isascii() else _without_dots(text)


def initials(text: str) -> str:
    """The first letter of each character; what is not Chinese stays, so that places are those of the text."""
    return text.translate(_readings()[1])


def spelled(text: str) -> str:
    """The whole pinyin without spaces or tones; what is not Chinese stays."""
    return text.translate(_readings()[0])


def name_letters(name: str) -> list[str]:
    """What may be typed for a person: initials and pinyin, of the whole name and of the given name."""
    name = joined(name)
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
