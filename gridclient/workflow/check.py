"""Checks a pack whole: what it refers to exists, its states keep their laws, and its form asks only what it may.

Tells everything that is wrong at once, each with file, key or sheet, row and column. Texts are for the authors of
packs and are English, as the keys are.
"""

import re
from collections.abc import Iterator
from pathlib import Path

from gridclient import forms
from gridclient.domain.record import Kind
from gridclient.domain.schema import is_field
from gridclient.forms.xform import flat
from gridclient.workflow.clocks import WHOLE
from gridclient.workflow.faults import Fault, Faults, Source
from gridclient.workflow.graph import lawless
from gridclient.workflow.knowing import DERIVED
from gridclient.workflow.moves import STEPWISE
from gridclient.workflow.negative import Negative, asked_but_forbidden, read_sheet
from gridclient.workflow.pack import CLOCK_ROLE, Pack, Transition, read_pack
from gridclient.workflow.rules import (
    AnotherPerson,
    Answer,
    Answered,
    AtMost,
    Copy,
    Done,
    Effect,
    Escalate,
    Extend,
    Extendable,
    Flagged,
    Given,
    Guard,
    Hold,
    Holdable,
    HoldOver,
    LevelAbove,
    Lower,
    Overdue,
    Raise,
    Renew,
    Reopen,
    Resume,
)
from gridclient.workflow.versions import altered

Wrong = Iterator[tuple[str, str]]


def check_pack(folder: Path, forbidden: tuple[Negative, ...] = ()) -> list[Fault]:
    """Everything that is wrong with the pack in a folder; empty when it can be published."""
    try:
        pack = read_pack(folder)
    except Faults as found:
        return found.faults
    source = Source("pack.yaml", (folder / "pack.yaml").read_bytes())
    wrong = [*_references(pack), *_files(pack), *_confidential(pack), *lawless(pack), *altered(folder, pack)]
    faults = [source.fault(key, text) for key, text in wrong]
    try:
        rows = read_sheet(pack.form)
        faults += asked_but_forbidden(pack.form.name, rows, forbidden)
        form = forms.load(pack.form)
    except Faults as found:
        return faults + found.faults
    except forms.FormError as error:
        return [*faults, form_fault(pack.form, error)]
    return faults + [source.fault(key, text) for key, text in _form(pack, form)]


_ROW = re.compile(r"\A(?P<sheet>\w+, row \d+(?:, column [^:]+(?:::[^:]+)?)?): |\[row : (?P<row>\d+)\]")


def form_fault(form: Path, error: forms.FormError) -> Fault:
    """A fault of the form itself, by sheet and row where it says one."""
    text = str(error).removeprefix(f"{form.name}: ")
    found = _ROW.search(text)
    if found is None:
        return Fault(form.name, "survey", text)
    place = found["sheet"] or f"survey, row {found['row']}"
    return Fault(form.name, place, text.removeprefix(f"{place}: "))


def _references(pack: Pack) -> Wrong:
    roles = {role.id for role in pack.roles}
    if CLOCK_ROLE in roles:
        yield "roles", f"“{CLOCK_ROLE}” is the role of what happens by itself"
    states = {state.id for state in pack.states}
    for place, step in enumerate(pack.steps):
        if step.role not in roles:
            yield f"steps[{place}].role", f"there is no role {step.role}"
        for name in step.states:
            if name not in states:
                yield f"steps[{place}].states", f"there is no state {name}"
    for place, state in enumerate(pack.states):
        if state.clock and state.clock.name == WHOLE:
            yield f"states[{place}].clock", f"“{WHOLE}” is the clock of the whole case"
        if state.clock and state.clock.limit == "standard" and not pack.standards:
            yield f"states[{place}].clock", "the pack has no standards that say the limit"
    for name in pack.evidence_in:
        if name not in states:
            yield "evidence_in", f"there is no state {name}"
    if pack.transition("advance") is None:
        yield "transitions", "a transition “advance” is needed, by which a step is finished"
    for place, transition in enumerate(pack.transitions):
        for key, text in _transition(pack, transition, roles, states):
            yield f"transitions[{place}]{key}", text


def _transition(pack: Pack, transition: Transition, roles: set[str], states: set[str]) -> Wrong:
    for role in transition.roles:
        if role not in roles | {CLOCK_ROLE}:
            yield ".role", f"there is no role {role}"
    targets = [transition.to] if isinstance(transition.to, str) else [*transition.to, *transition.to.values()]
    for name in (*transition.source, *targets):
        if name not in states:
            yield "", f"there is no state {name}"
    if transition.title is None and transition.name not in STEPWISE:
        yield "", "a title is needed, which stands on its button"
    if transition.name in STEPWISE and (transition.effects or transition.takes or "reason" in transition.guards):
        yield "", f"“{transition.name}” has its own effects; use another name for a move with effects or a reason"
    for place, guard in enumerate(transition.guards):
        for text in _guard(pack, transition, guard):
            yield f".guards[{place}]", text
    for place, effect in enumerate(transition.effects):
        for text in _effect(pack, transition, effect):
            yield f".effects[{place}]", text


def _guard(pack: Pack, transition: Transition, guard: Guard) -> Iterator[str]:
    match guard:
        case Done(step=name) if name not in _steps(pack):
            yield f"there is no step {name}"
        case AtMost(of=name) if pack.transition(name) is None:
            yield f"there is no transition {name}"
        case AnotherPerson(than=name) if pack.transition(name) is None and name not in _steps(pack):
            yield f"there is no step or transition {name}"
        case Flagged(name=name) if name not in _flags(pack):
            yield f"no transition raises the flag {name}"
        case Given(field=name) if name not in transition.takes:
            yield f"the transition does not take {name}"
        case LevelAbove() if len(pack.levels) < 2:
            yield "the pack has no levels"
        case Extendable(clock=name) | Holdable(clock=name) | HoldOver(clock=name) | Overdue(clock=name):
            if name not in _clocks(pack):
                yield f"there is no clock {name}"
        case _:
            pass
    if CLOCK_ROLE in transition.roles and (guard == "reason" or isinstance(guard, Given | Holdable | AnotherPerson)):
        yield "nobody can be asked when the time comes by itself"


def _effect(pack: Pack, transition: Transition, effect: Effect) -> Iterator[str]:
    match effect:
        case Reopen(step=name) if name not in _steps(pack):
            yield f"there is no step {name}"
        case Extend(clock=name) | Hold(clock=name) | Resume(clock=name) | Renew(clock=name):
            if name not in _clocks(pack):
                yield f"there is no clock {name}"
        case Lower(name=name) if name not in _flags(pack):
            yield f"no transition raises the flag {name}"
        case _:
            pass
    match effect:
        case Extend(clock=name) if Extendable(name) not in transition.guards:
            yield f"the guard `extendable` of {name} has to stand before it"
        case Hold(clock=name) if Holdable(name) not in transition.guards:
            yield f"the guard `holdable` of {name} has to stand before it"
        case Hold() if "hold_until" not in transition.takes:
            yield "the transition has to take hold_until"
        case Escalate() if LevelAbove() not in transition.guards:
            yield "the guard `level-above` has to stand before it"
        case _:
            pass


def _form(pack: Pack, form: forms.Form) -> Wrong:
    known = {control.ref: control for control in flat(form.body)}
    groups = [control.ref for control in form.body if control.kind == "group"]
    for place, step in enumerate(pack.steps):
        if step.group not in groups:
            yield f"steps[{place}].group", f"the form has no group {step.group}"
    for group in groups:
        if group not in [step.group for step in pack.steps]:
            yield "steps", f"no step shows the group {group} of the form"
    for what, refs, there in (("prefill", pack.prefill, known.keys()), ("updates", pack.updates, set(form.refs()))):
        for ref in refs:
            if ref not in there:
                yield f"{what}.{ref}", f"the form has no question {ref}"
    yield from _openings(pack, form)
    for ref in () if pack.duplicates is None else (pack.duplicates.same, pack.duplicates.point):
        if ref not in form.refs():
            yield "duplicates", f"the form has no question {ref}"
    yield from _findings(pack, form)
    if pack.confidential and form.audit is not None and form.audit.values:
        yield (
            "form",
            f"its log (track-changes) would tell reviewers {min(pack.confidential)}, which belongs to an identity",
        )
    for place, transition in enumerate(pack.transitions):
        for number, guard in enumerate(transition.guards):
            if isinstance(guard, Answer | Answered):
                values = guard.one_of if isinstance(guard, Answer) else []
                for text in _choices(form, guard.at, values):
                    yield f"transitions[{place}].guards[{number}]", text
        for number, effect in enumerate(transition.effects):
            if isinstance(effect, Copy):
                values = [each.id for each in pack.standards] if effect.field == "standard" else []
                for text in _choices(form, effect.answer, values):
                    yield f"transitions[{place}].effects[{number}]", text


def _findings(pack: Pack, form: forms.Form) -> Wrong:
    rule = pack.findings
    if rule is None:
        return
    entry = f"{rule.each}[1]"
    for name in (rule.item, rule.what):
        if f"{entry}/{name}" not in form.refs():
            yield "findings", f"the form has no question {rule.each}/{name}"


def _openings(pack: Pack, form: forms.Form) -> Wrong:
    refs = set(form.refs())
    for place, opening in enumerate(pack.opens):
        for name in opening.entering:
            if pack.state(name) is None:
                yield f"opens[{place}].entering", f"there is no state {name}"
        each = opening.each
        if each is not None and not any(ref.startswith((f"{each}/", f"{each}[")) for ref in refs):
            yield f"opens[{place}].each", f"the form has no repeat {each}"
        for ref in () if each is not None else opening.only:
            if ref not in refs:
                yield f"opens[{place}].only", f"the form has no question {ref}"


def _confidential(pack: Pack) -> Wrong:
    """What would be judged by, or copied from, an answer that the case does not hold."""
    for place, transition in enumerate(pack.transitions):
        for number, guard in enumerate(transition.guards):
            if isinstance(guard, Answer | Answered) and guard.at in pack.confidential:
                yield f"transitions[{place}].guards[{number}]", _kept_beside(guard.at)
        for number, effect in enumerate(transition.effects):
            if isinstance(effect, Copy) and effect.answer in pack.confidential:
                yield f"transitions[{place}].effects[{number}]", _kept_beside(effect.answer)
    for place, opening in enumerate(pack.opens):
        for ref in pack.confidential.intersection((*opening.only, *opening.copy.values(), opening.due or "")):
            yield f"opens[{place}]", _kept_beside(ref)
    for ref in () if pack.duplicates is None else (pack.duplicates.same, pack.duplicates.point):
        if ref in pack.confidential:
            yield "duplicates", _kept_beside(ref)


def _kept_beside(ref: str) -> str:
    return f"{ref} belongs to an identity: the platform and supervisors have no answer to it"


def _files(pack: Pack) -> Wrong:
    """Fields that no file has."""
    for what, sources in (("prefill", pack.prefill), ("updates", pack.updates)):
        for ref, source in sources.items():
            kind, _, name = source.partition(".")
            if not source.startswith("last/") and not is_field(Kind(kind), name) and source not in DERIVED:
                yield f"{what}.{ref}", f"no file has {source}"
    plan = pack.plan
    for name in () if plan is None else (plan.every, plan.last, plan.on, *plan.where):
        if plan is not None and name is not None and not is_field(Kind(plan.about), name):
            yield "plan", f"no file has {plan.about}.{name}"
    if plan is not None and plan.on is None and plan.every is None and pack.risk is None:
        yield "plan", "it says neither a day, nor how often"


def _choices(form: forms.Form, ref: str, values: list[str]) -> Iterator[str]:
    """What an answer could never be, because the question is not there or does not offer it."""
    if ref not in form.refs():
        yield f"the form has no question {ref}"
        return
    offered = {choice.value for choice in form.choices(ref)}
    for value in values:
        if offered and value not in offered:
            yield f"{ref} does not offer “{value}”"


def _steps(pack: Pack) -> set[str]:
    return {step.id for step in pack.steps}


def _clocks(pack: Pack) -> set[str]:
    return {WHOLE, *(state.clock.name for state in pack.states if state.clock)}


def _flags(pack: Pack) -> set[str]:
    return {
        effect.name for transition in pack.transitions for effect in transition.effects if isinstance(effect, Raise)
    }
