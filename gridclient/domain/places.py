"""Places and the cells they lie in: premises with their owner, and grid cells with the division above them."""

import re
from dataclasses import dataclass

from gridclient.domain.divisions import BadCode, level_of, parent_of


@dataclass(frozen=True, slots=True)
class Place:
    """Premises, a yard, a building: something that is inspected."""

    name: str
    category: str
    address: str
    grid: str
    owner: str | None = None
    uscc: str | None = None


_NUMBER = re.compile(r"\s*\d")


def street_of(address: str) -> str:
    """The town and the street of an address: what stands before its first number."""
    found = _NUMBER.search(address)
    return address[: found.start()].strip() if found else address.strip()


@dataclass(frozen=True, slots=True)
class Grid:
    """A grid cell: its code of 15 digits and the village of 12 that it is part of (GB/T 30428.1)."""

    code: str
    name: str
    division: str

    def __post_init__(self) -> None:
        if level_of(self.code) != "grid" or parent_of(self.code) != self.division:
            raise BadCode(self.code)
