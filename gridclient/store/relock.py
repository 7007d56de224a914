"""Checks whether a secret opens a profile that is open already: the lock over the screen asks it."""

import argon2

from gridclient.store import keys, tries
from gridclient.store.cache import Cache
from gridclient.store.profile import Profile

_hasher = argon2.PasswordHasher()


def check(profile: Profile, cache: Cache, secret: str) -> None:
    """Raises what `tries.counted` raises unless this is the profile's PIN or, with a keyring, the password."""
    with tries.counted(profile, cache.clock()):
        if profile.is_locked_by_pin():
            keys.unwrap(profile.key_path, secret)
        else:
            check_password(cache, secret)


def check_password(cache: Cache, password: str) -> None:
    """Raises `WrongPassword` unless the worker signed in with this password last."""
    try:
        _hasher.verify(cache.setting("password") or "", password)
    except (argon2.exceptions.VerificationError, argon2.exceptions.InvalidHashError) as error:
        raise keys.WrongPassword from error
