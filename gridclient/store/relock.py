"""Checks whether a secret opens a profile that is open already: the lock over the screen asks it."""

import argon2

from gridclient.store import keys
from gridclient.store.cache import Cache
from gridclient.store.profile import Profile

_hasher = argon2.PasswordHasher()


def opens(profile: Profile, cache: Cache, secret: str) -> bool:
    """Whether this is the profile's PIN or, where the key is in the system's keyring, the worker's password."""
    if profile.key_path.exists():
        try:
            keys.unwrap(profile.key_path, secret)
        except keys.WrongPin:
            return False
        return True
    try:
        return _hasher.verify(cache.setting("password") or "", secret)
    except (argon2.exceptions.VerificationError, argon2.exceptions.InvalidHashError):
        return False
