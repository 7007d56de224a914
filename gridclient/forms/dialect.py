"""Writes a regular expression of a form in Python's dialect: forms are written for Java's (Collect) or a browser's.

`\\d` and `\\w` mean ASCII there, also in browsers; `\\p{…}` names letters by their Unicode category, POSIX class or
script. What has no counterpart stays as it is, and Python's compiler tells what is wrong with it.
"""

import re
import unicodedata
from functools import lru_cache

_WORD, _DIGIT = "A-Za-z0-9_", "0-9"
_POSIX = {
    "Alpha": "A-Za-z", "Digit": _DIGIT, "Alnum": "A-Za-z0-9", "Lower": "a-z", "Upper": "A-Z", "XDigit": "0-9A-Fa-f",
    "Punct": r"!-/:-@\[-`{-~", "Blank": r" \t", "Space": r" \t\n\r\f\v", "ASCII": r"\x00-\x7f",
}  # fmt: skip
_HAN = (
    r"\u2e80-\u2fd5\u3005\u3007\u3021-\u3029\u3038-\u303b\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U000323af"
)
_SCRIPTS = {"Han": _HAN, "Latin": r"A-Za-z\xaa\xba\xc0-\xd6\xd8-\xf6\xf8-\u024f\u1e00-\u1eff", "Alphabetic": "L"}
_NAMED = re.compile(r"\\(?P<kind>[pP])(?:\{\^?(?P<name>[A-Za-z_=]+)\}|(?P<letter>[A-Z]))")
_CATEGORY = re.compile(r"[LMNPSZC][a-z]?\Z")
_LAST = 0x110000


def in_python(pattern: str) -> str:
    """The pattern as Python reads it."""
    found: list[str] = []
    at, begun = 0, -1
    while at < len(pattern):
        is_inside = begun >= 0
        named = _NAMED.match(pattern, at)
        if named is not None:
            found.append(_class(named["kind"] == "P", _letters(named["name"] or named["letter"]), is_inside))
            at = named.end()
        elif pattern[at] == "\\":
            found.append(_escape(pattern[at : at + 2], is_inside))
            at += 2
        elif not is_inside and pattern.startswith("(?<", at) and pattern[at + 3 : at + 4] not in ("=", "!"):
            found.append("(?P<")
            at += 3
        else:
            letter = pattern[at]
            if letter == "[" and not is_inside:
                begun = at + pattern.startswith("[^", at)
            elif letter == "]" and at > begun + 1:
                begun = -1
            elif is_inside and letter in "[&~|":
                letter = f"\\{letter}"
            found.append(letter)
            at += 1
    return "".join(found)


def _escape(written: str, is_inside: bool) -> str:
    match written:
        case r"\d" | r"\D":
            return _class(written == r"\D", _DIGIT, is_inside) if written == r"\d" or not is_inside else written
        case r"\w" | r"\W":
            return _class(written == r"\W", _WORD, is_inside) if written == r"\w" or not is_inside else written
        case r"\z":
            return r"\Z"
        case _:
            return written


def _class(is_not: bool, letters: str, is_inside: bool) -> str:
    """A class of letters, or its letters within another; what excludes letters cannot stand within another."""
    if is_inside:
        return r"\p" if is_not or not letters else letters
    return f"[{'^' if is_not else ''}{letters}]" if letters else r"\p"


def _letters(name: str) -> str:
    """The ranges that a name stands for; empty where it is none that is known."""
    if name in _POSIX:
        return _POSIX[name]
    short = name.rpartition("=")[2].removeprefix("Is")
    short = _SCRIPTS.get(short, short)
    return _of_category(short) if _CATEGORY.match(short) else short if short in _SCRIPTS.values() else ""


@lru_cache(maxsize=16)
def _of_category(category: str) -> str:
    """The ranges of a general category (Unicode, chapter 4.5), or of all that begin with its letter."""
    ranges: list[str] = []
    start = -1
    for code in range(_LAST + 1):
        belongs = code < _LAST and unicodedata.category(chr(code)).startswith(category)
        if belongs and start < 0:
            start = code
        elif not belongs and start >= 0:
            ranges.append(f"\\U{start:08x}-\\U{code - 1:08x}")
            start = -1
    return "".join(ranges)
