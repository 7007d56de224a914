"""The page of the first download, over a platform on a line so slow that a person can interrupt it."""

import threading
from pathlib import Path

from PySide6.QtWidgets import QApplication, QLabel

from gridclient.cli.demo import PASSWORD, PIN, make_street
from gridclient.cli.tour.story import SlowLine
from gridclient.platform.app import make_app
from gridclient.platform.operations import OPERATIONS
from gridclient.platform.serving import Running
from gridclient.sync.cycle import Progress
from gridclient.sync.thread import Ended
from gridclient.ui.app import Desktop
from tests.widget.stage import TODAY, drive, quiet, until


def test_an_interrupted_download_is_told_once_and_goes_on(qapp: QApplication, tmp_path: Path) -> None:
    platform, released = make_street(tmp_path / "platform", 300, 20, 1, TODAY), threading.Event()
    app = make_app(platform, OPERATIONS)
    app.add_middleware(SlowLine, released)
    running = Running(app)
    desktop = Desktop(tmp_path / "pc", address=running.url)
    desktop.show()

    async def part() -> None:
        desktop.sign_in_as("lin", PASSWORD, PIN)
        await until(lambda: desktop.inside is not None and desktop.inside.first_sync is not None)
        assert desktop.inside is not None
        page = desktop.inside.first_sync
        assert page is not None
        events: list[object] = []
        desktop.inside.desk.sync_event.connect(events.append)
        await until(page.has_rows)
        page.toggle.click()
        on_its_way = next(event for event in events if isinstance(event, Progress))
        desktop.inside.desk.sync_event.emit(on_its_way)
        assert page.is_interrupted()
        released.set()
        await until(lambda: any(isinstance(event, Ended) for event in events))
        await until(lambda: not desktop.inside or not desktop.inside.desk.busy)

        told = [label.text() for label in page.findChildren(QLabel) if "You interrupted it" in label.text()]
        assert sum(text.count("You interrupted it") for text in told if "　" in text) == 1
        page.toggle.click()
        await until(lambda: desktop.bench is not None)
        assert desktop.bench is not None
        await until(lambda: desktop.bench is not None and desktop.bench.window.bar.pill.state().kind == "synced")
        await quiet(desktop.bench.desk)

    drive(qapp, part())
    desktop.close()
    desktop.frame.deleteLater()
    desktop.deleteLater()
    running.stop()
    platform.database.close()
