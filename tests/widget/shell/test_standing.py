"""What the pill says, and the strip above the pages, for each way a PC can stand with the platform."""

from collections.abc import Mapping
from dataclasses import replace

import pytest

from gridclient import __version__
from gridclient.errors import GridError
from gridclient.sync.cycle import UpgradeNeeded
from gridclient.sync.troubles import CertificateProblem, Offline
from gridclient.ui.pages import CONFLICTS
from gridclient.ui.standing import Standing, notice, pill

NOTHING: Mapping[str, int] = {CONFLICTS: 0, "unsent": 0, "held": 0}
IN_STEP = Standing(NOTHING, True, "2026-11-24T02:21:00Z", 0, 0.0, "", 9000)
APART = replace(IN_STEP, in_step=False)
BUSY = {**NOTHING, "unsent": 3, CONFLICTS: 2}
HELD = {**BUSY, "held": 1}


@pytest.mark.parametrize(
    ("standing", "fault", "is_running", "says"),
    [
        (IN_STEP, None, False, ("synced", "In step")),
        (IN_STEP, None, True, ("synced", "In step")),
        (APART, None, True, ("syncing", "Synchronising")),
        (replace(APART, synced_at=""), None, False, ("syncing", "Synchronising")),
        (APART, None, False, ("problem", "Not in step yet")),
        (replace(APART, removals_held=120), None, False, ("problem", "120 records wait to leave this PC")),
        (replace(IN_STEP, counts=BUSY), None, True, ("pending", "3 to upload")),
        (replace(IN_STEP, counts={**NOTHING, CONFLICTS: 2}), None, False, ("conflict", "2 conflicts to decide")),
        (replace(IN_STEP, clock_off_s=400.0), None, False,
         ("problem", "This PC's clock is 7 minutes slow. Set it; deadlines count by the platform's.")),
        (replace(IN_STEP, counts=BUSY), Offline(), False, ("offline", "Offline · 3 to upload")),
        (IN_STEP, Offline(), False, ("offline", "Offline")),
        (replace(IN_STEP, counts=HELD), None, False, ("problem", "1 photo cannot be sent")),
        (IN_STEP, CertificateProblem(), False, ("problem", str(CertificateProblem()))),
    ],
)  # fmt: skip
def test_the_pill_says_how_the_pc_stands(
    standing: Standing, fault: GridError | None, is_running: bool, says: tuple[str, str]
) -> None:
    state = pill(standing, fault, is_running=is_running)

    assert (state.kind, state.text) == says
    assert state.detail == ("last sync 10:21" if standing.synced_at else "")


@pytest.mark.parametrize(
    ("standing", "fault", "title", "helps"),
    [
        (IN_STEP, None, "", ""),
        (replace(IN_STEP, free_mb=80), UpgradeNeeded(version="9.9"), "Only 80 MB are free", "help"),
        (IN_STEP, UpgradeNeeded(version="9.9"), "The platform needs a newer version", "help"),
        (replace(IN_STEP, clock_off_s=-600.0), None, "This PC's clock is 10 minutes fast", "sync"),
        (replace(IN_STEP, clock_off_s=60.0), Offline(), "", ""),
        (replace(IN_STEP, newest="9.9"), None, "Version 9.9 of this program is there", "help"),
        (replace(IN_STEP, newest="9.9"), UpgradeNeeded(version="9.9"), "The platform needs a newer version", "help"),
        (replace(IN_STEP, newest=__version__), None, "", ""),
        (replace(IN_STEP, newest="0.0.9"), None, "", ""),
    ],
)
def test_what_stands_above_every_page_is_the_gravest_with_what_helps(
    standing: Standing, fault: GridError | None, title: str, helps: str
) -> None:
    found = notice(standing, fault)

    assert (found.title.startswith(title), found.helps) == (True, helps) if found else (title, helps) == ("", "")
