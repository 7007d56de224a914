"""A form from a few lines, open on a page, and the keys of a person who fills it."""

from datetime import datetime
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from gridclient import forms
from gridclient.domain.zone import ZONE
from gridclient.forms import Form
from gridclient.forms.loading import xform_of
from gridclient.ui.forms import FormPage

NOW = datetime(2026, 11, 24, 10, 21, tzinfo=ZONE)
G = "/data/page"
_COLUMNS = ("type", "name", "label", "hint", "guidance_hint", "appearance", "relevant", "required", "constraint",
            "constraint_message", "calculation", "default", "parameters", "readonly", "repeat_count")  # fmt: skip


def form_of(folder: Path, rows: list[dict[str, str]], choices: str = "", instance: bytes | None = None) -> Form:
    """The form of these rows, in one group called `page`; `choices` are `list value label` lines."""
    group = [{"type": "begin group", "name": "page", "label": ""}, *rows, {"type": "end group"}]
    text = ["| survey |", "| | " + " | ".join(_COLUMNS) + " |"]
    text += ["| | " + " | ".join(row.get(column, "") for column in _COLUMNS) + " |" for row in group]
    if choices:
        text += ["| choices |", "| | list_name | name | label |"]
        text += ["| | " + " | ".join(line.strip().split(" ", 2)) + " |" for line in choices.strip().splitlines()]
    text += ["| settings |", "| | form_id | version |", "| | t | 1 |"]
    path = folder / "form.md"
    path.write_text("\n".join(text) + "\n", "utf-8")
    return forms.load(xform_of(path), instance=instance, now=NOW, tz="Asia/Shanghai", missing="blank")


def shown(qtbot: QtBot, form: Form, width: int = 760, height: int = 640) -> FormPage:
    """The page of a form, on the screen and with the keyboard."""
    page = FormPage(form, G)
    qtbot.addWidget(page)
    page.resize(width, height)
    page.show()
    qtbot.waitExposed(page)
    page.activateWindow()
    QApplication.processEvents()
    return page


def row(kind: str, name: str, **more: str) -> dict[str, str]:
    """A row of the survey; the label is the name with a capital unless it is given."""
    return {"type": kind, "name": name, "label": name.capitalize(), **more}


def input_of(page: FormPage, name: str) -> QWidget:
    """The field, button or pad with the reference of a question (`name=value` for a choice)."""
    found = [widget for widget in page.findChildren(QWidget, f"{G}/{name}") if widget.isVisible()]
    assert found, f"{name} is not on the screen"
    return found[0]


def press(*keys: Qt.Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
    """Presses keys where the keyboard is."""
    for key in keys:
        widget = QApplication.focusWidget()
        assert widget is not None
        QTest.keyClick(widget, key, modifier)


def type_in(text: str) -> None:
    """Types ASCII where the keyboard is."""
    widget = QApplication.focusWidget()
    assert widget is not None
    QTest.keyClicks(widget, text)


def focused_name() -> str:
    """The reference, without the page's, of what has the keyboard."""
    widget = QApplication.focusWidget()
    return widget.objectName().removeprefix(f"{G}/") if widget is not None else ""


def picture() -> QImage:
    """A small blue picture."""
    image = QImage(40, 30, QImage.Format.Format_RGB32)
    image.fill(Qt.GlobalColor.blue)
    return image
