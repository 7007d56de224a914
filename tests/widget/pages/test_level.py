"""The panel of an assessment: what the answers make of it, and that it says nothing while an item is open."""

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QScrollArea, QWidget
from pytestqt.qtbot import QtBot

from gridclient import forms
from gridclient.forms import Form
from gridclient.paths import FORMS
from gridclient.text import set_language
from gridclient.ui.case.level import LevelPanel, standing
from gridclient.ui.case.walker import Walker
from gridclient.ui.forms import FormPage
from gridclient.ui.widgets import StepLook
from gridclient.workflow import load_packs
from tests.widget.screens.faults import nameless


def _assessed(**answers: str) -> Form:
    """Every item at its best option, and then these answers; an empty one is left open."""
    form = forms.load(load_packs(FORMS)["elderly-assessment"].form, missing="blank")
    form.set("/data/consent_group/identity", "yes")
    form.set("/data/consent_group/consent", answers.pop("consent", "agreed"))
    for ref in form.refs():
        name = ref.rpartition("/")[2]
        if name.startswith(("b1_", "b2_", "b3_", "b4_")):
            form.set(ref, answers.get(name, form.choices(ref)[0].value))
        elif name in answers:
            form.set(ref, answers[name])
    return form


def _panel(qtbot: QtBot, form: Form) -> LevelPanel:
    panel, now = LevelPanel(), standing(form)
    qtbot.addWidget(panel)
    assert now is not None
    panel.show_standing(now)
    panel.show()
    return panel


def test_the_panel_says_the_level_that_the_form_itself_computes(qtbot: QtBot) -> None:
    form = _assessed(b1_1="0", b1_2="0", b1_3="0", disorder="yes")
    panel, now = _panel(qtbot, form), standing(form)

    assert now is not None
    assert now.result.level is not None
    assert str(now.result.level.value) == form.get("/data/report/level")
    assert panel.total.text() == f"{form.get('/data/report/total')} of 90 points"
    assert (panel.level.text(), panel.reason.text().splitlines()[0]) == (
        "Moderate disability", "78 of 90 points: Mild disability",
    )  # fmt: skip
    assert "one level up" in panel.reason.text()
    assert panel.bars["B1"].share() == 20 / 32
    assert nameless(panel) == []


def test_there_is_no_level_while_an_item_is_open_but_what_it_can_still_become(qtbot: QtBot) -> None:
    panel = _panel(qtbot, _assessed(b2_3=""))

    assert panel.level.text() == "No level yet"
    assert panel.reason.text() == "1 item is open; it can still become: Ability intact to Mild disability"


def test_a_coma_is_complete_disability_whatever_the_score(qtbot: QtBot) -> None:
    panel = _panel(qtbot, _assessed(b3_9="coma"))

    assert panel.level.text() == "Complete disability"
    assert "Coma" in panel.reason.text()


def test_who_refuses_consent_gets_no_level(qtbot: QtBot) -> None:
    panel = _panel(qtbot, _assessed(consent="refused"))

    assert panel.level.text() == "No level: consent was refused"
    assert panel.reason.text() == ""


def test_an_option_that_was_not_compared_with_the_official_text_is_told(qtbot: QtBot) -> None:
    set_language("zh_CN")
    try:
        panel = _panel(qtbot, _assessed(b1_7="3"))
    finally:
        set_language("en")

    assert panel.verify.isVisible()
    assert panel.verify.text()


def test_a_form_without_the_items_has_no_level() -> None:
    assert standing(forms.load(load_packs(FORMS)["elderly-visit"].form, missing="blank")) is None


def test_the_rail_of_many_steps_follows_the_arrow_keys(qtbot: QtBot) -> None:
    walker = Walker(QWidget())
    qtbot.addWidget(walker)
    walker.resize(640, 320)
    walker.show_steps([StepLook(str(number), f"Step {number}") for number in range(16)], 0)
    walker.show()
    area = next(each for each in walker.findChildren(QScrollArea) if each.widget() is walker.rail)
    for _ in range(15):
        QTest.keyClick(walker.rail, Qt.Key.Key_Down)
    last = walker.rail.visibleRegion().boundingRect()

    assert last.bottom() >= walker.rail.height() - 8
    assert area.verticalScrollBar().value() > 0


def test_items_stand_in_two_columns_where_their_choices_have_room(qtbot: QtBot) -> None:
    page = FormPage(_assessed(), "/data/mind")
    qtbot.addWidget(page)
    slots = page.area.column.by_ref
    page.resize(880, 600)
    page.show()
    wide = [slots[f"/data/mind/b3_{n}"].rect.top() for n in (1, 2)]
    page.resize(460, 600)
    narrow = [slots[f"/data/mind/b3_{n}"].rect.top() for n in (1, 2)]

    assert wide[0] == wide[1]
    assert narrow[0] < narrow[1]
