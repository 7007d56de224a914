"""Corrections of what was sent: its author changes answers until the supervisor decides, and says why. Pure.

A pack does not name this transition: it moves nothing, and leaves its entry in the trail of the case.
"""

from collections.abc import Mapping

from gridclient.domain.record import Fields, Value
from gridclient.workflow.guards import trail_of

CORRECT = "correct"


def may_correct(case: Fields, by: str) -> bool:
    """Whether somebody may still correct what was sent: its author, until it is decided."""
    return case.get("state") == "review" and case.get("submitted_by") == by


def correct(case: Fields, answers: Mapping[str, Mapping[str, str]], by: str, at: str, reason: str) -> dict[str, Value]:
    """The fields that a correction sets; `answers` are whole steps, by their ids."""
    fields: dict[str, Value] = {f"answers.{step}": dict(given) for step, given in answers.items()}
    return {**fields, "trail": corrected_trail(case, by, at, reason)}


def corrected_trail(case: Fields, by: str, at: str, reason: str) -> list[Value]:
    """The trail of a case with a correction at its end."""
    state = str(case.get("state"))
    entry: dict[str, Value] = {"do": CORRECT, "by": by, "at": at, "from": state, "to": state, "reason": reason.strip()}
    return [*trail_of(case), entry]


def corrections(case: Fields) -> list[dict[str, Value]]:
    """The corrections since the case was sent last, oldest first: who, when and why."""
    sent = str(case.get("submitted_at") or "")
    return [entry for entry in trail_of(case) if entry.get("do") == CORRECT and str(entry.get("at")) >= sent]
