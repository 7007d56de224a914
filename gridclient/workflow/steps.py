"""The steps of a case: which comes next, and the fields that finishing, submitting, approving and returning set.

Client and platform judge with the same functions, so they always agree.
"""

import re
from collections.abc import Mapping
from datetime import datetime
from typing import cast

from gridclient.domain.record import Fields, Value
from gridclient.workflow.advice import heeded
from gridclient.workflow.clocks import clock_fields, clocks_of
from gridclient.workflow.guards import belongs, is_done
from gridclient.workflow.pack import Pack, Step


def next_step(pack: Pack, case: Fields) -> Step | None:
    """The first step of the case's state that is not finished; None when all are."""
    return next((step for step in pack.steps if belongs(step, case) and not is_done(pack, case, step.id)), None)


def own_steps(pack: Pack, case: Fields) -> list[Step]:
    """The steps of the case's present state, in the pack's order."""
    return [step for step in pack.steps if belongs(step, case)]


def can_be_sent(pack: Pack, case: Fields) -> bool:
    """Whether the steps of the present state end with sending the case to its review."""
    sending, going = pack.transition("submit"), pack.transition("advance")
    state = str(case.get("state"))
    return sending is not None and bool(
        {state, going.target(state) if going is not None else state} & set(sending.source)
    )  # fmt: skip


_POSITION = re.compile(r"\[\d+\]")


def parted(pack: Pack, answers: Mapping[str, str]) -> tuple[dict[str, str], dict[str, str]]:
    """Answers by reference: those that the case holds, and the confidential ones, which rest beside it."""
    open_: dict[str, str] = {}
    confidential: dict[str, str] = {}
    for ref, value in answers.items():
        (confidential if _POSITION.sub("", ref) in pack.confidential else open_)[ref] = value
    return open_, confidential


def advance(pack: Pack, case: Fields, step_id: str, answers: Mapping[str, str], by: str, at: str) -> dict[str, Value]:
    """The fields that a finished step sets; a comment on an answer of this step is thereby dealt with."""
    step = pack.step(step_id)
    done: dict[str, Value] = {"at": at, "by": by}
    if advice := heeded(case, step.group, answers):
        done["advice"] = advice
    fields: dict[str, Value] = {f"answers.{step.id}": dict(answers), f"done.{step.id}": done}
    comments = cast("dict[str, Value]", case.get("comments") or {})
    left = {ref: comment for ref, comment in comments.items() if not ref.startswith(step.group + "/")}
    if len(left) != len(comments):
        fields["comments"] = left
    return fields | moving(pack, case, "advance", at)


def submit(pack: Pack, case: Fields, by: str, at: str) -> dict[str, Value]:
    """The fields that a submission sets."""
    return {"submitted_at": at, "submitted_by": by, **moving(pack, case, "submit", at)}


def approve(pack: Pack, case: Fields, by: str, at: str) -> dict[str, Value]:
    """The fields that an approval sets; the case is closed with it where its state is an end."""
    fields: dict[str, Value] = {"reviewed_at": at, "reviewed_by": by, **moving(pack, case, "approve", at)}
    state = pack.state(str(fields["state"]))
    return fields | ({"closed_at": at} if state and state.end else {})


def return_(pack: Pack, case: Fields, comments: Mapping[str, Value], by: str, at: str) -> dict[str, Value]:
    """The fields that a return sets; each comment stands at the reference of an answer."""
    return {"comments": dict(comments), "reviewed_at": at, "reviewed_by": by, **moving(pack, case, "return", at)}


def moving(pack: Pack, case: Fields, name: str, at: str) -> dict[str, Value]:
    """The state after a stepwise transition, and the clocks where the pack's cases carry them."""
    transition = pack.transition(name)
    assert transition is not None, f"pack {pack.id} has no transition {name}"
    source = str(case.get("state"))
    after: dict[str, Value] = {**case, "state": transition.target(source)}
    clocks = clock_fields(pack, after, clocks_of(case), source, datetime.fromisoformat(at))
    return {"state": after["state"], **clocks}
