"""Which fields a record of each kind may have, what shape each has, and which only the workflow or the platform sets.

The platform refuses a field that is not listed here and names it; a client built from the same table never
sends one. `answers.*`, `done.*` and `flag.*` are families: a field for each step, or flag, of the case's pack;
`evidence.*` says of a field of a file who confirmed it, when and where.
"""

from collections.abc import Callable, Collection
from datetime import date, datetime

from gridclient.domain.record import Fields, Kind, Value

_PERSON = (
    "name sex birth household address building unit room grid living tags status note merged_into consent. evidence."
)
_CARE = "resident tier conditions alarm last_visit_at visits_every_days grid level reassess_on evidence."
_IDENT = "resident id_number phone contact_name contact_relation contact_phone grid evidence."
_CONFIDENTIAL = "record title grid answers."
_PLACE = (
    "name category address grid uscc owner kind area beds staff manager phone exits no_living no_ebikes open_hazards "
    "wall_type floors over_path glass sign wall alarm stove_years crowded no_charging checks_every_days last_check_at "
    "evidence."
)
_CASE = (
    "number pack pack_version title category state resident household place address grid assignee due_at opened_at "
    "closed_at priority source comments submitted_at submitted_by reviewed_at reviewed_by trail "
    "clocks standard unit level outcome hold_until duplicate_of planned_for risk skipped parent advice "
    "urged urge_reply answers. done. flag."
)
_CONFLICT = "record record_kind title fields by device authored_at mid state choices note resolved_by resolved_at later"
_REVIEW = "record record_kind title reason by device authored_at mid mutation state note closed_by closed_at later"

_FIELDS: dict[Kind, frozenset[str]] = {
    kind: frozenset(names.split())
    for kind, names in {
        Kind.RESIDENT: _PERSON,
        Kind.CARE: _CARE,
        Kind.IDENT: _IDENT,
        Kind.CONFIDENTIAL: _CONFIDENTIAL,
        Kind.HOUSEHOLD: "address building unit room grid head members evidence.",
        Kind.PLACE: _PLACE,
        Kind.CASE: _CASE,
        Kind.WORKER: "name account role team cells",
        Kind.TEAM: "name street",
        Kind.GRID: "code name division",
        Kind.CONFLICT: _CONFLICT,
        Kind.REVIEW: _REVIEW,
        Kind.READING: "what resident field of reason by at count grid",
    }.items()
}


def _is_text(value: Value) -> bool:
    return not isinstance(value, list | dict)


def _is_list(value: Value) -> bool:
    return isinstance(value, list)


def _is_object(value: Value) -> bool:
    return isinstance(value, dict)


def _is_count(value: Value) -> bool:
    """A whole number, also as the text that a form gives; an empty text is none."""
    if isinstance(value, str):
        return not value or (value.isascii() and value.isdigit())
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0


def _is_moment(value: Value) -> bool:
    """A day or a moment (ISO 8601); an empty text is none."""
    if not isinstance(value, str):
        return False
    try:
        return not value or bool(datetime.fromisoformat(value) if "T" in value else date.fromisoformat(value))
    except ValueError:
        return False


# What is not named here is text: a word, a number or yes and no, as forms and people enter it.
_SHAPES: dict[str, Callable[[Value], bool]] = {
    name: shape
    for shape, names in {
        _is_list: "tags conditions members cells trail advice skipped later",
        _is_object: "answers. done. evidence. consent. comments clocks risk urged urge_reply choices fields mutation",
        _is_count: "priority visits_every_days checks_every_days open_hazards count",
        _is_moment: (
            "birth last_visit_at reassess_on last_check_at due_at opened_at closed_at submitted_at reviewed_at "
            "hold_until planned_for authored_at resolved_at at"
        ),
    }.items()
    for name in names.split()
}

# Set by a transition of the workflow, never by a plain edit.
_BY_TRANSITION = frozenset(
    {
        "state",
        "closed_at",
        "comments",
        "submitted_at",
        "submitted_by",
        "reviewed_at",
        "reviewed_by",
        "number",
        "pack",
        "pack_version",
        "trail",
        "clocks",
        "standard",
        "unit",
        "level",
        "outcome",
        "hold_until",
        "duplicate_of",
        "planned_for",
        "risk",
        "skipped",
        "parent",
        "advice",
    }  # fmt: skip
)
OPENING_FIELDS = frozenset(
    "title category resident household place address grid assignee priority source duplicate_of".split()
)
"""What whoever opens a case may say of it; the rest follows from its pack."""

_BY_SUPERVISOR = frozenset({"assignee", "due_at", "priority", "urged"})


def may_decide(role: str, kind: str) -> bool:
    """Whether a role decides what becomes of late work on such a record.

    A supervisor does; of identities and confidential answers, which no supervisor reads, the worker who has the duty
    now.
    """
    return role == ("worker" if kind in (Kind.IDENT, Kind.CONFIDENTIAL) else "supervisor")


def is_field(kind: Kind, name: str) -> bool:
    """Whether records of this kind can have a field."""
    return not unknown_fields(kind, {name})


def unknown_fields(kind: Kind, names: set[str]) -> set[str]:
    """The names that a record of this kind cannot have."""
    known = _FIELDS[kind]
    return {name for name in names if name not in known and _family(name) not in known}


def misshapen_fields(fields: Fields) -> set[str]:
    """The fields whose value no reader could make anything of; null, which takes a field away, fits everywhere."""
    return {
        name
        for name, value in fields.items()
        if value is not None and not _SHAPES.get(_family(name) if "." in name else name, _is_text)(value)
    }


def _family(name: str) -> str:
    return name.partition(".")[0] + "."


def fields_beyond_patch(
    kind: Kind,
    names: set[str],
    *,
    is_supervisor: bool,
    takes_free_case: bool = False,
    contested: Collection[str] = (),
) -> set[str]:
    """The fields of a plain edit that only a transition, or only a supervisor, may set.

    Whoever takes a case for himself or herself that nobody has (`takes_free_case`) may set its assignee, and whoever
    decides a conflict the answers that it is about (`contested`).
    """
    if kind is not Kind.CASE:
        return set()
    family = {name for name in names if name.startswith(("done.", "flag."))}
    if not is_supervisor:
        family |= {name for name in names if name.startswith("answers.")} - set(contested)
    kept = set[str]() if is_supervisor else _BY_SUPERVISOR - ({"assignee"} if takes_free_case else set[str]())
    return family | (names & (_BY_TRANSITION | kept))
