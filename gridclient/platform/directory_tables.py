"""The directory's tables and the values that its modules share: accounts, units, duties, devices, tokens.

An account's `area` is derived from its name and never changes, so that on Citus a sign-in and a token touch
one shard, an account's name is unique in the whole city, and a worker who moves to another street moves no row.
The unit table is small and read with every request: on Citus it is a reference table, its `area` is the city.
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from hashlib import blake2b
from typing import Literal, TypeAlias

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Connection, Dialect

from gridclient.domain.record import iso
from gridclient.platform.tables import metadata

Role: TypeAlias = Literal["worker", "supervisor", "administrator"]


class Level(StrEnum):
    """The levels of the organisation, from the city down to the grid cell."""

    CITY = "city"
    DISTRICT = "district"
    STREET = "street"
    VILLAGE = "village"
    GRID = "grid"


@dataclass(frozen=True, slots=True)
class Account:
    """A person who may sign in; duties say for which units."""

    area: str
    account: str
    worker_id: str
    name: str
    role: Role
    is_disabled: bool = False


def area_of(account: str) -> str:
    """The area of an account: one of 256, by a hash of its name."""
    return "p" + blake2b(account.encode(), digest_size=1).hexdigest()


def insert(connection: Connection, table: sa.Table) -> postgresql.Insert | sqlite.Insert:
    """An insert that can say what happens when the row is there already."""
    return (postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert)(table)


class Moment(sa.TypeDecorator[datetime]):
    """An aware moment in UTC, kept as ISO text of whole seconds, which also sorts as time."""

    impl = sa.Text
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> str | None:
        return None if value is None else iso(value)

    def process_result_value(self, value: str | None, dialect: Dialect) -> datetime | None:
        return None if value is None else datetime.fromisoformat(value).astimezone(UTC)


worker_account = sa.Table(
    "worker_account",
    metadata,
    sa.Column("area", sa.Text, primary_key=True),
    sa.Column("account", sa.Text, primary_key=True),
    sa.Column("worker_id", sa.Text, nullable=False),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("password_hash", sa.Text, nullable=False),
    sa.Column("role", sa.Text, nullable=False),
    sa.Column("disabled", sa.Boolean, nullable=False),
    sa.UniqueConstraint("area", "worker_id", name="worker_account_worker"),
)

# The number by which a worker is known outside, on photos for one; who has none goes by the account's name.
worker_number = sa.Table(
    "worker_number",
    metadata,
    sa.Column("area", sa.Text, primary_key=True),
    sa.Column("account", sa.Text, primary_key=True),
    sa.Column("number", sa.Text, nullable=False),
    sa.ForeignKeyConstraint(
        ["area", "account"], ["worker_account.area", "worker_account.account"], name="worker_number_account"
    ),
)

# Failed sign-ins by name, whether or not there is such an account: the count must not tell which names exist.
sign_in_failure = sa.Table(
    "sign_in_failure",
    metadata,
    sa.Column("area", sa.Text, primary_key=True),
    sa.Column("account", sa.Text, primary_key=True),
    sa.Column("failures", sa.Integer, nullable=False),
    sa.Column("until", Moment, nullable=False),  # forgotten then; with too many failures, locked until then
)

org_unit = sa.Table(
    "org_unit",
    metadata,
    sa.Column("area", sa.Text, primary_key=True),
    sa.Column("code", sa.Text, primary_key=True),
    sa.Column("parent", sa.Text),
    sa.Column("level", sa.Text, nullable=False),
    sa.Column("name", sa.Text, nullable=False),
    sa.Index("org_unit_code", "code"),
    sa.ForeignKeyConstraint(["area", "parent"], ["org_unit.area", "org_unit.code"], name="org_unit_parent"),
)

duty = sa.Table(
    "duty",
    metadata,
    sa.Column("area", sa.Text, primary_key=True),
    sa.Column("worker_id", sa.Text, primary_key=True),
    sa.Column("unit_code", sa.Text, primary_key=True),
    sa.ForeignKeyConstraint(
        ["area", "worker_id"], ["worker_account.area", "worker_account.worker_id"], name="duty_worker"
    ),
)

device = sa.Table(
    "device",
    metadata,
    sa.Column("area", sa.Text, primary_key=True),
    sa.Column("device_id", sa.Text, primary_key=True),
    sa.Column("worker_id", sa.Text, primary_key=True),  # two workers on one PC are two rows
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("registered_at", Moment, nullable=False),
    sa.Column("last_seen_at", Moment, nullable=False),
    sa.Column("outbox_count", sa.Integer, nullable=False),
    sa.Column("outbox_oldest_at", sa.Text, nullable=False),  # the device's clock; empty when nothing waits
    sa.Column("revoked_at", Moment),
    sa.Column("key", sa.Text, nullable=False, server_default=""),  # its public identity; empty: sends no bundles
    sa.Column("wipe", sa.Text, nullable=False, server_default=""),  # of a revoked device: "", "now", "after_upload"
    sa.ForeignKeyConstraint(
        ["area", "worker_id"], ["worker_account.area", "worker_account.worker_id"], name="device_worker"
    ),
)

# One row for each sign-in that lasts; its tokens are kept nowhere, only their SHA-256.
token_family = sa.Table(
    "token_family",
    metadata,
    sa.Column("area", sa.Text, primary_key=True),
    sa.Column("family", sa.Text, primary_key=True),
    sa.Column("account", sa.Text, nullable=False),
    sa.Column("device_id", sa.Text, nullable=False),
    sa.Column("access_hash", sa.Text, nullable=False),
    sa.Column("access_until", Moment, nullable=False),
    sa.Column("refresh_hash", sa.Text, nullable=False),
    sa.Column("refresh_until", Moment, nullable=False),
    sa.Column("confirmed", sa.Boolean, nullable=False),  # the device has this pair: it used something of it
    sa.Column("older_access_hash", sa.Text, nullable=False),  # of the pair before; empty: there was none
    sa.Column("older_access_until", Moment, nullable=False),
    sa.Column("older_refresh_hash", sa.Text, nullable=False),
    sa.Index("token_family_account", "area", "account"),
    sa.Index("token_family_end", "refresh_until"),
    sa.ForeignKeyConstraint(
        ["area", "account"], ["worker_account.area", "worker_account.account"], name="token_family_owner"
    ),
)
