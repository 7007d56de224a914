"""Who works in the synthetic street, and how it is divided: villages of eight cells, a cell of 250 residents."""

import math
from dataclasses import dataclass
from typing import Literal

STREET = "310115125"
PER_CELL, CELLS_PER_VILLAGE = 250, 8
_VILLAGES = ("香楠", "晨晖", "碧波", "丰和", "孙桥", "古桐", "紫薇", "藿香", "银樟", "青桐", "玉兰", "科苑")
_COLLEAGUES = ("吴桂珍", "孙立群", "李文海", "周建平", "郑明华", "许国栋", "何静怡", "沈佩芬")


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit of the organisation; levels are city, district, street, village, grid."""

    code: str
    parent: str | None
    level: str
    name: str


@dataclass(frozen=True, slots=True)
class Worker:
    """Somebody with an account and duties."""

    id: str
    account: str
    name: str
    role: Literal["worker", "supervisor"]
    duties: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Org:
    """The organisation of a street of some size."""

    units: tuple[Unit, ...]
    workers: tuple[Worker, ...]
    cells: tuple[str, ...]


def village_name(number: int) -> str:
    """The name of a village by its number, from 0."""
    round_ = number // len(_VILLAGES)
    return _VILLAGES[number % len(_VILLAGES)] + (f"{round_ + 1}村" if round_ else "")


def org(residents: int) -> Org:
    """The units and workers of a street with so many residents.

    Lin and Chen share the first two cells, so that two people can edit the same files; beyond them every worker has
    eight cells. A street of the synthetic city may have more villages than a real one.
    """
    count = max(1, math.ceil(residents / PER_CELL))
    units = [
        Unit("31", None, "city", "上海市"), Unit("310115", "31", "district", "浦东新区"),
        Unit(STREET, "310115", "street", "张江镇"),
    ]  # fmt: skip
    cells: list[str] = []
    for number in range(count):
        village = number // CELLS_PER_VILLAGE
        if number % CELLS_PER_VILLAGE == 0:
            units.append(Unit(_village(village), STREET, "village", village_name(village) + "居委"))
        code = f"{_village(village)}{number % CELLS_PER_VILLAGE + 1:03d}"
        units.append(Unit(code, _village(village), "grid", f"第 {number % CELLS_PER_VILLAGE + 1} 网格"))
        cells.append(code)
    shared = tuple(cells[:2])
    workers = [
        Worker("w-lin", "lin", "林晓燕", "worker", shared), Worker("w-chen", "chen", "陈志强", "worker", shared),
        Worker("w-zhao", "zhao", "赵国平", "supervisor", (STREET,)),
    ]  # fmt: skip
    for number, start in enumerate(range(2, count, 8)):
        name = _COLLEAGUES[number % len(_COLLEAGUES)]
        account = f"w{number + 1:04d}"
        workers.append(Worker(f"w-{account}", account, name, "worker", tuple(cells[start : start + 8])))
    return Org(tuple(units), tuple(workers), tuple(cells))


def _village(number: int) -> str:
    return f"{STREET}{number % 999 + 1:03d}"


def worker_of(cell_number: int) -> str:
    """The worker who has a cell, by the cell's number from 0."""
    return "w-lin" if cell_number < 2 else f"w-w{(cell_number - 2) // 8 + 1:04d}"
