"""A running limit: holds, extensions, rework, and the words for what is left."""

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gridclient.domain.clock import Limit, Unit
from gridclient.domain.timer import Timer
from gridclient.domain.words import time_left
from gridclient.domain.zone import ZONE
from gridclient.text import set_language

FRIDAY = datetime(2026, 3, 13, 17, tzinfo=ZONE)
_START = st.integers(0, 1_000_000).map(lambda minutes: datetime(2024, 1, 1, tzinfo=ZONE) + timedelta(minutes=minutes))
_UNITS: list[Unit] = ["urgent_hour", "work_hour", "work_day", "natural_day"]


def _at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZONE)


def _timer(amount: float = 4, unit: Unit = "work_hour", start: datetime = FRIDAY) -> Timer:
    return Timer(start, Limit(amount, unit))


@given(
    start=_START, amount=st.integers(1, 40), unit=st.sampled_from(_UNITS), into=st.floats(0, 0.9),
    days=st.integers(1, 60),
)  # fmt: skip
def test_a_pause_shifts_the_deadline_by_exactly_the_time_that_it_takes(
    start: datetime, amount: int, unit: Unit, into: float, days: int
) -> None:
    timer = _timer(amount, unit, start)
    begin = start + (timer.due(start).due_at - start) * into
    end = begin + timedelta(days=days)

    held = timer.paused(begin).resumed(end)

    assert held.used_s(end) == timer.used_s(begin)
    assert held.used_s(held.due(end).due_at) == timer.allowed_s()
    if unit in ("urgent_hour", "natural_day"):
        assert held.due(end).due_at - timer.due(end).due_at == timedelta(days=days)


def test_a_case_on_hold_for_ten_days_stops_its_clock_and_goes_on_afterwards() -> None:
    timer = _timer(3, "work_day", _at("2026-03-02T09:00"))
    held = timer.paused(_at("2026-03-03T09:00"))

    assert held.is_paused(_at("2026-03-10T09:00"))
    assert held.used_s(_at("2026-03-10T09:00")) == 8 * 3600

    resumed = held.resumed(_at("2026-03-13T09:00"))

    assert not resumed.is_paused(_at("2026-03-13T09:00"))
    assert resumed.due(_at("2026-03-13T09:00")).due_at == _at("2026-03-17T09:00")


def test_a_hold_ends_by_itself_at_its_latest_day() -> None:
    held = _timer(1, "natural_day").paused(FRIDAY + timedelta(hours=1), timedelta(days=10))
    later = FRIDAY + timedelta(days=30)

    assert not held.is_paused(later)
    assert held.due(later).due_at == FRIDAY + timedelta(days=11)
    assert held.resumed(later) == held


def test_a_second_hold_or_one_after_the_deadline_is_refused_in_words() -> None:
    timer = _timer()
    once = timer.paused(FRIDAY).resumed(FRIDAY + timedelta(minutes=5))

    assert once.refuses_pause(FRIDAY + timedelta(minutes=10)) == "A case is put on hold only once; this one was."
    assert timer.refuses_pause(_at("2026-03-16T12:00")) != ""
    with pytest.raises(ValueError, match="only once"):
        once.paused(FRIDAY + timedelta(minutes=10))


def test_an_extension_adds_the_original_limit_and_the_third_is_refused_in_words() -> None:
    twice = _timer().extended(FRIDAY).extended(FRIDAY)

    assert twice.due(FRIDAY).due_at == _at("2026-03-17T11:00")
    assert twice.refuses_extension(FRIDAY) == "A limit is extended at most 2 times; this one was."
    with pytest.raises(ValueError, match="at most 2"):
        twice.extended(FRIDAY)


def test_what_is_overdue_cannot_be_extended() -> None:
    assert _timer().refuses_extension(_at("2026-03-16T11:00")) == ""
    assert "only before it is over" in _timer().refuses_extension(_at("2026-03-16T11:01"))


def test_rework_keeps_the_deadline_that_was_running() -> None:
    timer = _timer(2, "work_day", _at("2026-03-02T09:00"))
    handed_in = timer.stopped_at(_at("2026-03-03T17:00"))

    assert handed_in.restarted().due(_at("2026-03-05T09:00")).due_at == timer.due(FRIDAY).due_at
    assert handed_in.restarted().light(_at("2026-03-05T09:00")) == "red"
    assert handed_in.light(_at("2026-03-20T09:00")) == "yellow"


def test_the_evening_after_the_last_working_hour_is_late() -> None:
    timer = _timer(1, "work_hour")

    assert timer.light(_at("2026-03-13T18:00")) == "yellow"
    assert timer.light(_at("2026-03-13T18:01")) == "red"


@pytest.mark.parametrize(
    ("timer", "now", "in_english", "in_chinese"),
    [
        (_timer(), "2026-03-13T18:30", "3 working hours left, due Mon 11:00", "还剩 3 工作时，周一 11:00 到期"),
        (_timer(), "2026-03-16T10:48", "12 min of working time left, due today 11:00",
         "还剩 12 分钟工作时间，今天 11:00 到期"),
        (_timer(), "2026-03-16T15:00", "over by 2 working hours", "已超 2 工作时"),
        (_timer(3, "work_day"), "2026-03-13T17:00", "3 working days left, due Wed 17:00",
         "还剩 3 工作日，周三 17:00 到期"),
        (_timer(2, "urgent_hour"), "2026-03-13T17:30", "1.5 hours left, due today 19:00",
         "还剩 1.5 小时，今天 19:00 到期"),
        (_timer(15, "natural_day"), "2026-03-13T17:00", "15 days left, due 03-28 17:00",
         "还剩 15 天，03-28 17:00 到期"),
        (_timer(1, "natural_day"), "2026-03-16T17:00", "over by 2 days", "已超 2 天"),
        (_timer().paused(FRIDAY), "2026-03-20T17:00", "on hold until 2027-03-13 17:00 at the latest",
         "挂账中，最迟 2027-03-13 17:00 恢复计时"),
        (_timer().stopped_at(_at("2026-03-16T09:00")), "2026-03-20T17:00", "done in time", "已按时办结"),
        (_timer(4, "work_hour", _at("2090-01-02T09:00")), "2090-01-02T09:00",
         "4 working hours left, due today 15:00 (estimated: the holidays of that year are not known yet)",
         "还剩 4 工作时，今天 15:00 到期（估算：该年节假日安排尚未公布）"),
    ],
)  # fmt: skip
def test_the_clock_speaks_both_languages(timer: Timer, now: str, in_english: str, in_chinese: str) -> None:
    assert time_left(timer, _at(now)) == in_english
    set_language("zh_CN")
    assert time_left(timer, _at(now)) == in_chinese
