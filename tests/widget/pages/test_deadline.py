"""What a case page says about the deadline: the words of the clock that presses most."""

from collections.abc import Generator
from datetime import UTC, datetime, timedelta

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from gridclient.domain.clock import Limit
from gridclient.domain.record import Kind, Value
from gridclient.domain.timer import Timer
from gridclient.paths import FORMS
from gridclient.store.shown import Shown
from gridclient.text import set_language
from gridclient.ui.app import Desktop
from gridclient.ui.case.deadline import deadline_text
from gridclient.ui.case.due import explain_due
from gridclient.ui.case.due_card import DueCard
from gridclient.ui.case.risk import risk_text
from gridclient.ui.queue.words import STATES, state_in
from gridclient.ui.widgets import Banner
from gridclient.ui.workbench import Workbench
from gridclient.workflow import begin, load_packs
from gridclient.workflow.clocks import kept
from tests.widget.pages.conftest import Play
from tests.widget.screens.faults import clipped, nameless
from tests.widget.stage import Stage, quiet

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


def _extended_and_held(pending: int = 0) -> Shown:
    """An event that is handled since Monday nine o'clock, extended once, and was on hold from ten to eleven."""
    hour = timedelta(hours=1)
    timer = Timer(OPENED, Limit(2, "work_hour")).extended(OPENED).paused(OPENED + hour).resumed(OPENED + 2 * hour)
    fields = {**begin(PACKS["urban-event"], {}, OPENED), "state": "handling", "clocks": kept({"handle": timer})}
    return Shown("c", Kind.CASE, "", 1, fields, pending)


def test_a_deadline_is_explained_with_its_extensions_pauses_and_calendar(qtbot: QtBot) -> None:
    now = OPENED + timedelta(hours=2)
    due = explain_due(PACKS["urban-event"], _extended_and_held(), now)
    assert due is not None
    card = DueCard(due, now)
    qtbot.addWidget(card)
    told = [label.text() for label in card.findChildren(QLabel)]

    assert due.due_at.isoformat() == "2026-11-23T16:00:00+08:00"  # four hours of work from nine, less noon and the hold
    assert "Being put right" in told
    assert "once, by the first limit" in told
    assert "from 23 Nov 10:00 to 23 Nov 11:00" in told
    assert "08:00–12:00, 14:00–18:00" in told
    assert any("known until 2026-12-31" in text for text in told)
    assert "The platform counted it; its clock is the one that counts." in told


def test_a_deadline_that_waits_for_the_platform_says_so(qtbot: QtBot) -> None:
    due = explain_due(PACKS["urban-event"], _extended_and_held(pending=1), OPENED)
    assert due is not None
    card = DueCard(due, OPENED)
    qtbot.addWidget(card)

    assert [banner.title() for banner in card.findChildren(Banner)] == [
        "Counted on this PC; the platform confirms it when the changes are uploaded."
    ]


def test_the_line_that_tells_the_deadline_opens_why(play: Play, stage: Stage) -> None:
    async def part(desktop: Desktop, bench: Workbench) -> None:
        bench.open_case(stage.half_case)
        await quiet(bench.desk)
        header = bench.case.header
        assert header.deadline.text().startswith("due ")
        header.deadline.click()
        [card] = [each for each in header.findChildren(DueCard) if each.isVisible()]
        popup = card.window()
        assert [*nameless(popup), *clipped(popup)] == []
        QTest.keyClick(popup, Qt.Key.Key_Escape)
        await quiet(bench.desk)
        assert not header.findChildren(DueCard)

    play("lin", part)


def test_a_clock_that_ran_out_says_by_how_much() -> None:
    pack = PACKS["urban-event"]

    told = deadline_text(pack, begin(pack, {}, OPENED), OPENED + timedelta(days=90))

    assert told.startswith("over by")


def test_a_case_without_clocks_says_the_moment_and_a_closed_one_nothing() -> None:
    pack = PACKS["elderly-visit"]
    case: dict[str, Value] = {"state": "open", "due_at": "2026-11-23T09:00:00Z"}

    assert deadline_text(pack, case, OPENED) == "due Today 17:00"
    assert deadline_text(pack, {**case, "state": "closed"}, OPENED) == ""
    assert deadline_text(PACKS["gas-safety"], {**case, "state": "ordered"}, OPENED) == ""


def test_a_state_that_only_its_pack_knows_is_told_by_the_packs_title() -> None:
    pack = PACKS["urban-event"]
    own = next(state for state in pack.states if state.id not in STATES)

    assert state_in(pack, own.id) == own.title.en
    assert state_in(pack, "closed") == "Closed"


def test_the_score_that_brought_a_check_is_shown_with_its_factors() -> None:
    pack = PACKS["small-premises"]
    risk: Value = {"score": 55, "factors": ["crowd", "living"], "tier": "key", "every_days": 30}

    assert risk_text(pack, {"risk": risk}) == "risk 55: Where many people are +25, Somebody lives there +30"
    assert risk_text(pack, {}) == ""


def test_a_finished_step_tells_by_whom(play: Play, stage: Stage) -> None:
    async def part(desktop: Desktop, bench: Workbench) -> None:
        bench.open_case(stage.half_case)
        await quiet(bench.desk)

        assert "by 林晓燕" in bench.case.rail.accessibleDescription()

    play("lin", part)
