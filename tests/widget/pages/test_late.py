"""Late work is decided one piece after the other, with the value of now beside the late one."""

from datetime import UTC, datetime

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from gridclient.protocol.problems import ProblemType
from gridclient.store.late import Late, LateField
from gridclient.ui.review.late import LateSheet
from tests.widget.screens.faults import clipped, nameless
from tests.widget.theme.driving import compose

NOW = datetime(2026, 11, 24, 2, 21, tzinfo=UTC)


def _late(name: str, *, can_take: bool, why: str = "") -> Late:
    field = LateField("phone", "13800006120", "13900007741", "13811112222")
    reason = ProblemType.LATE.value
    return Late(name, "r", "ident", name, "w-lin", "2026-11-23T02:00:00Z", reason, (field,), can_take, why)


def test_each_piece_is_decided_and_leaves_the_sheet(qtbot: QtBot) -> None:
    first, second = _late("王秀英", can_take=True, why="血压抄错了"), _late("刘洋", can_take=False)
    sheet = LateSheet([first, second], {"w-lin": "林晓燕"}, NOW, None)
    decided: list[tuple[object, str, bool]] = []
    ended: list[int] = []

    def note_down(work: object, note: str, take: bool) -> None:
        decided.append((work, note, take))

    sheet.decided.connect(note_down)
    sheet.finished.connect(ended.append)
    sheet.show()
    texts = [label.text() for label in sheet.findChildren(QLabel)]
    assert "139****7741" in texts
    assert not any("13900007741" in text for text in texts)
    assert [*nameless(sheet), *clipped(sheet)] == []
    assert sheet.why.text() == "Reason given: 血压抄错了"
    compose(sheet.note, "xie xie", "谢谢")
    QTest.mouseClick(sheet.take, Qt.MouseButton.LeftButton)

    assert decided == [(first, "谢谢", True)]
    assert not sheet.take.isVisible()
    assert not sheet.why.isVisible()
    QTest.mouseClick(sheet.leave, Qt.MouseButton.LeftButton)
    assert decided[1:] == [(second, "", False)]
    assert ended == [LateSheet.DialogCode.Accepted.value]
