"""What a case page says about the deadline: the words of the clock that presses most."""

from collections.abc import Generator
from datetime import UTC, datetime, timedelta

import pytest

from gridclient.domain.record import Value
from gridclient.paths import FORMS
from gridclient.text import set_language
from gridclient.ui.case.deadline import deadline_text
from gridclient.ui.queue.words import STATES, state_in
from gridclient.workflow import begin, load_packs

OPENED = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)  # a Monday, nine o'clock
PACKS = load_packs(FORMS)


@pytest.fixture
def chinese() -> Generator[None]:
    """Chinese texts for one test."""
    set_language("zh_CN")
    yield
    set_language("en")


def test_a_case_with_clocks_says_what_is_left_in_its_own_unit(chinese: None) -> None:
    pack = PACKS["urban-event"]
    fields: dict[str, Value] = {"grid": "310115125001001", "title": "synthetic"}

    told = deadline_text(pack, begin(pack, fields, OPENED), OPENED)

    assert told.startswith("还剩")
    assert told.endswith("到期")


def test_a_clock_that_ran_out_says_by_how_much() -> None:
    pack = PACKS["urban-event"]

    told = deadline_text(pack, begin(pack, {}, OPENED), OPENED + timedelta(days=90))

    assert told.startswith("over by")


def test_a_case_without_clocks_says_the_moment_and_a_closed_one_nothing() -> None:
    pack = PACKS["elderly-visit"]
    case: dict[str, Value] = {"state": "open", "due_at": "2026-11-23T09:00:00Z"}

    assert deadline_text(pack, case, OPENED) == "due Today 17:00"
    assert deadline_text(pack, {**case, "state": "closed"}, OPENED) == ""


def test_a_state_that_only_its_pack_knows_is_told_by_the_packs_title() -> None:
    pack = PACKS["urban-event"]
    own = next(state for state in pack.states if state.id not in STATES)

    assert state_in(pack, own.id) == own.title.en
    assert state_in(pack, "closed") == "Closed"
