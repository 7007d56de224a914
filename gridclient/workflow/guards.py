"""Judges what a transition needs; every refusal is a sentence for a person."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import assert_never

from gridclient.domain.record import Fields, Value
from gridclient.domain.timer import LONGEST_PAUSE, Timer
from gridclient.text import pick, tr
from gridclient.workflow.clocks import clocks_of
from gridclient.workflow.pack import Pack, Step
from gridclient.workflow.rules import (
    AnotherPerson,
    Answer,
    Answered,
    AtMost,
    Done,
    Extendable,
    Flagged,
    Given,
    Guard,
    Holdable,
    HoldOver,
    LevelAbove,
    Overdue,
)


@dataclass(frozen=True, slots=True)
class Asked:
    """Who asks for a transition, when, why, and what the person names for it."""

    by: str
    at: datetime
    reason: str = ""
    given: Fields = field(default_factory=dict[str, Value])


def is_done(pack: Pack, case: Fields, step_id: str) -> bool:
    """Whether a step was finished."""
    return case.get(f"done.{pack.step(step_id).id}") is not None


def belongs(step: Step, case: Fields) -> bool:
    """Whether a step is one of the case's present state."""
    return not step.states or case.get("state") in step.states


def answer(pack: Pack, case: Fields, ref: str) -> str:
    """The answer to a question of a finished step; empty when there is none."""
    for step in pack.steps:
        if ref.startswith(step.group + "/"):
            answers = case.get(f"answers.{step.id}")
            return str(answers.get(ref) or "") if isinstance(answers, dict) else ""
    return ""


def answers_of(case: Fields) -> dict[str, str]:
    """All answers of a case's finished steps, by reference."""
    found: dict[str, str] = {}
    for name, value in case.items():
        if name.startswith("answers.") and isinstance(value, dict):
            found.update({ref: str(answer) for ref, answer in value.items()})
    return found


def trail_of(case: Fields) -> list[dict[str, Value]]:
    """The transitions that were taken, oldest first."""
    trail = case.get("trail")
    return [entry for entry in trail if isinstance(entry, dict)] if isinstance(trail, list) else []


def refused(pack: Pack, case: Fields, guard: Guard, asked: Asked | None) -> str:
    """Why a guard does not hold, in words; empty when it does.

    Without `asked`, what depends on the person, the moment or what they name is not held against them yet.
    """
    match guard:
        case "all_steps_done":
            return _open_step(pack, case)
        case "has_comments":
            return "" if case.get("comments") else tr("A case goes back only with at least one comment.")
        case "reason":
            return "" if asked is None or asked.reason.strip() else tr("Write down the reason first.")
        case Done(step=step):
            return "" if is_done(pack, case, step) else _not_finished(pack, step)
        case Answer(at=at, one_of=values, text=text):
            return "" if answer(pack, case, at) in values else pick(text)
        case Answered(at=at, text=text):
            return "" if answer(pack, case, at) else pick(text)
        case Given(field=name, text=text):
            return "" if asked is None or asked.given.get(name) else pick(text)
        case Flagged(name=name, on=on, text=text):
            return "" if bool(case.get(f"flag.{name}")) is on else pick(text)
        case AtMost(times=times, of=name):
            taken = sum(entry.get("do") == name for entry in trail_of(case))
            return "" if taken < times else tr("This is possible {n} times at most, and was done.", n=times)
        case AnotherPerson(than=name):
            if asked is None or asked.by not in _who(case, name):
                return ""
            return tr("Another person has to do this: you did the part that is looked at now.")
        case LevelAbove():
            return "" if level_above(pack, case) else tr("There is no level above the one that has the case.")
        case Extendable() | Holdable() | HoldOver() | Overdue():
            return "" if asked is None else _clock_refuses(pack, case, guard, asked)
        case _:
            assert_never(guard)


def recorders(pack: Pack, case: Fields, name: str) -> set[str]:
    """Who did what a transition wants to be looked at by another person; empty when it wants none."""
    transition = pack.transition(name)
    guards = transition.guards if transition is not None else []
    return {who for guard in guards if isinstance(guard, AnotherPerson) for who in _who(case, guard.than)}


def _open_step(pack: Pack, case: Fields) -> str:
    for step in pack.steps:
        if not step.optional and belongs(step, case) and not is_done(pack, case, step.id):
            return _not_finished(pack, step.id)
    return ""


def _not_finished(pack: Pack, step_id: str) -> str:
    return tr("Not finished yet: {step}.", step=pick(pack.step(step_id).title))


_KEPT_IN = {"submit": "submitted_by", "approve": "reviewed_by", "return": "reviewed_by"}


def _who(case: Fields, name: str) -> set[str]:
    """Everybody who finished that step or took that transition."""
    done = case.get(f"done.{name}")
    found = {str(entry.get("by")) for entry in trail_of(case) if entry.get("do") == name}
    if isinstance(done, dict):
        found.add(str(done.get("by")))
    if name in _KEPT_IN:
        found.add(str(case.get(_KEPT_IN[name])))
    return found


def _clock_refuses(pack: Pack, case: Fields, guard: Extendable | Holdable | HoldOver | Overdue, asked: Asked) -> str:
    timer = clocks_of(case).get(guard.clock)
    if timer is None:
        return tr("The clock of this part of the work has not begun.")
    match guard:
        case Extendable():
            return timer.refuses_extension(asked.at, pack.calendar)
        case Holdable():
            return _hold_refuses(timer, asked, pack)
        case HoldOver():
            over = bool(timer.pauses) and timer.pauses[-1].end is None and asked.at >= timer.pauses[-1].latest
            return "" if over else tr("The hold has not reached its last day.")
        case Overdue():
            return "" if timer.is_overdue(asked.at, pack.calendar) else tr("Its time is not over.")


def _hold_refuses(timer: Timer, asked: Asked, pack: Pack) -> str:
    until = hold_until(asked.given)
    if until is None:
        return tr("Say until which day the case is on hold.")
    if not asked.at < until <= asked.at + LONGEST_PAUSE:
        return tr("A hold ends after today and within {days} days.", days=LONGEST_PAUSE.days)
    return timer.refuses_pause(asked.at, pack.calendar)


def hold_until(given: Fields) -> datetime | None:
    """The last day of a hold that a person named."""
    try:
        until = datetime.fromisoformat(str(given.get("hold_until") or ""))
    except ValueError:
        return None
    return until if until.tzinfo else None


def level_above(pack: Pack, case: Fields) -> str:
    """The level above the one that has the case; a case without a level is with the lowest."""
    level = case.get("level")
    if level is None:
        return pack.levels[1] if len(pack.levels) > 1 else ""
    place = pack.levels.index(str(level)) + 1 if level in pack.levels else len(pack.levels)
    return pack.levels[place] if place < len(pack.levels) else ""
