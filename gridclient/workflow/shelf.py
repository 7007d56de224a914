"""Every version of every pack that is at hand: a running case keeps its own, a new one begins with the one in force.

A street may have a pack of its own in force, over the city's; the longest area that a cell's code begins with wins.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from gridclient.domain.record import Fields
from gridclient.workflow.pack import EARLIER, Pack, load_pack


@dataclass(frozen=True, slots=True)
class Placed:
    """A version of a pack: for which area (none: everywhere), and whether new cases begin with it."""

    pack: Pack
    area: str = ""
    in_force: bool = True


@dataclass(frozen=True, slots=True)
class Work:
    """The states in which somebody has something to do: in every pack that has the state, or in some packs only."""

    states: frozenset[str] = frozenset({"open", "doing", "returned"})
    only: frozenset[tuple[str, str]] = frozenset()  # (pack, state)


PLAIN = Work()


class Shelf(Mapping[str, Pack]):
    """Packs by id, as they are in force everywhere; `of` and `here` look more closely."""

    def __init__(self, placed: Iterable[Placed] = ()) -> None:
        self._versions: dict[tuple[str, str], Pack] = {}
        self._in_force: dict[str, dict[str, Pack]] = {}
        for each in placed:
            self._versions[each.pack.id, each.pack.version] = each.pack
            if each.in_force:
                self._in_force.setdefault(each.pack.id, {})[each.area] = each.pack

    @classmethod
    def holding(cls, packs: Iterable[Pack]) -> "Shelf":
        """A shelf with one version of each pack, in force everywhere."""
        return cls(Placed(pack) for pack in packs)

    def under(self, came: Iterable[Placed]) -> "Shelf":
        """These packs under those that were published."""
        later = list(came)
        replaced = {each.pack.id for each in later if each.in_force and not each.area}
        still = {id(pack) for pack_id, pack in self.items() if pack_id not in replaced}
        return Shelf([*(Placed(pack, in_force=id(pack) in still) for pack in self.all()), *later])

    def __getitem__(self, pack_id: str) -> Pack:
        return self._in_force[pack_id][""]

    def __iter__(self) -> Iterator[str]:
        return (pack_id for pack_id, areas in self._in_force.items() if "" in areas)

    def __len__(self) -> int:
        return sum("" in areas for areas in self._in_force.values())

    def of(self, case: Fields) -> Pack | None:
        """The version that a case runs on; None when it is not at hand."""
        return self._versions.get((str(case.get("pack")), str(case.get("pack_version"))))

    def version(self, pack_id: str, version: str) -> Pack | None:
        """One version of a pack."""
        return self._versions.get((pack_id, version))

    def here(self, pack_id: str, cell: str) -> Pack | None:
        """The version with which a new case in a grid cell begins."""
        areas = self._in_force.get(pack_id, {})
        return areas.get(max((area for area in areas if cell.startswith(area)), key=len, default="?"))

    def all(self) -> Iterable[Pack]:
        """Every version at hand."""
        return self._versions.values()

    @cached_property
    def ended(self) -> frozenset[tuple[str, str]]:
        """The states that are ends, over all versions: (pack, state)."""
        return frozenset((pack.id, state.id) for pack in self.all() for state in pack.states if state.end)

    def ends(self, pack_id: str, state: str) -> bool:
        """Whether nothing has to happen any more with a case; of a pack that is not at hand only `closed` is known."""
        return state == "closed" or (pack_id, state) in self.ended

    def work_of(self, account: str) -> Work:
        """Where an account's role has something to do, over all versions."""
        mine = {(pack.id, state) for pack in self.all() for state in pack.work_of(account)}
        others = {(pack.id, state.id) for pack in self.all() for state in pack.states} - mine
        elsewhere = {state for _, state in others}
        states = frozenset(state for _, state in mine if state not in elsewhere)
        return Work(states, frozenset((pack, state) for pack, state in mine if state not in states))


def load_packs(root: Path) -> Shelf:
    """Reads every pack under a folder with its earlier versions, on which cases may still run.

    Worksheets wait until they are asked for, so that a start is quick.
    """
    now, before = (sorted(root.glob(f"{where}/pack.yaml")) for where in ("*", f"{EARLIER}/*"))
    return Shelf([*(_placed(path.parent) for path in now), *(_placed(path.parent, in_force=False) for path in before)])


def _placed(folder: Path, *, in_force: bool = True) -> Placed:
    return Placed(load_pack(folder, whole=False), in_force=in_force)
