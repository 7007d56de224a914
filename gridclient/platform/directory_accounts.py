"""Accounts and sign-in: who somebody is.

Every function with a connection works inside the caller's transaction. Passwords are kept as Argon2id hashes only,
and nothing here tells whether an account exists: a wrong name costs the same time, counts and locks like a wrong
password.
"""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from argon2 import PasswordHasher
from argon2.exceptions import VerifyMismatchError
from sqlalchemy.engine import Connection

from gridclient.domain.staff import account_key
from gridclient.errors import GridError
from gridclient.platform import tokens
from gridclient.platform.directory_tables import (
    Account,
    Role,
    area_of,
    insert,
    sign_in_failure,
    worker_account,
    worker_number,
)

FAILURES_ALLOWED = 5
LOCKED_FOR = timedelta(minutes=15)
PASSWORD_MIN = 8
# The memory of one check times the server's threads must fit the machine; these are OWASP's values for Argon2id.
_HASHER = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
_NOBODY = _HASHER.hash("nobody's password")
_NUMBER = re.compile(r"[\w./-]{1,32}\Z")
_WORKER_ID = re.compile(r"[0-9A-Za-z._-]{1,64}\Z")
_NAMED = sa.select(worker_account).where(
    worker_account.c.area == sa.bindparam("area"), worker_account.c.account == sa.bindparam("account")
)


class SignInRefused(GridError):
    """The sign-in was not accepted; commit the transaction all the same."""


class WrongPassword(SignInRefused):
    """No such account, or not its password; `left` more tries before the name is locked."""

    text = "Account or password is wrong. Tries left: {left}."

    def __init__(self, left: int) -> None:
        super().__init__(left=left)
        self.left = left


class AccountLocked(SignInRefused):
    """Too many failures; until then even the right password is refused."""

    text = "Too many failed sign-ins. Try again after {until}."

    def __init__(self, until: datetime) -> None:
        super().__init__(until=until.astimezone().strftime("%H:%M"))
        self.until = until


class AccountDisabled(SignInRefused):
    """The password is right, but an administrator switched the account off."""

    text = "This account is switched off. Ask your administrator."


class AccountExists(GridError):
    """The account's name or worker id is taken."""

    text = "The account {account} exists already."


class AccountUnknown(GridError):
    """There is no account with this name."""

    text = "There is no account {account}."


class AccountRefused(GridError):
    """The name of the account, or its worker id, cannot be one."""

    text = "“{account}” cannot be an account: letters, digits and . _ - @ only, at most 64."


class NumberRefused(GridError):
    """The worker number cannot be one, or another account has it."""

    text = "“{number}” cannot be the worker number: 1 to 32 characters, and nobody else's."


class PasswordRefused(GridError):
    """The password is too easy."""

    text = "A password needs at least {least} characters and must not be the account's name."


def create_account(
    connection: Connection, account: str, password: str, *, worker_id: str, name: str, role: Role
) -> Account:
    """Creates an account; names differ not only in upper and lower case."""
    key = account_key(account)
    if not key or not _WORKER_ID.match(worker_id):
        raise AccountRefused(account=account)
    password_hash = _hash_of(key, password)
    taken = sa.select(worker_account.c.account).where(
        (worker_account.c.account == key) | (worker_account.c.worker_id == worker_id)
    )
    if connection.execute(taken).first() is not None:
        raise AccountExists(account=key)
    created = Account(area_of(key), key, worker_id, name, role)
    fresh = worker_account.insert().values(
        area=created.area, account=key, worker_id=worker_id, name=name,
        password_hash=password_hash, role=role, disabled=False,
    )  # fmt: skip
    connection.execute(fresh)
    return created


def find_account(connection: Connection, area: str, account: str) -> Account:
    """The account with this name; raises `AccountUnknown`."""
    found = connection.execute(_NAMED, {"area": area, "account": account}).one_or_none()
    if found is None:
        raise AccountUnknown(account=account)
    return _account(found)


def named_account(connection: Connection, account: str) -> Account:
    """The account with this name as a person types it; raises `AccountUnknown`."""
    key = account_key(account)
    return find_account(connection, area_of(key), key)


def number_of(connection: Connection, account: Account) -> str:
    """The worker's number; the account's name where none was given."""
    mine = (worker_number.c.area == account.area) & (worker_number.c.account == account.account)
    return connection.execute(sa.select(worker_number.c.number).where(mine)).scalar_one_or_none() or account.account


def set_number(connection: Connection, account: Account, number: str) -> None:
    """Gives a worker a number; raises `NumberRefused`."""
    number = number.strip()
    taken = sa.select(worker_number.c.account).where(
        worker_number.c.number == number, worker_number.c.account != account.account
    )
    if not _NUMBER.match(number) or connection.execute(taken).first() is not None:
        raise NumberRefused(number=number)
    row = {"area": account.area, "account": account.account, "number": number}
    changed = insert(connection, worker_number).values(row)
    connection.execute(changed.on_conflict_do_update(index_elements=["area", "account"], set_={"number": number}))


def list_accounts(connection: Connection) -> list[Account]:
    """Every account by name; for the administrator's list, not for a request."""
    rows = connection.execute(sa.select(worker_account).order_by(worker_account.c.account))
    return [_account(row) for row in rows]


def set_password(connection: Connection, account: str, password: str) -> None:
    """Gives an account a new password, lifts its lock and ends its sign-ins on every device."""
    found = named_account(connection, account)
    _change(connection, found, password_hash=_hash_of(found.account, password))
    _forget_failures(connection, found.area, found.account)
    tokens.revoke_account(connection, found)


def set_disabled(connection: Connection, account: str, is_disabled: bool) -> None:
    """Switches an account off, at once on every device, or on again."""
    found = named_account(connection, account)
    _change(connection, found, disabled=is_disabled)
    if is_disabled:
        tokens.revoke_account(connection, found)


@dataclass(frozen=True, slots=True)
class Try:
    """A sign-in that was counted, and what its password is compared with."""

    area: str
    account: str
    failures: int
    until: datetime
    password_hash: str


def count_try(connection: Connection, account: str, now: datetime) -> Try:
    """Counts a sign-in before its password is looked at; the caller commits.

    Tries made side by side cannot get round the limit, and nobody waits in a transaction for a hash that is slow on
    purpose. A name that cannot exist is counted nowhere.
    """
    key = account_key(account)
    if not key:
        return Try("", "", 1, now, _NOBODY)
    area = area_of(key)
    failures, until = _count_try(connection, area, key, now)
    row = _row_of(connection, area, key)
    return Try(area, key, failures, until, _NOBODY if row is None else row.password_hash)


def check_password(found: Try, password: str) -> None:
    """Compares a password, outside of any transaction; raises a `SignInRefused`."""
    if found.failures > FAILURES_ALLOWED:
        raise AccountLocked(found.until)
    if not _matches(found.password_hash, password):
        if found.failures == FAILURES_ALLOWED:
            raise AccountLocked(found.until)
        raise WrongPassword(FAILURES_ALLOWED - found.failures)


def admit(connection: Connection, found: Try, password: str) -> Account:
    """The account of whoever gave the right password; raises a `SignInRefused` when it was changed meanwhile."""
    row = _row_of(connection, found.area, found.account)
    if row is None or row.password_hash != found.password_hash:
        raise WrongPassword(FAILURES_ALLOWED - found.failures)
    _forget_failures(connection, found.area, found.account)
    account = _account(row)
    if account.is_disabled:
        raise AccountDisabled
    if _HASHER.check_needs_rehash(row.password_hash):
        _change(connection, account, password_hash=_HASHER.hash(password))
    return account


def _row_of(connection: Connection, area: str, account: str) -> sa.Row[tuple[Any, ...]] | None:
    mine = (worker_account.c.area == area) & (worker_account.c.account == account)
    return connection.execute(sa.select(worker_account).where(mine)).one_or_none()


def purge_failures(connection: Connection, now: datetime) -> int:
    """Deletes counts of failed sign-ins that no longer matter; says how many."""
    return connection.execute(sign_in_failure.delete().where(sign_in_failure.c.until <= now)).rowcount


def _account(row: sa.Row[tuple[object, ...]]) -> Account:
    return Account(row.area, row.account, row.worker_id, row.name, row.role, row.disabled)


def _change(connection: Connection, account: Account, **values: object) -> None:
    connection.execute(
        worker_account.update()
        .where(worker_account.c.area == account.area, worker_account.c.account == account.account)
        .values(**values)
    )


def _hash_of(account: str, password: str) -> str:
    if len(password) < PASSWORD_MIN or account_key(password) == account:
        raise PasswordRefused(least=PASSWORD_MIN)
    return _HASHER.hash(password)


def _matches(password_hash: str, password: str) -> bool:
    try:
        return _HASHER.verify(password_hash, password)
    except VerifyMismatchError:
        return False


def _count_try(connection: Connection, area: str, account: str, now: datetime) -> tuple[int, datetime]:
    """Counts one more try and holds the row's lock; more than the allowed number means locked."""
    table = sign_in_failure.c
    fresh = insert(connection, sign_in_failure).values(area=area, account=account, failures=1, until=now + LOCKED_FOR)
    is_locked = table.failures >= FAILURES_ALLOWED
    counted = fresh.on_conflict_do_update(
        index_elements=["area", "account"],
        set_={
            "failures": sa.case((table.until <= now, 1), (is_locked, FAILURES_ALLOWED + 1), else_=table.failures + 1),
            # Tries while it is locked do not prolong the lock: nobody is kept out for ever by others.
            "until": sa.case((sa.and_(table.until > now, is_locked), table.until), else_=fresh.excluded.until),
        },
    ).returning(table.failures, table.until)
    failures, until = connection.execute(counted).one()
    return failures, until


def _forget_failures(connection: Connection, area: str, account: str) -> None:
    connection.execute(
        sign_in_failure.delete().where(sign_in_failure.c.area == area, sign_in_failure.c.account == account)
    )
