"""Matches a regular expression in time that grows with the text only, never with the ways to match it.

The pattern becomes a small program whose states are walked side by side (K. Thompson, "Regular expression search
algorithm", Communications of the ACM 11, 1968). What needs memory of what was matched (back references, look-around)
cannot be had this way: such a pattern has no automaton.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, field

_MOST_STATES = 20_000
_DEEPEST = 100
_MOST_WORK = 100_000
_ATOM = re.compile(
    r"\[\^?\]?(?:\\.|[^\]\\])*\]|\\[dDwWsStnrfv]|\\[^A-Za-z0-9]|\.|[^\\\[\](){}?*+|^$.]|[{}\]]", re.DOTALL
)
_COUNT = re.compile(r"[*+?]|\{(\d+)(?:(,)(\d*))?\}")
_EDGES = {"^": "start", "$": "end", r"\b": "edge", r"\B": "inside", r"\A": "start", r"\Z": "end", r"\z": "end"}


class NoAutomaton(Exception):
    """The pattern is of a kind that no automaton matches."""


@dataclass(slots=True)
class Automaton:
    """A program: at each place a test of one letter, a jump to other places, or a test of where in the text it is.

    `choices` counts quantifiers that can take more or less, `nested` tells whether one lies in another.
    """

    letters: list[Callable[[str], bool] | None] = field(default_factory=list[Callable[[str], bool] | None])
    jumps: list[list[int]] = field(default_factory=list[list[int]])
    edges: list[str] = field(default_factory=list[str])
    choices: int = 0
    nested: bool = False

    def add(self, letter: Callable[[str], bool] | None = None, jumps: list[int] | None = None, edge: str = "") -> int:
        """Puts a state at the end of the program."""
        if len(self.letters) >= _MOST_STATES:
            raise NoAutomaton("too large")
        self.letters.append(letter)
        self.jumps.append(jumps if jumps is not None else [])
        self.edges.append(edge)
        return len(self.letters) - 1

    def matches(self, text: str, *, whole: bool) -> bool:
        """Whether the program accepts all of a text, or a part of it."""
        last = len(self.letters) - 1
        states = self._reach({0}, text, 0)
        for place, letter in enumerate(text):
            if not whole and last in states:
                return True
            following = {state + 1 for state in states if (test := self.letters[state]) is not None and test(letter)}
            states = self._reach(following if whole else following | {0}, text, place + 1)
            if not states and whole:
                return False
        return last in states

    def _reach(self, states: set[int], text: str, place: int) -> set[int]:
        """The states that are reached without another letter."""
        found: set[int] = set()
        waiting = list(states)
        while waiting:
            state = waiting.pop()
            if state in found:
                continue
            found.add(state)
            edge = self.edges[state]
            if edge and _is_at(edge, text, place):
                waiting.append(state + 1)
            waiting += self.jumps[state]
        return found


def _is_at(edge: str, text: str, place: int) -> bool:
    match edge:
        case "start":
            return place == 0
        case "end":
            return place == len(text)
        case _:
            before = place > 0 and _is_word(text[place - 1])
            after = place < len(text) and _is_word(text[place])
            return (before != after) == (edge == "edge")


def _is_word(letter: str) -> bool:
    return letter == "_" or letter.isalnum()


def automaton_of(pattern: str) -> Automaton:
    """The automaton of a pattern; raises `NoAutomaton`."""
    reader = _Reader(pattern)
    reader.alternatives(0)
    if reader.at < len(pattern):
        raise NoAutomaton("unexpected )")
    reader.made.add()
    return reader.made


class _Reader:
    def __init__(self, pattern: str) -> None:
        self.pattern, self.at = pattern, 0
        self._work = 0
        self.made = Automaton()

    def alternatives(self, depth: int) -> bool:
        """Reads `a|b|c`; True if there is anything to choose in it."""
        if depth > _DEEPEST:
            raise NoAutomaton("nested too deeply")
        split = self.made.add(jumps=[])
        ends: list[int] = []
        varies = False
        while True:
            self.made.jumps[split].append(len(self.made.letters))
            varies |= self._sequence(depth)
            if not self._take("|"):
                break
            varies = True
            ends.append(self.made.add(jumps=[]))
        for end in ends:
            self.made.jumps[end].append(len(self.made.letters))
        self.made.add(jumps=[len(self.made.letters) + 1])
        return varies

    def _take(self, text: str) -> bool:
        if self.pattern.startswith(text, self.at):
            self.at += len(text)
            return True
        return False

    def _sequence(self, depth: int) -> bool:
        varies = False
        while self.at < len(self.pattern) and self.pattern[self.at] not in "|)":
            varies |= self._piece(depth)
        return varies

    def _piece(self, depth: int) -> bool:
        start, begin = self.at, len(self.made.letters)
        varies = self._atom(depth)
        end = self.at
        found = _COUNT.match(self.pattern, self.at)
        if found is None:
            return varies
        self.at = found.end()
        self._take("?")
        if self._take("+") or _COUNT.match(self.pattern, self.at):
            raise NoAutomaton("a possessive quantifier")
        least, most = _bounds(found)
        self.made.nested |= varies
        self.made.choices += least != most
        self._repeat((start, end), begin, least, most, depth)
        return varies or least != most

    def _repeat(self, source: tuple[int, int], begin: int, least: int, most: int | None, depth: int) -> None:
        """Writes the states of a piece as often as it is wanted."""
        made, after = self.made, self.at
        choices, nested = made.choices, made.nested
        del made.letters[begin:], made.jumps[begin:], made.edges[begin:]

        def piece() -> None:
            self.at = source[0]
            self._atom(depth)

        for _ in range(least):
            piece()
        if most is None:
            split = made.add(jumps=[])
            made.jumps[split].append(split + 1)
            piece()
            made.add(jumps=[split])
            made.jumps[split].append(len(made.letters))
        else:
            splits: list[int] = []
            for _ in range(most - least):
                splits.append(made.add(jumps=[len(made.letters) + 1]))
                piece()
            for split in splits:
                made.jumps[split].append(len(made.letters))
        made.add(jumps=[len(made.letters) + 1])
        self.at, made.choices, made.nested = after, choices, nested

    def _atom(self, depth: int) -> bool:
        pattern = self.pattern
        self._work += 1
        if self._work > _MOST_WORK:
            raise NoAutomaton("too large")
        for written, edge in _EDGES.items():
            if self._take(written):
                self.made.add(edge=edge)
                return False
        if self._take("("):
            if self._take("?") and not self._take(":"):
                raise NoAutomaton("a special group")
            varies = self.alternatives(depth + 1)
            if not self._take(")"):
                raise NoAutomaton("( without )")
            return varies
        found = _ATOM.match(pattern, self.at)
        if found is None:
            raise NoAutomaton(f"unexpected {pattern[self.at]}")
        self.at = found.end()
        self.made.add(letter=_test(found[0]))
        return False


def _bounds(found: re.Match[str]) -> tuple[int, int | None]:
    match found[0]:
        case "*":
            return 0, None
        case "+":
            return 1, None
        case "?":
            return 0, 1
        case _:
            least = int(found[1])
            most = least if found[2] is None else int(found[3]) if found[3] else None
            if max(least, most or 0) > _MOST_STATES:
                raise NoAutomaton("too large")
            return least, most


def _test(atom: str) -> Callable[[str], bool]:
    try:
        compiled = re.compile(atom)
    except re.error as error:
        raise NoAutomaton(str(error)) from error
    known: dict[str, bool] = {}

    def test(letter: str) -> bool:
        found = known.get(letter)
        if found is None:
            found = known[letter] = compiled.fullmatch(letter) is not None
        return found

    return test
