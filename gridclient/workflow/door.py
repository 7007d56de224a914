"""A door that nobody opens: what is done then, in the order that is prescribed, each with its moment. Pure.

A pack has it where the platform takes a transition `alarm` by itself as soon as an answer of a step says that nobody
opened. The deeds are answers of the same step under the names below, so they travel, are kept and are reviewed like
every other answer, and each of them is one edit that the platform dates.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Literal

from gridclient.domain.record import Fields
from gridclient.domain.zone import ZONE
from gridclient.workflow.pack import Pack
from gridclient.workflow.rules import Answer, Done

ALARM = "alarm"
State = Literal["done", "skipped", "now", "later"]


class Deed(StrEnum):
    """What is done, first to last; the value is the question that keeps it."""

    NEIGHBOURS = "neighbour_at"
    FAMILY = "family_at"
    COMMITTEE = "committee_at"
    RESCUE = "rescue_at"
    STAY = "stayed"
    REPORT = "reported_at"


_DANGER = "danger"  # whether there are signs of it; without any, nobody is called to the rescue


@dataclass(frozen=True, slots=True)
class Protocol:
    """Where a pack keeps it: the step and its group, the answer that begins it, and the state that follows."""

    step: str
    group: str
    door: str
    nobody: str
    state: str

    def is_begun(self, case: Fields) -> bool:
        """Whether a case says that nobody opened."""
        return _answers(self, case).get(self.door) == self.nobody

    def is_opened(self, case: Fields) -> bool:
        """Whether a case says that somebody opened."""
        return _answers(self, case).get(self.door, self.nobody) != self.nobody

    def is_told(self, case: Fields) -> bool:
        """Whether the platform has alerted the supervisor."""
        return bool(case.get(f"flag.{ALARM}"))

    def begin(self) -> dict[str, str]:
        """The answers of a door that nobody opened."""
        return {self.door: self.nobody}

    def done(self, deed: Deed, now: datetime) -> dict[str, str]:
        """The answers of a deed that was done now."""
        if deed is Deed.STAY:
            return {f"{self.group}/{deed}": "yes"}
        danger = {f"{self.group}/{_DANGER}": "yes"} if deed is Deed.RESCUE else {}
        return danger | {f"{self.group}/{deed}": f"{now.astimezone(ZONE):%H:%M}:00.000+08:00"}

    def no_danger(self) -> dict[str, str]:
        """The answers when nothing points to danger, so that nobody is called to the rescue."""
        return {f"{self.group}/{_DANGER}": "no"}


@dataclass(frozen=True, slots=True)
class Line:
    """A deed with the moment at which it was done (`10:56`), and whether it is its turn."""

    deed: Deed
    at: str
    state: State


def protocol(pack: Pack) -> Protocol | None:
    """What a pack does about a door that nobody opens; None when it does nothing."""
    alarm = pack.transition(ALARM)
    answer = next((guard for guard in alarm.guards if isinstance(guard, Answer)), None) if alarm else None
    done = next((guard for guard in alarm.guards if isinstance(guard, Done)), None) if alarm else None
    if alarm is None or answer is None or done is None:
        return None
    return Protocol(done.step, pack.step(done.step).group, answer.at, answer.one_of[0], alarm.target(alarm.source[0]))


def lines(kept: Protocol, case: Fields) -> list[Line]:
    """Every deed in order; the first that is open is the one to do now."""
    answers, found, is_turn = _answers(kept, case), list[Line](), True
    denied = answers.get(f"{kept.group}/{_DANGER}") == "no"
    for deed in Deed:
        value = answers.get(f"{kept.group}/{deed}", "")
        if value:
            found.append(Line(deed, "" if deed is Deed.STAY else value[:5], "done"))
        elif deed is Deed.RESCUE and denied:
            found.append(Line(deed, "", "skipped"))
        else:
            found.append(Line(deed, "", "now" if is_turn else "later"))
            is_turn = False
    return found


def _answers(kept: Protocol, case: Fields) -> dict[str, str]:
    given = case.get(f"answers.{kept.step}")
    return {ref: str(value) for ref, value in given.items()} if isinstance(given, dict) else {}
