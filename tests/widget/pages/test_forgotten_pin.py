"""A forgotten PIN: the worker is told what stays behind, and only a yes sets it aside."""

from PySide6.QtWidgets import QApplication, QMessageBox

from gridclient.store.facts import keep_unsent
from gridclient.ui.app import Desktop
from gridclient.ui.sign_in.values import SignInRequest
from tests.system.district import PASSWORD, District
from tests.widget.stage import drive, quiet, sign_in_at, until

NEW = "864209"


async def _asked(desktop: Desktop, district: District) -> QMessageBox:
    """Signs in with the password and another PIN than the PC's."""
    page = desktop.sign_in
    page.sign_in_wanted.emit(SignInRequest(district.running.url, "lin", PASSWORD, "PC", NEW))
    await until(lambda: isinstance(QApplication.activeModalWidget(), QMessageBox))
    box = QApplication.activeModalWidget()
    assert isinstance(box, QMessageBox)
    return box


def _press(box: QMessageBox, text: str) -> None:
    next(button for button in box.buttons() if button.text() == text).click()


def test_a_forgotten_pin_begins_anew_only_after_a_yes_and_tells_what_waits(
    qapp: QApplication, desktop: Desktop, district: District
) -> None:
    async def play() -> None:
        bench = await sign_in_at(desktop, district, "lin")
        await quiet(bench.desk)
        assert desktop.desk is not None
        profile = desktop.desk.opened.profile
        desktop.sign_out()
        keep_unsent(profile.folder, 3)
        places = profile.folder.parent

        box = await _asked(desktop, district)
        told = box.informativeText()
        safe = box.defaultButton().text()
        _press(box, "Type the PIN again")
        left_alone = [each.name for each in places.iterdir()]
        box = await _asked(desktop, district)
        _press(box, "Begin anew")
        await until(lambda: desktop.bench is not None)
        assert desktop.bench is not None
        pill = desktop.bench.window.bar.pill
        await until(lambda: pill.state().kind == "synced")
        await quiet(desktop.bench.desk)

        assert told.startswith("Changes in them that wait for upload: 3.")
        assert "can only be read with the old PIN" in told
        assert safe == "Type the PIN again"
        assert left_alone == [profile.folder.name]
        assert len(list(places.iterdir())) == 2
        assert [card.account for card in desktop.cards()] == ["lin"]

    drive(qapp, play())
