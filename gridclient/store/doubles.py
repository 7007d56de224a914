"""Files of one person that were opened twice: finds them on this PC, and unites two of them as a person chose.

Nothing is deleted. The file that goes says into which one it went, and its cases, care and numbers follow; so the whole
is an edit like any other, which can be taken back before the upload and set back after it.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import msgspec
from sqlalchemy.engine import Connection

from gridclient.domain.doubles import Double, Facts, double_of, united
from gridclient.domain.record import Fields, Kind, Value
from gridclient.store.cache import Changes, Transaction, read_setting
from gridclient.store.shown import Shown, about, find
from gridclient.store.work import Actor, edit_record

_APART = "doubles.apart"
_MOST_ALIKE = 12  # a phone that more people have is an office's
_TEXT = "CAST(coalesce(s.payload, b.payload) AS TEXT)"
_FILES = "FROM shown s JOIN base b USING (rid) WHERE s.kind = '{kind}' AND s.kind IS NOT 'case'"
_PERSON_FIELDS = ("name", "sex", "birth", "living", "tags", "note")
_IDENT_FIELDS = ("id_number", "phone", "contact_name", "contact_relation", "contact_phone")


@dataclass(frozen=True, slots=True)
class Pair:
    """Both files side by side, as far as this worker has them."""

    double: Double
    residents: tuple[Shown, Shown]
    idents: tuple[Fields, Fields]
    cases: tuple[int, int]
    has_care: tuple[bool, bool]

    def differing(self) -> list[tuple[Kind, str]]:
        """The fields that both files say, and say differently; only these are to be chosen."""
        first, second = self.residents
        fields = [(Kind.RESIDENT, name, first.fields, second.fields) for name in _PERSON_FIELDS]
        fields += [(Kind.IDENT, name, *self.idents) for name in _IDENT_FIELDS]
        return [
            (kind, name)
            for kind, name, mine, theirs in fields
            if mine.get(name) and theirs.get(name) and mine.get(name) != theirs.get(name)
        ]


def find_doubles(connection: Connection) -> list[Double]:
    """Every pair on this PC that may be one person and was not said to be two, the surest first."""
    apart = _apart(connection)
    groups = [*_alike(connection, Kind.IDENT, "$.id_number"), *_alike(connection, Kind.IDENT, "$.phone")]
    groups += _same_birth(connection)
    facts: dict[str, Facts | None] = {}
    found: dict[str, Double] = {}
    for group in groups:
        for resident in group:
            if resident not in facts:
                facts[resident] = _facts(connection, resident)
        people = [known for resident in sorted(set(group)) if (known := facts[resident]) is not None]
        for place, first in enumerate(people):
            for second in people[place + 1 :]:
                double = double_of(first, second)
                if double is not None and double.key not in apart:
                    found[double.key] = double
    return sorted(found.values(), key=lambda each: (tuple(each.reasons), each.first.address, each.key))


def _alike(connection: Connection, kind: Kind, path: str) -> list[list[str]]:
    """The residents whose files say the same in one field, group by group."""
    rows = connection.exec_driver_sql(
        f"SELECT json_group_array(s.about) {_FILES.format(kind=kind)} AND json_extract({_TEXT}, ?) <> '' "
        f"GROUP BY json_extract({_TEXT}, ?) HAVING count(*) BETWEEN 2 AND {_MOST_ALIKE}",
        (path, path),
    ).scalars()
    return [msgspec.json.decode(row, type=list[str]) for row in rows]


def _same_birth(connection: Connection) -> list[list[str]]:
    rows = connection.exec_driver_sql(
        f"SELECT json_group_array(b.id) {_FILES.format(kind=Kind.RESIDENT)} AND s.title <> '' "
        f"GROUP BY s.title, json_extract({_TEXT}, '$.birth') HAVING count(*) BETWEEN 2 AND {_MOST_ALIKE}"
    ).scalars()
    return [msgspec.json.decode(row, type=list[str]) for row in rows]


def _facts(connection: Connection, resident: str) -> Facts | None:
    person = find(connection, resident)
    if person is None or person.kind is not Kind.RESIDENT or person.text("merged_into"):
        return None
    ident = about(connection, resident, Kind.IDENT)
    number, phone = (ident[0].text("id_number"), ident[0].text("phone")) if ident else ("", "")
    return Facts(resident, person.text("name"), person.text("birth"), person.text("address"), number, phone)


def _apart(connection: Connection) -> set[str]:
    kept = read_setting(connection, _APART)
    return msgspec.json.decode(kept, type=set[str]) if kept else set()


def keep_apart(tx: Transaction, double: Double) -> Changes:
    """Remembers on this PC that two files are of two people; they are not suggested again."""
    tx.set_setting(_APART, msgspec.json.encode(sorted(_apart(tx.connection) | {double.key})).decode())
    return Changes.of(areas=("resident",))


def pair_of(connection: Connection, double: Double) -> Pair | None:
    """Both files; None when one is not here any more."""
    ids = (double.first.id, double.second.id)
    first, second = (find(connection, each) for each in ids)
    if first is None or second is None:
        return None
    mine, theirs = (_ident(connection, each) for each in ids)
    cases = [len(about(connection, each, Kind.CASE)) for each in ids]
    care = [bool(about(connection, each, Kind.CARE)) for each in ids]
    return Pair(double, (first, second), (mine, theirs), (cases[0], cases[1]), (care[0], care[1]))


def _ident(connection: Connection, resident: str) -> Fields:
    files = about(connection, resident, Kind.IDENT)
    return files[0].fields if files else {}


def unite(
    tx: Transaction, kept_id: str, gone_id: str, chosen: Mapping[tuple[Kind, str], Value], actor: Actor
) -> Changes:
    """Unites two files in one transaction: what was chosen, what only the other one says, and all that hangs on it."""
    kept, gone = find(tx.connection, kept_id), find(tx.connection, gone_id)
    assert kept is not None, "both files were on the page"
    assert gone is not None, "both files were on the page"
    person = {name: value for (kind, name), value in chosen.items() if kind is Kind.RESIDENT}
    said = {name: value for name, value in gone.fields.items() if name in _PERSON_FIELDS}
    changes = edit_record(tx, kept.id, united(kept.fields, said, person), actor)
    changes |= _unite_idents(tx, kept.id, gone.id, chosen, actor)
    if not about(tx.connection, kept.id, Kind.CARE):
        for care in about(tx.connection, gone.id, Kind.CARE):
            changes |= edit_record(tx, care.id, {"resident": kept.id}, actor)
    for case in about(tx.connection, gone.id, Kind.CASE):
        changes |= edit_record(tx, case.id, {"resident": kept.id}, actor)
    changes |= _leave_home(tx, gone, kept.id, actor)
    return changes | edit_record(tx, gone.id, {"status": "merged", "merged_into": kept.id}, actor)


def _unite_idents(
    tx: Transaction, kept: str, gone: str, chosen: Mapping[tuple[Kind, str], Value], actor: Actor
) -> Changes:
    theirs = about(tx.connection, gone, Kind.IDENT)
    mine = about(tx.connection, kept, Kind.IDENT)
    if not theirs:
        return Changes()
    if not mine:
        return edit_record(tx, theirs[0].id, {"resident": kept}, actor)
    numbers = {name: value for (kind, name), value in chosen.items() if kind is Kind.IDENT}
    said = {name: value for name, value in theirs[0].fields.items() if name in _IDENT_FIELDS}
    return edit_record(tx, mine[0].id, united(mine[0].fields, said, numbers), actor)


def _leave_home(tx: Transaction, gone: Shown, kept: str, actor: Actor) -> Changes:
    home = find(tx.connection, gone.text("household")) if gone.text("household") else None
    members = None if home is None else home.fields.get("members")
    if home is None or not isinstance(members, list) or gone.id not in members:
        return Changes()
    left: list[Value] = [each for each in members if each != gone.id]
    fields: dict[str, Value] = {"members": left}
    if home.fields.get("head") == gone.id:
        fields["head"] = kept if kept in left or not left else left[0]
    return edit_record(tx, home.id, fields, actor)
