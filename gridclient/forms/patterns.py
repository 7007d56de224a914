"""Regular expressions of forms (`regex()`), matched so that none can hold the program up.

A simple pattern goes to Python's own matcher. Where quantifiers multiply the ways to match, an automaton takes over;
a pattern that is neither simple nor fit for an automaton is refused.
"""

import re
from dataclasses import dataclass
from functools import lru_cache

from gridclient.forms.automaton import Automaton, NoAutomaton, automaton_of
from gridclient.forms.dialect import in_python
from gridclient.forms.errors import XPathError

_LONGEST_TEXT = 100_000
_SHORT_TEXT, _SHORTEST_TEXT = 2_000, 200
_FEW_CHOICES, _MANY_CHOICES = 1, 4
_CHOICE = re.compile(r"(?<![\\(])(?:[*+?]|\{\d+,\d*\})")
_NESTED = re.compile(r"(?<!\\)\)(?:[*+]|\{)")
_QUOTED = r"\\.|\[\^?\]?(?:\\.|[^\]\\])*\]"  # an escape or a class of letters
_AHEAD = re.compile(rf"\(\?([=!])((?:{_QUOTED}|[^()\[\]\\])*)\)", re.DOTALL)
_MARK = re.compile(rf"{_QUOTED}|([(|)])", re.DOTALL)


@dataclass(frozen=True, slots=True)
class _Pattern:
    source: str
    compiled: re.Pattern[str]
    automaton: Automaton | None
    choices: int
    nested: bool
    ahead: tuple[tuple[bool, Automaton], ...] = ()  # what the text must, or must not, begin with


@lru_cache(maxsize=256)
def _pattern(source: str) -> _Pattern:
    pattern = in_python(source)
    try:
        compiled = re.compile(pattern)
    except (re.error, OverflowError, RecursionError) as error:
        raise XPathError(f"the pattern {source[:80]} cannot be read: {error}") from error
    try:
        ahead, rest = _split(pattern)
        automaton = automaton_of(rest)
    except NoAutomaton:
        return _Pattern(source, compiled, None, len(_CHOICE.findall(pattern)), _NESTED.search(pattern) is not None)
    parts = [automaton, *(each for _, each in ahead)]
    nested = any(each.nested for each in parts)
    return _Pattern(source, compiled, automaton, sum(each.choices for each in parts), nested, ahead)


def _split(pattern: str) -> tuple[tuple[tuple[bool, Automaton], ...], str]:
    """What is looked for ahead at the start of a pattern, as for passwords, and the rest of it."""
    at = first = pattern.startswith("^")
    ahead: list[tuple[bool, Automaton]] = []
    while (found := _AHEAD.match(pattern, at)) is not None:
        ahead.append((found[1] == "=", automaton_of(rf"(?:{found[2]})[\s\S]*")))
        at = found.end()
    rest = pattern[at:]
    if at == first:
        return (), pattern
    if _has_alternatives(rest):
        raise NoAutomaton("what is looked for ahead belongs to the first alternative only")
    return tuple(ahead), f"^(?:{rest})"


def _has_alternatives(pattern: str) -> bool:
    depth = 0
    for found in _MARK.finditer(pattern):
        match found[1]:
            case "(":
                depth += 1
            case ")":
                depth -= 1
            case "|" if depth == 0:
                return True
            case _:
                pass
    return False


def holds(source: str, text: str, *, whole: bool) -> bool:
    """Whether a text matches a pattern, all of it or a part; raises `XPathError` for what would take too long."""
    pattern = _pattern(source)
    simple = not pattern.nested and pattern.choices <= _FEW_CHOICES and len(text) <= _SHORT_TEXT
    is_at_start = whole or pattern.source.startswith("^") or not pattern.ahead
    if pattern.automaton is not None and is_at_start and not simple and len(text) <= _LONGEST_TEXT:
        holds_ahead = all(each.matches(text, whole=True) is wanted for wanted, each in pattern.ahead)
        return holds_ahead and pattern.automaton.matches(text, whole=whole)
    short = not pattern.nested and pattern.choices <= _MANY_CHOICES and len(text) <= _SHORTEST_TEXT
    if simple or short:
        return (pattern.compiled.fullmatch(text) if whole else pattern.compiled.search(text)) is not None
    raise XPathError(f"the pattern {source[:80]} would take too long on this text")
