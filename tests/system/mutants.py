"""Breaks one rule of the protocol at a time and asks whether the schedules notice: `python -m tests.system.mutants`.

A mutant is a patch of this process only. One that survives means that an invariant, or a kind of trouble, is missing.
"""

# A mutant replaces what nobody else may reach.
# pyright: reportPrivateUsage=false

import argparse
import sys
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from datetime import datetime
from typing import Any

import msgspec
import pytest
from sqlalchemy.engine import Connection

from gridclient import faults
from gridclient.domain.merge import Conflict
from gridclient.domain.record import Fields
from gridclient.platform import feed, judge, push
from gridclient.platform.judge import Author, Verdict
from gridclient.platform.tables import ledger
from gridclient.protocol import messages as m
from gridclient.protocol import pages
from gridclient.protocol.pages import PageReader
from gridclient.store import arrivals, outbox
from gridclient.store.arrivals import Arrivals
from gridclient.store.cache import Changes, Transaction
from gridclient.sync import pulling, pushing
from gridclient.sync.cycle import CacheTokens, Cycle
from gridclient.sync.exchange import Exchange
from gridclient.sync.troubles import Answered
from tests.system.schedules import play

Patch = pytest.MonkeyPatch
Mutant = Callable[[Patch], None]


def no_echo(patch: Patch) -> None:
    """A push's answer does not carry the record."""
    patch.setattr(push, "_views", _nothing)


def _nothing(*_: object) -> list[m.RecordView]:
    return []


def _unknown(*_: object) -> None:
    """The ledger has nothing."""


def no_ledger(patch: Patch) -> None:
    """The platform does not recognise a repeat."""
    patch.setattr(push, "_recorded", _unknown)
    write = push._write_ledger

    def again(connection: Connection, rows: Sequence[dict[str, Any]]) -> None:
        for row in rows:
            connection.execute(ledger.delete().where(ledger.c.mid == row["mid"]))
            write(connection, [row])

    patch.setattr(push, "_write_ledger", again)


def last_write_wins(patch: Patch) -> None:
    """Whoever comes last is right."""

    def merge(_base: Fields, mine: Fields, theirs: Fields) -> tuple[dict[str, Any], list[Conflict]]:
        return {**theirs, **mine}, []

    patch.setattr(judge, "merge", merge)


def no_epoch(patch: Patch) -> None:
    """A restored platform is not noticed."""

    def restart(_cycle: Cycle, _tx: Transaction) -> Changes:
        return Changes()

    patch.setattr(Cycle, "_restart", restart)


def no_journal(patch: Patch) -> None:
    """After a restore everything is fetched anew, but nothing is sent again."""

    def put_back(_tx: Transaction) -> Changes:
        return Changes()

    patch.setattr(outbox, "put_back", put_back)


def scope_drop_kills_outbox(patch: Patch) -> None:
    """With a bucket go the edits that were not uploaded."""
    drop = arrivals.drop_lost_buckets

    def dropping(tx: Transaction, scope: Mapping[str, m.BucketState]) -> Changes:
        kept = set(scope)
        for mid, body in tx.connection.exec_driver_sql("SELECT mid, body FROM outbox").all():
            if msgspec.json.decode(body, type=m.Mutation).bucket not in kept:
                tx.connection.exec_driver_sql("DELETE FROM outbox WHERE mid = ?", (mid,))
        return drop(tx, scope)

    patch.setattr(arrivals, "drop_lost_buckets", dropping)


def cursor_before_rows(patch: Patch) -> None:
    """A page's cursors are kept before its rows."""
    take = pulling._take_page

    def taking(x: Exchange, page: bytes) -> tuple[Mapping[str, m.BucketState], bool]:
        with suppress(*pages.DAMAGED):
            reader = PageReader(page)
            for _ in reader.batches():
                pass
            assert reader.end is not None
            with x.cache.write() as tx:
                arrivals.arrivals(tx, reader.header.scope).close(reader.end.cursors)
        return take(x, page)

    patch.setattr(pulling, "_take_page", taking)
    _unverified(patch)  # the checksum would find it and fetch the bucket again


def prune_without_reset(patch: Patch) -> None:
    """Whoever missed what was pruned is not told."""

    def never(_connection: Connection, _names: Iterable[str]) -> dict[str, int]:
        return {}

    patch.setattr(feed, "_pruned", never)


def no_mark_and_sweep(patch: Patch) -> None:
    """A whole bucket is laid over what was there, and nothing is dropped."""

    def finish_over(taking: Arrivals, name: str, head: int) -> None:
        taking.seen.pop(name, None)

    patch.setattr(Arrivals, "finish_over", finish_over)


def ledger_apart(patch: Patch) -> None:
    """The ledger's row is written in a transaction of its own, after the change."""
    apply, write = push.apply, push._write_ledger
    held: list[dict[str, Any]] = []

    def later(_connection: Connection, rows: Sequence[dict[str, Any]]) -> None:
        held.extend(rows)

    def applying(database: Any, *rest: Any) -> list[m.Result]:
        held.clear()
        results = apply(database, *rest)
        faults.reach("platform.recorded")
        with database.write() as connection:
            write(connection, held)
        return results

    patch.setattr(push, "_write_ledger", later)
    patch.setattr(push, "apply", applying)


def trailer_unchecked(patch: Patch) -> None:
    """A page is believed without its trailer."""

    def batches(reader: PageReader) -> Iterable[list[m.Row]]:
        n = 0
        with suppress(*pages.DAMAGED):
            while True:
                rows = reader._take(b"") if n == 0 else reader._take(next(reader._pieces))
                n += 1
                if rows:
                    yield rows
        heads = {name: state.head for name, state in reader.header.scope.items()}
        reader.end = m.PageEnd(n=0, cursors=heads, more=False)

    def until_the_end(reader: PageReader) -> Iterable[list[m.Row]]:
        try:
            yield from batches(reader)
        except RuntimeError:  # the pieces came to their end
            heads = {name: state.head for name, state in reader.header.scope.items()}
            reader.end = m.PageEnd(n=0, cursors=heads, more=False)

    patch.setattr(PageReader, "batches", until_the_end)


def checksum_ignored(patch: Patch) -> None:
    """What the checksum says is not looked at."""
    _unverified(patch)


def _unverified(patch: Patch) -> None:
    verify = Cycle._verify

    def verifying(cycle: Cycle, hello: m.Hello, scope: Mapping[str, m.BucketState]) -> None:
        with cycle.cache.read() as connection:
            sums = arrivals.sums(connection)
        same = {
            name: m.BucketState(head=state.head, count=sums[name][0], checksum=sums[name][1])
            for name, state in scope.items()
            if name in sums
        }
        verify(cycle, hello, {**scope, **same})

    patch.setattr(Cycle, "_verify", verifying)


def swept_too_early(patch: Patch) -> None:
    """Records without a bucket go after every page, not at the end."""
    take = pulling._take_page

    def taking(x: Exchange, page: bytes) -> tuple[Mapping[str, m.BucketState], bool]:
        taken = take(x, page)
        with x.cache.write() as tx:
            arrivals.sweep(tx)
        return taken

    patch.setattr(pulling, "_take_page", taking)


def outcome_apart(patch: Patch) -> None:
    """An answer leaves the outbox in one transaction and becomes an outcome in the next."""
    decide = outbox._decide
    held: list[tuple[Any, ...]] = []

    def later(_tx: Transaction, *rest: Any) -> None:
        held.append(rest)

    batch = pushing._push_batch

    def pushing_batch(x: Exchange, epoch: str, rows: list[tuple[str, bytes]]) -> list[tuple[str, Answered]]:
        held.clear()
        failed = batch(x, epoch, rows)
        faults.reach("push.settling")
        with x.cache.write() as tx:
            for rest in held:
                decide(tx, *rest)
        return failed

    patch.setattr(outbox, "_decide", later)
    patch.setattr(pushing, "_push_batch", pushing_batch)


def late_work_refused(patch: Patch) -> None:
    """Who lost a cell is told no, instead of being heard."""
    real = judge.judge

    def judging(mutation: m.Mutation, current: Fields | None, gone: bool, author: Author, packs: Any) -> Verdict:
        verdict = real(mutation, current, gone, author, packs)
        return Verdict("rejected", problem=verdict.problem) if verdict.status == "review" else verdict

    patch.setattr(push, "judge", judging)


def move_without_exit(patch: Patch) -> None:
    """A record that moves is entered there and forgotten here."""

    def move(connection: Connection, record_id: str, source: str, target: str, _now: datetime) -> None:
        found = feed.lock(connection, source).find(record_id)
        assert found is not None
        assert found.payload is not None
        held = feed.lock(connection, target)
        held.put(held.find(record_id), found.kind, record_id, found.payload)
        held.close()
        connection.exec_driver_sql("DELETE FROM record WHERE bucket = ? AND id = ?", (source, record_id))

    patch.setattr(feed, "move", move)


def conflict_unrecorded(patch: Patch) -> None:
    """The author of the later value is told so, but the value itself is dropped."""
    carry = push._Work.carry_out

    def carrying(work: Any, verdict: Verdict, *rest: Any) -> m.Result:
        verdict.conflicts.clear()
        return carry(work, verdict, *rest)

    patch.setattr(push._Work, "carry_out", carrying)


def wrong_clock_holds_back(patch: Patch) -> None:
    """An edit waits for a time that a wrong clock set."""

    def to_push(connection: Connection, now: str, most: int, _max_bytes: int) -> Sequence[tuple[str, bytes]]:
        rows = connection.exec_driver_sql(
            "SELECT mid, body FROM outbox WHERE next_attempt_at IS NULL OR next_attempt_at <= ? ORDER BY dseq LIMIT ?",
            (now, most),
        )
        return [(row.mid, row.body) for row in rows]

    patch.setattr(outbox, "to_push", to_push)


def token_unsaved(patch: Patch) -> None:
    """An exchanged token is used, but not kept."""
    load, save = CacheTokens.load, CacheTokens.save
    memory: dict[int, tuple[str, str]] = {}

    def saving(tokens: CacheTokens, access: str, refresh: str) -> None:
        if not load(tokens)[0] or len(access) == 0:
            save(tokens, access, refresh)
        memory[id(tokens.cache)] = (access, refresh)

    patch.setattr(CacheTokens, "save", saving)

    def loading(tokens: CacheTokens) -> tuple[str, str]:
        return memory.get(id(tokens.cache)) or load(tokens)

    patch.setattr(CacheTokens, "load", loading)


MUTANTS: list[Mutant] = [
    no_echo, no_ledger, last_write_wins, no_epoch, no_journal, scope_drop_kills_outbox, cursor_before_rows,
    prune_without_reset, no_mark_and_sweep,
    ledger_apart, trailer_unchecked, checksum_ignored, swept_too_early, outcome_apart, late_work_refused,
    move_without_exit, conflict_unrecorded, wrong_clock_holds_back, token_unsaved,
]  # fmt: skip
QUICK: list[Mutant] = [no_echo, last_write_wins, no_epoch]  # each falls within a few schedules


def hunt(mutant: Mutant, runs: int, seed: int = 1) -> tuple[int, str]:
    """Plays schedules until one is broken; says after how many and how, or with 0 that the mutant lives."""
    with pytest.MonkeyPatch.context() as patch:
        mutant(patch)
        for n in range(runs):
            if broken := play(seed + n).broken:
                return n + 1, broken
    return 0, ""


def main() -> int:
    """Hunts every mutant; exit code 1 when one lives."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=400, help="schedules for each mutant at the most")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", default="")
    args = parser.parse_args()
    names = args.only.split(",")
    chosen = [mutant for mutant in MUTANTS if any(name in mutant.__name__ for name in names)]
    killed = 0
    for mutant in chosen:
        began = time.perf_counter()
        n, how = hunt(mutant, args.runs, args.seed)
        killed += n > 0
        told = f"killed by schedule {n}: {how[:110]}" if n else "LIVES"
        print(f"{mutant.__name__:24} {time.perf_counter() - began:5.1f} s  {told}", flush=True)
    print(f"{killed} of {len(chosen)} killed")
    return 0 if killed == len(chosen) else 1


if __name__ == "__main__":
    sys.exit(main())
