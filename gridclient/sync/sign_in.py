"""Signs a worker in: the platform's yes, a profile on this PC, and the key of its cache.

Once signed in, a worker opens the profile without a network: with the PIN where the PC has no keyring, else with
the password, which the cache can check by an Argon2id hash that it keeps inside.
"""

import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit

import argon2

from gridclient.domain.record import iso, new_id
from gridclient.domain.zone import utc_now
from gridclient.errors import GridError
from gridclient.protocol import messages as m
from gridclient.protocol.sealing import Identity
from gridclient.store import keys, tries
from gridclient.store.cache import Cache, open_cache
from gridclient.store.facts import ProfileFacts
from gridclient.store.keys import Keyring
from gridclient.store.profile import Profile, profile_of
from gridclient.store.relock import check_password
from gridclient.store.rescue import Rescued, rescue
from gridclient.sync.cycle import CacheTokens
from gridclient.sync.http import Http

_hasher = argon2.PasswordHasher()


class PlainAddress(GridError):
    """The address would send passwords unencrypted over a network."""

    text = "The address must begin with https:// (http:// only for a platform on this PC)."


@dataclass(slots=True)
class _Memory:
    """Tokens before there is a cache to keep them."""

    access: str = ""
    refresh: str = ""

    def load(self) -> tuple[str, str]:
        """The pair."""
        return self.access, self.refresh

    def save(self, access: str, refresh: str) -> None:
        """Keeps the pair."""
        self.access, self.refresh = access, refresh


@dataclass(frozen=True, slots=True)
class Credentials:
    """What a worker types to sign in."""

    address: str
    account: str
    password: str = field(repr=False)
    device_name: str = ""
    pin: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Opened:
    """An open profile: its cache, its conversation with the platform, and who works."""

    profile: Profile
    cache: Cache
    http: Http
    worker_id: str
    facts: ProfileFacts

    def close(self) -> None:
        """Closes everything and lets another process have the profile."""
        self.http.close()
        self.cache.close()
        self.profile.release()


def sign_in(
    root: Path,
    who: Credentials,
    ring: Keyring | None,
    *,
    anew: bool = False,
    verify: str | bool = True,
    clock: Callable[[], datetime] = utc_now,
) -> Opened:
    """Signs in at the platform and opens the profile, creating it on first use.

    `anew` sets a profile aside whose PIN nobody knows, once the platform has said yes, and creates another.
    """
    check_address(who.address)
    profile = profile_of(root, who.address, who.account)
    if ring is None and (anew or not profile.key_path.exists()) and len(who.pin) < keys.PIN_DIGITS:
        raise keys.PinTooShort(digits=keys.PIN_DIGITS)
    existing = profile.cache_path.exists()
    profile.hold()
    cache = None
    try:
        if existing and not anew:
            cache = open_cache(profile, _known_key(profile, who, ring, verify, clock), clock)
        device = (cache.setting("device") if cache else None) or str(new_id())
        kept = cache.setting("identity") if cache else None
        identity = Identity.of(kept) if kept else Identity.fresh()
        tokens, memory = _ask(who, device, identity.public, verify)
        tries.forget(profile)
        if cache is None and existing:
            profile.set_aside(clock())
        if cache is None:
            cache = open_cache(profile, _create_key(profile, ring, who.pin), clock)
        with cache.write() as tx:
            tx.set_setting("identity", identity.secret)
        return _open(profile, cache, who, tokens, memory, device, ring, verify)
    except BaseException:
        if cache is not None:
            cache.close()
        profile.release()
        raise


def check_address(address: str) -> None:
    """Refuses an address that would send passwords in plain text over a network."""
    try:
        parts = urlsplit(address)
        is_plain = parts.scheme == "http" and parts.hostname in ("127.0.0.1", "localhost", "::1")
    except ValueError as error:
        raise PlainAddress from error
    # Somebody's name before an @ would hide whose address it really is.
    if not parts.hostname or "@" in parts.netloc or not (parts.scheme == "https" or is_plain):
        raise PlainAddress


def _ask(who: Credentials, device: str, key: str, verify: str | bool) -> tuple[m.Tokens, _Memory]:
    memory = _Memory()
    http = Http(who.address, device, memory, verify=verify)
    try:
        return http.sign_in(who.account, who.password, who.device_name, key), memory
    finally:
        http.close()


def _open(
    profile: Profile,
    cache: Cache,
    who: Credentials,
    tokens: m.Tokens,
    memory: _Memory,
    device: str,
    ring: Keyring | None,
    verify: str | bool,
) -> Opened:
    with cache.write() as tx:
        for name, value in {
            "device": device, "worker": tokens.worker.id, "role": tokens.worker.role, "name": tokens.worker.name,
            "worker_number": tokens.worker.number,
            "access_token": memory.access, "refresh_token": memory.refresh,
            "password": _hasher.hash(who.password), "platform": tokens.platform,
            "platform_key": tokens.platform_key,
        }.items():  # fmt: skip
            tx.set_setting(name, value)
    facts = ProfileFacts(
        id=profile.folder.name, address=who.address, account=who.account, name=tokens.worker.name,
        role=tokens.worker.role, locked_by="pin" if profile.key_path.exists() else "keyring",
        last_used_at=iso(cache.clock().astimezone(UTC)),
    )  # fmt: skip
    profile.keep(facts)
    http = Http(who.address, device, CacheTokens(cache), verify=verify)
    return Opened(profile, cache, http, tokens.worker.id, facts)


def unlock(
    profile: Profile,
    secret: str,
    ring: Keyring | None,
    *,
    verify: str | bool = True,
    clock: Callable[[], datetime] = utc_now,
) -> Opened:
    """Opens a profile without asking the platform: by PIN, or by the password that signed in last."""
    facts = profile.facts
    profile.hold()
    try:
        with tries.counted(profile, clock()):
            cache = open_cache(profile, _key(profile, ring, secret), clock)
            if facts.locked_by == "keyring":
                _check_password(cache, secret)
    except BaseException:
        profile.release()
        raise
    worker, device = cache.setting("worker") or "", cache.setting("device") or str(uuid.UUID(int=0))
    http = Http(facts.address, device, CacheTokens(cache), verify=verify)
    return Opened(profile, cache, http, worker, facts)


def rescue_profile(
    profile: Profile, secret: str, ring: Keyring | None, *, clock: Callable[[], datetime] = utc_now
) -> Rescued:
    """Rebuilds a damaged cache with the worker's own work in it; `unlock` then opens it as ever."""
    profile.hold()
    try:
        with tries.counted(profile, clock()):
            key = _key(profile, ring, secret)
        return rescue(profile, key, clock)
    finally:
        profile.release()


def _check_password(cache: Cache, password: str) -> None:
    try:
        check_password(cache, password)
    except keys.WrongPassword:
        cache.close()
        raise


def _known_key(
    profile: Profile, who: Credentials, ring: Keyring | None, verify: str | bool, clock: Callable[[], datetime]
) -> bytes:
    """The key of a profile that is there; when no try of its PIN is left, the platform's yes gives new ones."""
    if not profile.is_locked_by_pin():
        return _key(profile, ring, who.pin)
    if tries.left(profile) == 0:
        # The device's own name is in the cache, so that this question is asked as a device of its own.
        _ask(who, str(new_id()), "", verify)
        tries.forget(profile)
    with tries.counted(profile, clock()):
        return _key(profile, ring, who.pin)


def _key(profile: Profile, ring: Keyring | None, pin: str) -> bytes:
    if profile.is_locked_by_pin():
        return keys.unwrap(profile.key_path, pin)
    return keys.from_keyring(ring, profile.folder.name)


def _create_key(profile: Profile, ring: Keyring | None, pin: str) -> bytes:
    key = keys.new_key()
    if ring is None:
        keys.wrap(profile.key_path, key, pin)
    else:
        profile.key_path.unlink(missing_ok=True)  # of a cache that was removed
        keys.keep_in_keyring(ring, profile.folder.name, key)
    return key
