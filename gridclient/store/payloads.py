"""The payload of one edit as it was or will be sent, for its author to look at or to carry to an administrator."""

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from gridclient.errors import GridError
from gridclient.store.schema import journal, outbox


class PayloadGone(GridError):
    """The edit was applied long ago, and the journal no longer keeps it."""

    text = "What you sent is no longer kept on this PC: the platform recorded it long ago."


def payload_of(connection: Connection, mid: str) -> bytes:
    """The mutation's bytes from the outbox or the journal; raises `PayloadGone`."""
    for table in (outbox, journal):
        body = connection.execute(sa.select(table.c.body).where(table.c.mid == mid)).scalar_one_or_none()
        if body is not None:
            return bytes(body)
    raise PayloadGone
