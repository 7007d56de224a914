"""Names of record fields and their values as people read them, for the conflict desk and the list of outcomes."""

from gridclient.domain.masking import mask_id_number, mask_phone
from gridclient.domain.record import Value
from gridclient.text import tr
from gridclient.workflow import Pack

_PHONES = {"phone", "contact_phone"}


def field_name(name: str) -> str:
    """A field in words."""
    known = {
        "phone": tr("Phone"), "contact_name": tr("Emergency contact"), "contact_phone": tr("Contact's phone"),
        "contact_relation": tr("Contact's relation"), "id_number": tr("Identity number"), "name": tr("Name"),
        "address": tr("Address"), "living": tr("Living situation"), "note": tr("Note"), "tags": tr("Tags"),
        "tier": tr("Care tier"), "conditions": tr("Illnesses"), "alarm": tr("Alarm"), "assignee": tr("Assignee"),
        "last_visit_at": tr("Last visit"), "urged": tr("Urged"), "urge_reply": tr("Reply to the urging"),
        "status": tr("Status"), "state": tr("State"),
        "kind": tr("Kind"), "owner": tr("Owner"), "manager": tr("Person in charge"), "uscc": tr("Credit code"),
        "area": tr("Area (m²)"), "staff": tr("Staff"), "beds": tr("Beds"), "exits": tr("Exits free"),
        "no_living": tr("Nobody lives inside"), "no_ebikes": tr("No e-bikes inside"),
        "open_hazards": tr("Hazards left open"), "household": tr("Household"),
    }  # fmt: skip
    if name.startswith("answers."):
        return tr("Answers of a step")
    if name.startswith("consent."):
        return tr("Consent")
    return known.get(name, name)


def value_text(name: str, value: Value) -> str:
    """A value in words; what identifies a person is masked."""
    match value:
        case None | "":
            return "—"
        case bool():
            return tr("yes") if value else tr("no")
        case list():
            return tr(", ").join(value_text(name, each) for each in value)
        case {"agreed": bool(agreed)}:
            return tr("agreed") if agreed else tr("refused")
        case dict():
            return tr("{n} answers", n=len(value))
        case _:
            text = str(value)
    if name in _PHONES:
        return mask_phone(text)
    return mask_id_number(text) if name == "id_number" else text


def hash_text(sha256: str) -> str:
    """A hash in groups of eight, so that it can be compared by eye and breaks where a line ends."""
    return " ".join(sha256[n : n + 8] for n in range(0, len(sha256), 8))


def masked_answer(pack: Pack, ref: str, text: str) -> str:
    """An answer in words; one that comes from what identifies a person stays as masked as in the file."""
    kind, _, name = pack.prefill.get(ref, "").partition(".")
    return value_text(name, text) if kind == "ident" and text else text


def kind_text(kind: str) -> str:
    """A kind of record in words."""
    known = {
        "resident": tr("Resident file"), "ident": tr("Identity and contact"), "care": tr("Care file"),
        "confidential": tr("Confidential answers"),
        "case": tr("Case"), "place": tr("Place"), "household": tr("Household"), "conflict": tr("Conflict"),
        "review": tr("Review"), "reading": tr("Reading log"),
    }  # fmt: skip
    return known.get(kind, kind)


def what_text(what: str) -> str:
    """What an edit did, in words."""
    known = {
        "advance": tr("Step finished"), "submit": tr("Submitted for review"), "approve": tr("Approved"),
        "return": tr("Returned with comments"), "patch": tr("Changed"), "create": tr("Created"),
        "append": tr("Added"), "delete": tr("Deleted"), "resolve": tr("Conflict resolved"),
        "correct": tr("Corrected"),
    }  # fmt: skip
    return known.get(what, what)
