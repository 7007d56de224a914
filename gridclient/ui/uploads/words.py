"""Outcomes in words: the state of an edit, and why the platform did not simply apply it."""

from gridclient.protocol.messages import Problem
from gridclient.protocol.problems import ProblemType, kind_of
from gridclient.store.outbox import OutcomeRow
from gridclient.text import tr
from gridclient.ui.when import clock_text

TONES = {"pending": "neutral", "wait": "neutral", "quarantined": "warn", "conflict": "bad", "review": "warn",
         "rejected": "warn", "applied": "ok"}  # fmt: skip
ICONS = {"pending": "cloud-upload", "wait": "hourglass", "quarantined": "triangle-alert", "conflict": "git-merge",
         "review": "list-checks", "rejected": "circle-x", "applied": "check"}  # fmt: skip


def status_text(status: str) -> str:
    """The state of an edit in words."""
    match status:
        case "pending":
            return tr("To upload")
        case "wait":
            return tr("Waiting")
        case "quarantined":
            return tr("Held back")
        case "conflict":
            return tr("Conflict")
        case "review":
            return tr("In review")
        case "rejected":
            return tr("Refused")
        case "applied":
            return tr("Applied")
        case _:
            return tr("All")


def why_text(row: OutcomeRow) -> str:
    """What the worker should know about an edit: what happens next, or what stands in its way."""
    if row.status == "conflict" and not row.conflict_open:
        return tr("The conflict was decided; see Conflicts for the choice.")
    if row.status == "quarantined":
        return tr("The platform fails on this change. It is tried again by itself and holds nothing else up; "
                  "tell an administrator.")  # fmt: skip
    if row.problem is not None:
        return problem_text(row.problem)
    match row.status:
        case "pending":
            return tr("Is uploaded by itself as soon as the platform can be reached.")
        case "wait":
            return tr("Waits for an edit before it, then goes by itself.")
        case "applied":
            return tr("The platform recorded it at {at}.", at=clock_text(row.decided_at)) if row.decided_at else ""
        case _:
            return ""


def problem_text(problem: Problem) -> str:
    """Why the platform did not simply apply an edit, in the worker's words."""
    match kind_of(problem):
        case ProblemType.CONFLICT:
            return tr("Somebody changed the same field; both values are kept. Choose under Conflicts.")
        case ProblemType.LATE:
            return tr("The record is no longer yours; your work is kept and a supervisor looks at it.")
        case ProblemType.NEWER_STATE:
            return tr("The case had moved on; your work is kept and a supervisor looks at it.")
        case ProblemType.DELETED:
            return tr("The record was deleted meanwhile; your work is kept and a supervisor looks at it.")
        case ProblemType.OTHER_PACK:
            return tr("The case runs on another version of its forms; a supervisor looks at your work.")
        case ProblemType.NOT_ALLOWED:
            return tr("Your role does not allow this change.")
        case ProblemType.UNKNOWN_RECORD:
            return tr("The platform does not know this record.")
        case ProblemType.DEPENDENCY:
            return tr("A change that this one builds on was refused.")
        case ProblemType.UPGRADE:
            return tr("The platform needs a newer version of this program.")
        case _:
            return f"{problem.title} {problem.detail}".strip()
