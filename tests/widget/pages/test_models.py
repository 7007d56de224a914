"""Every model of the program under Qt's own tester, on every page that has one."""

import pkgutil
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QAbstractItemModel
from PySide6.QtTest import QAbstractItemModelTester

import gridclient.ui
from gridclient.ui.app import Desktop
from gridclient.ui.forms import FormPage
from gridclient.ui.pages import BOARD, DAY, PLACES, QUEUE, RESIDENTS, REVIEW
from gridclient.ui.sign_in.data_sets import DataSetModel
from gridclient.ui.sign_in.values import DataSet
from gridclient.ui.workbench import Workbench
from tests.widget.forms.filling import G, form_of, row
from tests.widget.pages.conftest import Play
from tests.widget.stage import quiet

_WARN = QAbstractItemModelTester.FailureReportingMode.Warning  # a broken rule is a warning, and fails the test


def _models(of: type[QAbstractItemModel] = QAbstractItemModel) -> Iterator[type[QAbstractItemModel]]:
    """The models of the program, without those that others are made from."""
    for each in of.__subclasses__():
        yield from _models(each)
        if each.__module__.startswith("gridclient.ui") and not each.__subclasses__():
            yield each


@pytest.fixture
def untested(monkeypatch: pytest.MonkeyPatch) -> set[str]:
    """The models that were not made yet; each is under the tester from the moment when it is made."""
    for module in pkgutil.walk_packages(gridclient.ui.__path__, "gridclient.ui."):
        import_module(module.name)
    waiting = {model.__name__ for model in _models()}

    def follow(model: type[QAbstractItemModel]) -> None:
        make = model.__init__

        def made(self: QAbstractItemModel, *given: Any, **named: Any) -> None:
            make(self, *given, **named)
            QAbstractItemModelTester(self, _WARN, self)
            waiting.discard(model.__name__)

        monkeypatch.setattr(model, "__init__", made)

    for model in _models():
        follow(model)
    return waiting


def test_every_model_keeps_qts_rules(play: Play, untested: set[str], tmp_path: Path) -> None:
    async def worker(desktop: Desktop, bench: Workbench) -> None:
        for page_id in (RESIDENTS, PLACES, DAY, QUEUE):
            bench.show_page(page_id)
            await quiet(bench.desk)
        bench.residents.show_buildings()
        bench.residents.reload()
        bench.palette.popup()
        bench.palette.edit.setText("wang")
        await quiet(bench.desk)

    async def supervisor(desktop: Desktop, bench: Workbench) -> None:
        assert bench.review is not None
        for page_id in (BOARD, REVIEW):
            bench.show_page(page_id)
            await quiet(bench.desk)
        bench.review.fold()
        bench.review.fold()

    play("lin", worker)
    play("zhao", supervisor)
    repeat = [{"type": "begin repeat", "name": "hazard"}, row("text", "what"), {"type": "end repeat"}]
    page = FormPage(form_of(tmp_path, repeat), G)
    page.show_repeat(f"{G}/hazard", "table")
    parts = (DataSet("Visits", "map-pin-check", 10, 20, 1000, 2000, "running"),)
    sets = DataSetModel()
    for shown in (parts, parts * 2, ()):
        sets.show(shown)

    assert untested == set()
