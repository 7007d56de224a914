"""Cuts an XPath 1.0 expression into tokens (XPath 1.0, section 3.7).

Whether `*`, `and`, `div` … are operators or names depends on the token before; that is decided here, so that the
parser sees only operators and operands.
"""

import re
from dataclasses import dataclass

from gridclient.forms.advice import unreadable
from gridclient.forms.errors import XPathError

_TOKEN = re.compile(
    r"""\s*(?:
    (?P<number>\d+(?:\.\d*)?|\.\d+)
  | (?P<literal>"[^"]*"|'[^']*')
  | (?P<op>::|//|\.\.|<=|>=|!=|[()\[\].@,/|+\-=<>*$])
  | (?P<name>[^\W\d][\w.-]*(?::(?!:)(?:[^\W\d][\w.-]*|\*))?)
    )""",
    re.VERBOSE,
)
_WORD = re.compile(r"(?:and|or|mod|div)(?![^\W\d])")
_OPERAND_FOLLOWS = frozenset({"@", "::", "(", "[", ",", "and", "or", "mod", "div", "*", "/", "//", "|", "+", "-", "=",
                              "!=", "<", "<=", ">", ">="})  # fmt: skip


@dataclass(frozen=True, slots=True)
class Token:
    """A piece of an expression: its kind (`number`, `literal`, `name`, `op`, `end`), its text and place."""

    kind: str
    text: str
    at: int


def tokens(source: str) -> list[Token]:
    """The tokens of an expression, `end` last; raises `XPathError`."""
    found: list[Token] = []
    at = 0
    end = len(source.rstrip())
    while at < end:
        match = _TOKEN.match(source, at)
        if match is None:
            place = at + len(source[at:]) - len(source[at:].lstrip())
            raise XPathError(unreadable(source, place, source[place]))
        kind = str(match.lastgroup)
        text = match[kind]
        before = found[-1] if found else None
        operand_expected = before is None or (before.kind == "op" and before.text in _OPERAND_FOLLOWS)
        if not operand_expected:
            if kind == "name":
                kind, text = "op", _operator(text) or text
        elif text == "*":
            kind = "name"
        start = match.start(match.lastgroup or 0)
        found.append(Token(kind, text[1:-1] if kind == "literal" else text, start))
        at = start + len(text)
    found.append(Token("end", "", end))
    return found


def _operator(text: str) -> str | None:
    """The operator that a name begins with where an operator must stand: `div` in `4 div2`."""
    found = _WORD.match(text)
    return found[0] if found is not None else None
