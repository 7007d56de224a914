"""Regular expressions of forms (`regex()`), matched so that none can hold the program up.

A simple pattern goes to Python's own matcher. Where quantifiers multiply the ways to match, an automaton takes over;
a pattern that is neither simple nor fit for an automaton is refused.
"""

import re
from dataclasses import dataclass
from functools import lru_cache

from gridclient.forms.automaton import Automaton, NoAutomaton, automaton_of
from gridclient.forms.errors import XPathError

_LONGEST_TEXT = 100_000
_SHORT_TEXT, _SHORTEST_TEXT = 2_000, 200
_FEW_CHOICES, _MANY_CHOICES = 1, 4
_CLASSES = {r"\p{L}": r"[^\W\d_]", r"\p{N}": r"\d", r"\p{Alpha}": "[A-Za-z]", r"\p{Digit}": "[0-9]"}
_CHOICE = re.compile(r"(?<!\\)(?:[*+?]|\{\d+,\d*\})")
_NESTED = re.compile(r"(?<!\\)\)(?:[*+]|\{)")


@dataclass(frozen=True, slots=True)
class _Pattern:
    source: str
    compiled: re.Pattern[str]
    automaton: Automaton | None
    choices: int
    nested: bool


@lru_cache(maxsize=256)
def _pattern(source: str) -> _Pattern:
    pattern = source
    for name, meaning in _CLASSES.items():
        pattern = pattern.replace(name, meaning)
    try:
        compiled = re.compile(pattern)
    except (re.error, OverflowError, RecursionError) as error:
        raise XPathError(f"the pattern {source[:80]} cannot be read: {error}") from error
    try:
        automaton = automaton_of(pattern)
    except NoAutomaton:
        return _Pattern(source, compiled, None, len(_CHOICE.findall(pattern)), _NESTED.search(pattern) is not None)
    return _Pattern(source, compiled, automaton, automaton.choices, automaton.nested)


def holds(source: str, text: str, *, whole: bool) -> bool:
    """Whether a text matches a pattern, all of it or a part; raises `XPathError` for what would take too long."""
    pattern = _pattern(source)
    simple = not pattern.nested and pattern.choices <= _FEW_CHOICES and len(text) <= _SHORT_TEXT
    if pattern.automaton is not None and not simple and len(text) <= _LONGEST_TEXT:
        return pattern.automaton.matches(text, whole=whole)
    short = not pattern.nested and pattern.choices <= _MANY_CHOICES and len(text) <= _SHORTEST_TEXT
    if simple or short:
        return (pattern.compiled.fullmatch(text) if whole else pattern.compiled.search(text)) is not None
    raise XPathError(f"the pattern {source[:80]} would take too long on this text")
