"""The outbox: every edit of this worker that the platform has not answered, in order, never changed once written.

An answered mutation moves to the journal and is kept there as long as a backup of the platform may be old; one that
was not simply applied is kept for good, for its author to carry to somebody. Its outcome stays for ever on the author's
page of outcomes.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

import msgspec
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from gridclient import faults
from gridclient.domain.merge import same
from gridclient.domain.record import Kind, Value, iso, new_id
from gridclient.protocol.messages import JOURNAL_DAYS, SCHEMA_VERSION, Mutation, Op, Problem, RecordView, Result
from gridclient.store.arrivals import take_results
from gridclient.store.cache import Changes, Transaction, read_setting
from gridclient.store.schema import base, history, journal, outbox, outcomes
from gridclient.store.shown import Shown, find, reshow

PAGE = 500  # outcomes that are read at a time
_DAY_MIN = 24 * 60.0
_JOURNAL = "journal_days"
_HANDED_OUT = "handed_out_dseq"
_POISON_FROM = 3  # failures after which a mutation counts as one that the platform cannot take
# An outcome as its author sees it: an edit that the platform cannot take is told apart from one that only waits.
_STATE = "CASE WHEN o.mid IN (SELECT mid FROM outbox WHERE quarantined) THEN 'quarantined' ELSE o.status END"
_json = msgspec.json.Encoder(order="sorted")


@dataclass(frozen=True, slots=True)
class Edit:
    """What an author does to one record: the op, the fields to set, and what comes with it."""

    op: Op
    record: str
    kind: Kind
    bucket: str
    set: Mapping[str, Value]
    transition: str = ""
    deps: tuple[str, ...] = ()
    blobs: tuple[str, ...] = ()
    note: str = ""
    pack_version: str = ""


def queue(tx: Transaction, edit: Edit, by: str) -> tuple[str, Changes]:
    """Queues an edit and shows it, in the caller's transaction; returns the mutation's id and what changed.

    Only fields that differ from what the author saw are sent; an edit that changes nothing is not queued.
    """
    seen = find(tx.connection, edit.record)
    changed = {n: v for n, v in edit.set.items() if seen is None or not same(v, seen.fields.get(n))}
    if not changed and not edit.transition:
        return "", Changes()
    before = {name: seen.fields.get(name) for name in changed} if seen else {}
    mid, dseq = new_id(), int(tx.setting("dseq") or 0) + 1
    tx.set_setting("dseq", str(dseq))
    mutation = Mutation(
        mid=mid, dseq=dseq, op=edit.op, bucket=edit.bucket, record=edit.record, kind=edit.kind,
        base={name: value for name, value in before.items() if value is not None}, set=changed,
        transition=edit.transition, deps=[*edit.deps, *_before(tx.connection, edit.record)],
        blobs=list(edit.blobs), schema=SCHEMA_VERSION, authored_at=tx.at,
        clock_offset_s=float(tx.setting("clock_offset_s") or 0.0), pack_version=edit.pack_version,
    )  # fmt: skip
    run = tx.connection.execute
    if seen is None:
        run(base.insert().values(id=edit.record, kind=edit.kind, bucket=edit.bucket, ver=0, payload=b"{}"))
    run(outbox.insert().values(dseq=dseq, mid=mid, record=edit.record, body=_json.encode(mutation)))
    what = edit.transition or edit.op
    run(outcomes.insert().values(
        mid=mid, dseq=dseq, record=edit.record, kind=edit.kind, what=what, status="pending", authored_at=tx.at,
    ))  # fmt: skip
    run(history.insert().values(
        record=edit.record, at=tx.at, by=by, what=what, mid=mid, fields=" ".join(sorted(changed)),
    ))  # fmt: skip
    reshow(tx.connection, edit.record)
    faults.reach("edit.queued")
    return mid, Changes.of(edit.record, areas=(edit.kind, "outbox", "outcomes"))


def _before(connection: Connection, record: str) -> list[str]:
    """The last edit of the same record that is still here: it must be judged first."""
    last = sa.select(outbox.c.mid).where(outbox.c.record == record).order_by(outbox.c.dseq.desc()).limit(1)
    return list(connection.execute(last).scalars())


@dataclass(frozen=True, slots=True)
class Waiting:
    """The state of the outbox: how many edits, since when, and how many may be sent now."""

    count: int
    oldest: str
    quarantined: int


def waiting(connection: Connection) -> Waiting:
    """What has not been uploaded."""
    count, oldest, quarantined = connection.exec_driver_sql(
        "SELECT count(*), coalesce(min(r.authored_at), ''), coalesce(sum(o.quarantined), 0) "
        "FROM outbox o JOIN outcomes r USING (mid)"
    ).one()
    return Waiting(count, oldest, quarantined)


def to_push(connection: Connection, now: str, most: int, max_bytes: int) -> list[tuple[str, bytes]]:
    """The next mutations to send, as `(mid, body)` in order; one that waits for its time holds nobody else up."""
    # No edit waits longer than a day; one that seems to was held back while the PC's clock was wrong.
    latest = iso(datetime.fromisoformat(now) + timedelta(minutes=_DAY_MIN))
    at = outbox.c.next_attempt_at
    rows = connection.execute(
        sa.select(outbox.c.mid, outbox.c.body)
        .where(sa.or_(at.is_(None), at <= now, at > latest))
        .order_by(outbox.c.dseq)
        .limit(most)
    )
    found: list[tuple[str, bytes]] = []
    size = 0
    for mid, body in rows:
        size += len(body) + 1
        if found and size > max_bytes:
            break
        found.append((mid, body))
    return found


def hand_out(tx: Transaction, mids: Iterable[str]) -> None:
    """Notes, before they are sent or written into a bundle, that the platform may know these mutations from now on."""
    newest = sa.select(sa.func.max(outbox.c.dseq)).where(outbox.c.mid.in_(list(mids)))
    top = tx.connection.execute(newest).scalar() or 0
    if top > handed_out(tx.connection):
        tx.set_setting(_HANDED_OUT, str(top))


def hand_out_all(tx: Transaction) -> None:
    """The same for everything that waits."""
    hand_out(tx, list(tx.connection.execute(sa.select(outbox.c.mid)).scalars()))


def handed_out(connection: Connection) -> int:
    """The number of the newest mutation that the platform may know; what follows it never left this PC."""
    return int(read_setting(connection, _HANDED_OUT) or 0)


def bodies(connection: Connection) -> list[bytes]:
    """Every mutation that was not answered, in order."""
    return list(connection.execute(sa.select(outbox.c.body).order_by(outbox.c.dseq)).scalars())


def settle(tx: Transaction, results: Iterable[Result]) -> Changes:
    """Records what the platform answered: outcome, new base, shown row; the mutation moves to the journal."""
    changes = Changes()
    views: list[RecordView] = []
    settled: dict[str, None] = {}  # records, each once, in their order
    for result in results:
        sent = tx.connection.execute(sa.select(outbox).where(outbox.c.mid == result.mid)).one_or_none()
        if sent is None:
            continue  # settled before: the same answer to a repeat
        problem = _json.encode(result.problem) if result.problem else None
        if result.status == "wait":
            changes |= hold_back(tx, result.mid, minutes=1)
            _decide(tx, result.mid, "wait", problem, "")
            continue
        run = tx.connection.execute
        run(outbox.delete().where(outbox.c.mid == result.mid))
        run(journal.insert().values(
            dseq=sent.dseq, mid=sent.mid, record=sent.record, body=sent.body, acked_at=iso(_platform_time(tx)),
        ))  # fmt: skip
        _decide(tx, result.mid, result.status, problem, result.conflict)
        views += result.records
        settled[sent.record] = None
    changes |= take_results(tx, views)
    for record in settled:
        reshow(tx.connection, record)
        changes |= forget_creation(tx, record) | Changes.of(record, areas=("outbox", "outcomes"))
    return changes


def _decide(tx: Transaction, mid: str, status: str, problem: bytes | None, conflict: str) -> None:
    decided = {"status": status, "problem": problem, "decided_at": tx.at, "conflict": conflict or None}
    tx.connection.execute(outcomes.update().where(outcomes.c.mid == mid).values(**decided))


def forget_creation(tx: Transaction, record: str) -> Changes:
    """Forgets a record that was made here and has nothing left to show: the platform refused it, or it was undone."""
    run = tx.connection.exec_driver_sql
    made = run(
        "SELECT rid, kind FROM base b WHERE id = ? AND ver = 0 "
        "AND NOT EXISTS (SELECT 1 FROM outbox o WHERE o.record = b.id)", (record,)
    ).one_or_none()  # fmt: skip
    if made is None:
        return Changes()
    for statement in ("DELETE FROM shown WHERE rid = ?", "DELETE FROM search WHERE rowid = ?",
                      "DELETE FROM base WHERE rid = ?"):  # fmt: skip
        run(statement, (made.rid,))
    return Changes.of(record, areas=(made.kind,))


def hold_back(tx: Transaction, mid: str, minutes: float) -> Changes:
    """Lets a mutation wait; it stays in the outbox with a time of its next attempt."""
    later = iso(tx.now + timedelta(minutes=minutes))
    tx.connection.execute(
        outbox.update()
        .where(outbox.c.mid == mid)
        .values(next_attempt_at=later, attempts=outbox.c.attempts + 1, quarantined=0)
    )
    return Changes.of(areas=("outbox", "outcomes"))


def hold_back_failed(tx: Transaction, mid: str) -> Changes:
    """The platform failed on this mutation alone: it waits longer each time, a day at most, and blocks nobody."""
    attempts = tx.connection.execute(sa.select(outbox.c.attempts).where(outbox.c.mid == mid)).scalar_one()
    changes = hold_back(tx, mid, min(2.0**attempts, _DAY_MIN))
    if attempts + 1 >= _POISON_FROM:
        tx.connection.execute(outbox.update().where(outbox.c.mid == mid).values(quarantined=1))
    return changes


def release(tx: Transaction) -> Changes:
    """Lets every mutation that waits be tried at once, because a worker asked."""
    tx.connection.execute(outbox.update().values(next_attempt_at=None))
    return Changes.of(areas=("outbox",))


def put_back(tx: Transaction) -> Changes:
    """Puts what a backup may lack in front of the outbox again, after the platform was restored."""
    young = journal.c.acked_at >= _horizon(tx)
    rows = tx.connection.execute(sa.select(journal).where(young)).all()
    for row in rows:
        tx.connection.execute(outbox.insert().values(dseq=row.dseq, mid=row.mid, record=row.record, body=row.body))
    tx.connection.execute(journal.delete().where(young))
    return Changes.of(*(row.record for row in rows), areas=("outbox", "outcomes")) if rows else Changes()


def _platform_time(tx: Transaction) -> datetime:
    """The moment by the platform's clock: a PC's clock that is years off must not age the journal."""
    return tx.now + timedelta(seconds=float(tx.setting("clock_offset_s") or 0.0))


def _horizon(tx: Transaction) -> str:
    """No backup that is restored is older than this moment."""
    return iso(_platform_time(tx) - timedelta(days=int(tx.setting(_JOURNAL) or JOURNAL_DAYS)))


def keep_horizon(tx: Transaction, days: int) -> None:
    """Notes how old a backup of the platform may be, as the platform says."""
    tx.set_setting(_JOURNAL, str(days))


def trim_journal(tx: Transaction) -> Changes:
    """Forgets applied mutations that are older than any backup of the platform."""
    applied = sa.select(outcomes.c.mid).where(outcomes.c.status == "applied")
    old = journal.delete().where(journal.c.acked_at < _horizon(tx), journal.c.mid.in_(applied))
    return Changes.of(areas=("outcomes",)) if tx.connection.execute(old).rowcount else Changes()


@dataclass(frozen=True, slots=True)
class OutcomeRow:
    """One line of the page of outcomes; `status` is the outcome's, or `quarantined`."""

    mid: str
    dseq: int
    record: str
    kind: str
    what: str
    status: str
    problem: Problem | None
    authored_at: str
    decided_at: str
    title: str
    place: str
    conflict_open: bool
    is_kept: bool  # its payload is still on this PC


def outcome_rows(connection: Connection, status: str = "", limit: int = PAGE, after: int = 0) -> list[OutcomeRow]:
    """Outcomes, newest first; `status` filters, `after` is the `dseq` of the last row of the page before."""
    rows = connection.exec_driver_sql(
        f"SELECT o.*, {_STATE} AS seen, s.title, s.place, s.about, "
        "EXISTS (SELECT 1 FROM base cb JOIN shown cs USING (rid) WHERE cb.id = o.conflict AND cs.state = 'open') "
        "AS conflict_open, EXISTS (SELECT 1 FROM outbox w WHERE w.dseq = o.dseq) "
        "OR EXISTS (SELECT 1 FROM journal j WHERE j.dseq = o.dseq) AS is_kept "
        "FROM outcomes o LEFT JOIN base b ON b.id = o.record LEFT JOIN shown s USING (rid) "
        f"WHERE (? = '' OR {_STATE} = ?) AND (? = 0 OR o.dseq < ?) ORDER BY o.dseq DESC LIMIT ?",
        (status, status, after, after, limit),
    ).all()
    return [
        OutcomeRow(
            row.mid, row.dseq, row.record, row.kind, row.what, row.seen,
            msgspec.json.decode(row.problem, type=Problem) if row.problem else None,
            row.authored_at, row.decided_at or "", *_named(connection, row.title, row.place, row.about),
            bool(row.conflict_open), bool(row.is_kept),
        )
        for row in rows
    ]  # fmt: skip


def _named(connection: Connection, title: str | None, place: str | None, about: str | None) -> tuple[str, str]:
    """A record's title and place; one without a title of its own has that of what it is about."""
    if title is None and about is not None:
        shown: Shown | None = find(connection, about)
        if shown is not None:
            return shown.text("name") or shown.text("title"), shown.text("address")
    return title or "", place or ""


def outcome_counts(connection: Connection) -> dict[str, int]:
    """How many mutations are in each state, those in quarantine apart."""
    rows = connection.exec_driver_sql(f"SELECT {_STATE}, count(*) FROM outcomes o GROUP BY 1")
    return {row[0]: row[1] for row in rows}
