"""Reads an expression into its tree: a Pratt parser over XPath 1.0 (section 3), nesting bounded."""

from functools import lru_cache

from gridclient.forms.advice import unreadable
from gridclient.forms.ast import Binary, Call, Expr, Filter, Literal, Negate, Number, Path, Step
from gridclient.forms.errors import XPathError
from gridclient.forms.lexer import Token, tokens

_POWER = {"or": 1, "and": 2, "=": 3, "!=": 3, "<": 4, "<=": 4, ">": 4, ">=": 4, "+": 5, "-": 5, "*": 6, "div": 6,
          "mod": 6}  # fmt: skip
_UNARY, _UNION = 7, 8
_NODE_TYPES = frozenset({"node", "text", "comment", "processing-instruction"})
_AXES = frozenset(
    "child parent self descendant descendant-or-self ancestor ancestor-or-self following-sibling preceding-sibling "
    "following preceding attribute namespace".split()
)
_DEEPEST = 120
_LONGEST = 300


@lru_cache(maxsize=4096)
def parse(source: str) -> Expr:
    """The tree of an expression; raises `XPathError` that says where it cannot be read."""
    parser = _Parser(source, tokens(source))
    tree = parser.expression(0)
    parser.expect("end", "")
    return tree


class _Parser:
    def __init__(self, source: str, found: list[Token]) -> None:
        self._source, self._tokens, self._at, self._depth = source, found, 0, 0

    def _peek(self) -> Token:
        return self._tokens[self._at]

    def _next(self) -> Token:
        token = self._tokens[self._at]
        self._at += 1
        return token

    def _is(self, text: str) -> bool:
        token = self._peek()
        return token.kind == "op" and token.text == text

    def _take(self, text: str) -> bool:
        if self._is(text):
            self._at += 1
            return True
        return False

    def expect(self, kind: str, text: str) -> None:
        token = self._next()
        if token.kind != kind or (text and token.text != text):
            raise XPathError(unreadable(self._source, token.at, token.text))

    def expression(self, power: int) -> Expr:
        self._depth += 1
        if self._depth > _DEEPEST:
            raise XPathError(f"nested too deeply: {self._source[:80]}")
        left: Expr = Negate(self.expression(_UNARY)) if self._take("-") else self._union()
        length = 0
        while self._peek().kind == "op" and (binding := _POWER.get(self._peek().text, 0)) > power:
            op = self._next().text
            length = self._longer(length)
            left = Binary(op, left, self.expression(binding))
        self._depth -= 1
        return left

    def _union(self) -> Expr:
        left = self._path()
        length = 0
        while self._take("|"):
            left = Binary("|", left, self._path())
            length = self._longer(length)
        return left

    def _longer(self, length: int) -> int:
        if length >= _LONGEST:
            raise XPathError(f"more than {_LONGEST} operators in a row: {self._source[:80]}")
        return length + 1

    def _path(self) -> Expr:
        token = self._peek()
        if self._starts_primary(token):
            primary = self._primary()
            predicates = self._predicates()
            base: Expr = Filter(primary, predicates) if predicates else primary
            if self._is("/") or self._is("//"):
                return Path(self._steps_after(), base=base)
            return base
        if self._is("/"):
            self._next()
            steps = self._relative() if self._starts_step() else ()
            return Path(steps, absolute=True)
        if self._is("//"):
            return Path(self._steps_after(), absolute=True)
        return Path(self._relative())

    def _starts_primary(self, token: Token) -> bool:
        if token.kind in ("number", "literal") or (token.kind == "op" and token.text in ("(", "$")):
            return True
        following = self._tokens[self._at + 1] if token.kind == "name" else None
        return (
            following is not None
            and following.text == "("
            and following.kind == "op"
            and (token.text not in _NODE_TYPES)
        )

    def _primary(self) -> Expr:
        token = self._next()
        match token.kind:
            case "number":
                return Number(float(token.text))
            case "literal":
                return Literal(token.text)
            case "name":
                return Call(token.text, self._arguments())
            case _:
                if token.text != "(":
                    raise XPathError(f"variables are not supported, at {token.at + 1} in: {self._source}")
                inner = self.expression(0)
                self.expect("op", ")")
                return inner

    def _arguments(self) -> tuple[Expr, ...]:
        self.expect("op", "(")
        found: list[Expr] = []
        if not self._take(")"):
            found.append(self.expression(0))
            while self._take(","):
                found.append(self.expression(0))
            self.expect("op", ")")
        return tuple(found)

    def _predicates(self) -> tuple[Expr, ...]:
        found: list[Expr] = []
        while self._take("["):
            found.append(self.expression(0))
            self.expect("op", "]")
        return tuple(found)

    def _starts_step(self) -> bool:
        token = self._peek()
        return token.kind == "name" or (token.kind == "op" and token.text in (".", "..", "@", "*"))

    def _steps_after(self) -> tuple[Step, ...]:
        found: list[Step] = []
        while True:
            if self._take("//"):
                found.append(Step("descendant-or-self", "node()"))
            elif not self._take("/"):
                return tuple(found)
            found.append(self._step())

    def _relative(self) -> tuple[Step, ...]:
        return (self._step(), *self._steps_after())

    def _step(self) -> Step:
        if self._take("."):
            return Step("self", "node()", self._predicates())
        if self._take(".."):
            return Step("parent", "node()", self._predicates())
        axis = "attribute" if self._take("@") else "child"
        token = self._next()
        if token.kind == "name" and self._is("::"):
            if token.text not in _AXES:
                raise XPathError(f"unknown axis {token.text} in: {self._source}")
            self._next()
            axis, token = token.text, self._next()
        if token.kind != "name" and token.text != "*":
            raise XPathError(unreadable(self._source, token.at, token.text))
        test, target = token.text, ""
        if test in _NODE_TYPES and self._is("("):
            self._next()
            if self._peek().kind == "literal" and test == "processing-instruction":
                target = self._next().text
            self.expect("op", ")")
            test += "()"
        return Step(axis, test, self._predicates(), target)
