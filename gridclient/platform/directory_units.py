"""The organisation (city, district, street, village, grid cell) and who has duty for which of its units.

A unit's code begins with the code of its parent, so everything below a unit is a range of codes. Refuses a unit
whose code does not say where it belongs.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from gridclient.errors import GridError
from gridclient.platform.directory_tables import Account, Level, duty, insert, org_unit, worker_account

_CODE_LENGTHS = {Level.CITY: (2, 4), Level.DISTRICT: (6,), Level.STREET: (9,), Level.VILLAGE: (12,), Level.GRID: (15,)}


class UnitRefused(GridError):
    """The unit does not fit into the organisation."""

    text = "The unit {code} does not fit below {parent}."


class UnitUnknown(GridError):
    """There is no unit with this code."""

    text = "There is no unit {code}."


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit of the organisation; its code begins with the code of its parent."""

    code: str
    parent: str | None
    level: Level
    name: str


def add_units(connection: Connection, units: Iterable[Unit]) -> None:
    """Adds units of the organisation, parents before children or already there; raises `UnitRefused`."""
    areas: dict[str, str] = {}
    rows: list[dict[str, str | None]] = []
    for unit in units:
        if not _fits(unit):
            raise UnitRefused(code=unit.code, parent=unit.parent or "-")
        area = unit.code if unit.parent is None else areas.get(unit.parent) or _area_of_unit(connection, unit.parent)
        areas[unit.code] = area
        rows.append({"area": area, "code": unit.code, "parent": unit.parent, "level": unit.level, "name": unit.name})
    if rows:
        connection.execute(org_unit.insert(), rows)


def unit_codes(connection: Connection) -> set[str]:
    """The codes of all units."""
    return set(connection.execute(sa.select(org_unit.c.code)).scalars())


def grid_cells(connection: Connection) -> set[str]:
    """The codes of all grid cells."""
    return set(connection.execute(sa.select(org_unit.c.code).where(org_unit.c.level == Level.GRID)).scalars())


def assign_duty(connection: Connection, account: Account, unit_code: str) -> None:
    """Gives the account duty for a unit and all below it; raises `UnitUnknown`."""
    _area_of_unit(connection, unit_code)
    fresh = insert(connection, duty).values(area=account.area, worker_id=account.worker_id, unit_code=unit_code)
    connection.execute(fresh.on_conflict_do_nothing(index_elements=["area", "worker_id", "unit_code"]))


def remove_duty(connection: Connection, account: Account, unit_code: str) -> None:
    """Ends the account's duty for a unit; what others assigned above or below it stays."""
    connection.execute(
        duty.delete()
        .where(duty.c.area == account.area, duty.c.worker_id == account.worker_id)
        .where(duty.c.unit_code == unit_code)
    )


def duties(connection: Connection, account: Account) -> Sequence[str]:
    """The codes of the units that the account has duty for."""
    mine = sa.select(duty.c.unit_code).where(duty.c.area == account.area, duty.c.worker_id == account.worker_id)
    return connection.execute(mine.order_by(duty.c.unit_code)).scalars().all()


def worker_of(connection: Connection, cell: str) -> str | None:
    """The worker whose duty is nearest to a grid cell, the first of several; None when it has none."""
    rows = connection.execute(
        sa.select(duty.c.unit_code, duty.c.worker_id)
        .select_from(duty.join(worker_account, sa.and_(
            worker_account.c.area == duty.c.area, worker_account.c.worker_id == duty.c.worker_id,
        )))
        .where(duty.c.unit_code.in_([cell[:length] for length in range(2, len(cell) + 1)]))
        .where(worker_account.c.role == "worker", worker_account.c.disabled.is_(False))
    ).all()  # fmt: skip
    near = sorted((-len(row.unit_code), row.worker_id) for row in rows)
    return near[0][1] if near else None


def last_code(code: str) -> str:
    """An upper bound of the codes that begin with this one; digits only, so that any collation agrees."""
    return code + "9" * 15


def _fits(unit: Unit) -> bool:
    if not (unit.code.isascii() and unit.code.isdigit()) or len(unit.code) not in _CODE_LENGTHS[unit.level]:
        return False
    if unit.parent is None:
        return unit.level is Level.CITY
    return unit.code.startswith(unit.parent) and unit.code != unit.parent


def _area_of_unit(connection: Connection, code: str) -> str:
    found = connection.execute(sa.select(org_unit.c.area).where(org_unit.c.code == code)).scalar_one_or_none()
    if found is None:
        raise UnitUnknown(code=code)
    return found
