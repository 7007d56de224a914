"""What a worker prefers on this PC: look, language, type size, the idle lock, and how the lists were left.

Kept in the worker's own cache, so nothing of it is readable without the key.
"""

import base64
from dataclasses import dataclass
from typing import Literal, get_args

from sqlalchemy.engine import Connection

from gridclient.store.cache import Changes, Transaction, read_setting
from gridclient.text import LANGUAGES

Theme = Literal["light", "dark", "system"]
LOCK_MINUTES = (3, 5, 10)
_PREFIX = "ui."


@dataclass(frozen=True, slots=True)
class Preferences:
    """A worker's choices; the defaults until something was chosen."""

    theme: Theme = "light"
    language: str = "en"
    large: bool = False
    lock_minutes: int = 5


def read_preferences(connection: Connection, now: Preferences) -> Preferences:
    """The worker's choices; what was never chosen, or can no longer be, stays as it is now."""
    theme = kept(connection, "theme")
    chosen = kept(connection, "language")
    minutes = kept(connection, "lock_minutes")
    return Preferences(
        theme if theme in get_args(Theme) else now.theme,  # type: ignore[arg-type]  # one of the three
        chosen if chosen in LANGUAGES else now.language,
        kept(connection, "large") == "1",
        int(minutes) if minutes in {str(each) for each in LOCK_MINUTES} else now.lock_minutes,
    )


def kept(connection: Connection, name: str) -> str:
    """One choice as text; empty when it was never made."""
    return read_setting(connection, _PREFIX + name) or ""


def all_kept(connection: Connection) -> dict[str, str]:
    """Every choice that was made, by its name."""
    rows = connection.exec_driver_sql("SELECT name, value FROM settings WHERE name GLOB ?", (_PREFIX + "*",))
    return {row.name.removeprefix(_PREFIX): row.value or "" for row in rows}


def keep(tx: Transaction, name: str, value: str) -> Changes:
    """Keeps one choice."""
    tx.set_setting(_PREFIX + name, value)
    return Changes()


def pack_state(state: bytes) -> str:
    """A window's or a splitter's state as text."""
    return base64.b64encode(state).decode()


def unpack_state(text: str) -> bytes:
    """The state again; empty when there is none."""
    return base64.b64decode(text) if text else b""
