"""Moves of a case: which transitions somebody may take now, why not, and the fields that one sets. Pure.

The platform takes every move anew on the record as it holds it, from the same three things: who, when, and what the
person named. Both sides therefore always agree, and two moves that were made apart are judged one after the other.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import assert_never

from gridclient.domain.record import Fields, Value, iso
from gridclient.text import pick, tr
from gridclient.workflow.clocks import (
    CLOCK_FIELDS,
    Clocks,
    begun,
    clock_fields,
    clocks_of,
    due_field,
    keeps_clocks,
    kept,
    standard_of,
)
from gridclient.workflow.guards import Asked, answer, hold_until, level_above, refused, trail_of
from gridclient.workflow.pack import CLOCK_ROLE, Pack, Step, Transition
from gridclient.workflow.rules import (
    Clear,
    Copy,
    Effect,
    Escalate,
    Extend,
    Hold,
    Lower,
    Note,
    Raise,
    Renew,
    Reopen,
    Resume,
)

STEPWISE = frozenset({"advance", "submit", "approve", "return"})
"""The transitions whose fields `steps` knows; every other one is a move."""


def begin(pack: Pack, fields: Fields, at: datetime) -> dict[str, Value]:
    """The fields of a case that is opened at a moment in the pack's first state."""
    state = pack.states[0].id
    case: dict[str, Value] = {**fields, "pack": pack.id, "pack_version": pack.version, "state": state}
    case["opened_at"] = iso(at)
    clocks = begun(pack, case, at)
    if keeps_clocks(pack):
        case["clocks"] = kept(clocks)
    case.update(due_field(pack, clocks, at))
    return case


def allowed(pack: Pack, case: Fields, role: str, name: str, asked: Asked | None = None) -> str:
    """Why the transition is not allowed now, in words; empty when it is.

    `role` is the account's. Without `asked`, only what does not depend on the person and the moment is judged, which
    is what a button needs to know.
    """
    transition = pack.transition(name)
    if transition is None:
        return tr("This kind of case has no step “{name}”.", name=name)
    if not pack.may_take(role, transition):
        return tr("Your role does not allow this step.")
    return _refusal(pack, case, transition, asked)


def _refusal(pack: Pack, case: Fields, transition: Transition, asked: Asked | None) -> str:
    if case.get("state") not in transition.source:
        return tr("The case is in a state in which this step is not possible.")
    for guard in transition.guards:
        if refusal := refused(pack, case, guard, asked):
            return refusal
    return ""


def choices(pack: Pack, case: Fields, role: str) -> list[Transition]:
    """The moves that somebody with this role may take now, in the pack's order."""
    return [t for t in pack.transitions if t.name != "advance" and allowed(pack, case, role, t.name) == ""]


def explain(pack: Pack, case: Fields, role: str, step: Step) -> str:
    """Why a step cannot be filled in now, in words; empty when it can."""
    if not pack.plays(role, step.role):
        who = next((pick(each.title) for each in pack.roles if each.id == step.role), step.role)
        return tr("This step is done by: {role}.", role=who)
    state = pack.state(str(case.get("state")))
    if state is None or state.end:
        return tr("The case is done; nothing is filled in any more.")
    if step.states and state.id not in step.states:
        return tr("This step does not belong to the present state: {state}.", state=pick(state.title))
    return allowed(pack, case, role, "advance")


@dataclass(frozen=True, slots=True)
class _Taking:
    """A move while its effects are carried out."""

    pack: Pack
    case: dict[str, Value]
    asked: Asked
    clocks: Clocks
    fields: dict[str, Value]

    def do(self, effect: Effect) -> None:
        fields, clocks, at = self.fields, self.clocks, self.asked.at
        match effect:
            case Note(field=name, of=what):
                fields[name] = iso(at) if what == "moment" else self.asked.by
            case Copy(answer=ref, field=name):
                fields[name] = answer(self.pack, self.case, ref) or None
                if name == "standard":
                    self._take_level()
            case Clear(field=name):
                fields[name] = None
            case Raise(name=name):
                fields[f"flag.{name}"] = True
            case Lower(name=name):
                fields[f"flag.{name}"] = None
            case Reopen(step=step):
                fields[f"done.{step}"] = None
            case Extend(clock=name):
                clocks[name] = clocks[name].extended(at, self.pack.calendar)
            case Hold(clock=name):
                until = hold_until(self.asked.given)
                assert until is not None, "the guard `holdable` stands before every hold"
                clocks[name] = clocks[name].paused(at, until - at, self.pack.calendar)
            case Resume(clock=name):
                if name in clocks:
                    clocks[name] = clocks[name].resumed(at)
            case Renew(clock=name):
                clocks.pop(name, None)
            case Escalate():
                fields["level"] = level_above(self.pack, self.case)
            case _:
                assert_never(effect)

    def _take_level(self) -> None:
        """An event standard says the lowest level that can act; the case begins there."""
        found = standard_of(self.pack, {**self.case, **self.fields})
        if found is not None and found.level in self.pack.levels:
            self.fields["level"] = found.level


def take(pack: Pack, case: Fields, role: str, name: str, asked: Asked) -> dict[str, Value]:
    """The fields that a move sets; null takes a field away. ValueError when the move is not allowed."""
    if refusal := allowed(pack, case, role, name, asked):
        raise ValueError(refusal)
    transition = pack.transition(name)
    assert transition is not None
    return _taken(pack, case, transition, asked)


def _taken(pack: Pack, case: Fields, transition: Transition, asked: Asked) -> dict[str, Value]:
    source = str(case.get("state"))
    target = transition.target(source)
    given = {field: asked.given[field] for field in transition.takes if field in asked.given}
    taking = _Taking(pack, {**case, **given}, asked, clocks_of(case), dict(given))
    for effect in transition.effects:
        taking.do(effect)
    fields = taking.fields
    entry: dict[str, Value] = {"do": transition.name, "by": asked.by, "at": iso(asked.at), "from": source, "to": target}
    fields["trail"] = [*trail_of(case), {**entry, "reason": asked.reason.strip()} if asked.reason.strip() else entry]
    fields["state"] = target
    return fields | clock_fields(pack, {**case, **fields}, taking.clocks, source, asked.at)


def asked_of(pack: Pack, current: Fields, name: str, by: str, at: datetime, changes: Fields) -> Asked:
    """What a person asked for, read back from the fields that their own program derived from it."""
    transition = pack.transition(name)
    takes = transition.takes if transition else []
    trail = trail_of(changes)
    reason = str(trail[-1].get("reason") or "") if trail else ""
    # Only fields that differ from what the author saw are sent; what was named again is still there.
    given = {field: changes[field] if field in changes else current.get(field) for field in takes}
    return Asked(by, at, reason, given)


def may_set(pack: Pack, role: str, name: str) -> frozenset[str]:
    """The fields that a stepwise transition may set when this role takes it."""
    fields = {"state", *(CLOCK_FIELDS if keeps_clocks(pack) else ())}
    match name:
        case "advance":
            own = [step.id for step in pack.steps if pack.plays(role, step.role)]
            fields |= {"comments", *(f"{family}.{step}" for step in own for family in ("answers", "done"))}
        case "submit":
            fields |= {"submitted_at", "submitted_by"}
        case "approve":
            fields |= {"reviewed_at", "reviewed_by", "closed_at"}
        case _:
            fields |= {"reviewed_at", "reviewed_by", "comments"}
    return frozenset(fields)


def due_moves(pack: Pack, case: Fields, now: datetime) -> list[str]:
    """The transitions whose time has come and that no person takes: an escalation, the end of a hold."""
    asked = Asked(CLOCK_ROLE, now)
    return [transition.name for transition in pack.timed if _refusal(pack, case, transition, asked) == ""]


def take_due(pack: Pack, case: Fields, name: str, now: datetime) -> dict[str, Value]:
    """The fields of a transition whose time has come; ValueError when it has not."""
    transition = pack.transition(name)
    if transition is None or name not in due_moves(pack, case, now):
        raise ValueError(name)
    return _taken(pack, case, transition, Asked(CLOCK_ROLE, now))
