"""What a worker opened last, kept by its ids in the worker's own cache: there again at the next start."""

from sqlalchemy.engine import Connection

from gridclient.store import lists
from gridclient.store.cache import Changes, Transaction
from gridclient.store.lists import Found
from gridclient.ui import preferences

_NAME, _MOST = "recent", 8


def remember(tx: Transaction, record_id: str) -> Changes:
    """Puts a record before those that were opened earlier."""
    earlier = (each for each in _kept(tx.connection) if each != record_id)
    return preferences.keep(tx, _NAME, " ".join([record_id, *earlier][:_MOST]))


def recent(connection: Connection) -> list[Found]:
    """The last eight, the latest first, as they are called now and without those that left this PC."""
    return [hit for each in _kept(connection) if (hit := lists.named(connection, each)) is not None]


def _kept(connection: Connection) -> list[str]:
    return preferences.kept(connection, _NAME).split()
