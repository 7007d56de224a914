"""The first letters of the pinyin of a text, so that `ptxm` finds 葡萄新苗.

GB 2312 orders its 3,755 everyday characters by their pinyin, so the place of a character tells its first letter.
Rarer characters, and the second reading of a character, are not known.
"""

from functools import lru_cache

_FIRST = "abcdefghjklmnopqrstwxyz"
_BOUNDS = "啊芭擦搭蛾发噶哈击喀垃妈拿哦啪期然撒塌挖昔压匝"
_STARTS = [int.from_bytes(sign.encode("gb2312"), "big") for sign in _BOUNDS]
_END = 0xD7F9


@lru_cache(maxsize=65536)
def initials(text: str) -> str:
    """The first letters of a text; Latin letters and digits stay, everything else is left out."""
    return "".join(_letter(sign) for sign in text)


def _letter(sign: str) -> str:
    if sign.isascii():
        return sign.lower() if sign.isalnum() else ""
    try:
        place = int.from_bytes(sign.encode("gb2312"), "big")
    except UnicodeEncodeError:
        return ""
    if not _STARTS[0] <= place <= _END:
        return ""
    return next(letter for letter, start in zip(_FIRST[::-1], _STARTS[::-1], strict=True) if place >= start)
