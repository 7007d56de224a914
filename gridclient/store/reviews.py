"""What the review queue reads: the cases that wait, who submitted them, and how much differs from the last visit.

Cases without a change may be approved together; a share of them, drawn by lot, is looked at one by one all the same.
"""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy.engine import Connection

from gridclient.domain.record import Fields
from gridclient.store import lists, residents, shown, work
from gridclient.store.cache import Changes, Transaction
from gridclient.store.lists import Ask, QueueFilter
from gridclient.store.work import Actor
from gridclient.workflow import Pack, Shelf, answers_of

SAMPLE = 0.1  # of what could be approved together


@dataclass(frozen=True, slots=True)
class ReviewRow:
    """A case that waits for review; `changes` is None when there is no last visit to compare with."""

    id: str
    title: str
    place: str
    pack: str
    submitted_by: str
    submitted_at: str
    changes: int | None
    again: bool  # it was returned before


def review_rows(connection: Connection, packs: Shelf, limit: int = 500) -> list[ReviewRow]:
    """The cases that wait for review, most urgent first."""
    found: list[ReviewRow] = []
    for row in lists.first_page(connection, Ask(QueueFilter.REVIEW), limit):
        case = shown.find(connection, row.id)
        if case is None:
            continue
        last = residents.last_visit(connection, packs, case)
        changes = None if last is None else len(changed_refs(answers_of(case.fields), answers_of(last.fields)))
        found.append(ReviewRow(
            row.id, row.title, row.place, row.pack, case.text("submitted_by"), case.text("submitted_at"), changes,
            bool(case.text("reviewed_at")),
        ))  # fmt: skip
    return found


@dataclass(frozen=True, slots=True)
class Bulk:
    """What may be approved together, and what of it was drawn to be looked at."""

    approve: tuple[str, ...] = ()
    sample: tuple[str, ...] = ()


def bulk(rows: Sequence[ReviewRow], reviewer: str, share: float = SAMPLE) -> Bulk:
    """Parts the cases that are as at the last visit into those to approve together and the sample.

    Nobody approves their own work, and what was returned once is looked at again. The lot is in the submission itself,
    so that asking again draws the same.
    """
    same = [row for row in rows if row.changes == 0 and not row.again and row.submitted_by != reviewer]
    lots = {row.id: _lot(row) < share for row in same}
    return Bulk(
        tuple(each for each, drawn in lots.items() if not drawn), tuple(each for each, drawn in lots.items() if drawn)
    )


def _lot(row: ReviewRow) -> float:
    """A number from 0 to 1 that nobody can choose and everybody can check."""
    digest = hashlib.sha256(f"{row.id} {row.submitted_at}".encode()).digest()
    return int.from_bytes(digest[:4], "big") / 2**32


def approve(tx: Transaction, pack_of: Callable[[Fields], Pack], case_id: str, actor: Actor) -> Changes:
    """Approves one of the cases that were chosen together, as it stands now; raises why it may not be any more."""
    case = shown.find(tx.connection, case_id)
    if case is None:
        raise work.NotHere
    return work.approve_case(tx, pack_of(case.fields), case_id, actor)


def changed_refs(now: Mapping[str, str], before: Mapping[str, str]) -> set[str]:
    """The answers that differ from the last time; free texts are told anew each time and do not count."""
    return {ref for ref in now.keys() | before.keys() if now.get(ref) != before.get(ref) and not _is_free(ref)}


def _is_free(ref: str) -> bool:
    return ref.rpartition("/")[2].endswith(("note", "conclusion", "signature", "visit"))
