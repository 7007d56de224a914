"""The palette finds what a worker types, also by a Chinese input method, and opens it."""

import asyncio

import pytest
from PySide6.QtCore import Qt, QTimer
from PySide6.QtTest import QTest

from gridclient.store import lists
from gridclient.text import set_language
from gridclient.ui.app import Desktop
from gridclient.ui.pages import RESIDENTS
from gridclient.ui.palette.palette import Palette
from gridclient.ui.workbench import Workbench
from tests.widget.pages.conftest import Play
from tests.widget.stage import ELDER, Stage, quiet
from tests.widget.theme.driving import compose, heard

PATIENCE_S = 10.0


async def _shows(bench: Workbench, pinyin: str, text: str, wanted: dict[str, str]) -> dict[str, list[str]]:
    """Types a question and waits until the palette shows these kinds, each with a text that has these words."""
    palette: Palette = bench.palette
    palette.popup()
    compose(palette.edit, pinyin, text)
    async with asyncio.timeout(PATIENCE_S):
        while not (palette.model.words == tuple(text.lower().split()) and _has(_shown(palette), wanted)):
            await asyncio.sleep(0.01)
    await quiet(bench.desk)
    return _shown(palette)


def _has(shown: dict[str, list[str]], wanted: dict[str, str]) -> bool:
    if not wanted:
        return not shown
    return all(any(words in text for text in shown.get(kind, [])) for kind, words in wanted.items())


def _shown(palette: Palette) -> dict[str, list[str]]:
    shown: dict[str, list[str]] = {}
    for row in palette.model.rows:
        if row.kind != "group":
            shown.setdefault(row.kind, []).append(row.text)
    return shown


def test_the_palette_finds_two_characters_an_address_a_phones_tail_and_a_case_number(play: Play) -> None:
    async def part(_desktop: Desktop, bench: Workbench) -> None:
        by_name = await _shows(bench, "xiuying", "秀英", {"resident": ELDER, "case": ELDER})
        address = next(row.detail for row in bench.palette.model.rows if (row.kind, row.text) == ("resident", ELDER))
        by_phone = await _shows(bench, "", "6128", {"resident": ELDER})  # Chen changed it
        by_number = await _shows(bench, "", "000990", {"case": ELDER})

        assert all("秀英" in text for texts in by_name.values() for text in texts)
        assert by_phone == {"resident": [ELDER]}
        assert by_number == {"case": [f"{ELDER} · 独居老人走访"]}
        by_address = await _shows(bench, "", address, {"resident": ELDER})
        assert len(by_address["resident"]) <= 6  # who lives behind that door
        assert await _shows(bench, "", "0009901", {}) == {}

    play("lin", part)


def test_enter_opens_the_person_that_was_found_by_a_phone(play: Play) -> None:
    async def part(_desktop: Desktop, bench: Workbench) -> None:
        await _shows(bench, "", "6128", {"resident": ELDER})
        opened: list[tuple[str, str]] = []

        def hear(kind: str, record: str) -> None:
            opened.append((kind, record))

        bench.palette.opened.connect(hear)
        QTest.keyClick(bench.palette.edit, Qt.Key.Key_Return)
        await quiet(bench.desk)

        assert [kind for kind, _ in opened] == ["resident"]
        assert bench.window.current_page() == "residents"

    play("lin", part)


def test_a_list_says_where_it_is_cut_and_all_again_without_words(play: Play, monkeypatch: pytest.MonkeyPatch) -> None:
    async def part(_desktop: Desktop, bench: Workbench) -> None:
        bench.show_page(RESIDENTS)
        await quiet(bench.desk)
        pane, said = bench.residents.pane, list[str]()
        for most in (1000, 2):
            monkeypatch.setattr(lists, "MOST_FOUND", most)
            compose(pane.search, "zhangjiang", "张江镇")
            pane.searched.emit()
            await quiet(bench.desk)
            assert pane.found.isVisible()
            said.append(pane.found.text())
            rows = bench.residents.model.rowCount()
            bench.residents.show_buildings()
            assert not pane.found.isVisible()
            bench.residents.show_list()
            assert pane.found.isVisible()
            pane.search.clear()
            pane.searched.emit()
            await quiet(bench.desk)
            assert not pane.found.isVisible()

        assert said == ["500 found", "The first 2 are listed; type more if yours is missing"]
        assert rows == 2
        bench.palette.popup()
        compose(bench.palette.edit, "zhangjiang", "张江镇")
        await bench.palette.search()
        assert bench.palette.figures.text() == "The first 50 found · this PC"

    play("lin", part)


def test_enter_opens_what_the_words_say_and_not_what_others_had_found(play: Play) -> None:
    async def part(_desktop: Desktop, bench: Workbench) -> None:
        palette = bench.palette
        palette.opened.disconnect()  # the pages behind are another matter
        opened = heard(palette.opened)
        await _shows(bench, "wxy", "wxy", {"resident": ELDER})

        palette.edit.setText("000990")
        QTest.keyClick(palette.edit, Qt.Key.Key_Return)
        await quiet(bench.desk)
        palette.popup()
        QTest.keyClicks(palette.edit, "wxy")
        QTest.keyClick(palette.edit, Qt.Key.Key_Return)
        await quiet(bench.desk)
        palette.popup()
        palette.edit.setText("#wxy")
        QTest.keyClick(palette.edit, Qt.Key.Key_Return)
        await quiet(bench.desk)

        assert opened == ["case", "resident", "case"]
        assert not palette.isVisible()

    play("lin", part)


def test_a_palette_that_was_closed_looks_for_nothing_more(play: Play) -> None:
    async def part(_desktop: Desktop, bench: Workbench) -> None:
        bench.palette.popup()
        QTest.keyClicks(bench.palette.edit, "wxy")
        QTest.keyClick(bench.palette.edit, Qt.Key.Key_Escape)
        bench.retranslate()  # its actions are other ones now

        assert not any(timer.isActive() for timer in bench.palette.findChildren(QTimer))

    play("lin", part)


def test_actions_are_found_by_the_letters_of_their_chinese_words(play: Play) -> None:
    async def part(_desktop: Desktop, bench: Workbench) -> None:
        set_language("zh_CN")
        bench.retranslate()
        for typed in ("设置", "shezhi", "she zhi", "sz"):
            bench.palette.popup()
            QTest.keyClicks(bench.palette.edit, ">")
            compose(bench.palette.edit, typed, typed)
            await bench.palette.search()

            assert "设置" in _shown(bench.palette)["action"], typed
            assert "锁屏" not in _shown(bench.palette)["action"], typed
        bench.palette.dismiss()

    play("lin", part)


def test_what_was_opened_last_is_offered_again_after_a_restart_and_to_nobody_else(play: Play, stage: Stage) -> None:
    async def first(_desktop: Desktop, bench: Workbench) -> None:
        bench.open_case(stage.half_case)
        await _shows(bench, "", "6128", {"resident": ELDER})
        QTest.keyClick(bench.palette.edit, Qt.Key.Key_Return)

    async def offered(bench: Workbench) -> list[str]:
        await quiet(bench.desk)
        bench.palette.popup()
        await quiet(bench.desk)
        shown = _shown(bench.palette)
        bench.palette.dismiss()
        return [text for kind in ("resident", "case") for text in shown.get(kind, [])]

    async def second(_desktop: Desktop, bench: Workbench) -> None:
        half = await bench.desk.read(lambda c: lists.named(c, stage.half_case))
        assert half is not None
        assert await offered(bench) == [ELDER, half.title]

    async def another(_desktop: Desktop, bench: Workbench) -> None:
        assert await offered(bench) == []

    play("lin", first)
    play("lin", second)
    play("chen", another)
