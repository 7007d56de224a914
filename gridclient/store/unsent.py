"""How many edits of a profile wait for upload, beside the profile: the sign-in screen says it without the key.

A number about the worker's PC, nothing about residents.
"""

import msgspec

from gridclient.durable import write_durably
from gridclient.store.profile import Profile

_NAME = "unsent.json"


def keep_unsent(profile: Profile, count: int) -> None:
    """Writes the number, when it is another one than before."""
    if read_unsent(profile) != count:
        write_durably(profile.folder / _NAME, msgspec.json.encode(count))


def read_unsent(profile: Profile) -> int | None:
    """The number; None when it was never written."""
    try:
        return msgspec.json.decode((profile.folder / _NAME).read_bytes(), type=int)
    except (FileNotFoundError, msgspec.MsgspecError):
        return None
