"""The log of how a form is filled in, written by real keys on the page (ODK XForms, "Client Audit Logs")."""

import csv
import io
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QListWidget
from pytestqt.qtbot import QtBot

from gridclient.forms import Event
from gridclient.ui.forms.auditing import Auditing
from tests.widget.forms.filling import G, form_of, press, row, shown, type_in

TRACKED = {"type": "audit", "name": "audit", "label": "", "parameters": "track-changes=true identify-user=true"}
ROWS = [
    row("text", "name", required="yes"), row("text", "street"),
    {"type": "begin repeat", "name": "pet", "label": "Pet"}, row("text", "kind"), {"type": "end repeat"}, TRACKED,
]  # fmt: skip


def lines(log: str) -> list[tuple[str, str, str, str]]:
    """Event, question, old and new answer of each line."""
    rows = csv.DictReader(io.StringIO(log))
    return [(each["event"], each["node"].removeprefix(f"{G}/"), each["old-value"], each["new-value"]) for each in rows]


def test_what_somebody_does_on_the_page_is_in_the_log(qtbot: QtBot, tmp_path: Path) -> None:
    form = form_of(tmp_path, ROWS)
    page = shown(qtbot, form)
    audit = Auditing(form, "w-lin", parent=page)
    audit.follow(page)

    page.focus_first()
    press(Qt.Key.Key_Tab)
    type_in("Elm Road")
    page.show_errors(form.validate())
    type_in("Wang")
    press(Qt.Key.Key_Return)
    page.entries.add(f"{G}/pet")
    press(Qt.Key.Key_Delete, modifier=Qt.KeyboardModifier.AltModifier)

    assert lines(audit.log.close(Event.FORM_EXIT)) == [
        ("form start", "", "", ""),
        ("question", "name", "", ""),
        ("question", "street", "", "Elm Road"),
        ("constraint error", "name", "", ""),
        ("question", "name", "", "Wang"),
        ("question", "street", "", ""),
        ("add repeat", "pet[2]", "", ""),
        ("question", "pet[2]/kind", "", ""),
        ("delete repeat", "pet[2]", "", ""),
        ("question", "pet[1]/kind", "", ""),
        ("form exit", "", "", ""),
    ]
    assert {each["user"] for each in csv.DictReader(io.StringIO(audit.log.to_csv()))} == {"w-lin"}


def test_a_jump_by_the_table_of_contents_is_in_the_log(qtbot: QtBot, tmp_path: Path) -> None:
    form = form_of(tmp_path, ROWS)
    page = shown(qtbot, form)
    audit = Auditing(form, "w-lin", parent=page)
    audit.follow(page)

    page.open_contents()
    found = next(each for each in page.findChildren(QListWidget) if each.isVisible())
    found.itemActivated.emit(found.item(1))

    events = lines(audit.log.close())
    assert ("jump", "street", "", "") in events
    assert events[-1][:2] == ("question", "street")


def test_the_log_lies_in_the_draft_and_goes_on_when_it_is_opened_again(qtbot: QtBot, tmp_path: Path) -> None:
    form = form_of(tmp_path, ROWS)
    page = shown(qtbot, form)
    audit = Auditing(form, "w-lin", parent=page)
    audit.follow(page)
    page.focus_first()
    type_in("Wang")
    draft = form.save()  # as after a power cut: the question has no end yet

    again = form_of(tmp_path, ROWS, instance=draft)
    later = Auditing(again, "w-lin")

    events = lines(later.log.close(Event.FORM_EXIT))
    assert [event for event, *_ in events] == ["form start", "question", "form resume", "form exit"]
    assert again.get(f"{G}/name") == "Wang"
    assert b"Wang" not in draft.partition(b"<data")[0]
