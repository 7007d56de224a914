"""Who else still has work to upload, as the platform last told a supervisor; names of colleagues, none of residents."""

from dataclasses import dataclass

import msgspec
from sqlalchemy.engine import Connection

from gridclient.protocol.messages import UnsentDevice
from gridclient.store.cache import Changes, Transaction, read_setting

_NAME = "team.unsent"


@dataclass(frozen=True, slots=True)
class Others:
    """The devices with unsent work, the oldest work first, as the platform told at `at`; empty when it never did."""

    devices: tuple[UnsentDevice, ...] = ()
    at: str = ""


def keep_others(tx: Transaction, devices: list[UnsentDevice]) -> Changes:
    """Keeps what the platform told just now; the moment alone is something new to show."""
    tx.set_setting(_NAME, msgspec.json.encode(Others(tuple(devices), tx.at)).decode())
    return Changes.of(areas=("unsent",))


def read_others(connection: Connection) -> Others:
    """What the platform told last."""
    kept = read_setting(connection, _NAME)
    return msgspec.json.decode(kept, type=Others) if kept else Others()
