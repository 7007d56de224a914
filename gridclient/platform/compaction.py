"""Keeps the ledger from growing for ever, and still knows a mutation that comes again after years.

What was applied long ago is forgotten row by row; of each device stays how far that went (`dseq`), the latest id that
was forgotten, and the numbers in between that never came. A repeat is older than that id and below that number, and
its number is none of those. What was refused, or became a conflict or a review, keeps its row and its answer.
"""

from collections.abc import Iterable
from typing import Any

import msgspec
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from gridclient.platform.directory_tables import area_of
from gridclient.platform.tables import ledger, ledger_mark
from gridclient.protocol.messages import Mutation

LEDGER_DAYS = 400  # far beyond the journal that clients push again after a restore

Range = tuple[int, int]  # both ends belong to it
_ranges = msgspec.json.Decoder(list[Range]).decode
_encode = msgspec.json.encode


def compact(connection: Connection, before: str) -> int:
    """Forgets applied mutations that came before a moment (UTC, ISO); says how many."""
    old = ledger.c.received_at < before
    devices = connection.execute(sa.select(ledger.c.device).where(old, ledger.c.status == "applied").distinct())
    return sum(_compact(connection, device, before) for device in sorted(devices.scalars()))


def _compact(connection: Connection, device: str, before: str) -> int:
    mark = mark_of(connection, device)
    reached, gaps, latest = (mark.dseq, _ranges(mark.gaps), mark.mid) if mark else (0, [], "")
    rows = connection.execute(
        sa.select(ledger.c.bucket, ledger.c.mid, ledger.c.dseq, ledger.c.status, ledger.c.received_at)
        .where(ledger.c.device == device)
        .order_by(ledger.c.dseq)
    ).all()
    forgotten: list[sa.Row[Any, Any, Any, Any, Any]] = []
    for row in rows:
        if row.received_at >= before:
            if row.dseq > reached:
                break  # what came after it may be old, but the line of numbers ends here
            continue
        gaps = _without(gaps, row.dseq) if row.dseq <= reached else [*gaps, *_between(reached, row.dseq)]
        reached = max(reached, row.dseq)
        if row.status == "applied":
            forgotten.append(row)
    for row in forgotten:
        connection.execute(ledger.delete().where(ledger.c.bucket == row.bucket, ledger.c.mid == row.mid))
    latest = max([latest, *(row.mid for row in forgotten)])
    area = area_of(device)
    connection.execute(ledger_mark.delete().where(ledger_mark.c.area == area, ledger_mark.c.device == device))
    fresh = ledger_mark.insert().values(area=area, device=device, dseq=reached, mid=latest, gaps=_encode(gaps))
    connection.execute(fresh)
    return len(forgotten)


def is_forgotten(mark: Any, mutation: Mutation) -> bool:
    """Whether a mutation without a row was applied so long ago that its row is gone, by its device's mark."""
    if mark is None or mutation.dseq > mark.dseq or mutation.mid > mark.mid:
        return False
    return not any(first <= mutation.dseq <= last for first, last in _ranges(mark.gaps))


def forgotten_among(connection: Connection, device: str, mids: Iterable[str]) -> set[str]:
    """Those of a device's own mutations, known by id alone, that must have been applied and forgotten."""
    mark = mark_of(connection, device)
    if mark is None or _ranges(mark.gaps):
        return set()
    return {mid for mid in mids if mid <= mark.mid}


def mark_of(connection: Connection, device: str) -> Any:
    """How far a device's mutations were forgotten; None when none was."""
    mark = sa.select(ledger_mark).where(ledger_mark.c.area == area_of(device), ledger_mark.c.device == device)
    return connection.execute(mark).one_or_none()


def _between(before: int, after: int) -> list[Range]:
    return [(before + 1, after - 1)] if after > before + 1 else []


def _without(ranges: list[Range], number: int) -> list[Range]:
    """The ranges less one number that came after all."""
    found: list[Range] = []
    for first, last in ranges:
        if first <= number <= last:
            found += [each for each in ((first, number - 1), (number + 1, last)) if each[0] <= each[1]]
        else:
            found.append((first, last))
    return found
