"""The page of uploads: an edit that the platform cannot take is shown as such, and is tried when its author asks."""

import asyncio

from PySide6.QtWidgets import QPushButton
from sqlalchemy.engine import Connection

from gridclient.domain.record import iso
from gridclient.store import outbox
from gridclient.store.cache import Changes, Transaction
from gridclient.sync.thread import Ended
from gridclient.ui.app import Desktop
from gridclient.ui.pages import UPLOADS
from gridclient.ui.uploads.table import UPLOAD_LOOK
from gridclient.ui.widgets.chips import Chip
from gridclient.ui.workbench import Workbench
from tests.widget.pages.conftest import Play
from tests.widget.stage import quiet


def fail_three_times(tx: Transaction) -> Changes:
    """The platform fails three times on the first edit that waits."""
    mid, _ = outbox.to_push(tx.connection, tx.at, 1, 999_999)[0]
    for _ in range(3):
        outbox.hold_back_failed(tx, mid)
    return Changes.of(areas=("outbox", "outcomes"))


def test_an_edit_in_quarantine_says_so_and_is_tried_at_once_when_its_author_asks(play: Play) -> None:
    async def part(desktop: Desktop, bench: Workbench) -> None:
        def ready(connection: Connection) -> int:
            return len(outbox.to_push(connection, iso(bench.desk.now()), 99, 999_999))

        page = bench.uploads
        bench.show_page(UPLOADS)
        waiting = await bench.desk.read(ready)
        await bench.desk.write(fail_three_times)
        await quiet(bench.desk)
        chip = next(each for each in page.findChildren(Chip) if each.look.id == "quarantined")
        chip.click()
        await quiet(bench.desk)
        row = page.list.item(0).data(UPLOAD_LOOK)

        assert (chip.look.count, page.list.count()) == (1, 1)
        assert row.chip == "Held back"
        assert "The platform fails on this change." in row.why
        assert await bench.desk.read(ready) == waiting - 1
        page.list.setCurrentRow(0)
        next(each for each in page.side.findChildren(QPushButton) if each.text() == "Try now").click()
        await quiet(bench.desk)
        assert await bench.desk.read(ready) == waiting

    play("lin", part)


def test_a_cycle_that_brings_nothing_leaves_the_list_as_it_is(play_online: Play) -> None:
    async def part(desktop: Desktop, bench: Workbench) -> None:
        bench.show_page(UPLOADS)
        await quiet(bench.desk)
        filled: list[bool] = []
        model = bench.uploads.list.model()
        model.modelReset.connect(lambda: filled.append(True))
        await _cycle(bench)

        assert filled == []
        await bench.desk.write(lambda tx: Changes.of(areas=("outcomes",)), undoable=False)
        await quiet(bench.desk)
        assert filled == [True]

    async def _cycle(bench: Workbench) -> None:
        ended = asyncio.get_running_loop().create_future()

        def hear(event: object) -> None:
            if isinstance(event, Ended) and not ended.done():
                ended.set_result(None)

        bench.desk.sync_event.connect(hear)
        bench.desk.sync.wake()
        await ended
        bench.desk.sync_event.disconnect(hear)
        await quiet(bench.desk)

    play_online("zhao", part)
