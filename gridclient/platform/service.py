"""The platform as one object: database, blobs, packs and clock, and what every request needs of them.

Knows no HTTP. `app` turns requests into calls of these methods.
"""

import logging
import re
import secrets
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from gridclient.domain.record import iso, new_id
from gridclient.domain.zone import utc_now
from gridclient.errors import GridError
from gridclient.platform import directory, feed, scope, tokens
from gridclient.platform.bell import Bell
from gridclient.platform.blobs import Blobs
from gridclient.platform.database import Database
from gridclient.platform.push import Sender
from gridclient.platform.rulebook import Rulebook
from gridclient.platform.tables import meta
from gridclient.platform.uploads import Uploads
from gridclient.protocol import orders
from gridclient.protocol.messages import JOURNAL_DAYS, Limits, WorkerView
from gridclient.protocol.sealing import Identity
from gridclient.workflow import Pack, Shelf

AREA = "directory"  # the shard of what belongs to the whole platform
_EPOCH, _KEY, _JOURNAL, _NEWEST = "epoch", "identity", "journal_days", "newest_client"
_EPOCH_LEAST_S = 3600
_SETTING = sa.select(meta.c.value).where(meta.c.area == AREA, meta.c.name == sa.bindparam("name"))
_VERSION = re.compile(r"[0-9]{1,6}(\.[0-9]{1,6}){0,3}")
log = logging.getLogger("gridclient.platform")


class NotInitialised(GridError):
    """There is no platform in this database yet."""

    text = "There is no platform here yet. Run `gridclient platform init` first, or check the folder and the database."


class JournalTooShort(GridError):
    """Clients would forget what the platform may lose."""

    text = "Clients keep their answered work for a day at least."


class NoVersion(GridError):
    """What was named is no version of the program."""

    text = "“{version}” is no version: write numbers with dots, such as 0.2.0."


@dataclass(frozen=True, slots=True)
class Caller:
    """A signed-in request: who, on which device, and the buckets in scope at this moment."""

    session: tokens.Session
    account: directory.Account
    scope: frozenset[str]

    @property
    def sender(self) -> Sender:
        """The caller as the author of mutations."""
        return Sender(self.account.worker_id, self.account.role, self.session.device, self.scope)


class Platform:
    """The reference platform over one database and one folder of files."""

    def __init__(
        self,
        database: Database,
        files: Path,
        *,
        packs: Mapping[str, Pack] | None = None,
        clock: Callable[[], datetime] = utc_now,
    ) -> None:
        self.database = database
        self.blobs = Blobs(files / "blobs")
        self.uploads = Uploads(files / "uploads", self.blobs)
        self.bell = Bell()
        self.limits = Limits()
        self.clock = clock
        self.rules = Rulebook(files / "packs", None if packs is None else packs.values())
        self._snapshots = files / "snapshots"
        self._snapshot_locks: dict[str, threading.Lock] = {}  # by bucket

    @classmethod
    def at(cls, folder: Path, url: str | None = None, *, clock: Callable[[], datetime] = utc_now) -> "Platform":
        """Opens the platform in a folder; the database is a file there, or the PostgreSQL at `url`."""
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)  # it will hold identities and the platform's own key
        platform = cls(Database.at(url or folder), folder, clock=clock)
        platform.database.create()
        return platform

    @property
    def packs(self) -> Shelf:
        """Every version of every pack that is here now."""
        with self.database.read() as connection:
            return self.rules.shelf(connection)

    def epoch(self, connection: Connection) -> str:
        """Which life of the database this is; it changes when a backup is restored."""
        found = _setting(connection, _EPOCH)
        if found is None:
            raise NotInitialised
        return found

    def journal_days(self, connection: Connection) -> int:
        """How many days clients keep answered mutations: no backup that is restored may be older."""
        return int(_setting(connection, _JOURNAL) or JOURNAL_DAYS)

    def keep_journal(self, days: int) -> None:
        """Changes it; each client hears of it in its next hello. Raises `JournalTooShort`."""
        if days < 1:
            raise JournalTooShort
        with self.database.write() as connection:
            feed.upsert(connection, meta, {"area": AREA, "name": _JOURNAL, "value": str(days)})

    def newest_client(self, connection: Connection) -> str:
        """The version of the program that workers are asked to install; empty where none was named."""
        return _setting(connection, _NEWEST) or ""

    def offer_client(self, version: str) -> None:
        """Names it; each older client hears of it in its next hello and works on. Raises `NoVersion`."""
        if not _VERSION.fullmatch(version):
            raise NoVersion(version=version)
        with self.database.write() as connection:
            feed.upsert(connection, meta, {"area": AREA, "name": _NEWEST, "value": version})

    def initialise(self) -> bool:
        """Gives a new database its identity; False when it has one already."""
        with self.database.write() as connection:
            if _setting(connection, _EPOCH) is not None:
                return False
            feed.upsert(connection, meta, {"area": AREA, "name": _EPOCH, "value": f"{new_id()}.1.1"})
            feed.upsert(connection, meta, {"area": AREA, "name": _KEY, "value": Identity.fresh().secret})
            return True

    def change_epoch(self, epoch: str) -> str:
        """Begins a new life of the database after the one of this epoch; returns the epoch in force.

        Its middle part is drawn: the same backup may be put back twice within a second.
        """
        database, _, generation = epoch.rsplit(".", 2)
        after = f"{database}.{secrets.token_hex(4)}.{max(int(generation) + 1, int(self.clock().timestamp()))}"
        with self.database.write() as connection:
            if (now := self.epoch(connection)) != epoch:
                return now  # somebody was quicker
            feed.upsert(connection, meta, {"area": AREA, "name": _EPOCH, "value": after})
        log.warning("a new epoch began")
        return after

    def change_epoch_once(self, epoch: str) -> bool:
        """The same because a client knows more than the database; False when an epoch began within the hour.

        Every client then sends its acknowledged work again and fetches everything anew: no client may ask for that
        often.
        """
        if self.clock().timestamp() - int(epoch.rsplit(".", 1)[1]) < _EPOCH_LEAST_S:
            return False
        self.change_epoch(epoch)
        return True

    @property
    def id(self) -> str:
        """Which platform this is, whatever happened to its database: the first part of every epoch."""
        with self.database.read() as connection:
            return self.epoch(connection).partition(".")[0]

    @property
    def public_key(self) -> str:
        """By which clients know what this platform signed, and encrypt to it."""
        return self.identity.public

    @cached_property
    def identity(self) -> Identity:
        """The platform's own keys."""
        with self.database.read() as connection:
            return Identity.of(_setting(connection, _KEY) or "")

    def order_to(self, device: str) -> dict[str, str]:
        """The signed order that makes a device wipe its caches."""
        return orders.sign(orders.Order(device=device, issued_at=iso(self.clock().astimezone(UTC))), self.identity)

    def caller(self, token: str) -> Caller:
        """Who sends this access token; raises `tokens.TokenRefused` or `tokens.DeviceRevoked`."""
        with self.database.read() as connection:
            session = tokens.check_access(connection, token, self.clock())
            if session.is_confirmed:
                return _caller(connection, session)
        with self.database.write() as connection:
            tokens.confirm(connection, token)
        return self.caller_of(session)

    def caller_of(self, session: tokens.Session) -> Caller:
        """A session with its account and its scope at this moment."""
        with self.database.read() as connection:
            return _caller(connection, session)

    def snapshot(self, bucket: str) -> tuple[Path, str]:
        """The file of a bucket's live records and its ETag, made once for every state that is asked for."""
        with self._snapshot_locks.setdefault(bucket, threading.Lock()), self.database.read() as connection:
            epoch = self.epoch(connection)
            head = feed.states(connection, [bucket])[bucket].head
            etag = f"{epoch}-{head}"
            folder = self._snapshots / bucket.replace(":", "-")
            path = folder / f"{etag}.ndjson.zst"
            if not path.exists():
                folder.mkdir(parents=True, exist_ok=True)
                part = folder / f"{secrets.token_hex(4)}.part"
                with part.open("wb") as file:
                    for piece in feed.snapshot(connection, epoch, bucket):
                        file.write(piece)
                for older in folder.glob("*.zst"):
                    older.unlink()
                part.replace(path)
            return path, etag


def _caller(connection: Connection, session: tokens.Session) -> Caller:
    account = directory.find_account(connection, session.area, session.account)
    return Caller(session, account, scope.buckets(connection, account))


def _setting(connection: Connection, name: str) -> str | None:
    """What is kept of the platform as a whole by this name."""
    return connection.execute(_SETTING, {"name": name}).scalar_one_or_none()


def worker_view(connection: Connection, account: directory.Account) -> WorkerView:
    """An account as its owner sees it."""
    number = directory.number_of(connection, account)
    return WorkerView(
        id=account.worker_id, account=account.account, name=account.name, role=account.role, number=number
    )
