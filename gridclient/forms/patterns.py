"""Regular expressions of forms (`regex()`), matched so that none can hold the program up."""

import re
from functools import lru_cache

from gridclient.forms.errors import XPathError

_LONGEST_TEXT = 100_000
_CLASSES = {r"\p{L}": r"[^\W\d_]", r"\p{N}": r"\d", r"\p{Alpha}": "[A-Za-z]", r"\p{Digit}": "[0-9]"}


@lru_cache(maxsize=512)
def _compiled(pattern: str) -> re.Pattern[str]:
    for name, meaning in _CLASSES.items():
        pattern = pattern.replace(name, meaning)
    try:
        return re.compile(pattern)
    except (re.error, OverflowError, RecursionError) as error:
        raise XPathError(f"the pattern {pattern[:80]} cannot be read: {error}") from error


def holds(pattern: str, text: str, *, whole: bool) -> bool:
    """Whether a text matches a pattern, all of it or a part."""
    if len(text) > _LONGEST_TEXT:
        raise XPathError("the text is too long for a pattern")
    found = _compiled(pattern)
    return (found.fullmatch(text) if whole else found.search(text)) is not None
