"""Rates over invented cases: what counts, against whom, and when a period begins."""

from datetime import UTC, date, datetime

import pytest

from gridclient.store.rates import Counted, Figure, Hour, Period, Rate, figures, hours

FIRST, NOW = datetime(2026, 10, 31, 16, tzinfo=UTC), datetime(2026, 11, 24, 2, 21, tzinfo=UTC)
TODAY = date(2026, 11, 24)


def _case(
    case: str, due: str, sent: str = "", opened: str = "", returned: bool = False, again: bool = False
) -> Counted:
    return Counted(case, "", "", "w-lin", due, opened, sent, returned, again)


def _figures(*cases: Counted) -> dict[Rate, Figure]:
    return {figure.rate: figure for figure in figures(cases, FIRST, NOW)}


def test_a_case_counts_against_the_rate_when_it_was_done_late_or_not_at_all() -> None:
    found = _figures(
        _case("in time", "2026-11-10T00:00:00Z", "2026-11-10T00:00:00Z"),
        _case("late", "2026-11-10T00:00:00Z", "2026-11-10T00:00:01Z"),
        _case("never", "2026-11-24T02:20:59Z"),
    )[Rate.ON_TIME]

    assert (found.count, found.base, [case.id for case in found.against]) == (1, 3, ["late", "never"])
    assert found.percent == pytest.approx(100 / 3)


def test_what_is_not_due_yet_or_was_due_before_the_period_does_not_count() -> None:
    found = _figures(
        _case("before", "2026-10-31T15:59:59Z"), _case("to come", "2026-11-24T02:21:00Z", "2026-11-20T00:00:00Z")
    )

    assert {figure.base for figure in found.values()} == {0}
    assert {figure.percent for figure in found.values()} == {None}


def test_only_what_was_sent_can_have_been_sent_back() -> None:
    sent = "2026-11-09T00:00:00Z"
    found = _figures(
        _case("fine", "2026-11-10T00:00:00Z", sent), _case("back", "2026-11-10T00:00:00Z", sent, returned=True),
        _case("again", "2026-11-10T00:00:00Z", sent, again=True), _case("open", "2026-11-10T00:00:00Z", again=True),
    )  # fmt: skip

    assert [case.id for case in found[Rate.RETURNED].against] == ["back"]
    assert [case.id for case in found[Rate.REWORKED].against] == ["again"]
    assert found[Rate.RETURNED].base == found[Rate.REWORKED].base == 3


def test_hours_are_the_citys_and_reach_beyond_the_office_where_something_happened() -> None:
    found = hours([
        _case("1", "", opened="2026-11-23T22:30:00Z", sent="2026-11-24T01:00:00Z"),
        _case("2", "", opened="2026-11-23T15:59:00Z"),
    ], TODAY)  # fmt: skip

    assert (found[0], found[-1].hour) == (Hour(6, 1, 0), 17)
    assert [hour for hour in found if hour.done] == [Hour(9, 0, 1)]
    assert sum(hour.new for hour in found) == 1  # the other came yesterday


def test_a_week_begins_on_monday() -> None:
    sunday = date(2026, 11, 29)

    assert [period.first(sunday).isoformat() for period in Period] == ["2026-11-29", "2026-11-23", "2026-11-01"]
