"""What the review queue reads: the cases that wait, who submitted them, and how much differs from the last visit.

Cases without a change that the files do not contradict may be approved together; a share of them, which their pack
says and a lot draws, is looked at one by one all the same.
"""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy.engine import Connection

from gridclient.domain.record import Fields
from gridclient.domain.zone import ZONE
from gridclient.errors import GridError
from gridclient.store import lists, residents, shown, work
from gridclient.store.cache import Changes, Transaction
from gridclient.store.known import files_known
from gridclient.store.lists import Ask, QueueFilter
from gridclient.store.shown import Shown
from gridclient.store.work import Actor
from gridclient.workflow import SAMPLE_PERCENT, Pack, Shelf, answers_of, known


class AgainstFile(GridError):
    """A file says something else than the answers that were to be approved unseen."""

    text = "An answer is not what the file says; look at this case by itself."


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
    against: int = 0  # answers that a file contradicts, counted where nothing changed
    percent: float = SAMPLE_PERCENT  # how many of a hundred such cases are drawn

    @property
    def seed(self) -> str:
        """What its lot is made of: nobody can choose it and everybody can check it."""
        return f"{self.id} {self.submitted_at}"

    @property
    def lot(self) -> float:
        """From 0 to 100; below its percentage it is drawn."""
        return int.from_bytes(hashlib.sha256(self.seed.encode()).digest()[:4], "big") / 2**32 * 100

    @property
    def is_same(self) -> bool:
        """Whether it is as at the last visit, and was never returned."""
        return self.changes == 0 and not self.again

    @property
    def is_drawn(self) -> bool:
        """Whether it could be approved with others but for its lot."""
        return self.is_same and not self.against and self.lot < self.percent


def review_rows(connection: Connection, packs: Shelf, today: date, limit: int = 500) -> list[ReviewRow]:
    """The cases that wait for review, most urgent first."""
    found: list[ReviewRow] = []
    for row in lists.first_page(connection, Ask(QueueFilter.REVIEW), limit):
        case = shown.find(connection, row.id)
        if case is None:
            continue
        last = residents.last_visit(connection, packs, case)
        changes = None if last is None else len(changed_refs(answers_of(case.fields), answers_of(last.fields)))
        pack = packs.of(case.fields) or packs.get(row.pack)
        found.append(ReviewRow(
            row.id, row.title, row.place, row.pack, case.text("submitted_by"), case.text("submitted_at"), changes,
            bool(case.text("reviewed_at")),
            0 if pack is None or changes != 0 else len(against_files(connection, pack, case, today)),
            SAMPLE_PERCENT if pack is None else pack.sample_percent,
        ))  # fmt: skip
    return found


def against_files(connection: Connection, pack: Pack, case: Shown, today: date) -> set[str]:
    """The answers, by reference, that a file of the person or place contradicts."""
    answers = answers_of(case.fields)
    filed = known(pack, files_known(connection, case, today), {}, today)
    both = {ref for ref in filed if answers.get(ref)}
    return changed_refs({ref: answers[ref] for ref in both}, {ref: filed[ref].value for ref in both})


@dataclass(frozen=True, slots=True)
class Draw:
    """How many of how many cases were drawn at one percentage."""

    percent: float
    of: int
    drawn: int


@dataclass(frozen=True, slots=True)
class Bulk:
    """What may be approved together, what was drawn to be looked at, and what a file contradicts."""

    approve: tuple[str, ...] = ()
    sample: tuple[str, ...] = ()
    against: tuple[str, ...] = ()
    draws: tuple[Draw, ...] = ()


def bulk(rows: Sequence[ReviewRow], reviewer: str) -> Bulk:
    """Parts the cases that are as at the last visit into those to approve together and those to look at.

    Nobody approves their own work, and what was returned once is looked at again. The lot is in the submission itself,
    so that asking again draws the same.
    """
    same = [row for row in rows if row.is_same and row.submitted_by != reviewer]
    fit = [row for row in same if not row.against]
    draws = (
        Draw(percent, len(own), sum(row.is_drawn for row in own))
        for percent in sorted({row.percent for row in fit})
        if (own := [row for row in fit if row.percent == percent])
    )
    return Bulk(
        tuple(row.id for row in fit if not row.is_drawn),
        tuple(row.id for row in fit if row.is_drawn),
        tuple(row.id for row in same if row.against),
        tuple(draws),
    )


def approve(tx: Transaction, pack_of: Callable[[Fields], Pack], case_id: str, actor: Actor) -> Changes:
    """Approves one of the cases that were chosen together, as it stands now; raises why it may not be any more."""
    case = shown.find(tx.connection, case_id)
    if case is None:
        raise work.NotHere
    pack = pack_of(case.fields)
    if against_files(tx.connection, pack, case, tx.now.astimezone(ZONE).date()):
        raise AgainstFile
    return work.approve_case(tx, pack, case_id, actor)


def changed_refs(now: Mapping[str, str], before: Mapping[str, str]) -> set[str]:
    """The answers that differ from the last time; free texts are told anew each time and do not count."""
    return {ref for ref in now.keys() | before.keys() if now.get(ref) != before.get(ref) and not _is_free(ref)}


def _is_free(ref: str) -> bool:
    return ref.rpartition("/")[2].endswith(("note", "conclusion", "signature", "visit"))
