"""Cases that are not at an end of their pack, as SQL says it."""

import msgspec

from gridclient.workflow import Shelf

# The first half as the index of open cases says it; `coalesce`, or a case without a pack would be in neither list.
UNENDED = "s.state IS NOT 'closed' AND coalesce(s.pack || ' ' || s.state, '') NOT IN (SELECT value FROM json_each(?))"


def ends_of(packs: Shelf) -> str:
    """The value for the parameter of `UNENDED`."""
    return msgspec.json.encode([f"{pack} {state}" for pack, state in sorted(packs.ended)]).decode()
