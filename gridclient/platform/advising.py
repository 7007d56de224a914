"""Takes the advice of programs into cases, where people see it beside the question; nothing else of a case changes."""

from collections.abc import Iterable
from datetime import datetime

import msgspec
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from gridclient.domain.record import Kind, Value, new_id
from gridclient.errors import GridError
from gridclient.platform import feed
from gridclient.platform.recording import Change, canonical, read_fields, remember
from gridclient.platform.tables import record as records
from gridclient.workflow.advice import Advice, advice_of


class BadAdvice(GridError):
    """A line is no advice, or about a case that is not here."""

    text = "Line {line}: {reason}. Nothing was taken."


class Advised(Advice, frozen=True, kw_only=True):
    """One line of a program: the advice, and the case that it is for."""

    case: str


def take_advice(connection: Connection, lines: Iterable[str], now: datetime) -> int:
    """Takes JSON lines of advice, all or none, and returns how many; raises `BadAdvice` for the first that is wrong."""
    count = 0
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            said = msgspec.json.decode(line, type=Advised)
        except (msgspec.ValidationError, msgspec.DecodeError) as error:
            raise BadAdvice(line=number, reason=str(error)) from error
        advice = Advice(at=said.at, value=said.value, confidence=said.confidence, reason=said.reason, by=said.by)
        bucket = _bucket_of(connection, said.case)
        if not bucket or not advise(connection, bucket, said.case, advice, now):
            raise BadAdvice(line=number, reason=f"there is no case {said.case}")
        count += 1
    return count


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


def _bucket_of(connection: Connection, case: str) -> str:
    live = sa.select(records.c.bucket).filter_by(id=case, kind=Kind.CASE).where(records.c.payload.is_not(None))
    return connection.execute(live).scalar() or ""
