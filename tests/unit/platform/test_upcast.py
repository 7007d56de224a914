"""A mutation that an older program queued is judged as today's program would have queued it."""

from functools import partial

import msgspec

from gridclient.domain.record import Kind, new_id
from gridclient.platform.upcast import renamed, upcast
from gridclient.protocol.messages import SCHEMA_VERSION, Mutation

# Two releases that never were: one called a field otherwise, the next one put a unit to another.
STEPS = (
    partial(renamed, kind=Kind.RESIDENT, old="mobile", new="phone"),
    partial(renamed, kind=Kind.CASE, old="due", new="due_at"),
)


def _mutation(kind: Kind, schema: int, **fields: object) -> Mutation:
    return Mutation(
        mid=new_id(), dseq=1, op="patch", bucket="grid:310115125001001", record=new_id(), kind=kind,
        base=dict.fromkeys(fields, "before"), set=fields, schema=schema, authored_at="2026-11-24T02:21:00Z",
    )  # fmt: skip


def test_each_step_between_the_two_programs_is_taken_once() -> None:
    first = upcast(_mutation(Kind.RESIDENT, 1, mobile="13900007741", note="x"), STEPS)
    second = upcast(_mutation(Kind.CASE, 2, due="2026-11-30"), STEPS)

    assert (first.set, first.schema) == ({"phone": "13900007741", "note": "x"}, 3)
    assert first.base == {"phone": "before", "note": "before"}
    assert (second.set, second.schema) == ({"due_at": "2026-11-30"}, 3)


def test_a_mutation_of_today_or_of_a_newer_program_is_left_as_it_is() -> None:
    today, newer = _mutation(Kind.RESIDENT, 3, phone="1"), _mutation(Kind.RESIDENT, 4, mobile="1")

    assert upcast(today, STEPS) == today
    assert upcast(newer, STEPS) == newer
    assert upcast(_mutation(Kind.CASE, SCHEMA_VERSION, due_at="x")).schema == SCHEMA_VERSION


def test_a_mutation_that_says_no_schema_is_of_the_first_one_whatever_todays_is() -> None:
    body = msgspec.json.encode(_mutation(Kind.RESIDENT, 1, mobile="1"))

    assert b"schema" not in body
    assert msgspec.json.decode(body, type=Mutation).schema == 1
