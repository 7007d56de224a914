"""A second start opens the first window."""

from pathlib import Path

from pytestqt.qtbot import QtBot

from gridclient.ui.instance import FirstInstance, call_first


def test_a_second_start_asks_the_first_for_its_window(qtbot: QtBot, tmp_path: Path) -> None:
    first = FirstInstance(tmp_path)

    with qtbot.waitSignal(first.asked, timeout=3000):
        assert call_first(tmp_path)

    first.close()
    assert not call_first(tmp_path)


def test_two_folders_have_two_windows(qtbot: QtBot, tmp_path: Path) -> None:
    first = FirstInstance(tmp_path / "a")

    assert not call_first(tmp_path / "b")

    first.close()
