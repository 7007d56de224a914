"""The card about others beside the outcomes: a supervisor sees who has work to upload, a worker does not."""

from PySide6.QtWidgets import QLabel

from gridclient.protocol.messages import UnsentDevice
from gridclient.store.others import keep_others
from gridclient.ui.app import Desktop
from gridclient.ui.pages import UPLOADS
from gridclient.ui.workbench import Workbench
from tests.widget.pages.conftest import Play
from tests.widget.stage import quiet

TOLD = [
    UnsentDevice(worker="林晓燕", device="香楠居委 2 号机", count=3, oldest="2026-11-23T01:05:00Z",
                 seen_at="2026-11-24T01:41:00Z"),
    UnsentDevice(worker="陈志强", device="香楠居委 3 号机", count=1, oldest="", seen_at="2026-11-24T02:00:00Z"),
]  # fmt: skip


def test_a_supervisor_sees_who_has_work_to_upload_how_much_and_since_when(play: Play) -> None:
    async def part(desktop: Desktop, bench: Workbench) -> None:
        bench.show_page(UPLOADS)
        await bench.desk.write(lambda tx: keep_others(tx, TOLD))
        await quiet(bench.desk)

        card = bench.uploads.side.others
        said = "\n".join(label.text() for label in card.findChildren(QLabel))
        assert card.isVisible()
        assert "林晓燕 · 香楠居委 2 号机\n3 to upload, the oldest from Yesterday 09:05\nlast seen Today 09:41" in said
        assert "陈志强 · 香楠居委 3 号机\n1 to upload\nlast seen Today 10:00" in said

        await bench.desk.write(lambda tx: keep_others(tx, []))
        await quiet(bench.desk)
        assert "Nobody has work left to upload" in [label.text() for label in card.findChildren(QLabel)]

    play("zhao", part)


def test_a_worker_sees_no_card_about_others(play: Play) -> None:
    async def part(desktop: Desktop, bench: Workbench) -> None:
        bench.show_page(UPLOADS)
        await quiet(bench.desk)

        assert not bench.uploads.side.others.isVisible()

    play("lin", part)
