"""What a benchmark gives: rows, each a figure beside the floor or peer that was measured in the same run."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from tempfile import gettempdir
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Row:
    """One figure. `floor` is what it is held against, in the same unit; `ratio` is value over floor."""

    name: str
    value: float
    unit: str
    floor: float | None = None

    @property
    def ratio(self) -> float | None:
        """The value over its floor."""
        return None if self.floor is None else self.value / self.floor


@dataclass(frozen=True, slots=True)
class Options:
    """How much to measure; `quick` is for trying a bench out, its figures mean little.

    What takes long to make (a platform, a cache of a million cases) is kept in `scratch` and used again.
    """

    quick: bool = False
    scratch: Path = Path(gettempdir())
    seconds: float = 600.0  # of a bench that lasts


class Bench(Protocol):
    """A module `tests.bench.bench_NAME`."""

    def rows(self, options: Options) -> Iterator[Row]:
        """Measures, and yields each figure as soon as it is known."""
        ...
