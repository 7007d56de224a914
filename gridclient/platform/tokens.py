"""Opaque tokens of a sign-in: a short access token and a refresh token that is exchanged for a new pair.

A token is `<area>.<family>.<secret>`: the first two find the sign-in's one row in one shard, and only the SHA-256
of the whole is stored. A family is everything that came of one sign-in.

The rule of exchange. A refresh token is good once. Presented again, it is a theft or the retry after a lost
reply, and they are told apart so: while nothing of the pair it was exchanged for was used, the same device gets a
fresh pair and the unused one is void, however long the device was away. Any other refresh token of the family, or
one from another device, ends the family: `TokenReused`. A client therefore exchanges one token at a time, forgets
a reply it no longer waits for, and stores a pair before it uses it.

A refresh token also bears the second in which it was issued and the platform's own mark (HMAC-SHA256). One that is
genuine and younger than the family's current one can only come from a past that a restored database lost; it is
exchanged like the current one, so that a restore makes nobody sign in again.
"""

import logging
import re
import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from hmac import compare_digest
from hmac import digest as hmac_digest
from typing import TypeVar

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from gridclient.errors import GridError
from gridclient.platform.directory_tables import Account, Role, device, insert, token_family, worker_account
from gridclient.platform.tables import meta
from gridclient.protocol.orders import Wipe

ACCESS_FOR = timedelta(minutes=15)
REFRESH_FOR = timedelta(days=30)
_KEY_AREA, _KEY_NAME = "directory", "token_key"
_TOKEN = re.compile(r"(p[0-9a-f]{2})\.([0-9a-f]{32})\.[0-9A-Za-z_-]{43}\Z")
_SIGN_IN = (  # with what account and device are now
    sa.select(token_family, worker_account.c.worker_id, worker_account.c.role, device.c.revoked_at, device.c.wipe)
    .join(
        worker_account,
        (worker_account.c.area == token_family.c.area) & (worker_account.c.account == token_family.c.account),
    )
    .join(
        device,
        (device.c.area == token_family.c.area)
        & (device.c.device_id == token_family.c.device_id)
        & (device.c.worker_id == worker_account.c.worker_id),
    )
    .where(
        token_family.c.area == sa.bindparam("area"),
        token_family.c.family == sa.bindparam("family"),
        worker_account.c.disabled.is_(False),
    )
)

_Filtered = TypeVar("_Filtered", sa.Select[tuple[object, ...]], sa.Update, sa.Delete)

log = logging.getLogger("gridclient.platform.tokens")


class TokenRefused(GridError):
    """The token is good for nothing; commit the transaction all the same."""

    text = "Sign in again."


class TokenUnknown(TokenRefused):
    """Never issued, ended, of the other kind, or of an account that is switched off."""


class TokenExpired(TokenRefused):
    """Its time is over."""


class TokenReused(TokenRefused):
    """A refresh token came back after its successor was used: somebody has a copy, so the family ended."""


class DeviceRevoked(GridError):
    """The token is right, but an administrator took its device off the list."""

    text = "This device was taken off the list. Ask your administrator."

    def __init__(self, session: "Session", wipe: Wipe) -> None:
        super().__init__()
        self.session, self.wipe = session, wipe


@dataclass(frozen=True, slots=True)
class Session:
    """Who sends a token, and on which device."""

    area: str
    account: str
    worker_id: str
    role: Role
    device: str
    family: str
    is_confirmed: bool = True  # False: this is the first use of a pair that was exchanged, and `confirm` notes it


@dataclass(frozen=True, slots=True)
class Pair:
    """What a device gets; this is the only moment at which the tokens are readable."""

    access: str
    refresh: str
    expires_in_s: int


def issue(connection: Connection, account: Account, device_id: str, now: datetime) -> Pair:
    """Gives a device that signed in the first pair of a new family; the account's older one there ends."""
    family = secrets.token_hex(16)
    pair = _new_pair(connection, account.area, family, now)
    connection.execute(_owned_by(account).where(token_family.c.device_id == device_id))
    connection.execute(
        token_family.insert().values(
            area=account.area, family=family, account=account.account, device_id=device_id, confirmed=True,
            older_access_hash="", older_access_until=now, older_refresh_hash="", **_kept(pair, now),
        )
    )  # fmt: skip
    return pair


def check_access(connection: Connection, access: str, now: datetime) -> Session:
    """Who sends this access token; raises `TokenRefused` or `DeviceRevoked`.

    Only reads. The access token of the pair before stays good for its time, because requests may be under way with it.
    """
    row, sent = _find(connection, access)
    is_current = compare_digest(sent, row.access_hash)
    if not is_current and not compare_digest(sent, row.older_access_hash):
        raise TokenUnknown
    if (row.access_until if is_current else row.older_access_until) <= now:
        raise TokenExpired
    if row.revoked_at is not None:
        raise DeviceRevoked(_session(row), row.wipe)
    return replace(_session(row), is_confirmed=row.confirmed or not is_current)


def confirm(connection: Connection, access: str) -> None:
    """Notes that the device has this pair; raises `TokenUnknown` when a retry of the exchange made it void."""
    row, sent = _find(connection, access)
    confirmed = _this(token_family.update(), row.area, row.family).where(token_family.c.access_hash == sent)
    if connection.execute(confirmed.values(confirmed=True)).rowcount == 0:
        raise TokenUnknown


def rotate(connection: Connection, refresh: str, device_id: str, now: datetime) -> tuple[Pair, Session]:
    """Exchanges a refresh token for a new pair by the rule above; raises `TokenRefused` or `DeviceRevoked`.

    The caller commits also when `TokenReused` is raised, or the family would live on. A device that was taken
    off the list gets a pair only to upload what it has before it is wiped; else `DeviceRevoked`.
    """
    row, sent = _find(connection, refresh, locks=True)
    session = _session(row)
    if compare_digest(sent, row.access_hash) or compare_digest(sent, row.older_access_hash):
        raise TokenUnknown  # of the other kind
    is_current = compare_digest(sent, row.refresh_hash)
    is_from_lost_past = _issued_at(connection, refresh) > row.refresh_until - REFRESH_FOR
    is_retry = not row.confirmed and compare_digest(sent, row.older_refresh_hash)
    if row.device_id != device_id or not (is_current or is_retry or is_from_lost_past):
        log.warning("a refresh token was presented again; its sign-in ended")
        revoke_family(connection, session)
        raise TokenReused
    if row.refresh_until <= now:
        raise TokenExpired
    if row.revoked_at is not None and row.wipe != "after_upload":
        raise DeviceRevoked(session, row.wipe)
    pair = _new_pair(connection, row.area, row.family, now)
    values = {"confirmed": False, **_kept(pair, now)}
    if is_current or is_from_lost_past:
        values |= {
            "older_access_hash": row.access_hash,
            "older_access_until": row.access_until,
            "older_refresh_hash": sent,
        }
    connection.execute(_this(token_family.update(), row.area, row.family).values(**values))
    return pair, session


def revoke_family(connection: Connection, session: Session) -> None:
    """Ends every token that came of this sign-in."""
    connection.execute(_this(token_family.delete(), session.area, session.family))


def revoke_account(connection: Connection, account: Account) -> None:
    """Ends every token of an account on every device."""
    connection.execute(_owned_by(account))


def purge_expired(connection: Connection, now: datetime) -> int:
    """Deletes sign-ins whose last refresh token is over; says how many."""
    return connection.execute(token_family.delete().where(token_family.c.refresh_until <= now)).rowcount


def _new_pair(connection: Connection, area: str, family: str, now: datetime) -> Pair:
    unmarked = int(now.timestamp()).to_bytes(4, "big") + secrets.token_bytes(14)
    refresh = urlsafe_b64encode(unmarked + _mark(connection, area, family, unmarked)).rstrip(b"=").decode()
    access = secrets.token_urlsafe(32)
    return Pair(f"{area}.{family}.{access}", f"{area}.{family}.{refresh}", int(ACCESS_FOR.total_seconds()))


def _mark(connection: Connection, area: str, family: str, unmarked: bytes) -> bytes:
    text = f"refresh\n{area}\n{family}\n".encode() + unmarked
    return hmac_digest(bytes.fromhex(_mark_key(connection)), text, "sha256")[:14]


def _mark_key(connection: Connection) -> str:
    """The platform's key for its mark, made on first use."""
    found = sa.select(meta.c.value).where(meta.c.area == _KEY_AREA, meta.c.name == _KEY_NAME)
    key = connection.execute(found).scalar_one_or_none()
    if key is None:
        fresh = insert(connection, meta).values(area=_KEY_AREA, name=_KEY_NAME, value=secrets.token_hex(32))
        connection.execute(fresh.on_conflict_do_nothing(index_elements=["area", "name"]))
        key = connection.execute(found).scalar_one()
    return key


def _issued_at(connection: Connection, refresh: str) -> datetime:
    """When this platform issued a refresh token; the beginning of time if it never did."""
    area, family, secret = refresh.split(".")
    raw = urlsafe_b64decode(secret + "=")
    if not compare_digest(raw[18:], _mark(connection, area, family, raw[:18])):
        return datetime.min.replace(tzinfo=UTC)
    return datetime.fromtimestamp(int.from_bytes(raw[:4], "big"), UTC)


def _kept(pair: Pair, now: datetime) -> dict[str, str | bool | datetime]:
    """What is stored of a pair."""
    return {
        "access_hash": _hash(pair.access),
        "access_until": now + ACCESS_FOR,
        "refresh_hash": _hash(pair.refresh),
        "refresh_until": now + REFRESH_FOR,
    }


def _hash(text: str) -> str:
    return sha256(text.encode()).hexdigest()


def _find(connection: Connection, text: str, *, locks: bool = False) -> tuple[sa.Row[tuple[object, ...]], str]:
    """The sign-in that a token names, with what account and device are now, and the token's hash."""
    named = _TOKEN.match(text)
    if named is None:
        raise TokenUnknown
    statement = _SIGN_IN.with_for_update(of=token_family) if locks else _SIGN_IN
    row = connection.execute(statement, dict(zip(("area", "family"), named.groups(), strict=True))).one_or_none()
    if row is None:
        raise TokenUnknown
    return row, _hash(text)


def _owned_by(account: Account) -> sa.Delete:
    table = token_family.c
    return token_family.delete().where(table.area == account.area, table.account == account.account)


def _this(statement: _Filtered, area: str, family: str) -> _Filtered:
    return statement.where(token_family.c.area == area, token_family.c.family == family)


def _session(row: sa.Row[tuple[object, ...]]) -> Session:
    return Session(row.area, row.account, row.worker_id, row.role, row.device_id, row.family)
