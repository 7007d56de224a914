"""What an author meant who wrote an expression that cannot be read: the usual slips, and what to write instead."""

import re
import unicodedata
from collections.abc import Iterable
from difflib import get_close_matches

_LITERAL = re.compile(r"\"[^\"]*\"|'[^']*'")
_MEANT = {
    "&&": "and", "&": "and", "||": "or", "|": "or", "==": "=", "=": "=", "<>": "!=", "=>": ">=", "=<": "<=",
    "%": "mod", "！": "not(…)", "!": "not(…) or !=",
}  # fmt: skip
_QUOTES = {"‘": "'", "’": "'", "“": '"', "”": '"', "、": ",", "。": "."}


def unreadable(source: str, at: int, found: str) -> str:
    """Says where an expression cannot be read, and what to write where that can be guessed."""
    advice = _advice(source, at, found)
    return f"unexpected {found or 'end'} at {at + 1}{f', {advice},' if advice else ''} in: {source}"


def _advice(source: str, at: int, found: str) -> str:
    letter, before = source[at : at + 1], source[:at].rstrip()
    opened, closed = _brackets(source)
    if letter in ("'", '"'):
        return f"the text that begins with {letter} has no end"
    if letter in ("{", "}") or (letter == "$" and source[at + 1 : at + 2] == "{"):
        return "an answer is written ${name}"
    if letter and (plain := _QUOTES.get(letter) or unicodedata.normalize("NFKC", letter)) != letter:
        return f"write {plain} instead of {letter}"
    if found.lower() in ("and", "or", "div", "mod", "not") and found != found.lower():
        return f"write {found.lower()} in small letters"
    if found in (")", "") and opened != closed:
        return "a ) is missing" if opened > closed else "there is a ) too many"
    if before.endswith("/") and (letter.isdigit() or letter == "("):
        return "write div to divide"
    twice = next((two for two in (source[at : at + 2], source[at - 1 : at + 1] if at else "") if two in _MEANT), "")
    if wanted := _MEANT.get(twice) or (_MEANT.get(letter) if letter in "&%!" else ""):
        return f"write {wanted} instead of {twice or letter}"
    if found in (")", "]", ",", "") and re.search(r"(?:[=<>+*,(\[|-]|\b(?:and|or|div|mod))\Z", before):
        return "something is missing before it"
    return ""


def _brackets(source: str) -> tuple[int, int]:
    """How many round brackets open and close outside texts."""
    bare = _LITERAL.sub("", source)
    return bare.count("("), bare.count(")")


def similar(name: str, known: Iterable[str]) -> str:
    """The known name that was probably meant, empty where none is near."""
    return next(iter(get_close_matches(name, list(known), 1, 0.76)), "")
