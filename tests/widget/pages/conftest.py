"""The pages over real profiles: one stage for the session, a copy of a worker's PC for each test, no network.

What synchronises has a platform of its own and signs in on a new PC.
"""

import asyncio
import gc
import shutil
from collections.abc import Callable, Coroutine, Generator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtWidgets import QApplication

from gridclient.ui.app import Desktop
from gridclient.ui.workbench import Workbench
from tests.system.district import District
from tests.widget.stage import Stage, drive, enter, quiet
from tests.widget.theme.driving import plain_look

__all__ = ["plain_look"]

Part = Callable[[Desktop, Workbench], Coroutine[Any, Any, None]]
Play = Callable[..., None]


@pytest.fixture(scope="session")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Generator[Stage]:
    """The morning in the street; its platform cannot be reached."""
    made = Stage(tmp_path_factory.mktemp("stage"))
    made.online(False)
    yield made
    made.close()


@pytest.fixture
def district(tmp_path: Path) -> Generator[District]:
    """A platform that can be reached, on SQLite: the window is what is looked at."""
    made = District.start(tmp_path / "district")
    yield made
    made.stop()


@pytest.fixture
def desktop(district: District, qapp: QApplication, tmp_path: Path) -> Generator[Desktop]:
    """The program on a new PC of that platform, in front."""
    made = Desktop(tmp_path / "pc", address=district.running.url, clock=district.clock)
    made.show()
    yield made
    made.close()
    made.frame.deleteLater()
    made.deleteLater()


@pytest.fixture
def play(stage: Stage, qapp: QApplication, tmp_path: Path) -> Play:
    """Opens a copy of a worker's PC and plays a part on it, with the window in front."""

    def run(account: str, part: Part, within_s: float = 60) -> None:
        folder = tmp_path / f"pc-{account}"
        if not folder.exists():
            shutil.copytree(stage.folder / f"pc-{account}", folder)
        _play(stage, qapp, account, folder, part, within_s)

    return run


@pytest.fixture
def street(tmp_path: Path) -> Generator[Stage]:
    """A morning of its own, whose platform answers."""
    made = Stage(tmp_path / "street")
    yield made
    made.close()


@pytest.fixture
def play_online(street: Stage, qapp: QApplication) -> Play:
    """Plays a part on a worker's PC itself: a copy of it could not sign in again."""

    def run(account: str, part: Part) -> None:
        _play(street, qapp, account, street.folder / f"pc-{account}", part)

    return run


def _play(stage: Stage, app: QApplication, account: str, folder: Path, part: Part, within_s: float = 60) -> None:
    async def whole() -> None:
        desktop = stage.desktop(account, folder)
        desktop.frame.resize(1366, 768)
        desktop.show()
        desktop.frame.activateWindow()
        bench = await enter(desktop)
        while QApplication.activeWindow() is not desktop.frame:
            desktop.frame.activateWindow()
            await asyncio.sleep(0.01)
        faults: list[object] = []
        bench.desk.failed.connect(faults.append)
        try:
            await part(desktop, bench)
            if desktop.bench is bench:
                await quiet(bench.desk)
        finally:
            desktop.close()
            desktop.frame.deleteLater()
            desktop.deleteLater()
            await asyncio.sleep(0.02)  # deletions that were put off happen on this loop, not on the next
            gc.collect()  # nor on a thread of the next
        assert faults == []

    drive(app, asyncio.wait_for(whole(), within_s))
