"""Keeps the key of a worker's cache: in the system's keyring, or wrapped by a PIN where there is none.

A key is 256 random bits and is never written in plain text. A keyring backend that would keep it in a readable
file is not accepted; the PIN's file holds the key only under AES-256-GCM with a key that Argon2id derives.
"""

import base64
import os
import secrets
from pathlib import Path
from typing import Annotated, Protocol

import msgspec
from msgspec import Meta

from gridclient.durable import write_durably
from gridclient.errors import GridError

SERVICE = "GridClient"
PIN_DIGITS = 6
# Exactly these: a module of another package may have one of these names and keep secrets in a readable file.
_TRUSTED = frozenset(
    f"keyring.backends.{name}" for name in ("SecretService", "kwallet", "libsecret", "macOS", "Windows")
)
_MEMORY_KIB, _TIME_COST, _LANES = 64 * 1024, 3, 2


class CacheLocked(GridError):
    """The cache exists but there is no key for it."""

    text = "The key of this cache is not in the system's keyring. Ask an administrator before you sign in anew."


class KeyFileGone(CacheLocked):
    """The file that holds the key under the PIN is missing or damaged."""

    text = (
        "The key file is gone or damaged, so no PIN opens this cache: {file}. Put the file back from a copy. If there "
        "is none, ask an administrator to remove the folder, then sign in anew; what was not uploaded is lost."
    )


class KeyringRefused(GridError):
    """The system's keyring did not take the key; nothing was created."""

    text = "The system's keyring did not take the key of the cache. Unlock the keyring, then sign in again."


class WrongSecret(GridError):
    """What was typed does not open the profile; `left` among the values says how many tries are left."""


class WrongPin(WrongSecret):
    """The PIN does not open the key."""

    text = "This PIN is wrong."


class WrongPassword(WrongSecret):
    """The password does not open this profile."""

    text = "This password is wrong."


class PinTooShort(GridError):
    """The PIN has too few digits, or something else than digits."""

    text = "A PIN has at least {digits} digits and nothing else."


class Keyring(Protocol):
    """What is used of a system's keyring (the real one, or a test's)."""

    def get_password(self, service: str, username: str, /) -> str | None:
        """The secret, or None."""
        ...

    def set_password(self, service: str, username: str, password: str, /) -> None:
        """Keeps a secret."""
        ...

    def delete_password(self, service: str, username: str, /) -> None:
        """Forgets a secret."""
        ...


def system_keyring() -> Keyring | None:
    """The system's keyring; None where there is none, where it does not answer, or where it keeps secrets readable."""
    import keyring  # a tenth of the start, and not needed where a PIN opens the cache

    backend = keyring.get_keyring()
    for candidate in (backend, *getattr(backend, "backends", [])):  # a chain offers several
        modules = {each.__module__ for each in type(candidate).__mro__}
        if modules & _TRUSTED and candidate.viable:
            return candidate
    return None


def new_key() -> bytes:
    """A fresh cache key, 32 random bytes."""
    return secrets.token_bytes(32)


def keep_in_keyring(ring: Keyring, profile_id: str, key: bytes) -> None:
    """Gives the key to the system's keyring; raises `KeyringRefused`."""
    from keyring.errors import KeyringError

    try:
        ring.set_password(SERVICE, profile_id, key.hex())
    except KeyringError as error:
        raise KeyringRefused from error


def from_keyring(ring: Keyring | None, profile_id: str) -> bytes:
    """The key from the system's keyring; raises `CacheLocked` when it is not there."""
    if ring is None:
        raise CacheLocked
    from keyring.errors import KeyringError

    try:
        found = ring.get_password(SERVICE, profile_id)
    except KeyringError as error:
        raise CacheLocked from error
    if found is None:
        raise CacheLocked
    return bytes.fromhex(found)


def forget(ring: Keyring | None, profile_id: str) -> None:
    """Takes the key out of the system's keyring; what it encrypted can never be read again."""
    if ring is not None and ring.get_password(SERVICE, profile_id) is not None:
        ring.delete_password(SERVICE, profile_id)


class _Wrapped(msgspec.Struct):
    """The file of a key under a PIN; a damaged one must not ask for more than a PC has."""

    memory_kib: Annotated[int, Meta(ge=8, le=2**20)]
    time_cost: Annotated[int, Meta(ge=1, le=64)]
    lanes: Annotated[int, Meta(ge=1, le=64)]
    salt: str
    nonce: str
    key: str


def wrap(path: Path, key: bytes, pin: str) -> None:
    """Writes the key to its file, readable only with the PIN."""
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM  # the first screen does without it

    if len(pin) < PIN_DIGITS or not (pin.isascii() and pin.isdigit()):
        raise PinTooShort(digits=PIN_DIGITS)
    salt, nonce = os.urandom(16), os.urandom(12)
    sealed = AESGCM(_derive(pin, salt, _MEMORY_KIB, _TIME_COST, _LANES)).encrypt(nonce, key, SERVICE.encode())
    wrapped = _Wrapped(_MEMORY_KIB, _TIME_COST, _LANES, *(base64.b64encode(x).decode() for x in (salt, nonce, sealed)))
    write_durably(path, msgspec.json.encode(wrapped))


def unwrap(path: Path, pin: str) -> bytes:
    """The key from its file; raises `WrongPin`, or `KeyFileGone` when the file is missing or damaged."""
    from argon2.exceptions import HashingError
    from cryptography.exceptions import InvalidTag
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    try:
        found = msgspec.json.decode(path.read_bytes(), type=_Wrapped)
        salt, nonce, sealed = (base64.b64decode(x, validate=True) for x in (found.salt, found.nonce, found.key))
        derived = _derive(pin, salt, found.memory_kib, found.time_cost, found.lanes)
        return AESGCM(derived).decrypt(nonce, sealed, SERVICE.encode())
    except InvalidTag as error:
        raise WrongPin from error
    except (FileNotFoundError, msgspec.MsgspecError, ValueError, HashingError) as error:
        raise KeyFileGone(file=path) from error


def _derive(pin: str, salt: bytes, memory_kib: int, time_cost: int, lanes: int) -> bytes:
    from argon2.low_level import Type, hash_secret_raw

    return hash_secret_raw(
        pin.encode(), salt, time_cost=time_cost, memory_cost=memory_kib, parallelism=lanes, hash_len=32, type=Type.ID
    )
