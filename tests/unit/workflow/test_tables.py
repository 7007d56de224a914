"""One capture, many tables: how much of five street tables is filled from what is known, and what goes back.

Measured over every elder of the synthetic street who is visited, through the forms themselves.
"""

from datetime import UTC, date, datetime

import pytest

from gridclient import forms
from gridclient.demo import generate
from gridclient.domain.merge import merge
from gridclient.domain.record import Fields, Kind, Record, Value
from gridclient.forms.xform import flat
from gridclient.paths import FORMS
from gridclient.workflow import Pack, evidence, known, load_packs
from gridclient.workflow.knowing import derived

TODAY = date(2026, 11, 24)
TABLES = {name: pack for name, pack in load_packs(FORMS).items() if name.startswith("table-")}


def _elders() -> list[dict[str, Fields]]:
    """The files of everybody who has a file of care, by kind."""
    street: list[Record] = list(generate(400, 40, 7, TODAY))
    by_id = {record.id: record.fields for record in street}
    names = {str(record.id): str(record.fields["name"]) for record in street if record.kind is Kind.RESIDENT}
    idents = {record.fields["resident"]: record.fields for record in street if record.kind is Kind.IDENT}
    found: list[dict[str, Fields]] = []
    for record in street:
        if record.kind is not Kind.CARE:
            continue
        person = next(fields for each, fields in by_id.items() if each == record.fields["resident"])
        home = next(fields for each, fields in by_id.items() if each == person["household"])
        files = {"care": record.fields, "ident": idents[record.fields["resident"]], "resident": person}
        found.append(files | derived(person, home, names, TODAY))
    return found


ELDERS = _elders()


def _filled(pack: Pack, files: dict[str, Fields]) -> tuple[int, int]:
    """How many questions of a table have an answer without typing, of how many."""
    form = forms.load(pack.form, tz="Asia/Shanghai")
    for ref, each in known(pack, files, {}, TODAY).items():
        assert form.set(ref, each.value).status == "ok", (pack.id, ref, each)
    asked = [control.ref for control in flat(form.body) if control.kind not in ("group", "note")]
    return sum(bool(form.get(ref)) for ref in asked), len(asked)


def test_five_tables_over_the_same_people_are_four_fifths_filled_without_typing() -> None:
    counted = {pack.id: [_filled(pack, files) for files in ELDERS[:40]] for pack in TABLES.values()}
    shares = {name: sum(n for n, _ in each) / sum(of for _, of in each) for name, each in counted.items()}

    assert len(TABLES) == 5
    assert len(ELDERS) >= 40
    assert min(shares.values()) >= 0.8, shares


def test_a_known_value_says_from_where_it_is_and_who_confirmed_it_when() -> None:
    files = dict(ELDERS[0])
    pack = TABLES["table-emergency"]
    at = datetime(2026, 3, 1, 2, tzinfo=UTC)
    said = evidence(pack, "c-1", "ident", "phone", files["ident"]["phone"], "w-lin", at)
    files["ident"] = {**files["ident"], "evidence.phone": said}

    found = known(pack, files, {}, TODAY)["/data/table/phone"]
    later = known(pack, files, {}, date(2027, 3, 2))["/data/table/phone"]

    assert (found.source, found.at, found.by, found.is_expired) == (
        "ident.phone",
        "2026-03-01T02:00:00Z",
        "w-lin",
        False,
    )
    assert later.is_expired


def test_evidence_of_a_value_that_was_changed_since_is_no_evidence() -> None:
    said: Value = {"value": "1", "by": "w-lin", "at": "2026-03-01T02:00:00Z"}
    files: dict[str, Fields] = {"ident": {"phone": "2", "evidence.phone": said}}
    assert known(TABLES["table-emergency"], files, {}, TODAY)["/data/table/phone"].by == ""


def test_an_answer_of_the_last_visit_fills_the_table_and_says_so() -> None:
    visit: Fields = {
        "answers.condition": {"/data/condition/mental": "low"}, "done.condition": {"by": "w-lin"},
        "closed_at": "2026-11-20T02:00:00Z",
    }  # fmt: skip
    found = known(TABLES["table-health"], {}, {"elderly-visit": visit}, TODAY)["/data/table/mental"]
    assert (found.value, found.by, found.at) == ("low", "w-lin", "2026-11-20T02:00:00Z")


@pytest.mark.parametrize(("mine", "kept"), [("2026-11-24T03:00:00Z", "w-lin"), ("2026-11-24T01:00:00Z", "w-chen")])
def test_two_who_confirm_the_same_value_apart_are_no_conflict(mine: str, kept: str) -> None:
    ours: Fields = {"evidence.phone": {"value": "1", "by": "w-lin", "at": mine}}
    theirs: Fields = {"evidence.phone": {"value": "1", "by": "w-chen", "at": "2026-11-24T02:00:00Z"}}
    merged, conflicts = merge({}, ours, theirs)
    proof = merged["evidence.phone"]
    assert conflicts == []
    assert isinstance(proof, dict)
    assert proof["by"] == kept
