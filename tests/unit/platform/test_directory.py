"""Accounts, sign-in, devices and duties, on both databases."""

from collections import Counter
from collections.abc import Generator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa
from argon2 import PasswordHasher

from gridclient.platform import directory, tokens
from gridclient.platform.database import Database
from gridclient.platform.directory_tables import worker_account

NOW = datetime(2026, 11, 24, 2, 21, tzinfo=UTC)
RIGHT, WRONG = "right horse battery", "wrong horse battery"
PC = "01936000-0000-7000-8000-000000000001"
UNITS = [
    directory.Unit("3101", None, directory.Level.CITY, "测试市"),
    directory.Unit("310104", "3101", directory.Level.DISTRICT, "测试区"),
    directory.Unit("310104003", "310104", directory.Level.STREET, "测试街道"),
    directory.Unit("310104003001", "310104003", directory.Level.VILLAGE, "测试居委会"),
    directory.Unit("310104003001001", "310104003001", directory.Level.GRID, "第一网格"),
    directory.Unit("310104003001002", "310104003001", directory.Level.GRID, "第二网格"),
    directory.Unit("310104004", "310104", directory.Level.STREET, "邻街道"),
]


def enrol(database: Database, account: str = "lin", role: directory.Role = "worker") -> directory.Account:
    with database.write() as connection:
        return directory.create_account(
            connection, account, RIGHT, worker_id=f"w-{account}", name=f"测试{account}", role=role
        )


def sign_in(database: Database, account: str, password: str, now: datetime = NOW) -> directory.Account:
    """Signs in as the platform does."""
    with database.write() as connection:
        counted = directory.count_try(connection, account, now)
    directory.check_password(counted, password)
    with database.write() as connection:
        return directory.admit(connection, counted, password)


@contextmanager
def refused(kind: type[Exception]) -> Generator[None]:
    with pytest.raises(kind):
        yield


def test_the_right_password_gives_the_account(database: Database) -> None:
    created = enrol(database)
    assert sign_in(database, "lin", RIGHT) == created


def test_an_account_is_found_however_its_name_is_typed(database: Database) -> None:
    created = enrol(database)
    assert sign_in(database, " ＬＩＮ ", RIGHT) == created


def test_a_wrong_password_says_how_many_tries_are_left_and_the_last_one_locks(database: Database) -> None:
    enrol(database)
    left: list[int] = []
    for _ in range(4):
        with pytest.raises(directory.WrongPassword) as wrong:
            sign_in(database, "lin", WRONG)
        left.append(wrong.value.left)
    with pytest.raises(directory.AccountLocked) as locked:
        sign_in(database, "lin", WRONG)
    assert left == [4, 3, 2, 1]
    assert locked.value.until == NOW + timedelta(minutes=15)


def test_a_locked_account_refuses_the_right_password_until_its_time_is_over(database: Database) -> None:
    created = enrol(database)
    lock(database, "lin")
    with refused(directory.AccountLocked):
        sign_in(database, "lin", RIGHT, NOW + timedelta(minutes=14))
    assert sign_in(database, "lin", RIGHT, NOW + timedelta(minutes=15)) == created


def test_tries_while_locked_do_not_prolong_the_lock(database: Database) -> None:
    created = enrol(database)
    lock(database, "lin")
    for minute in range(1, 15):
        with refused(directory.AccountLocked):
            sign_in(database, "lin", WRONG, NOW + timedelta(minutes=minute))
    assert sign_in(database, "lin", RIGHT, NOW + timedelta(minutes=15)) == created


def test_a_success_forgets_the_failures_before_it(database: Database) -> None:
    enrol(database)
    for _ in range(4):
        with refused(directory.WrongPassword):
            sign_in(database, "lin", WRONG)
    sign_in(database, "lin", RIGHT)
    with pytest.raises(directory.WrongPassword) as wrong:
        sign_in(database, "lin", WRONG)
    assert wrong.value.left == 4


def test_an_unknown_account_is_answered_like_a_wrong_password_and_locks_too(database: Database) -> None:
    with pytest.raises(directory.WrongPassword) as wrong:
        sign_in(database, "nobody", WRONG)
    assert wrong.value.left == 4
    lock(database, "nobody", tries=4)
    with refused(directory.AccountLocked):
        sign_in(database, "nobody", WRONG)


def test_an_unknown_account_costs_a_password_check(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    checked: list[str] = []
    verify = PasswordHasher.verify

    def counting(self: PasswordHasher, hash: str, password: str) -> bool:
        checked.append(password)
        return verify(self, hash, password)

    monkeypatch.setattr(PasswordHasher, "verify", counting)
    for name in ("nobody", "no\0body", ""):
        with refused(directory.WrongPassword):
            sign_in(database, name, WRONG)
    assert checked == [WRONG] * 3


def test_a_disabled_account_is_told_so_only_with_the_right_password(database: Database) -> None:
    enrol(database)
    with database.write() as connection:
        directory.set_disabled(connection, "lin", True)
    with refused(directory.WrongPassword):
        sign_in(database, "lin", WRONG)
    with refused(directory.AccountDisabled):
        sign_in(database, "lin", RIGHT)


def test_a_new_password_replaces_the_old_lifts_the_lock_and_ends_every_sign_in(database: Database) -> None:
    lin = enrol(database)
    with database.write() as connection:
        directory.register_device(connection, lin, PC, "PC A", NOW)
        pair = tokens.issue(connection, lin, PC, NOW)
    lock(database, "lin")
    with database.write() as connection:
        directory.set_password(connection, "lin", "another good one")
    with refused(directory.WrongPassword):
        sign_in(database, "lin", RIGHT)
    assert sign_in(database, "lin", "another good one") == lin
    with database.write() as connection, pytest.raises(tokens.TokenRefused):
        tokens.check_access(connection, pair.access, NOW)


def test_a_hash_with_older_parameters_is_renewed_at_sign_in(database: Database) -> None:
    enrol(database)
    older = PasswordHasher(time_cost=1, memory_cost=8 * 1024, parallelism=1).hash(RIGHT)
    with database.write() as connection:
        connection.execute(worker_account.update().values(password_hash=older))
    sign_in(database, "lin", RIGHT)
    with database.read() as connection:
        kept = connection.execute(sa.select(worker_account.c.password_hash)).scalar_one()
    assert kept.startswith("$argon2id$")
    assert kept != older
    sign_in(database, "lin", RIGHT)


@pytest.mark.parametrize("password", ["short", "1234567", "Lin-Workers", "ｌｉｎ-ｗｏｒｋｅｒｓ"])
def test_a_password_that_is_short_or_the_accounts_name_is_refused(database: Database, password: str) -> None:
    with database.write() as connection, pytest.raises(directory.PasswordRefused):
        directory.create_account(connection, "lin-workers", password, worker_id="w1", name="测试", role="worker")


def test_an_account_name_and_a_worker_id_exist_once_in_the_city(database: Database) -> None:
    enrol(database)
    with database.write() as connection:
        for account, worker_id in (("LIN", "other"), ("other", "w-lin")):
            with pytest.raises(directory.AccountExists):
                directory.create_account(connection, account, RIGHT, worker_id=worker_id, name="测试", role="worker")


@pytest.mark.parametrize(("account", "worker_id"), [("", "w1"), ("a b", "w1"), ("a" * 65, "w1"), ("lin", "w 1")])
def test_an_account_that_could_not_be_typed_or_addressed_is_refused(
    database: Database, account: str, worker_id: str
) -> None:
    with database.write() as connection, pytest.raises(directory.AccountRefused):
        directory.create_account(connection, account, RIGHT, worker_id=worker_id, name="测试", role="worker")


def test_an_unknown_account_cannot_be_changed(database: Database) -> None:
    with database.write() as connection, pytest.raises(directory.AccountUnknown):
        directory.set_password(connection, "nobody", RIGHT)


def test_accounts_are_listed_by_name_with_their_roles(database: Database) -> None:
    enrol(database, "zhao", "supervisor")
    enrol(database, "chen")
    with database.read() as connection:
        assert [(a.account, a.role) for a in directory.list_accounts(connection)] == [
            ("chen", "worker"),
            ("zhao", "supervisor"),
        ]


def test_counts_of_failures_are_purged_when_they_no_longer_matter(database: Database) -> None:
    with refused(directory.WrongPassword):
        sign_in(database, "nobody", WRONG)
    with database.write() as connection:
        assert directory.purge_failures(connection, NOW + timedelta(minutes=14)) == 0
        assert directory.purge_failures(connection, NOW + timedelta(minutes=15)) == 1


def test_a_revoked_device_cannot_be_registered_again_by_anybody(database: Database) -> None:
    lin, chen = enrol(database), enrol(database, "chen")
    with database.write() as connection:
        directory.register_device(connection, lin, PC, "PC A", NOW)
        assert directory.revoke_device(connection, PC, NOW)
        for account in (lin, chen):
            with pytest.raises(directory.DeviceIsRevoked):
                directory.register_device(connection, account, PC, "PC A", NOW)
        assert not directory.revoke_device(connection, "01936000-0000-7000-8000-000000000009", NOW)


def test_a_supervisor_sees_unsent_work_of_the_own_units_only_the_oldest_first(database: Database) -> None:
    zhao = enrol(database, "zhao", "supervisor")
    people = {"lin": "310104003001001", "chen": "310104003001002", "wu": "310104004"}
    with database.write() as connection:
        directory.add_units(connection, UNITS)
        directory.assign_duty(connection, zhao, "310104003")
    for number, (name, unit) in enumerate(people.items()):
        account = enrol(database, name)
        with database.write() as connection:
            directory.assign_duty(connection, account, unit)
            directory.register_device(connection, account, f"{PC[:-1]}{number}", f"PC {name}\n", NOW)
            oldest = f"2026-11-2{3 - number}T00:00:00Z"
            directory.see_device(connection, account, f"{PC[:-1]}{number}", 3 + number, oldest, NOW)
    with database.read() as connection:
        unsent = directory.devices_with_unsent(connection, zhao)
    assert [(u.worker_name, u.device_name, u.outbox_count, u.outbox_oldest_at) for u in unsent] == [
        ("测试chen", "PC chen", 4, "2026-11-22T00:00:00Z"),
        ("测试lin", "PC lin", 3, "2026-11-23T00:00:00Z"),
    ]
    assert {u.last_seen_at for u in unsent} == {NOW}


def test_a_device_that_uploaded_everything_leaves_the_list_of_unsent_work(database: Database) -> None:
    lin, zhao = enrol(database), enrol(database, "zhao", "supervisor")
    with database.write() as connection:
        directory.add_units(connection, UNITS)
        directory.assign_duty(connection, lin, "310104003001")
        directory.assign_duty(connection, zhao, "310104")
        directory.register_device(connection, lin, PC, "PC A", NOW)
        directory.see_device(connection, lin, PC, 2, "not a time", NOW)
        assert [u.outbox_oldest_at for u in directory.devices_with_unsent(connection, zhao)] == [""]
        directory.see_device(connection, lin, PC, 0, "2026-11-24T00:00:00Z", NOW)
        assert directory.devices_with_unsent(connection, zhao) == []


def test_nobody_has_unsent_work_for_a_supervisor_without_duties(database: Database) -> None:
    zhao = enrol(database, "zhao", "supervisor")
    with database.read() as connection:
        assert directory.devices_with_unsent(connection, zhao) == []


@pytest.mark.parametrize(
    "unit",
    [
        directory.Unit("310105001", "310104", directory.Level.STREET, "code of another district"),
        directory.Unit("31010400", "310104", directory.Level.STREET, "eight digits"),
        directory.Unit("310104003", "310104", directory.Level.GRID, "a street is no cell"),
        directory.Unit("310104003", None, directory.Level.STREET, "an orphan"),
        directory.Unit("31010400x", "310104", directory.Level.STREET, "not digits"),
    ],
)
def test_a_unit_whose_code_does_not_say_where_it_belongs_is_refused(database: Database, unit: directory.Unit) -> None:
    with database.write() as connection:
        directory.add_units(connection, UNITS[:2])
        with pytest.raises(directory.UnitRefused):
            directory.add_units(connection, [unit])


def test_units_can_be_added_under_units_that_are_there_already(database: Database) -> None:
    lin = enrol(database)
    with database.write() as connection:
        directory.add_units(connection, UNITS[:3])
        directory.add_units(connection, UNITS[3:])
        directory.assign_duty(connection, lin, "310104003001001")
        assert directory.duties(connection, lin) == ["310104003001001"]


def test_duties_are_given_once_and_taken_back(database: Database) -> None:
    lin = enrol(database)
    with database.write() as connection:
        directory.add_units(connection, UNITS)
        for _ in range(2):
            directory.assign_duty(connection, lin, "310104003001")
        assert directory.duties(connection, lin) == ["310104003001"]
        directory.remove_duty(connection, lin, "310104003001")
        assert directory.duties(connection, lin) == []
        with pytest.raises(directory.UnitUnknown):
            directory.assign_duty(connection, lin, "310199")


def lock(database: Database, account: str, tries: int = 5) -> None:
    for _ in range(tries):
        with refused(directory.SignInRefused):
            sign_in(database, account, WRONG)


def test_tries_made_side_by_side_cannot_get_round_the_limit(database: Database) -> None:
    enrol(database)
    with ThreadPoolExecutor(8) as threads:
        tries = [threads.submit(sign_in, database, "lin", WRONG) for _ in range(16)]
    outcomes = Counter(type(made.exception()) for made in tries)
    assert outcomes == {directory.WrongPassword: 4, directory.AccountLocked: 12}


def test_a_worker_goes_by_a_number_of_their_own_and_without_one_by_the_account(database: Database) -> None:
    lin, chen = enrol(database), enrol(database, "chen")
    with database.write() as connection:
        directory.set_number(connection, lin, "PD-0416")
        directory.set_number(connection, lin, " PD-0417 ")
        assert [directory.number_of(connection, each) for each in (lin, chen)] == ["PD-0417", "chen"]
    for number in ("PD-0417", "", "a b", "9" * 33):
        with refused(directory.NumberRefused), database.write() as connection:
            directory.set_number(connection, chen, number)


def test_a_password_that_is_changed_while_the_old_one_is_compared_lets_nobody_in(database: Database) -> None:
    enrol(database)
    with database.write() as connection:
        counted = directory.count_try(connection, "lin", NOW)
    directory.check_password(counted, RIGHT)
    with database.write() as connection:
        directory.set_password(connection, "lin", "another good one")
        with refused(directory.WrongPassword):
            directory.admit(connection, counted, RIGHT)
