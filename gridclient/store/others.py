"""Who else still has work to upload, as the platform last told a supervisor; names of colleagues, none of residents."""

import msgspec
from sqlalchemy.engine import Connection

from gridclient.protocol.messages import UnsentDevice
from gridclient.store.cache import Changes, Transaction, read_setting

_NAME = "others_unsent"
_read = msgspec.json.Decoder(list[UnsentDevice]).decode


def keep_others(tx: Transaction, devices: list[UnsentDevice]) -> Changes:
    """Keeps what the platform told, and says whether it is something new."""
    told = msgspec.json.encode(devices).decode()
    if told == tx.setting(_NAME):
        return Changes()
    tx.set_setting(_NAME, told)
    return Changes.of(areas=("unsent",))


def read_others(connection: Connection) -> list[UnsentDevice]:
    """The devices with unsent work, the oldest work first."""
    return _read(read_setting(connection, _NAME) or "[]")
