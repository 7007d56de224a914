"""What the review queue reads: the cases that wait, who submitted them, and how much differs from the last visit."""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy.engine import Connection

from gridclient.store import lists, residents, shown
from gridclient.store.lists import Ask, QueueFilter
from gridclient.store.work import answers_of


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


def review_rows(connection: Connection, limit: int = 500) -> list[ReviewRow]:
    """The cases that wait for review, most urgent first."""
    found: list[ReviewRow] = []
    for row in lists.first_page(connection, Ask(QueueFilter.REVIEW), limit):
        case = shown.find(connection, row.id)
        if case is None:
            continue
        last = residents.last_visit(connection, case)
        changes = None if last is None else len(changed_refs(answers_of(case.fields), answers_of(last.fields)))
        found.append(ReviewRow(
            row.id, row.title, row.place, row.pack, case.text("submitted_by"), case.text("submitted_at"), changes,
            bool(case.text("reviewed_at")),
        ))  # fmt: skip
    return found


def changed_refs(now: Mapping[str, str], before: Mapping[str, str]) -> set[str]:
    """The answers that differ from the last time; free texts are told anew each time and do not count."""
    return {ref for ref in now.keys() | before.keys() if now.get(ref) != before.get(ref) and not _is_free(ref)}


def _is_free(ref: str) -> bool:
    return ref.rpartition("/")[2].endswith(("note", "conclusion", "signature", "visit"))
