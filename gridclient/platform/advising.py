"""Takes the advice of a program into a case, where people see it; nothing else of the case changes."""

from datetime import datetime

import msgspec
from sqlalchemy.engine import Connection

from gridclient.domain.record import Value, new_id
from gridclient.platform import feed
from gridclient.platform.recording import Change, canonical, read_fields, remember
from gridclient.workflow.advice import Advice, advice_of


def advise(connection: Connection, bucket: str, record: str, advice: Advice, now: datetime) -> bool:
    """Adds an advice to a case, in place of what its program said about that question; False without a case."""
    held = feed.lock(connection, bucket)
    stored = held.find(record)
    if stored is None or stored.payload is None:
        return False
    case = read_fields(stored.payload)
    others = [each for each in advice_of(case) if (each.at, each.by) != (advice.at, advice.by)]
    said: Value = msgspec.to_builtins([*others, advice])
    after = {**case, "advice": said}
    written = held.put(stored, stored.kind, record, canonical(after))
    remember(connection, written, case, after, Change(new_id(), advice.by, "advice", now))
    held.close()
    return True
