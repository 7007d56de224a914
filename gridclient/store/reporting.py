"""Reporting what was found on the way: a case is opened, its first step done and handed on, all or nothing."""

from collections.abc import Mapping
from dataclasses import dataclass

from gridclient.domain.record import Fields
from gridclient.store import work
from gridclient.store.cache import Changes, Transaction
from gridclient.store.drafts import drop_draft
from gridclient.store.shown import find
from gridclient.store.work import Actor
from gridclient.workflow import Pack, choices


@dataclass(frozen=True, slots=True)
class Report:
    """What is reported: which case it becomes, where and in whose grid, and the answers with their photos."""

    case_id: str
    about: Fields  # at least `grid`
    answers: Mapping[str, str]
    photos: tuple[str, ...] = ()


def can_report(pack: Pack, role: str) -> bool:
    """Whether somebody with this role opens cases of a pack: events have standards, and a first step of their own."""
    return pack.standards_file is not None and pack.plays(role, pack.steps[0].role)


def report_event(tx: Transaction, pack: Pack, report: Report, actor: Actor) -> Changes:
    """Opens the case, finishes its first step and takes the move that its answers allow, if there is one."""
    case_id, changes = work.open_case(tx, pack, report.about, actor, report.case_id)
    first = pack.steps[0]
    changes |= work.complete_step(tx, pack, case_id, first.id, report.answers, actor, report.photos)
    case = find(tx.connection, case_id)
    assert case is not None
    state = case.text("state")
    onward = next((t for t in choices(pack, case.fields, actor.role) if t.target(state) != state), None)
    if onward is not None:
        changes |= work.move_case(tx, pack, case_id, onward.name, actor)
    return changes | drop_draft(tx, case_id)
