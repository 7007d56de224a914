"""Gives tables of an older platform the primary keys of today, in the transaction of whoever opens it.

A table that is not there yet is left to `create_all`.
"""

from collections.abc import Callable, Mapping
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from gridclient.platform.directory_tables import area_of
from gridclient.platform.rulebook import published
from gridclient.platform.tables import blob_use, ledger_mark

_Row = Mapping[str, Any]
_AT_ONCE = 1000  # rows in memory


def _marked(row: _Row) -> _Row:
    return {"area": area_of(row["device"]), **row}


def _as_it_is(row: _Row) -> _Row:
    return row


def _readable(row: _Row) -> _Row:
    # Nobody was asked for the bytes then: what could be read stays readable.
    return {**row, "worker": "", "was_readable": True}


_RENEWED: dict[sa.Table, Callable[[_Row], _Row]] = {ledger_mark: _marked, published: _as_it_is, blob_use: _readable}


def older_tables(connection: Connection) -> list[sa.Table]:
    """The tables whose primary key is an older one."""
    inspector = sa.inspect(connection)
    there = set(inspector.get_table_names())
    return [
        table
        for table in _RENEWED
        if table.name in there
        and set(inspector.get_pk_constraint(table.name)["constrained_columns"])
        != {column.name for column in table.primary_key}
    ]


def rekey(connection: Connection) -> None:
    """Makes each of these tables anew; every row stays."""
    for table in older_tables(connection):
        older = f"older_{table.name}"
        connection.execute(sa.text(f"ALTER TABLE {table.name} RENAME TO {older}"))
        connection.execute(sa.schema.CreateTable(table))
        select = sa.text(f"SELECT * FROM {older}")
        rows = connection.execute(select, execution_options={"yield_per": _AT_ONCE}).mappings()
        for part in rows.partitions():
            connection.execute(table.insert(), [_RENEWED[table](dict(row)) for row in part])
        connection.execute(sa.text(f"DROP TABLE {older}"))
