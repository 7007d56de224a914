"""One cycle with the platform: hello, push, photos, pull, verify. One function, blocking, restartable anywhere.

Every step ends in a transaction of its own, so a cycle that is cut leaves the cache as if the rest had not begun.
It knows no window and no thread; the exchange's callbacks are told what changed.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from gridclient import __version__, faults
from gridclient.errors import GridError
from gridclient.protocol import messages as m
from gridclient.protocol.checksum import heads_digest
from gridclient.protocol.problems import ProblemType
from gridclient.protocol.versions import is_newer
from gridclient.store import arrivals, blobs, outbox
from gridclient.store.cache import Cache, Changes, Transaction, read_setting
from gridclient.store.cipher import CacheDamaged
from gridclient.sync.exchange import Exchange, Progress, Report
from gridclient.sync.others import ask_for_others
from gridclient.sync.pulling import fill, pull, take_snapshot
from gridclient.sync.pushing import push, send_photos
from gridclient.sync.rules import fetch_packs
from gridclient.sync.troubles import Answered, Cut

__all__ = ["CacheTokens", "Cycle", "PlatformUnsteady", "Progress", "Report", "UpgradeNeeded"]


class UpgradeNeeded(GridError):
    """The platform speaks only newer versions of the protocol."""

    text = "The platform needs GridClient {version} or later. Your work is safe on this PC; install it, then go on."


class PlatformUnsteady(GridError):
    """The platform names another epoch at each hello; to follow it would be to send and fetch everything for ever."""

    text = (
        "The platform was restored several times in a row. Your work is safe on this PC and nothing was sent; "
        "GridClient tries again later. Please tell your administrator."
    )


_REPAIR_S = 3600
_IN_A_ROW = 2  # changes of the epoch that are followed before the platform has stood by one of them
_CHANGES = "epoch_changes"  # how many there were, and the epoch that was named last


@dataclass(slots=True)
class Cycle(Exchange):
    """A cycle in progress."""

    def run(self) -> Report:
        """Runs one cycle, or what of it comes before it is stopped; raises the fault that ended it, if one did."""
        try:
            self._run()
        except Answered as answer:
            if answer.kind is not ProblemType.EPOCH_CHANGED:
                raise
            self._run()  # the platform was restored in the middle; the next hello tells how it stands
        except Cut:
            if not self.stopped():
                raise
        self.report.bytes = self.http.received
        if self.report.damaged:
            raise CacheDamaged
        return self.report

    def _run(self) -> None:
        hello = self._hello()
        fetch_packs(self, hello)
        failing = push(self, hello)
        failing = send_photos(self, hello.limits.blob_bytes) or failing
        fill(self, hello)
        scope = pull(self, hello)
        if not self.stopped():  # of what was not pulled nothing can be said
            self._verify(hello, scope)
            ask_for_others(self, hello)
        if failing is not None:
            raise failing  # told at the end: what the platform can still give was taken

    def _hello(self) -> m.Hello:
        with self.cache.read() as connection:
            waiting = outbox.waiting(connection)
        unsent = {"Grid-Outbox-Count": str(waiting.count), "Grid-Outbox-Oldest": waiting.oldest}
        hello = self.http.get("/sync/v1/hello", m.Hello, unsent)
        faults.reach("hello.answered")
        lowest, highest = hello.protocol
        if not lowest <= m.PROTOCOL_VERSION <= highest or is_newer(hello.minimum_client, __version__):
            raise UpgradeNeeded(version=hello.minimum_client)
        with self.cache.write() as tx:
            offset = (datetime.fromisoformat(hello.server_time) - tx.now.astimezone(UTC)).total_seconds()
            self.report.clock_offset_s = offset
            self.report.next_poll_s = hello.next_poll_s
            tx.set_setting("clock_offset_s", str(offset))
            tx.set_setting("scope", " ".join(hello.scope))
            tx.set_setting("worker_number", hello.worker.number)
            changes = blobs.keep_limit(tx, hello.limits.blob_bytes)
            tx.set_setting("newest_client", hello.newest_client)
            outbox.keep_horizon(tx, hello.journal_days)
            is_steady, put_back = self._take_epoch(tx, hello.epoch)
            changes |= put_back | outbox.trim_journal(tx)
            faults.reach("hello.noted")
        if changes:
            self.changed(changes)
        if not is_steady:
            raise PlatformUnsteady
        return hello

    def _take_epoch(self, tx: Transaction, epoch: str) -> tuple[bool, Changes]:
        """Follows the platform into another epoch; False when there were too many, until one is named twice."""
        known = tx.setting("epoch")
        if known is None or known == epoch:
            tx.set_setting("epoch", epoch)
            tx.set_setting(_CHANGES, None)
            return True, Changes()
        changes, _, named = (tx.setting(_CHANGES) or "0 ").partition(" ")
        tx.set_setting(_CHANGES, f"{min(int(changes) + 1, _IN_A_ROW)} {epoch}")
        if int(changes) >= _IN_A_ROW and epoch != named:
            return False, Changes()
        changes = self._restart(tx)
        tx.set_setting("epoch", epoch)
        return True, changes

    def _restart(self, tx: Transaction) -> Changes:
        """The platform was restored: what it may have lost is sent again, and every bucket starts over."""
        changes = outbox.put_back(tx) | blobs.put_back(tx)
        faults.reach("epoch.put-back")
        arrivals.restart_all(tx)
        self.report.epoch_changed = True
        return changes

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
            self._repair(name, scope[name])
        self.report.heads = heads_digest({name: sums[name][2] for name in hello.scope if name in sums})
        complete = len(at_head) == len(hello.scope) and not wrong and not self.report.removals_held
        with self.cache.write() as tx:
            self.report.in_step = complete and waiting.count == 0 and not unsent_blobs
            tx.set_setting("in_step", "1" if complete else None)
            tx.set_setting("synced_at", tx.at)
        self.changed(Changes.of(areas=("scope",)))

    def _repair(self, name: str, told: m.BucketState) -> None:
        """Fetches a bucket again; one that differed afterwards from the very same sums waits for an hour.

        A platform whose sums are wrong would otherwise have every client fetch it in every cycle, for ever.
        """
        tried, state = self.cache.setting(f"repaired {name}"), f"{told.head} {told.count} {told.checksum}"
        now = self.cache.clock().astimezone(UTC)
        if tried is not None:
            at, _, before = tried.partition(" ")
            if before == state and abs((now - datetime.fromisoformat(at)).total_seconds()) < _REPAIR_S:
                return
        take_snapshot(self, name)
        with self.cache.read() as connection:
            is_well = arrivals.sums(connection)[name][:2] == (told.count, told.checksum)
        with self.cache.write() as tx:
            tx.set_setting(f"repaired {name}", None if is_well else f"{tx.at} {state}")


@dataclass(frozen=True, slots=True)
class CacheTokens:
    """Tokens in the settings of a cache."""

    cache: Cache

    def load(self) -> tuple[str, str]:
        """The pair, empty before the first sign-in."""
        with self.cache.read() as connection:
            access, refresh = (read_setting(connection, name) or "" for name in ("access_token", "refresh_token"))
        return access, refresh

    def save(self, access: str, refresh: str) -> None:
        """Keeps a pair, durably: a refresh token is good once."""
        with self.cache.write() as tx:
            tx.set_setting("access_token", access)
            tx.set_setting("refresh_token", refresh)
