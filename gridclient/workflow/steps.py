"""What may be done with a case and what it becomes: pure functions over a pack and the case's fields.

Client and platform judge with the same functions, so they always agree; a refusal is a sentence for a person.
"""

from collections.abc import Mapping
from typing import cast

from gridclient.domain.record import Fields, Value
from gridclient.text import language, tr
from gridclient.workflow.pack import Guard, Pack, Step, Transition


def is_done(pack: Pack, case: Fields, step_id: str) -> bool:
    """Whether a step was finished."""
    return case.get(f"done.{pack.step(step_id).id}") is not None


def next_step(pack: Pack, case: Fields) -> Step | None:
    """The first step that is not finished; None when all are."""
    return next((step for step in pack.steps if not is_done(pack, case, step.id)), None)


def allowed(pack: Pack, case: Fields, role: str, name: str) -> str:
    """Why the transition is not allowed now, in words; empty when it is."""
    transition = pack.transition(name)
    if transition is None:
        return tr("This kind of case has no step “{name}”.", name=name)
    if transition.role != role:
        return tr("Your role does not allow this step.")
    if case.get("state") not in transition.source:
        return tr("The case is in a state in which this step is not possible.")
    for guard in transition.guards:
        if refusal := _guard(pack, case, guard):
            return refusal
    return ""


def _guard(pack: Pack, case: Fields, guard: Guard) -> str:
    match guard:
        case "all_steps_done":
            open_steps = [step for step in pack.steps if not step.optional and not is_done(pack, case, step.id)]
            if open_steps:
                return tr("Not finished yet: {step}.", step=open_steps[0].title.pick(language()))
        case "has_comments":
            if not case.get("comments"):
                return tr("A case goes back only with at least one comment.")
    return ""


def advance(pack: Pack, case: Fields, step_id: str, answers: Mapping[str, str], by: str, at: str) -> dict[str, Value]:
    """The fields that a finished step sets; a comment on an answer of this step is thereby dealt with."""
    step = pack.step(step_id)
    fields: dict[str, Value] = {
        f"answers.{step.id}": dict(answers),
        f"done.{step.id}": {"at": at, "by": by},
        "state": _target(pack, case, "advance"),
    }
    comments = cast("dict[str, Value]", case.get("comments") or {})
    left = {ref: comment for ref, comment in comments.items() if not ref.startswith(step.group + "/")}
    if len(left) != len(comments):
        fields["comments"] = left
    return fields


def submit(pack: Pack, case: Fields, by: str, at: str) -> dict[str, Value]:
    """The fields that a submission sets."""
    return {"state": _target(pack, case, "submit"), "submitted_at": at, "submitted_by": by}


def approve(pack: Pack, case: Fields, by: str, at: str) -> dict[str, Value]:
    """The fields that an approval sets; the case is closed with it."""
    state = _target(pack, case, "approve")
    return {"state": state, "reviewed_at": at, "reviewed_by": by, "closed_at": at}


def return_(pack: Pack, case: Fields, comments: Mapping[str, Value], by: str, at: str) -> dict[str, Value]:
    """The fields that a return sets; each comment stands at the reference of an answer."""
    state = _target(pack, case, "return")
    return {"state": state, "comments": dict(comments), "reviewed_at": at, "reviewed_by": by}


def updates(pack: Pack, step_id: str, answers: Mapping[str, str]) -> dict[tuple[str, str], Value]:
    """What confirmed answers of a step say about the person's files, as `(kind, field) → value`."""
    group = pack.step(step_id).group
    found: dict[tuple[str, str], Value] = {}
    for ref, target in pack.updates.items():
        if ref.startswith(group + "/") and ref in answers:
            kind, _, name = target.partition(".")
            found[kind, name] = answers[ref]
    return found


def prefill(pack: Pack, files: Mapping[str, Fields]) -> dict[str, str]:
    """What the city already knows, by reference of the question that asks for it."""
    found: dict[str, str] = {}
    for ref, source in pack.prefill.items():
        kind, _, name = source.partition(".")
        value = files.get(kind, {}).get(name)
        if value is not None and value != "":
            found[ref] = _text(value)
    return found


def _text(value: Value) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return " ".join(str(each) for each in value)
    return str(value)


def _target(pack: Pack, case: Fields, name: str) -> str:
    transition: Transition | None = pack.transition(name)
    assert transition is not None, f"pack {pack.id} has no transition {name}"
    return transition.target(str(case.get("state")))
