"""Finds choices by any part of their labels, or by their pinyin: initials, whole syllables, or some of each.

A list is kept as few long texts, so that a key costs little even with 50,000 choices. How the labels are read is worked
out in pieces while nobody types.
"""

from array import array
from bisect import bisect_right
from collections.abc import Iterator, Sequence

from gridclient.domain import pinyin
from gridclient.forms import Choice

_PIECE = 400  # labels that are read at a time
_MOST_RARE = 10_000  # labels; in longer lists only the usual readings are looked for
_ENOUGH = 8  # found in the usual readings, beyond which the rarer ones are not looked through


class Finder:
    """Looks through one list of choices."""

    def __init__(self, choices: Sequence[Choice]) -> None:
        self.choices = choices
        self._labels = _Lines([choice.label.casefold() for choice in choices])
        self._keys: list[str] = []
        self._initials: list[str] = []
        self._whole: list[str] = []
        self._usual: tuple[_Lines, _Lines] | None = None  # initials, whole syllables
        self._before: tuple[str, list[int]] = ("", [])

    def warm(self) -> bool:
        """Works out how the next labels are read; False when all are known."""
        done = len(self._keys)
        keys = [pinyin.key_of(choice.label) for choice in self.choices[done : done + _PIECE]]
        self._keys += keys
        self._initials += [_initials(key) for key in keys]
        self._whole += [_whole(key) for key in keys]
        return len(self._keys) < len(self.choices)

    def find(self, typed: str, most: int) -> list[Choice]:
        """The choices that fit what was typed, those that begin with it first."""
        wanted = typed.strip().casefold()
        if not wanted:
            return list(self.choices[:most])
        found = dict.fromkeys(self._labels.find(wanted, most))
        if wanted.isascii() and wanted.replace(" ", "").isalnum():
            found |= dict.fromkeys(self._by_pinyin(wanted.replace(" ", ""), most))
        begin = [n for n in found if self._begins(n, wanted)]
        chosen = set(begin)
        return [self.choices[n] for n in (*begin, *(n for n in found if n not in chosen))][:most]

    def _begins(self, number: int, wanted: str) -> bool:
        label = self.choices[number].label
        return label.casefold().startswith(wanted) or (wanted.isascii() and pinyin.begins(label, wanted))

    def _by_pinyin(self, wanted: str, most: int) -> list[int]:
        while self.warm():
            pass
        if self._usual is None:
            self._usual = _Lines(self._initials), _Lines(self._whole)
        found = [n for lines in self._usual for n in lines.find(wanted, most)]
        if len(found) >= _ENOUGH or len(self._keys) > _MOST_RARE:
            return found
        before, few = self._before
        among = few if before and wanted.startswith(before) else range(len(self._keys))
        sought = pinyin.pattern(wanted)
        rare = [n for n in among if sought.search(self._keys[n])]
        self._before = (wanted, rare)  # what is typed on can only be among these
        return found + rare


class _Lines:
    """Many short texts as one long one."""

    def __init__(self, lines: Sequence[str]) -> None:
        self._text = "\n" + "\n".join(lines)
        self._starts = array("q", [0])
        for line in lines:
            self._starts.append(self._starts[-1] + len(line) + 1)

    def find(self, wanted: str, most: int) -> list[int]:
        """The numbers of the lines that hold a text, those that begin with it first."""
        found = dict.fromkeys(self._numbers("\n" + wanted, most))
        if len(found) < most:
            found |= dict.fromkeys(self._numbers(wanted, most))
        return list(found)[:most]

    def _numbers(self, wanted: str, most: int) -> Iterator[int]:
        at = self._text.find(wanted)
        while at >= 0 and most > 0:
            number = bisect_right(self._starts, at) - 1
            yield number
            most -= 1
            at = self._text.find(wanted, self._starts[number + 1]) if number + 1 < len(self._starts) else -1


def _initials(key: str) -> str:
    return "".join([sign[:1] for sign in key.split("<")])


def _whole(key: str) -> str:
    return "".join([sign.partition(",")[0].rstrip(">") for sign in key.split("<")])
