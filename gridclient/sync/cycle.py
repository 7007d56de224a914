"""One cycle with the platform: hello, push, blobs, pull, verify. One function, blocking, restartable anywhere.

Every step ends in a transaction of its own, so a cycle that is cut leaves the cache as if the rest had not begun.
It knows no window and no thread; `report` is told what changed.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime

import msgspec

from gridclient.domain.record import iso
from gridclient.protocol import messages as m
from gridclient.protocol.pages import DAMAGED, PageReader, TornPage
from gridclient.protocol.pages import MEDIA_TYPE as PAGE
from gridclient.protocol.problems import ProblemType
from gridclient.store import arrivals, blobs, outbox
from gridclient.store.cache import Cache, Changes, Transaction
from gridclient.sync import photos
from gridclient.sync.http import Answered, Cut, Http, Offline

_SYNC = "/sync/v1"
_DAY_MIN = 24 * 60


@dataclass(frozen=True, slots=True)
class Progress:
    """How far the first sync is: buckets, rows and bytes."""

    buckets_done: int
    buckets: int
    rows: int
    rows_total: int
    bytes: int
    stage: str  # "download", "index"


@dataclass(slots=True)
class Report:
    """What a cycle did."""

    pushed: int = 0
    results: dict[str, int] = field(default_factory=dict[str, int])
    blobs_sent: int = 0
    rows: int = 0
    pages: int = 0
    bytes: int = 0
    mismatched: list[str] = field(default_factory=list[str])
    epoch_changed: bool = False
    clock_offset_s: float = 0.0
    in_step: bool = False  # outbox empty, heads reached, checksums equal


@dataclass(slots=True)
class Cycle:
    """A cycle in progress: the cache, the platform, and whom to tell."""

    cache: Cache
    http: Http
    changed: Callable[[Changes], None] = lambda changes: None
    progress: Callable[[Progress], None] = lambda progress: None
    stopped: Callable[[], bool] = lambda: False
    report: Report = field(default_factory=Report)

    def run(self) -> Report:
        """Runs one cycle; raises the fault that ended it, if one did."""
        hello = self._hello()
        self._push(hello)
        self._send_blobs(hello.limits.blob_bytes)
        self._fill(hello)
        scope = self._pull(hello)
        self._verify(hello, scope)
        self.report.bytes = self.http.received
        return self.report

    # --- hello ---------------------------------------------------------------------------------------------

    def _hello(self) -> m.Hello:
        with self.cache.read() as connection:
            waiting = outbox.waiting(connection)
        unsent = {"Grid-Outbox-Count": str(waiting.count), "Grid-Outbox-Oldest": waiting.oldest}
        hello = self.http.get(f"{_SYNC}/hello", m.Hello, unsent)
        with self.cache.write() as tx:
            offset = (datetime.fromisoformat(hello.server_time) - tx.now.astimezone(UTC)).total_seconds()
            self.report.clock_offset_s = offset
            tx.set_setting("clock_offset_s", str(offset))
            tx.set_setting("scope", " ".join(hello.scope))
            known = tx.setting("epoch")
            if known is not None and known != hello.epoch:
                self._restart(tx)
            tx.set_setting("epoch", hello.epoch)
            outbox.trim_journal(tx)
        return hello

    def _restart(self, tx: Transaction) -> None:
        """The platform was restored: what it may have lost goes in front again, and every bucket starts over."""
        outbox.put_back(tx)
        tx.connection.exec_driver_sql("UPDATE cursors SET cursor = 0")
        self.report.epoch_changed = True

    # --- push ----------------------------------------------------------------------------------------------

    def _push(self, hello: m.Hello) -> None:
        most = hello.limits.push_mutations
        room = hello.limits.push_bytes - 4096  # for the envelope
        sent: set[str] = set()
        while not self.stopped():
            with self.cache.read() as connection:
                now = iso(self.cache.clock().astimezone(UTC))
                batch = [row for row in outbox.to_push(connection, now, most, room) if row[0] not in sent]
            if not batch:
                return
            sent.update(mid for mid, _ in batch)
            self._push_batch(hello.epoch, batch)

    def _push_batch(self, epoch: str, batch: list[tuple[str, bytes]]) -> None:
        body = m.PushRequest(epoch=epoch, device=self.http.device, mutations=[msgspec.Raw(raw) for _, raw in batch])
        try:
            reply = self.http.post(f"{_SYNC}/push", body, m.PushReply)
        except Answered as answer:
            if answer.status not in (413, 500, 502, 504) and answer.kind is not ProblemType.BAD_REQUEST:
                raise
            self._push_smaller(epoch, batch)
            return
        with self.cache.write() as tx:
            changes = outbox.settle(tx, reply.results)
        self.report.pushed += len(reply.results)
        for result in reply.results:
            self.report.results[result.status] = self.report.results.get(result.status, 0) + 1
        self.changed(changes)

    def _push_smaller(self, epoch: str, batch: list[tuple[str, bytes]]) -> None:
        """Halves a batch that the platform fails on; a lone mutation that fails waits a day and blocks nobody."""
        if len(batch) > 1:
            middle = len(batch) // 2
            self._push_batch(epoch, batch[:middle])
            self._push_batch(epoch, batch[middle:])
            return
        with self.cache.write() as tx:
            outbox.hold_back(tx, [batch[0][0]], minutes=_DAY_MIN, quarantine=True)
        self.changed(Changes.of(areas=("outbox", "outcomes")))

    def _send_blobs(self, max_bytes: int) -> None:
        with self.cache.read() as connection:
            todo = blobs.to_upload(connection)
        for sha256 in todo:
            if self.stopped():
                return
            data = self.cache.files.get(sha256)
            if data is None or len(data) > max_bytes:
                continue
            photos.send(self.http, sha256, data)
            with self.cache.write() as tx:
                blobs.mark_uploaded(tx, sha256)
            self.report.blobs_sent += 1
            self.changed(Changes.of(areas=("outbox",)))

    # --- pull ----------------------------------------------------------------------------------------------

    def _fill(self, hello: m.Hello) -> None:
        """Fetches every bucket that starts at 0 as one file, then makes lists and search of what is new."""
        with self.cache.read() as connection:
            reached = {name: cursor for name, (_, _, cursor) in arrivals.sums(connection).items()}
        empty = [name for name in hello.scope if reached.get(name, 0) == 0]
        for done, name in enumerate(empty):
            if self.stopped():
                return
            self.progress(Progress(done, len(empty), self.report.rows, hello.records, self.http.received, "download"))
            self._snapshot(name)
        with self.cache.read() as connection:
            filling = arrivals.is_filling(connection)
        if filling:
            self._open_cache(len(empty), hello.records)

    def _open_cache(self, buckets: int, records: int) -> None:
        more = True
        while more:
            self.progress(Progress(buckets, buckets, records, records, self.http.received, "index"))
            with self.cache.write() as tx:
                more = arrivals.project_new(tx)
        with self.cache.write() as tx:
            changes = arrivals.finish_filling(tx)
        self.changed(changes)

    def _snapshot(self, name: str) -> None:
        """Downloads a bucket whole, resuming where a cut left it, and lays it into the cache in one transaction."""
        data, etag, cuts = bytearray(), "", 0
        path = f"{_SYNC}/buckets/{name}/snapshot"
        while True:
            before = len(data)
            try:
                self.http.resume(path, PAGE, data, etag)
                break
            except Cut as cut:
                etag = cut.etag
                cuts = cuts + 1 if len(data) == before else 0
                if cuts >= 3 or self.stopped():
                    raise
        try:
            reader = PageReader(bytes(data))
            if set(reader.header.scope) != {name}:
                raise TornPage("the snapshot is of another bucket")
            with self.cache.write() as tx:
                taking = arrivals.arrivals(tx, [name])
                taking.start_over(name)
                rows = 0
                for batch in reader.batches():
                    self._only(batch, {name})
                    taking.take(batch)
                    rows += len(batch)
                taking.finish_over(name)
                assert reader.end is not None
                changes = taking.close(reader.end.cursors)
        except DAMAGED as torn:
            raise Offline from torn
        self.report.rows += rows
        self.report.pages += 1
        self.changed(changes)

    def _pull(self, hello: m.Hello) -> Mapping[str, m.BucketState]:
        """Follows the feed until nothing is left; records without a bucket are swept only then."""
        scope: Mapping[str, m.BucketState] = {}
        more = True
        while more and not self.stopped():
            with self.cache.read() as connection:
                cursors = {name: cursor for name, (_, _, cursor) in arrivals.sums(connection).items()}
            asked = {name: cursors[name] for name in hello.scope if name in cursors}
            body = m.PullRequest(epoch=hello.epoch, cursors=asked, max_bytes=hello.limits.page_bytes)
            page = self.http.read_bytes("POST", f"{_SYNC}/pull", PAGE, body)
            scope, more = self._take_page(page)
        if not more:
            with self.cache.write() as tx:
                changes, orphans = arrivals.sweep(tx)
            if orphans:
                self.cache.files.drop(orphans)
            self.changed(changes)
        return scope

    def _take_page(self, page: bytes) -> tuple[Mapping[str, m.BucketState], bool]:
        try:
            reader = PageReader(page)
            scope = reader.header.scope
            with self.cache.write() as tx:
                changes = arrivals.drop_lost_buckets(tx, scope)
                taking = arrivals.arrivals(tx, scope)
                for batch in reader.batches():
                    self._only(batch, scope.keys() - set(reader.header.reset))
                    taking.take(batch)
                    self.report.rows += len(batch)
                assert reader.end is not None
                reached = {k: v for k, v in reader.end.cursors.items() if k not in reader.header.reset}
                changes |= taking.close(reached)
                for name in reader.header.reset:  # the platform's past is not ours: fetch the bucket whole
                    tx.connection.exec_driver_sql("UPDATE cursors SET cursor = 0 WHERE bucket = ?", (name,))
        except DAMAGED as torn:
            raise Offline from torn
        self.report.pages += 1
        self.changed(changes)
        for name in reader.header.reset:
            self._snapshot(name)
        return scope, reader.end.more

    @staticmethod
    def _only(batch: list[m.Row], names: set[str]) -> None:
        if any(row.b not in names for row in batch):
            raise TornPage("a row of a bucket that was not announced")

    # --- verify --------------------------------------------------------------------------------------------

    def _verify(self, hello: m.Hello, scope: Mapping[str, m.BucketState]) -> None:
        """Compares counts and checksums at equal heads; a bucket that differs is fetched again, alone."""
        with self.cache.read() as connection:
            sums = arrivals.sums(connection)
            waiting = outbox.waiting(connection)
            unsent_blobs = blobs.to_upload(connection)
        at_head = {n: s for n, s in scope.items() if n in sums and sums[n][2] == s.head}
        wrong = [n for n, s in at_head.items() if sums[n][:2] != (s.count, s.checksum)]
        self.report.mismatched = wrong
        for name in wrong:
            self._snapshot(name)
        with self.cache.write() as tx:
            complete = len(at_head) == len(hello.scope) and not wrong
            self.report.in_step = complete and waiting.count == 0 and not unsent_blobs
            tx.set_setting("in_step", "1" if complete else None)
            tx.set_setting("synced_at", tx.at)
        self.changed(Changes.of(areas=("scope",)))


@dataclass(frozen=True, slots=True)
class CacheTokens:
    """Tokens in the settings of a cache."""

    cache: Cache

    def load(self) -> tuple[str, str]:
        """The pair, empty before the first sign-in."""
        return self.cache.setting("access_token") or "", self.cache.setting("refresh_token") or ""

    def save(self, access: str, refresh: str) -> None:
        """Keeps a pair, durably: a refresh token is good once."""
        with self.cache.write() as tx:
            tx.set_setting("access_token", access)
            tx.set_setting("refresh_token", refresh)
