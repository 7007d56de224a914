"""The card about others, on the board and beside the outcomes: who has work to upload; a worker does not see it."""

import pytest
from PySide6.QtWidgets import QLabel

from gridclient.protocol.messages import UnsentDevice
from gridclient.store.others import keep_others
from gridclient.ui.app import Desktop
from gridclient.ui.others import OthersCard
from gridclient.ui.pages import BOARD, UPLOADS
from gridclient.ui.widgets import StatusTag
from gridclient.ui.workbench import Workbench
from tests.widget.pages.conftest import Play
from tests.widget.stage import quiet

TOLD = [
    UnsentDevice(worker="林晓燕", device="香楠居委 2 号机", count=3, oldest="2026-11-23T01:05:00Z",
                 seen_at="2026-11-24T01:41:00Z"),
    UnsentDevice(worker="陈志强", device="香楠居委 3 号机", count=1, oldest="", seen_at="2026-11-24T02:00:00Z"),
]  # fmt: skip


def _said(card: OthersCard) -> set[str]:
    return {label.text() for label in card.findChildren(QLabel) if not label.isHidden()}


@pytest.mark.parametrize("page", [UPLOADS, BOARD])
def test_a_supervisor_sees_who_has_work_to_upload_how_much_and_since_when(play: Play, page: str) -> None:
    async def part(desktop: Desktop, bench: Workbench) -> None:
        bench.show_page(page)
        await bench.desk.write(lambda tx: keep_others(tx, TOLD))
        await quiet(bench.desk)

        card = bench.board.others if page == BOARD else bench.uploads.side.others
        assert card.isVisible()
        assert {
            "as of Today 10:21", "林晓燕", "3 items", "香楠居委 2 号机, last seen Today 09:41",
            "陈志强", "1 item", "香楠居委 3 号机, last seen Today 10:00",
        } <= _said(card)  # fmt: skip
        assert [tag.text() for tag in card.findChildren(StatusTag)] == ["25 h"]

        await bench.desk.write(lambda tx: keep_others(tx, []))
        await quiet(bench.desk)
        assert _said(card) == {"Not uploaded yet by others", "as of Today 10:21", "Everything was uploaded."}

    play("zhao", part)


def test_a_worker_sees_no_card_about_others(play: Play) -> None:
    async def part(desktop: Desktop, bench: Workbench) -> None:
        bench.show_page(UPLOADS)
        await quiet(bench.desk)

        assert not bench.uploads.side.others.isVisible()

    play("lin", part)
