"""Applies pushed mutations: each in one transaction with its ledger row, its feed entries and its history.

A repeat finds its ledger row and gets the first answer, so a lost reply never applies anything twice. A
mutation whose dependency has not arrived gets `wait` and leaves no trace.
"""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, cast

import msgspec
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from gridclient import faults
from gridclient.domain.merge import Conflict
from gridclient.domain.record import Fields, Kind, Value, iso, new_id
from gridclient.platform import feed
from gridclient.platform.compaction import forgotten_among, is_forgotten
from gridclient.platform.database import Database
from gridclient.platform.judge import Author, Verdict, judge
from gridclient.platform.numbers import numbered
from gridclient.platform.recording import Change, canonical, open_cases, read_fields, remember
from gridclient.platform.scope import may_write
from gridclient.platform.tables import blob_use, history, ledger
from gridclient.platform.upcast import upcast
from gridclient.protocol.messages import Mutation, Problem, RecordView, Result
from gridclient.protocol.problems import ProblemType, problem
from gridclient.workflow import Shelf

_json = msgspec.json.Encoder(order="sorted")
_mutation = msgspec.json.Decoder(Mutation).decode
_fields = msgspec.json.Decoder(dict[str, object]).decode
read_result = msgspec.json.Decoder(Result).decode


class _Named(msgspec.Struct):
    mid: str = ""
    bucket: str = ""


@dataclass(frozen=True, slots=True)
class Sender:
    """Who pushes: the worker, the role, the device, and the buckets in scope now."""

    worker_id: str
    role: str
    device: str
    scope: Collection[str]


def apply(database: Database, raw: msgspec.Raw, sender: Sender, shelf: Shelf, now: datetime) -> Result:
    """Judges one mutation and records what became of it; the rest of a batch does not depend on it."""
    try:
        mutation = upcast(_mutation(raw))
    except msgspec.MsgspecError as error:
        mid = _named(raw).mid
        return Result(mid=mid, status="rejected", problem=problem(ProblemType.MALFORMED, str(error), mid=mid))
    with database.write() as connection:
        mutation = _follow(connection, mutation, sender.scope)
        if mutation.bucket not in sender.scope and not feed.exists(connection, mutation.bucket):
            if known := _recorded(connection, mutation):
                return read_result(known)
            refused = problem(ProblemType.UNKNOWN_RECORD, mid=mutation.mid)
            result = Result(mid=mutation.mid, status="rejected", problem=refused)
            _record(connection, mutation, sender, result, bytes(raw), now)
            return result
        return _apply(connection, mutation, bytes(raw), sender, shelf, now)


def _follow(connection: Connection, mutation: Mutation, scope: Collection[str]) -> Mutation:
    """Sends an edit after a record that moved to another bucket of the author's own scope."""
    found = feed.moved_to(connection, mutation.bucket, mutation.record)
    return msgspec.structs.replace(mutation, bucket=found) if found in scope else mutation


def touched(mutations: Iterable[msgspec.Raw], results: Iterable[Result]) -> set[str]:
    """The buckets that a push may have changed."""
    named = {_named(raw).bucket for raw in mutations}
    return named | {view.bucket for result in results for view in result.records}


def _named(raw: msgspec.Raw) -> _Named:
    try:
        return msgspec.json.decode(raw, type=_Named)
    except msgspec.MsgspecError:
        return _Named()


def _apply(
    connection: Connection,
    mutation: Mutation,
    body: bytes,
    sender: Sender,
    shelf: Shelf,
    now: datetime,
) -> Result:
    held = feed.lock(connection, mutation.bucket)
    stored = held.find(mutation.record)
    if known := _recorded(connection, mutation):
        result = read_result(known)
        # A result belongs to its author; to anybody else the id of a mutation says nothing.
        result.records = _views(stored) if mutation.bucket in sender.scope else []
        return result
    if is_forgotten(connection, sender.device, mutation):
        views = _views(stored) if mutation.bucket in sender.scope else []
        return Result(mid=mutation.mid, status="applied", records=views)
    waiting = _missing_dependency(connection, sender.device, mutation.deps)
    if waiting == "unknown":
        return Result(mid=mutation.mid, status="wait")
    current = None if stored is None or stored.payload is None else read_fields(stored.payload)
    if waiting == "rejected":
        verdict = Verdict("rejected", problem=ProblemType.DEPENDENCY)
    else:
        may_ever = may_write(mutation.bucket, sender.role)
        lost = _lost_case(connection, mutation, sender, current)
        author = Author(sender.role, mutation.bucket in sender.scope, may_ever, sender.worker_id, lost)
        gone = stored is not None and stored.payload is None
        verdict = judge(mutation, current, gone, author, shelf)
    faults.reach("platform.judged")
    work = _Work(connection, held, mutation, sender, shelf, now)
    return work.carry_out(verdict, stored, current or {}, body)


def _record(
    connection: Connection, mutation: Mutation, sender: Sender, result: Result, body: bytes, now: datetime
) -> None:
    connection.execute(
        ledger.insert().values(
            bucket=mutation.bucket,
            mid=mutation.mid,
            device=sender.device,
            dseq=mutation.dseq,
            record=mutation.record,
            worker=sender.worker_id,
            status=result.status,
            result=_json.encode(result),
            body=body,
            received_at=_moment(now),
        )  # fmt: skip
    )


def _recorded(connection: Connection, mutation: Mutation) -> bytes | None:
    found = connection.execute(
        sa.select(ledger.c.result).where(ledger.c.bucket == mutation.bucket, ledger.c.mid == mutation.mid)
    ).scalar_one_or_none()
    if found is None:  # it may have followed its record into another bucket
        found = connection.execute(sa.select(ledger.c.result).where(ledger.c.mid == mutation.mid)).scalar_one_or_none()
    return found


def _lost_case(connection: Connection, mutation: Mutation, sender: Sender, current: Fields | None) -> bool:
    """Whether a worker's case was given to somebody else between their work on it and its arrival."""
    if current is None or mutation.op != "transition" or mutation.kind != Kind.CASE or sender.role != "worker":
        return False
    if current.get("assignee") in (None, sender.worker_id):
        return False
    made = _authored(mutation)
    for row in _changes_of(connection, mutation, "assignee"):
        before, _ = cast("list[Value]", _fields(row.changes)["assignee"])
        if before == sender.worker_id:
            return made is not None and iso(made) < row.at
    return False


def _authored(mutation: Mutation) -> datetime | None:
    """When it was made, by the platform's clock."""
    try:
        made = datetime.fromisoformat(mutation.authored_at)
    except ValueError:
        return None
    return made + timedelta(seconds=mutation.clock_offset_s) if made.tzinfo else None


def _changes_of(connection: Connection, mutation: Mutation, name: str) -> Iterator[sa.Row[Any, Any, Any]]:
    """The changes of a field of the mutation's record, the latest first."""
    rows = connection.execute(
        sa.select(history.c.worker, history.c.at, history.c.changes)
        .where(history.c.bucket == mutation.bucket, history.c.record == mutation.record)
        .order_by(history.c.ver.desc())
    )
    with rows:
        for row in rows:
            if name in _fields(row.changes):
                yield row


def _missing_dependency(connection: Connection, device: str, deps: list[str]) -> str:
    if not deps:
        return ""
    rows = connection.execute(sa.select(ledger.c.mid, ledger.c.status).where(ledger.c.mid.in_(deps))).all()
    statuses = {row.mid: row.status for row in rows}
    missing = set(deps) - statuses.keys()
    if missing - forgotten_among(connection, device, missing):
        return "unknown"
    return "rejected" if "rejected" in statuses.values() else ""


def _views(*entries: feed.Stored | None) -> list[RecordView]:
    return [
        RecordView(bucket=e.bucket, id=e.id, kind=e.kind, ver=e.ver, record=msgspec.Raw(e.payload or b"null"))
        for e in entries
        if e is not None
    ]


@dataclass(frozen=True, slots=True)
class _Work:
    """What one verdict writes, all in the caller's transaction."""

    connection: Connection
    held: feed.Lock
    mutation: Mutation
    sender: Sender
    shelf: Shelf
    now: datetime

    def carry_out(self, verdict: Verdict, stored: feed.Stored | None, current: Fields, body: bytes) -> Result:
        mutation, mid = self.mutation, self.mutation.mid
        after, extra = stored, None
        if verdict.deletes and stored is not None:
            after = self.held.exit(stored, _moment(self.now))
        elif verdict.fields is not None:
            if stored is None and mutation.kind == Kind.CASE and not verdict.fields.get("number"):
                cell = mutation.bucket.partition(":")[2]
                verdict.fields["number"] = numbered(self.connection, cell, self.now)
            after = self.held.put(stored, mutation.kind, mutation.record, canonical(verdict.fields))
            remember(self.connection, after, current, verdict.fields, self._change())
            if mutation.kind == Kind.CASE:
                open_cases(self.held, self.shelf, mutation.record, current, verdict.fields, self._change())
        if verdict.conflicts:
            extra = self._open_conflict(verdict.conflicts, current)
        elif verdict.status == "review":
            extra = self._open_review(verdict, current, body)
        details: Problem | None = None
        if verdict.problem is not None:
            details = problem(verdict.problem, verdict.detail, mid=mid)
        result = Result(
            mid=mid, status=verdict.status, problem=details, fields=[c.field for c in verdict.conflicts],
            conflict=extra.id if extra is not None and verdict.conflicts else "",
        )  # fmt: skip
        if verdict.status != "rejected":
            self._use_blobs()
        _record(self.connection, mutation, self.sender, result, body, self.now)
        self.held.close()
        faults.reach("platform.recorded")
        if mutation.bucket in self.sender.scope:
            result.records = _views(after, extra)
        return result

    def _change(self) -> Change:
        mutation, sender = self.mutation, self.sender
        return Change(mutation.mid, sender.worker_id, mutation.op, self.now, sender.device, mutation.authored_at)

    def _open_conflict(self, conflicts: list[Conflict], current: Fields) -> feed.Stored:
        fields: dict[str, Value] = {}
        for conflict in conflicts:
            their_by, their_at = self._last_change(conflict.field)
            fields[conflict.field] = {
                "base": conflict.base, "mine": conflict.mine, "theirs": conflict.theirs,
                "their_by": their_by, "their_at": their_at,
            }  # fmt: skip
        return self._open(Kind.CONFLICT, current, {"fields": fields})

    def _open_review(self, verdict: Verdict, current: Fields, body: bytes) -> feed.Stored:
        mutation = cast(Value, msgspec.json.decode(body))
        reason = verdict.problem.value if verdict.problem else ""
        return self._open(Kind.REVIEW, current, {"reason": reason, "note": verdict.detail, "mutation": mutation})

    def _open(self, kind: Kind, about: Fields, fields: dict[str, Value]) -> feed.Stored:
        """Opens a conflict or review record beside the record that it is about."""
        mutation = self.mutation
        title = about.get("title") or about.get("name") or ""
        common: dict[str, Value] = {
            "record": mutation.record, "record_kind": mutation.kind, "title": title, "by": self.sender.worker_id,
            "device": self.sender.device, "authored_at": mutation.authored_at, "mid": mutation.mid, "state": "open",
        }  # fmt: skip
        return self.held.put(None, kind, new_id(), canonical({**common, **fields}))

    def _last_change(self, name: str) -> tuple[str, str]:
        """Who last changed a field of the record, and when by the platform's clock."""
        for row in _changes_of(self.connection, self.mutation, name):
            return row.worker, row.at
        return "", ""

    def _use_blobs(self) -> None:
        """Notes that the bucket's readers may read these blobs; the bucket's lock keeps the check true."""
        for sha256 in self.mutation.blobs:
            use = {"bucket": self.mutation.bucket, "sha256": sha256, "record": self.mutation.record}
            if self.connection.execute(sa.select(blob_use).filter_by(**use)).one_or_none() is None:
                self.connection.execute(blob_use.insert().values(**use))


def _moment(now: datetime) -> str:
    return iso(now.astimezone(UTC))
