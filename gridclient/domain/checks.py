"""Which fields of a record bear a number with a check of its own, and whether the number passes it."""

from collections.abc import Callable, Mapping

from gridclient.domain.identifiers import Checked, check_citizen_id, check_phone, check_uscc
from gridclient.domain.record import Fields, Kind

_CHECKS: Mapping[Kind, Mapping[str, Callable[[str], Checked]]] = {
    Kind.IDENT: {"phone": check_phone, "contact_phone": check_phone, "id_number": check_citizen_id},
    Kind.PLACE: {"uscc": check_uscc},
}


def check_field(kind: Kind, name: str, value: object) -> Checked:
    """What the field's own check says of a value; a field without a check, or without a value, is well."""
    check = _CHECKS.get(kind, {}).get(name)
    return Checked("ok") if check is None or value in (None, "") else check(str(value))


def refusals(kind: Kind, fields: Fields) -> dict[str, str]:
    """The fields that cannot be right, each with the reason in words; what is only unusual is not refused."""
    found = {name: check_field(kind, name, value) for name, value in fields.items()}
    return {name: checked.text for name, checked in found.items() if checked.result == "refused"}
