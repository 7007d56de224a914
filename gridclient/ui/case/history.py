"""What happened to a case. No widgets.

The course comes from the record, so it is the same on every PC; edits of this PC that the platform has not answered
are told as such.
"""

from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, replace

from gridclient.store.chosen import EXPORTED
from gridclient.store.edits import DoneHere
from gridclient.store.shown import Shown
from gridclient.text import pick, tr
from gridclient.ui.fields import field_name, what_text
from gridclient.workflow import Pack
from gridclient.workflow.guards import trail_of


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that happened."""

    at: str
    title: str
    who: str = ""
    detail: str = ""
    icon: str = "circle-dot"
    is_pending: bool = False


def course(pack: Pack, case: Shown, here: Sequence[DoneHere], names: Mapping[str, str]) -> list[Event]:
    """What happened, newest first."""
    waiting = {edit.at for edit in here if edit.status in ("pending", "wait")}
    found = [replace(event, is_pending=event.at in waiting) for event in _from_record(pack, case, names)]
    found += _changes(here, names, waiting)
    return sorted(found, key=lambda event: event.at)[::-1]


def _from_record(pack: Pack, case: Shown, names: Mapping[str, str]) -> Iterator[Event]:
    if opened := case.text("opened_at"):
        yield Event(opened, tr("Opened"), detail=case.text("address"), icon="inbox")
    for step in pack.steps:
        done = case.fields.get(f"done.{step.id}")
        if isinstance(done, dict):
            yield Event(str(done["at"]), tr("Step finished"), names.get(str(done["by"]), ""), pick(step.title), "check")
    for entry in trail_of(case.fields):
        name = str(entry.get("do") or "")
        transition = pack.transition(name)
        title = pick(transition.title) if transition is not None and transition.title else what_text(name)
        who, why = names.get(str(entry.get("by") or ""), ""), str(entry.get("reason") or "")
        yield Event(str(entry.get("at") or ""), title, who, why, "send")
    for field, title, icon in (
        ("submitted", tr("Submitted for review"), "send"), ("reviewed", tr("Reviewed"), "shield-check"),
    ):  # fmt: skip
        if at := case.text(f"{field}_at"):
            yield Event(at, title, names.get(case.text(f"{field}_by"), ""), icon=icon)
    if closed := case.text("closed_at"):
        yield Event(closed, tr("Closed"), icon="circle-check")


def _changes(here: Sequence[DoneHere], names: Mapping[str, str], waiting: Set[str]) -> Iterator[Event]:
    """Plain changes that were made on this PC, and copies that left it, which the record does not tell."""
    for edit in here:
        if edit.what == "patch":
            fields = tr(", ").join(dict.fromkeys(field_name(name) for name in edit.fields))
            yield Event(edit.at, tr("Changed"), names.get(edit.by, ""), fields, "pencil", edit.at in waiting)
        elif edit.what == EXPORTED:
            why = " ".join(edit.fields)
            yield Event(edit.at, tr("Exported"), names.get(edit.by, ""), why, "package")
