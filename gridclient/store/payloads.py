"""The payload of one edit as it was or will be sent, for its author to look at or to carry to an administrator."""

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from gridclient.store.schema import journal, outbox


def payload_of(connection: Connection, mid: str) -> bytes | None:
    """The mutation's bytes from the outbox or the journal; None when the journal no longer keeps it."""
    for table in (outbox, journal):
        body = connection.execute(sa.select(table.c.body).where(table.c.mid == mid)).scalar_one_or_none()
        if body is not None:
            return bytes(body)
    return None
