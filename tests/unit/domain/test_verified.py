"""Confirmed values: each says whether it may still be used without asking again."""

from datetime import date

import pytest

from gridclient.domain.record import Fields
from gridclient.domain.verified import Standing, verified

TODAY = date(2026, 11, 24)


def _ident(until: str = "", value: str = "13800006128") -> Fields:
    said = {"value": "13800006128", "pack": "table-health", "by": "w-lin", "at": "2026-03-03T02:00:00Z"}
    return {"phone": value, "evidence.phone": {**said, "until": until} if until else {**said}}


@pytest.mark.parametrize(
    ("until", "standing"),
    [
        ("", Standing.HOLDS),
        ("2026-12-25", Standing.HOLDS),
        ("2026-12-24", Standing.ENDS_SOON),
        ("2026-11-24", Standing.ENDS_SOON),
        ("2026-11-23", Standing.ENDED),
    ],
)
def test_a_value_holds_through_its_last_day_and_warns_thirty_days_before(until: str, standing: Standing) -> None:
    assert [value.standing for value in verified(_ident(until), (), TODAY)] == [standing]


def test_a_value_that_was_edited_after_it_was_confirmed_says_so_even_when_it_is_in_date() -> None:
    (value,) = verified(_ident("2027-03-03", "13900000000"), (), TODAY)

    assert (value.standing, value.value) == (Standing.CHANGED, "13900000000")


def test_an_open_conflict_weighs_more_than_the_date() -> None:
    assert verified(_ident("2026-01-01"), {"phone"}, TODAY)[0].standing is Standing.IN_CONFLICT
