"""A worker whose cache turns out to be damaged is asked, and gets the own work back."""

import asyncio
import shutil
from pathlib import Path

from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMessageBox

from gridclient.cli.demo import PIN
from gridclient.store import keys, outbox
from gridclient.store.profile import profiles
from gridclient.ui.app import Desktop
from gridclient.ui.desk import Desk
from tests.system.damage import SCHEMA, damaged, pages_of
from tests.widget.stage import Stage, drive, enter, quiet

PATIENCE_S = 20.0


def test_a_damaged_cache_is_offered_for_rescue_and_opens_with_what_was_entered(
    stage: Stage, qapp: QApplication, tmp_path: Path
) -> None:
    folder = tmp_path / "pc-lin"
    shutil.copytree(stage.folder / "pc-lin", folder)
    profile = next(profiles(folder))
    key = keys.unwrap(profile.key_path, PIN)
    records = set(pages_of(profile.cache_path, key, "SELECT sum(length(payload)) FROM base"))
    pages = records - set(pages_of(profile.cache_path, key, SCHEMA))
    desktop = stage.desktop("lin", folder)

    async def play() -> tuple[int, int, str]:
        desktop.show()
        bench = await enter(desktop)
        waiting = (await bench.desk.read(outbox.waiting)).count
        desktop.sign_out()
        profile.cache_path.write_bytes(damaged(profile.cache_path.read_bytes(), *pages))
        bench = await enter(desktop)
        bench.open_case(stage.half_case)
        question = await _box(desktop.frame)
        question.defaultButton().click()
        while desktop.desk is not None:
            await asyncio.sleep(0.01)
        QTest.keyClicks(desktop.sign_in.unlock.pin.edit, PIN)
        while desktop.inside is None or desktop.inside.first_sync is None:
            await asyncio.sleep(0.01)
        told = await _box(desktop.frame)
        desk = _desk(desktop)
        after = (await desk.read(outbox.waiting)).count
        await quiet(desk)
        said = told.text()
        told.accept()
        return waiting, after, said

    try:
        waiting, after, said = drive(qapp, asyncio.wait_for(play(), PATIENCE_S))
    finally:
        desktop.close()

    assert waiting == after > 0
    assert said.startswith(f"Saved: {waiting} edits that wait for upload, 1 drafts")


def _desk(desktop: Desktop) -> Desk:
    assert desktop.desk is not None
    return desktop.desk


async def _box(parent: object) -> QMessageBox:
    while True:
        for widget in QApplication.topLevelWidgets():
            if isinstance(widget, QMessageBox) and widget.isVisible() and widget.parent() is parent:
                return widget
        await asyncio.sleep(0.01)
