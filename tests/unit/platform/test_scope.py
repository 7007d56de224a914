"""Who may read and write which buckets, on both databases."""

from typing import Any

import pytest
from sqlalchemy import event

from gridclient.platform import directory, scope
from gridclient.platform.database import Database

STREET, OTHER = "310104003", "310104004"


@pytest.fixture
def city(database: Database) -> Database:
    """Two streets of two villages with two cells each."""
    level, units = directory.Level, list[directory.Unit]()
    units.append(directory.Unit("3101", None, level.CITY, "测试市"))
    units.append(directory.Unit("310104", "3101", level.DISTRICT, "测试区"))
    for street in (STREET, OTHER):
        units.append(directory.Unit(street, "310104", level.STREET, street))
        for village in (f"{street}001", f"{street}999"):
            units.append(directory.Unit(village, street, level.VILLAGE, village))
            units.extend(directory.Unit(f"{village}{n}", village, level.GRID, n) for n in ("001", "999"))
    with database.write() as connection:
        directory.add_units(connection, units)
    return database


def enrol(database: Database, role: directory.Role, *units: str) -> directory.Account:
    with database.write() as connection:
        account = directory.create_account(
            connection, "somebody", "a good password", worker_id="w1", name="测试", role=role
        )
        for unit in units:
            directory.assign_duty(connection, account, unit)
    return account


def read(database: Database, account: directory.Account) -> set[str]:
    with database.read() as connection:
        return set(scope.buckets(connection, account))


def cells(kinds: str, *codes: str) -> set[str]:
    return {f"{kind}:{code}" for kind in kinds.split() for code in codes}


def test_a_worker_reads_core_care_and_identity_of_the_own_cell_and_the_streets_reference(city: Database) -> None:
    lin = enrol(city, "worker", f"{STREET}001001")
    assert read(city, lin) == cells("grid care ident", f"{STREET}001001") | {f"ref:{STREET}", "user:w1"}


def test_a_duty_for_a_village_is_a_duty_for_all_its_cells_and_no_neighbours(city: Database) -> None:
    lin = enrol(city, "worker", f"{STREET}999")
    expected = cells("grid care ident", f"{STREET}999001", f"{STREET}999999")
    assert read(city, lin) == expected | {f"ref:{STREET}", "user:w1"}


def test_duties_in_two_streets_add_up(city: Database) -> None:
    lin = enrol(city, "worker", f"{STREET}001001", f"{OTHER}999999", f"{OTHER}999")
    expected = cells("grid care ident", f"{STREET}001001", f"{OTHER}999001", f"{OTHER}999999")
    assert read(city, lin) == expected | cells("ref", STREET, OTHER) | {"user:w1"}


def test_a_supervisor_reads_every_cell_of_the_street_but_no_identities(city: Database) -> None:
    zhao = enrol(city, "supervisor", STREET)
    codes = [f"{STREET}{village}{cell}" for village in ("001", "999") for cell in ("001", "999")]
    assert read(city, zhao) == cells("grid care", *codes) | {f"ref:{STREET}", "user:w1"}


def test_a_duty_for_the_city_reaches_every_street(city: Database) -> None:
    zhao = enrol(city, "supervisor", "3101")
    found = read(city, zhao)
    assert cells("ref", STREET, OTHER) <= found
    assert len([name for name in found if name.startswith("grid:")]) == 8


def test_an_administrator_reads_reference_data_and_nobodys_files(city: Database) -> None:
    admin = enrol(city, "administrator", "310104")
    assert read(city, admin) == cells("ref", STREET, OTHER) | {"user:w1"}


def test_without_a_duty_only_the_own_bucket_is_left(city: Database) -> None:
    lin = enrol(city, "worker", f"{STREET}001")
    with city.write() as connection:
        directory.remove_duty(connection, lin, f"{STREET}001")
    assert read(city, lin) == {"user:w1"}


@pytest.mark.parametrize(
    ("role", "writable"),
    [
        ("worker", {"grid", "care", "ident", "user"}),
        ("supervisor", {"grid", "care", "user"}),
        ("administrator", {"ref", "user"}),
        ("visitor", set[str]()),
    ],
)
def test_each_role_writes_its_own_kinds_of_buckets(role: str, writable: set[str]) -> None:
    kinds = ("grid", "care", "ident", "ref", "user", "")
    assert {kind for kind in kinds if scope.may_write(f"{kind}:1", role)} == writable


def test_the_scope_of_a_street_of_a_hundred_cells_is_found_in_one_query(database: Database) -> None:
    level = directory.Level
    units = [directory.Unit("3101", None, level.CITY, "c"), directory.Unit("310104", "3101", level.DISTRICT, "d")]
    for street in (f"310104{n:03}" for n in range(1, 41)):  # a city around it, or any plan would be quick
        units.append(directory.Unit(street, "310104", level.STREET, "s"))
        for village in (f"{street}{n:03}" for n in range(1, 11)):
            units.append(directory.Unit(village, street, level.VILLAGE, "v"))
            units.extend(directory.Unit(f"{village}{n:03}", village, level.GRID, "g") for n in range(1, 11))
    with database.write() as connection:
        directory.add_units(connection, units)
    zhao = enrol(database, "worker", STREET)
    asked: list[str] = []

    def hear(*told: Any) -> None:
        asked.append(str(told[2]))

    with database.read() as connection:
        event.listen(connection, "before_cursor_execute", hear)
        found = scope.buckets(connection, zhao)
    assert len(found) == 302
    assert len(asked) == 1
