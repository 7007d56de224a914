"""A cache that holds what one bucket brought."""

import secrets
from collections.abc import Mapping, Sequence
from pathlib import Path

import msgspec

from gridclient.domain.record import Kind, Value
from gridclient.protocol.messages import Row
from gridclient.store import arrivals
from gridclient.store.cache import Cache


def filled(folder: Path, bucket: str, records: Sequence[tuple[str, Kind, Mapping[str, Value]]]) -> Cache:
    """A cache after its first sync; `records` are ids, kinds and fields."""
    opened = Cache(folder / "cache.db", folder / "attachments.db", secrets.token_bytes(32))
    rows = [
        Row(b=bucket, s=n, id=record, v=1, k=kind, r=msgspec.Raw(msgspec.json.encode(fields)))
        for n, (record, kind, fields) in enumerate(records, 1)
    ]
    with opened.write() as tx:
        arrivals.finish_filling(tx)
        taking = arrivals.arrivals(tx, [bucket])
        taking.take(rows)
        taking.close({bucket: len(rows)})
    return opened
