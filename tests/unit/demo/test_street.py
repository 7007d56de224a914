"""The synthetic street: the same for the same seed, whole in itself, and nobody in it exists."""

from collections import Counter
from datetime import date

from gridclient.demo import generate, org
from gridclient.domain.identifiers import check_citizen_id
from gridclient.domain.record import Kind, Record
from gridclient.domain.schema import unknown_fields

TODAY = date(2026, 11, 24)


def _street() -> list[Record]:
    return list(generate(1000, 200, 7, TODAY))


def test_the_same_seed_gives_the_same_street_and_another_one_does_not() -> None:
    assert _street() == _street()
    assert {r.id for r in generate(100, 10, 1, TODAY)} != {r.id for r in generate(100, 10, 2, TODAY)}


def test_every_reference_points_to_a_record_of_the_street() -> None:
    street = _street()
    ids = Counter(record.id for record in street)

    assert set(ids.values()) == {1}
    for record in street:
        for name in ("resident", "household", "head"):
            if (target := record.fields.get(name)) is not None:
                assert str(target) in ids


def test_counts_are_as_asked_and_fields_are_known() -> None:
    street = _street()
    kinds = Counter(record.kind for record in street)

    assert (kinds[Kind.RESIDENT], kinds[Kind.IDENT], kinds[Kind.CASE]) == (1000, 1000, 200)
    assert all(unknown_fields(record.kind, set(record.fields)) == set() for record in street)


def test_identity_numbers_are_well_formed_and_were_never_issued() -> None:
    numbers = [str(record.fields["id_number"]) for record in _street() if record.kind is Kind.IDENT]

    assert {check_citizen_id(number).result for number in numbers} == {"ok"}
    assert {number[14:17] for number in numbers} <= {"000", "001"}


def test_there_is_work_for_lin_today_and_every_cell_has_a_worker() -> None:
    whole = org(1000)
    todo = [
        record.fields for record in _street()
        if record.kind is Kind.CASE and record.fields["state"] == "open" and record.fields["assignee"] == "w-lin"
    ]  # fmt: skip

    assert any("王秀英" in str(case["title"]) and str(case["due_at"]).startswith("2026-11-24") for case in todo)
    assert {str(case["pack"]) for case in todo} == {"elderly-visit", "corridor-inspection"}
    assert set(whole.cells) <= {code for worker in whole.workers for code in worker.duties}
