"""Finds choices by any part of their labels, or by the initials or the syllables of their pinyin.

A list is kept as few long texts, so that a key costs little even with 50,000 choices. How the labels are read is worked
out in pieces while nobody types.
"""

from array import array
from bisect import bisect_right
from collections.abc import Iterator, Sequence

from gridclient.domain.letters import initials, spelled
from gridclient.forms import Choice

_PIECE = 1000  # labels that are read at a time


def fits(text: str, typed: str) -> bool:
    """Whether a text fits what was typed: by a part of it, or by its pinyin."""
    wanted = typed.strip().casefold()
    return wanted in text.casefold() or (wanted.isascii() and any(wanted in line for line in _read(text)))


class Finder:
    """Looks through one list of choices."""

    def __init__(self, choices: Sequence[Choice]) -> None:
        self.choices = choices
        self._labels = _Lines([choice.label.casefold() for choice in choices])
        self._read: list[tuple[str, str]] = []
        self._letters: tuple[_Lines, ...] = ()

    def warm(self) -> bool:
        """Works out how the next labels are read; False when all are known."""
        done = len(self._read)
        self._read += [_read(choice.label) for choice in self.choices[done : done + _PIECE]]
        return len(self._read) < len(self.choices)

    def find(self, typed: str, most: int) -> list[Choice]:
        """The choices that fit what was typed, those that begin with it first."""
        wanted = typed.strip().casefold()
        if not wanted:
            return list(self.choices[:most])
        lines = [self._labels]
        if wanted.isascii():
            lines += self._by_letters()
        found = dict.fromkeys(n for each in lines for n in each.beginning(wanted, most))
        if len(found) < most:
            found |= dict.fromkeys(n for each in lines for n in each.holding(wanted, most))
        return [self.choices[n] for n in found][:most]

    def _by_letters(self) -> tuple["_Lines", ...]:
        while self.warm():
            pass
        if not self._letters and self._read:
            self._letters = tuple(_Lines(column) for column in zip(*self._read, strict=True))
        return self._letters


class _Lines:
    """Many short texts as one long one."""

    def __init__(self, lines: Sequence[str]) -> None:
        self._text = "\n" + "\n".join(lines)
        self._starts = array("q", [0])
        for line in lines:
            self._starts.append(self._starts[-1] + len(line) + 1)

    def beginning(self, wanted: str, most: int) -> Iterator[int]:
        """The numbers of the lines that begin with a text."""
        return self.holding("\n" + wanted, most)

    def holding(self, wanted: str, most: int) -> Iterator[int]:
        """The numbers of the lines that hold a text anywhere."""
        at = self._text.find(wanted)
        while at >= 0 and most > 0:
            number = bisect_right(self._starts, at) - 1
            yield number
            most -= 1
            at = self._text.find(wanted, self._starts[number + 1]) if number + 2 < len(self._starts) else -1


def _read(text: str) -> tuple[str, str]:
    """The initials and the syllables of a text; blanks and signs are never typed."""
    small = text.casefold()
    return "".join(filter(str.isalnum, initials(small))), "".join(filter(str.isalnum, spelled(small)))
