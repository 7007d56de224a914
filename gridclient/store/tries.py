"""Counts wrong PINs and passwords beside the profile, so that neither a lock nor a new start forgets them.

After some the next try has to wait, after five the platform has to accept the password first. This guards a PC left
alone; whoever can copy the folder tries elsewhere (docs/decisions/001).
"""

from collections.abc import Generator
from contextlib import contextmanager
from datetime import datetime
from math import ceil

import msgspec

from gridclient.durable import write_durably
from gridclient.errors import GridError
from gridclient.store.disk import disk_fault
from gridclient.store.keys import WrongSecret
from gridclient.store.profile import Profile

TRIES = 5
_WAIT_S = (0, 0, 5, 15, 60)  # after so many wrong tries
_NAME = "tries.json"


class TooSoon(GridError):
    """The next try has to wait."""

    text = "After several wrong tries there is a pause. Try again in {seconds} s."


class TriesUsedUp(GridError):
    """No try is left until the platform has accepted the password."""

    text = "After five wrong tries, sign in with account and password when online; then you can try here again."


class _Wrong(msgspec.Struct, frozen=True):
    """So many wrong tries, the last one at that moment of this PC's clock."""

    count: int = 0
    last_at: datetime | None = None


def left(profile: Profile) -> int:
    """How many tries are left."""
    return max(0, TRIES - _read(profile).count)


@contextmanager
def counted(profile: Profile, now: datetime) -> Generator[None]:
    """Around one try: a right one forgets the wrong ones, a wrong one raises with the number of tries `left`.

    Raises `TooSoon` or `TriesUsedUp` instead of letting it be tried.
    """
    before = _read(profile)
    if before.count >= TRIES:
        raise TriesUsedUp
    if (rest := _rest_s(before, now)) > 0:
        raise TooSoon(seconds=rest)
    try:
        yield
    except WrongSecret as fault:
        _keep(profile, _Wrong(before.count + 1, now))
        if left(profile) == 0:
            raise TriesUsedUp from fault
        raise type(fault)(left=left(profile)) from fault
    forget(profile)


def forget(profile: Profile) -> None:
    """Begins to count anew: the secret was right, or the platform accepted the password."""
    try:
        (profile.folder / _NAME).unlink(missing_ok=True)
    except OSError as error:
        raise disk_fault(error) from error


def _rest_s(wrong: _Wrong, now: datetime) -> int:
    """The seconds to wait; a clock that was put back since does not lengthen them."""
    if wrong.last_at is None:
        return 0
    passed_s = (now - wrong.last_at).total_seconds()
    return max(0, ceil(_WAIT_S[wrong.count] - passed_s)) if passed_s >= 0 else 0


def _read(profile: Profile) -> _Wrong:
    try:
        return msgspec.json.decode((profile.folder / _NAME).read_bytes(), type=_Wrong)
    except (FileNotFoundError, msgspec.MsgspecError):
        return _Wrong()


def _keep(profile: Profile, wrong: _Wrong) -> None:
    try:
        write_durably(profile.folder / _NAME, msgspec.json.encode(wrong))
    except OSError as error:
        raise disk_fault(error) from error
