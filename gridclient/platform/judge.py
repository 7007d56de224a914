"""Judges one mutation against the record as the platform holds it: a pure function, no database, no clock.

Every mutation ends in a verdict that its author can see. What cannot be applied although it was rightly made
(late, overtaken, deleted meanwhile) goes to review with everything in it; only what could never have been right
is rejected, and says why.
"""

from dataclasses import dataclass, field
from datetime import datetime
from typing import cast

from gridclient.domain.checks import refusals
from gridclient.domain.merge import Conflict, merge, same
from gridclient.domain.record import Fields, Kind, Value
from gridclient.domain.schema import OPENING_FIELDS, fields_beyond_patch, may_decide, misshapen_fields, unknown_fields
from gridclient.protocol.messages import SCHEMA_VERSION, Mutation, Status
from gridclient.protocol.problems import ProblemType
from gridclient.workflow import (
    CLOCK_FIELDS,
    CORRECT,
    STEPWISE,
    Asked,
    Pack,
    Shelf,
    allowed,
    asked_of,
    begin,
    corrected_trail,
    explain,
    may_correct,
    may_set,
    moving,
    take,
    trail_of,
)

EDITABLE = frozenset({
    Kind.RESIDENT, Kind.CARE, Kind.IDENT, Kind.HOUSEHOLD, Kind.PLACE, Kind.CASE, Kind.CONFIDENTIAL,
})  # fmt: skip
CREATABLE = EDITABLE
_FAMILY = {Kind.CARE: "care", Kind.IDENT: "ident", Kind.CONFIDENTIAL: "ident"}  # of buckets; all else: `grid:`
# A decision: the state that it ends in, the field of who took it, and what else it says.
_DECISION = {
    Kind.CONFLICT: ("resolved", "resolved_by", frozenset({"choices", "note", "resolved_at"})),
    Kind.REVIEW: ("closed", "closed_by", frozenset({"note", "closed_at"})),
}
_LOG = frozenset({Kind.READING})  # lines are added and never changed


@dataclass(frozen=True, slots=True)
class Verdict:
    """What becomes of a mutation; `fields` is the record afterwards, None when it does not change."""

    status: Status
    fields: dict[str, Value] | None = None
    conflicts: list[Conflict] = field(default_factory=list[Conflict])
    problem: ProblemType | None = None
    detail: str = ""
    deletes: bool = False


@dataclass(frozen=True, slots=True)
class Author:
    """Who made the mutation, as far as a verdict depends on it."""

    role: str
    has_scope: bool
    may_ever: bool  # the role may hold a duty over such a bucket at all
    worker: str = ""
    lost_case: bool = False  # it was given to somebody else after the author had made this
    lost_record: bool = False  # it was handed to a cell in which the author has no duty
    contested: frozenset[str] = frozenset()  # fields of the record about which a conflict is open


def judge(mutation: Mutation, current: Fields | None, gone: bool, author: Author, shelf: Shelf) -> Verdict:
    """Decides what becomes of a mutation.

    `current` is the record's fields, None when the bucket does not hold it; `gone` tells that it once did.
    """
    kind = _kind(mutation)
    names = set(mutation.set)
    if kind is None:
        return Verdict("rejected", problem=ProblemType.MALFORMED, detail=f"kind {mutation.kind!r} is not known")
    if mutation.schema > SCHEMA_VERSION:
        return Verdict("rejected", problem=ProblemType.UPGRADE, detail="the change is of a newer program")
    if unknown := unknown_fields(kind, names | set(mutation.base)):
        return Verdict("rejected", problem=ProblemType.BAD_FIELD, detail=", ".join(sorted(unknown)))
    if misshapen := misshapen_fields(cast(Fields, mutation.set)):
        return Verdict("rejected", problem=ProblemType.BAD_FIELD, detail=", ".join(sorted(misshapen)))
    if refused := refusals(kind, cast(Fields, mutation.set)):
        return Verdict("rejected", problem=ProblemType.BAD_FIELD, detail=", ".join(sorted(refused)))
    if not author.may_ever or (kind not in EDITABLE | _LOG and mutation.op != "transition"):
        return Verdict("rejected", problem=ProblemType.NOT_ALLOWED)
    if current is None and mutation.op not in ("create", "append"):
        if gone:
            return Verdict("review", problem=ProblemType.LATE if author.lost_record else ProblemType.DELETED)
        # What left long ago is pruned, and a restore forgets what was young: the author may well have seen it.
        status = "review" if author.has_scope else "rejected"
        return Verdict(status, problem=ProblemType.UNKNOWN_RECORD)
    if not author.has_scope or author.lost_case or author.lost_record:
        return Verdict("review", problem=ProblemType.LATE)
    changes = cast("dict[str, Value]", dict(mutation.set))
    base = cast("dict[str, Value]", dict(mutation.base))
    if kind in _LOG:
        return _line_of_log(mutation.op, changes, current, author)
    match mutation.op:
        case "create" | "append":
            if kind not in CREATABLE:
                return Verdict("rejected", problem=ProblemType.NOT_ALLOWED)
            if current is not None:
                return _made_again(kind, changes, current)
            if misplaced := _misplaced(kind, mutation.bucket, changes):
                return Verdict("rejected", problem=ProblemType.BAD_FIELD, detail=misplaced)
            return _new_case(mutation, changes, author, shelf) if kind is Kind.CASE else Verdict("applied", changes)
        case "patch":
            assert current is not None
            if kind is Kind.CONFIDENTIAL and (beyond := {name for name in names if not name.startswith("answers.")}):
                return Verdict("rejected", problem=ProblemType.NOT_ALLOWED, detail=", ".join(sorted(beyond)))
            if "grid" in changes and not same(changes["grid"], current.get("grid")):
                return Verdict("rejected", problem=ProblemType.NOT_ALLOWED, detail="grid")  # it is handed over
            takes_free = not base.get("assignee") and changes.get("assignee") == author.worker
            if beyond := fields_beyond_patch(
                kind,
                names,
                is_supervisor=author.role == "supervisor",
                takes_free_case=takes_free,
                contested=author.contested,
            ):
                detail = ", ".join(sorted(beyond))
                if all(name.startswith("answers.") for name in beyond):  # the conflict was decided meanwhile
                    return Verdict("review", problem=ProblemType.NEWER_STATE, detail=detail)
                return Verdict("rejected", problem=ProblemType.NOT_ALLOWED, detail=detail)
            return _merged(base, changes, current)
        case "transition":
            assert current is not None
            if kind is Kind.CASE:
                return _case_transition(mutation, base, changes, current, author, shelf)
            return _desk_transition(kind, base, changes, current, author)
        case "delete":
            assert current is not None
            if author.role == "worker":
                return Verdict("rejected", problem=ProblemType.NOT_ALLOWED)
            seen = all(same(base.get(name), value) for name, value in current.items())
            return Verdict("applied", deletes=True) if seen else Verdict("review", problem=ProblemType.NEWER_STATE)


def _line_of_log(op: str, changes: dict[str, Value], current: Fields | None, author: Author) -> Verdict:
    """Who read or exported something says so themselves, once; nobody changes or removes it."""
    if op != "append" or current is not None or changes.get("by") != author.worker:
        return Verdict("rejected", problem=ProblemType.NOT_ALLOWED)
    return Verdict("applied", changes)


def _kind(mutation: Mutation) -> Kind | None:
    return Kind(mutation.kind) if mutation.kind in Kind._value2member_map_ else None


def _merged(base: Fields, changes: Fields, current: Fields) -> Verdict:
    fields, conflicts = merge(base, changes, current)
    after = None if all(same(value, current.get(name)) for name, value in fields.items()) else fields
    if conflicts:
        return Verdict("conflict", after, conflicts, ProblemType.CONFLICT)
    return Verdict("applied", after)


def _made_again(kind: Kind, changes: Fields, current: Fields) -> Verdict:
    """A record that is there already; of a case, which moves on by its workflow alone, a person looks at the rest."""
    if kind is not Kind.CASE:
        return _merged({}, changes, current)
    if all(same(value, current.get(name)) for name, value in changes.items()):
        return Verdict("applied")
    return Verdict("review", problem=ProblemType.NEWER_STATE)


def _misplaced(kind: Kind, bucket: str, fields: Fields) -> str:
    """What puts a new record where others read it than should: the kind of its bucket, or its cell; else empty."""
    family, _, cell = bucket.partition(":")
    if family != _FAMILY.get(kind, "grid"):
        return "bucket"
    return "grid" if fields.get("grid", cell) != cell else ""


def _new_case(mutation: Mutation, changes: dict[str, Value], author: Author, shelf: Shelf) -> Verdict:
    """Opens a case anew by the platform's own pack; only what a person may name is taken from its author."""
    pack, at = shelf.of(changes), _moment(mutation.authored_at)
    if not changes.get("pack"):
        return Verdict("rejected", problem=ProblemType.BAD_FIELD, detail="pack")
    if pack is None:
        return Verdict("review", problem=ProblemType.OTHER_PACK)
    if at is None:
        return Verdict("rejected", problem=ProblemType.MALFORMED, detail="authored_at is no moment with its zone")
    fields = begin(pack, {name: value for name, value in changes.items() if name in OPENING_FIELDS}, at)
    if beyond := changes.keys() - fields.keys():
        return Verdict("rejected", problem=ProblemType.NOT_ALLOWED, detail=", ".join(sorted(beyond)))
    return Verdict("applied", fields)


def _case_transition(
    mutation: Mutation,
    base: dict[str, Value],
    changes: dict[str, Value],
    current: Fields,
    author: Author,
    shelf: Shelf,
) -> Verdict:
    pack = shelf.of(current)
    if pack is None or (mutation.pack_version and mutation.pack_version != pack.version):
        return Verdict("review", problem=ProblemType.OTHER_PACK)
    if all(same(value, current.get(name)) for name, value in changes.items()):
        return Verdict("applied")
    if mutation.transition == CORRECT:
        return _correction(mutation, base, changes, current, author)
    transition = pack.transition(mutation.transition)
    if transition is None:
        return Verdict("rejected", problem=ProblemType.NOT_ALLOWED, detail=mutation.transition)
    if not pack.may_take(author.role, transition):
        return Verdict("rejected", problem=ProblemType.NOT_ALLOWED, detail=mutation.transition)
    at = _moment(mutation.authored_at)
    if at is None:
        return Verdict("rejected", problem=ProblemType.MALFORMED, detail="authored_at is no moment with its zone")
    if transition.name not in STEPWISE:
        asked = asked_of(pack, current, transition.name, author.worker, at, changes)
        return _move(pack, transition.name, changes, current, author.role, asked)
    if beyond := changes.keys() - may_set(pack, author.role, transition.name):
        return Verdict("rejected", problem=ProblemType.NOT_ALLOWED, detail=", ".join(sorted(beyond)))
    for step in pack.steps:
        if {f"done.{step.id}", f"answers.{step.id}"} & changes.keys() and (
            refusal := explain(pack, current, author.role, step)
        ):
            return Verdict("review", problem=ProblemType.NEWER_STATE, detail=refusal)
    # The guards judge the case as it would stand, in the state the platform has it in, by the platform's clocks.
    state, own = current.get("state"), {"state", *CLOCK_FIELDS}
    rest = {name: value for name, value in changes.items() if name not in own}
    fields, conflicts = merge({name: value for name, value in base.items() if name not in own}, rest, current)
    if refusal := allowed(pack, fields, author.role, transition.name, Asked(author.worker, at)):
        return Verdict("review", problem=ProblemType.NEWER_STATE, detail=refusal)
    target = transition.target(str(state))
    if not same(changes.get("state", state), target):
        if not same(base.get("state"), state):  # right in the state that its author saw
            return Verdict("review", problem=ProblemType.NEWER_STATE, detail="state")
        return Verdict("rejected", problem=ProblemType.NOT_ALLOWED, detail="state")
    if conflicts:
        # An answer that somebody else changed: the step is not taken until a person has chosen.
        return Verdict("conflict", {**fields, "state": state}, conflicts, ProblemType.CONFLICT)
    return Verdict("applied", {**fields, **moving(pack, current, transition.name, mutation.authored_at)})


def _correction(
    mutation: Mutation, base: dict[str, Value], changes: dict[str, Value], current: Fields, author: Author
) -> Verdict:
    """What was sent, changed by its author; after the decision a person looks at it, and the reason comes along."""
    answers = {name: value for name, value in changes.items() if name.startswith("answers.")}
    said = trail_of(changes)
    reason = str(said[-1].get("reason") or "") if said else ""
    if beyond := changes.keys() - answers.keys() - {"trail"}:
        return Verdict("rejected", problem=ProblemType.NOT_ALLOWED, detail=", ".join(sorted(beyond)))
    if not reason.strip():
        return Verdict("rejected", problem=ProblemType.MALFORMED, detail="a correction says why")
    if not may_correct(current, author.worker):
        return Verdict("review", problem=ProblemType.NEWER_STATE, detail="state")
    seen = {name: value for name, value in base.items() if name in answers}
    trail = corrected_trail(current, author.worker, mutation.authored_at, reason)
    fields, conflicts = merge(seen, answers, current)
    if conflicts:
        return Verdict("conflict", {**fields, "trail": trail}, conflicts, ProblemType.CONFLICT)
    return Verdict("applied", {**fields, "trail": trail})


def _move(pack: Pack, name: str, changes: Fields, current: Fields, role: str, asked: Asked) -> Verdict:
    """Takes a move anew on the record as it is here; what its author's program derived is only compared by name."""
    if refusal := allowed(pack, current, role, name, asked):
        return Verdict("review", problem=ProblemType.NEWER_STATE, detail=refusal)
    fields = take(pack, current, role, name, asked)
    if beyond := changes.keys() - fields.keys():
        return Verdict("rejected", problem=ProblemType.NOT_ALLOWED, detail=", ".join(sorted(beyond)))
    return Verdict("applied", {**current, **fields})


def _moment(text: str) -> datetime | None:
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return None
    return found if found.tzinfo else None


def _desk_transition(kind: Kind, base: Fields, changes: Fields, current: Fields, author: Author) -> Verdict:
    """Resolving a conflict (anyone in scope) or closing a review (whoever may decide it), in one's own name."""
    if kind not in _DECISION:
        return Verdict("rejected", problem=ProblemType.NOT_ALLOWED)
    state, by, rest = _DECISION[kind]
    if beyond := changes.keys() - {"state", by} - rest:
        return Verdict("rejected", problem=ProblemType.NOT_ALLOWED, detail=", ".join(sorted(beyond)))
    may = kind is Kind.CONFLICT or may_decide(author.role, str(current.get("record_kind")))
    if not may or changes.get("state") != state or changes.get(by) != author.worker:
        return Verdict("rejected", problem=ProblemType.NOT_ALLOWED)
    if current.get("state") != "open":
        return Verdict("applied", _decided_again(changes, current, author))
    return _merged(base, changes, current)


def _decided_again(changes: Fields, current: Fields, author: Author) -> dict[str, Value] | None:
    """Somebody was quicker and what they chose stands; what was decided later is kept beside it, for both to see."""
    if all(same(value, current.get(name)) for name, value in changes.items()):
        return None
    said = {name: value for name, value in changes.items() if name not in ("state", "later")}
    return {**current, "later": [*cast("list[Value]", current.get("later") or []), {**said, "by": author.worker}]}
