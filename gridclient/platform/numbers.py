"""Official numbers of cases: counted by street and year in the transaction that enters the case."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from gridclient.domain.zone import ZONE
from gridclient.platform.directory_tables import insert
from gridclient.platform.tables import meta

_STREET_DIGITS = 9


def numbered(connection: Connection, cell: str, now: datetime) -> str:
    """The next number of the cell's street, such as `310115125-2026-000123`."""
    area, year = cell[:_STREET_DIGITS] or "0", now.astimezone(ZONE).year
    first = insert(connection, meta).values(area=area, name=f"number-{year}", value="1")
    one_more = sa.cast(sa.cast(meta.c.value, sa.Integer) + 1, sa.Text)
    counted = first.on_conflict_do_update(index_elements=["area", "name"], set_={"value": one_more})
    count = int(connection.execute(counted.returning(meta.c.value)).scalar_one())
    return f"{area}-{year}-{count:06}"
