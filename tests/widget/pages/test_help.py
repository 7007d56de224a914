"""The help in the program: its words and its pictures, in both languages."""

import re

import pytest
from PySide6.QtCore import QUrl
from PySide6.QtGui import QImage, QTextDocument

from gridclient.ui.app import Desktop
from gridclient.ui.pages import HELP
from gridclient.ui.workbench import Workbench
from tests.widget.pages.conftest import Play
from tests.widget.stage import quiet


@pytest.mark.parametrize("language", ["en", "zh_CN"])
def test_every_picture_of_the_help_is_there_and_fits_beside_the_shortcuts(play: Play, language: str) -> None:
    async def part(desktop: Desktop, bench: Workbench) -> None:
        bench.settings.language_chosen.emit(language)
        bench.show_page(HELP)
        await quiet(bench.desk)
        guide = bench.help.guide
        names = re.findall(r'<img src="([^"]+)"', guide.toHtml())
        assert len(names) == 3
        for name in names:
            data = guide.loadResource(QTextDocument.ResourceType.ImageResource, QUrl(name))
            assert 0 < QImage.fromData(data).width() < guide.viewport().width()

    play("lin", part)
