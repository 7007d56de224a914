"""What this PC knows about the person or place of a case, for filling forms: files, and what was answered before."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy.engine import Connection

from gridclient.domain.record import Fields, Kind
from gridclient.store.shown import Shown, about, find
from gridclient.store.work import files_of
from gridclient.workflow.knowing import derived

_KINDS = (Kind.RESIDENT, Kind.IDENT, Kind.CARE, Kind.HOUSEHOLD, Kind.PLACE)


@dataclass(frozen=True, slots=True)
class AllKnown:
    """Files by kind, and by pack the case that was done last."""

    files: Mapping[str, Fields] = field(default_factory=dict[str, Fields])
    last: Mapping[str, Fields] = field(default_factory=dict[str, Fields])
    today: date = date.max


def files_known(connection: Connection, case: Shown, today: date) -> dict[str, Fields]:
    """The files of whom or what a case is about, by kind, with what follows from them."""
    files: dict[str, Fields] = {}
    for kind in _KINDS:
        found = files_of(connection, case, kind)
        files[kind.value] = found[0].fields if found else {}
    head = find(connection, str(files[Kind.HOUSEHOLD].get("head") or ""))
    names = {head.id: head.text("name")} if head is not None else {}
    return files | derived(files[Kind.RESIDENT], files[Kind.HOUSEHOLD], names, today)


def all_known(connection: Connection, case: Shown, today: date) -> AllKnown:
    """Reads the files of whom or what a case is about, and what was answered there before."""
    subject = case.text("resident") or case.text("place")
    earlier = [each for each in about(connection, subject, Kind.CASE) if each.id != case.id] if subject else []
    earlier.sort(key=lambda each: each.text("closed_at") or each.text("submitted_at") or each.text("opened_at"))
    return AllKnown(files_known(connection, case, today), {each.text("pack"): each.fields for each in earlier}, today)
