"""Applies pushed mutations: each in one transaction with its ledger row, its feed entries and its history.

What came together shares that transaction, because a commit and the questions before it cost more than a verdict.
A repeat finds its ledger row and gets the first answer, so a lost reply never applies anything twice. A
mutation whose dependency has not arrived gets `wait` and leaves no trace.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from itertools import groupby
from typing import Any, cast

import msgspec
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from gridclient import faults
from gridclient.domain.merge import Conflict
from gridclient.domain.record import Fields, Kind, Value, decode_fields, grid_bucket, iso, new_id
from gridclient.platform import blobs, feed
from gridclient.platform.compaction import forgotten_among, is_forgotten, mark_of
from gridclient.platform.database import Database
from gridclient.platform.judge import Author, Verdict, judge
from gridclient.platform.numbers import numbered
from gridclient.platform.recording import Change, canonical, open_cases, remembered
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
_AT_ONCE = 100  # mutations in one transaction
_STREET_DIGITS = 9


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


class _MovedMeanwhile(Exception):
    """A record was handed over between the question where it is and the lock on its bucket."""


@dataclass(frozen=True, slots=True)
class _Came:
    """One mutation, and its bytes as they came."""

    mutation: Mutation
    body: bytes
    left_to: str = ""  # the bucket where the record is now, and where its author has no duty


def apply(database: Database, raws: Sequence[msgspec.Raw], sender: Sender, shelf: Shelf, now: datetime) -> list[Result]:
    """Judges mutations in their order and records what became of each; the rest does not depend on a bad one."""
    results: list[Result | None] = []
    readable: list[_Came] = []
    for raw in raws:
        came = _read(raw)
        results.append(came if isinstance(came, Result) else None)
        if isinstance(came, _Came):
            readable.append(came)
    judged: list[Result] = []
    # Cases are numbered by street: with one street in a transaction no two of them wait for each other.
    for _, run in groupby(readable, lambda each: _street(each.mutation)):
        part = list(run)
        for start in range(0, len(part), _AT_ONCE):
            judged += _carry_out(database, sender, shelf, now, part[start : start + _AT_ONCE])
    rest = iter(judged)
    return [next(rest) if found is None else found for found in results]


def _carry_out(database: Database, sender: Sender, shelf: Shelf, now: datetime, came: list[_Came]) -> list[Result]:
    while True:
        try:
            with database.write() as connection:
                return _Batch.holding(connection, sender, shelf, now, came).carry_out()
        except _MovedMeanwhile:
            continue  # where it is now


def _read(raw: msgspec.Raw) -> _Came | Result:
    try:
        return _Came(upcast(_mutation(raw)), bytes(raw))
    except msgspec.MsgspecError as error:
        mid = _named(raw).mid
        return Result(mid=mid, status="rejected", problem=problem(ProblemType.MALFORMED, str(error), mid=mid))


def _street(mutation: Mutation) -> str:
    return mutation.bucket.partition(":")[2][:_STREET_DIGITS]


def touched(mutations: Iterable[msgspec.Raw], results: Iterable[Result]) -> set[str]:
    """The buckets that a push may have changed."""
    named = {_named(raw).bucket for raw in mutations}
    return named | {view.bucket for result in results for view in result.records}


def _named(raw: msgspec.Raw) -> _Named:
    try:
        return msgspec.json.decode(raw, type=_Named)
    except msgspec.MsgspecError:
        return _Named()


@dataclass(slots=True)
class _Batch:
    """Mutations that share a transaction: what they ask is read beforehand, what they leave is written at the end."""

    connection: Connection
    sender: Sender
    shelf: Shelf
    now: datetime
    came: list[_Came]
    locks: dict[str, feed.Lock]
    mark: Any
    known: dict[str, tuple[str, bytes]]  # of the ledger: status and result by id
    rows: list[dict[str, object]] = field(default_factory=list[dict[str, object]])
    changes: list[dict[str, object]] = field(default_factory=list[dict[str, object]])

    @classmethod
    def holding(
        cls, connection: Connection, sender: Sender, shelf: Shelf, now: datetime, came: list[_Came]
    ) -> "_Batch":
        """Locks every bucket that is written, in sorted order, and reads under the locks."""
        sent, came = came, _follow(connection, came, sender.scope)
        records: dict[str, set[str]] = {}
        for each in came:
            for name in filter(None, (each.mutation.bucket, each.left_to)):
                records.setdefault(name, set()).add(each.mutation.record)
        locks: dict[str, feed.Lock] = {}
        for name in sorted(records):
            if name in sender.scope or feed.exists(connection, name):
                locks[name] = feed.lock(connection, name)
                locks[name].read(records[name])
        if _follow(connection, sent, sender.scope) != came:
            raise _MovedMeanwhile
        known = _known(connection, {mid for each in came for mid in (each.mutation.mid, *each.mutation.deps)})
        return cls(connection, sender, shelf, now, came, locks, mark_of(connection, sender.device), known)

    def carry_out(self) -> list[Result]:
        """Judges one after the other, each on what those before it left, and writes everything."""
        results = [self._judge(each) for each in self.came]
        for held in self.locks.values():
            if held.entries:
                held.close()
        self.write_changes()
        _write_ledger(self.connection, self.rows)
        faults.reach("platform.recorded")
        return results

    def write_changes(self) -> None:
        """Writes the history so far."""
        if self.changes:
            self.connection.execute(history.insert(), self.changes)
            self.changes.clear()

    def record(self, came: _Came, result: Result) -> None:
        """Keeps what was answered, to be written at the end."""
        mutation, answer = came.mutation, _json.encode(result)
        self.known[mutation.mid] = result.status, answer
        self.rows.append({
            "bucket": mutation.bucket, "mid": mutation.mid, "device": self.sender.device, "dseq": mutation.dseq,
            "record": mutation.record, "worker": self.sender.worker_id, "status": result.status, "result": answer,
            "body": came.body, "received_at": _moment(self.now),
        })  # fmt: skip

    def _judge(self, came: _Came) -> Result:
        mutation, sender = came.mutation, self.sender
        held = self.locks.get(mutation.bucket)
        stored = held.find(mutation.record) if held else None
        if known := _recorded(self, mutation):
            result = read_result(known)
            # A result belongs to its author; to anybody else the id of a mutation says nothing.
            result.records = _views(stored) if mutation.bucket in sender.scope else []
            return result
        if held is None:
            refused = problem(ProblemType.UNKNOWN_RECORD, mid=mutation.mid)
            result = Result(mid=mutation.mid, status="rejected", problem=refused)
            self.record(came, result)
            return result
        if is_forgotten(self.mark, mutation):
            views = _views(stored) if mutation.bucket in sender.scope else []
            return Result(mid=mutation.mid, status="applied", records=views)
        waiting = self._missing_dependency(mutation.deps)
        if waiting == "unknown":
            return Result(mid=mutation.mid, status="wait")
        current = None if stored is None or stored.payload is None else decode_fields(stored.payload)
        work = _Work(self, held, came)
        if waiting == "rejected":
            verdict = Verdict("rejected", problem=ProblemType.DEPENDENCY)
        elif mutation.kind == Kind.CONFIDENTIAL and self._waits_for_review(mutation.deps):
            verdict = Verdict("review", problem=ProblemType.NEWER_STATE)
        elif stored is not None and stored.kind != mutation.kind:
            verdict = Verdict(
                "rejected", problem=ProblemType.MALFORMED, detail=f"kind {mutation.kind!r} is not the record's"
            )
        else:
            may_ever = may_write(mutation.bucket, sender.role)
            lost = work.has_lost_case(current)
            has_scope = mutation.bucket in sender.scope
            author = Author(
                sender.role, has_scope, may_ever, sender.worker_id, lost, bool(came.left_to), work.contested()
            )
            gone = stored is not None and stored.payload is None
            verdict = judge(mutation, current, gone, author, self.shelf)
        faults.reach("platform.judged")
        return work.carry_out(verdict, stored, current or {})

    def _missing_dependency(self, deps: list[str]) -> str:
        missing = {mid for mid in deps if mid not in self.known}
        if missing and missing - forgotten_among(self.connection, self.sender.device, missing):
            return "unknown"
        return "rejected" if any(self.known[mid][0] == "rejected" for mid in deps if mid in self.known) else ""

    def _waits_for_review(self, deps: list[str]) -> bool:
        """Whether the step that an edit belongs to was not taken."""
        return any(self.known[mid][0] == "review" for mid in deps if mid in self.known)


def _follow(connection: Connection, came: list[_Came], scope: Collection[str]) -> list[_Came]:
    """Sends edits after records that moved to another bucket of the author's own scope; others only know where.

    A new record goes where the record is that it is about.
    """
    asked = {(each.mutation.bucket, each.mutation.record) for each in came}
    asked |= {about for each in came if (about := _about(each.mutation)) is not None}
    moved = feed.moved_to(connection, asked)
    return [_sent_after(each, _place_of(each.mutation, moved), scope) for each in came] if moved else came


def _about(mutation: Mutation) -> tuple[str, str] | None:
    """Where the record lay that a new one is about, when its author made it."""
    if mutation.op != "create":
        return None
    about = mutation.set.get("resident") or mutation.set.get("place") or mutation.set.get("record")
    return (grid_bucket(mutation.bucket.partition(":")[2]), str(about)) if about else None


def _place_of(mutation: Mutation, moved: Mapping[tuple[str, str], str]) -> str:
    """The bucket where the mutation belongs now; empty where nothing moved."""
    if target := moved.get((mutation.bucket, mutation.record)):
        return target
    about = _about(mutation)
    cell = moved.get(about, "").partition(":")[2] if about else ""
    return f"{mutation.bucket.partition(':')[0]}:{cell}" if cell else ""


def _sent_after(came: _Came, target: str, scope: Collection[str]) -> _Came:
    if not target:
        return came
    if target not in scope:
        return replace(came, left_to=target)
    fields = dict(came.mutation.set)
    if "grid" in fields and came.mutation.op == "create":
        fields["grid"] = target.partition(":")[2]
    return replace(came, mutation=msgspec.structs.replace(came.mutation, bucket=target, set=fields))


def _known(connection: Connection, mids: set[str]) -> dict[str, tuple[str, bytes]]:
    """What the ledger holds of these ids, in whichever bucket: a mutation may have followed its record."""
    rows = connection.execute(sa.select(ledger.c.mid, ledger.c.status, ledger.c.result).where(ledger.c.mid.in_(mids)))
    return {row.mid: (row.status, row.result) for row in rows}


# The two steps that the protocol mutants of the tests switch off: a repeat is recognised, an answer is kept.


def _recorded(batch: _Batch, mutation: Mutation) -> bytes | None:
    found = batch.known.get(mutation.mid)
    return found[1] if found else None


def _write_ledger(connection: Connection, rows: Sequence[dict[str, object]]) -> None:
    if rows:
        connection.execute(ledger.insert(), rows)


def _authored(mutation: Mutation) -> datetime | None:
    """When it was made, by the platform's clock."""
    try:
        made = datetime.fromisoformat(mutation.authored_at)
    except ValueError:
        return None
    return made + timedelta(seconds=mutation.clock_offset_s) if made.tzinfo else None


def _views(*entries: feed.Stored | None) -> list[RecordView]:
    return [
        RecordView(bucket=e.bucket, id=e.id, kind=e.kind, ver=e.ver, record=msgspec.Raw(e.payload or b"null"))
        for e in entries
        if e is not None
    ]


@dataclass(frozen=True, slots=True)
class _Work:
    """What one verdict writes."""

    batch: _Batch
    held: feed.Lock
    came: _Came

    @property
    def mutation(self) -> Mutation:
        """The one that was judged."""
        return self.came.mutation

    def carry_out(self, verdict: Verdict, stored: feed.Stored | None, current: Fields) -> Result:
        """Enters what the verdict says, and keeps it as the mutation's one outcome."""
        mutation, mid, batch = self.mutation, self.mutation.mid, self.batch
        after, extra = stored, None
        if verdict.deletes and stored is not None:
            after = self.held.exit(stored, _moment(batch.now))
        elif verdict.fields is not None:
            if stored is None and mutation.kind == Kind.CASE and not verdict.fields.get("number"):
                cell = mutation.bucket.partition(":")[2]
                verdict.fields["number"] = numbered(batch.connection, cell, batch.now)
            after = self.held.put(stored, mutation.kind, mutation.record, canonical(verdict.fields))
            batch.changes.append(remembered(after, current, verdict.fields, self._change()))
            if mutation.kind == Kind.CASE:
                open_cases(self.held, batch.shelf, mutation.record, current, verdict.fields, self._change())
        if verdict.conflicts:
            extra = self._open_conflict(verdict.conflicts, current)
        elif verdict.status == "review":
            extra = self._open_review(verdict, current)
        details: Problem | None = None
        if verdict.problem is not None:
            details = problem(verdict.problem, verdict.detail, mid=mid)
        result = Result(
            mid=mid, status=verdict.status, problem=details, fields=[c.field for c in verdict.conflicts],
            conflict=extra.id if extra is not None and verdict.conflicts else "",
        )  # fmt: skip
        if verdict.status != "rejected":
            self._use_blobs()
        batch.record(self.came, result)
        if mutation.bucket in batch.sender.scope:
            result.records = _views(*(each for each in (after, extra) if each and each.bucket in batch.sender.scope))
        return result

    def _change(self) -> Change:
        mutation, sender = self.mutation, self.batch.sender
        return Change(mutation.mid, sender.worker_id, mutation.op, self.batch.now, sender.device, mutation.authored_at)

    def _open_conflict(self, conflicts: list[Conflict], current: Fields) -> feed.Stored:
        fields: dict[str, Value] = {}
        for conflict in conflicts:
            their_by, their_at = self._last_change(conflict.field)
            fields[conflict.field] = {
                "base": conflict.base, "mine": conflict.mine, "theirs": conflict.theirs,
                "their_by": their_by, "their_at": their_at,
            }  # fmt: skip
        return self._open(Kind.CONFLICT, current, {"fields": fields})

    def _open_review(self, verdict: Verdict, current: Fields) -> feed.Stored:
        mutation = cast(Value, msgspec.json.decode(self.came.body))
        reason = verdict.problem.value if verdict.problem else ""
        return self._open(Kind.REVIEW, current, {"reason": reason, "note": verdict.detail, "mutation": mutation})

    def _open(self, kind: Kind, about: Fields, fields: dict[str, Value]) -> feed.Stored:
        """Opens a conflict or review record beside the record that it is about, wherever that is now."""
        mutation, sender = self.mutation, self.batch.sender
        beside = self.batch.locks[self.came.left_to] if self.came.left_to else self.held
        title = about.get("title") or about.get("name") or ""
        common: dict[str, Value] = {
            "record": mutation.record, "record_kind": mutation.kind, "title": title, "by": sender.worker_id,
            "device": sender.device, "authored_at": mutation.authored_at, "mid": mutation.mid, "state": "open",
        }  # fmt: skip
        return beside.put(None, kind, new_id(), canonical({**common, **fields}))

    def _last_change(self, name: str) -> tuple[str, str]:
        """Who last changed a field of the record, and when by the platform's clock."""
        for row in self._changes_of(name):
            return row.worker, row.at
        return "", ""

    def has_lost_case(self, current: Fields | None) -> bool:
        """Whether a worker's case was given to somebody else between their work on it and its arrival."""
        mutation, sender = self.mutation, self.batch.sender
        if current is None or mutation.op != "transition" or mutation.kind != Kind.CASE or sender.role != "worker":
            return False
        if current.get("assignee") in (None, sender.worker_id):
            return False
        made = _authored(mutation)
        for row in self._changes_of("assignee"):
            before, _ = cast("list[Value]", _fields(row.changes)["assignee"])
            if before == sender.worker_id:
                return made is not None and iso(made) < row.at
        return False

    def contested(self) -> frozenset[str]:
        """The answers of a case that the mutation may set because a conflict about them is open."""
        mutation = self.mutation
        if mutation.op != "patch" or not any(name.startswith("answers.") for name in mutation.set):
            return frozenset()
        conflicts = (decode_fields(each.payload or b"{}") for each in self.held.live(Kind.CONFLICT))
        own = (each for each in conflicts if each.get("record") == mutation.record and each.get("state") == "open")
        return frozenset(name for each in own for name in cast(Fields, each.get("fields") or {}))

    def _changes_of(self, name: str) -> Iterator[sa.Row[Any, Any, Any]]:
        """The changes of a field of the mutation's record, the latest first."""
        self.batch.write_changes()
        rows = self.batch.connection.execute(
            sa.select(history.c.worker, history.c.at, history.c.changes)
            .where(history.c.bucket == self.mutation.bucket, history.c.record == self.mutation.record)
            .order_by(history.c.ver.desc())
        )
        with rows:
            for row in rows:
                if name in _fields(row.changes):
                    yield row

    def _use_blobs(self) -> None:
        """Notes which blobs the record uses and by whom; the bucket's lock keeps the check true."""
        mutation, sender, connection = self.mutation, self.batch.sender, self.batch.connection
        bucket = self.came.left_to or mutation.bucket
        for sha256 in mutation.blobs:
            use = {"bucket": bucket, "sha256": sha256, "record": mutation.record, "worker": sender.worker_id}
            if connection.execute(sa.select(blob_use).filter_by(**use)).one_or_none() is None:
                readable = blobs.may_read(connection, sha256, sender.worker_id, sender.scope)
                connection.execute(blob_use.insert().values(**use, was_readable=readable))


def _moment(now: datetime) -> str:
    return iso(now.astimezone(UTC))
