"""Every case of a pack that the platform holds, for counting; read row by row, so that a city fits into memory."""

from collections.abc import Iterator

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from gridclient.domain.record import Fields, Kind
from gridclient.platform.recording import read_fields
from gridclient.platform.tables import record


def cases_of(connection: Connection, pack: str) -> Iterator[Fields]:
    """The fields of each case of a pack."""
    live = sa.select(record.c.payload).where(record.c.kind == Kind.CASE, record.c.payload.is_not(None))
    for payload in connection.execute(live.execution_options(yield_per=1000)).scalars():
        fields = read_fields(payload)
        if fields.get("pack") == pack:
            yield fields
