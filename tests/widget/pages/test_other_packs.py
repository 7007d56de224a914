"""Cases of every pack are in the queue, and a case is opened by the version that it began with."""

from gridclient.store import work
from gridclient.store.cache import Transaction
from gridclient.ui.app import Desktop
from gridclient.ui.workbench import Workbench
from tests.system.district import CELL
from tests.widget.pages.conftest import Play
from tests.widget.stage import quiet


def test_a_city_event_is_in_the_queue_of_the_worker_who_has_to_do_something(play: Play) -> None:
    async def part(_desktop: Desktop, bench: Workbench) -> None:
        desk, opened = bench.desk, list[str]()
        before = bench.queue.model.rowCount()

        def open_event(tx: Transaction) -> work.Changes:
            about = {"title": "synthetic event", "grid": CELL}
            case, changes = work.open_case(tx, desk.packs["urban-event"], about, desk.actor)
            opened.append(case)
            return changes

        await desk.write(open_event)
        await quiet(desk)
        assert bench.queue.news.text() == "1 new"
        bench.queue.reload()
        await quiet(desk)

        assert bench.queue.model.rowCount() == before + 1
        assert bench.queue.model.place_of(opened[0]) >= 0
        assert desk.pack_of({"pack": "urban-event", "pack_version": "2026.11.2"}) is desk.packs["urban-event"]
        assert desk.pack_of({"pack": "urban-event", "pack_version": "1999.1"}) is desk.packs["urban-event"]

    play("lin", part)
