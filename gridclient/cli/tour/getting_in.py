"""How a person of the tour comes to the workbench: signs in and downloads, or unlocks what is there."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from gridclient.cli.tour.guide import Act, TourFailed, until
from gridclient.cli.tour.hands import strike, type_over
from gridclient.cli.tour.person import Person
from gridclient.ui.sign_in.first_sync import FirstSyncPage
from gridclient.ui.sign_in.workers import WorkerCard
from gridclient.ui.widgets import PinEdit


async def sign_in(person: Person, name: str, account: str, password: str, pin: str, release: Act | None = None) -> None:
    """Signs in at the platform and waits for the workbench.

    `release` lets a platform go on that holds the first download back: it is interrupted and resumed then.
    """
    page = person.desktop.sign_in

    async def fill() -> None:
        form = page.form
        person.write(form.account.edit, account)
        person.write(form.password.edit, password)
        await until(form.pin.isVisible, "the form asks for a PIN")
        for edit in form.findChildren(PinEdit):
            person.write(edit, pin)

    async def enter() -> None:
        await until(lambda: person.desktop.bench is not None, "the first sync ends")
        await person.idle()

    async def submit() -> None:
        person.hands.press(page.form.button)

    await person.step(f"{name} form", fill, submit)
    if release is not None:
        await _interrupt_download(person, name, release)
    await person.step(name, enter)


async def _interrupt_download(person: Person, name: str, release: Act) -> None:
    """Stops the first download while it runs, looks at what came, and lets it go on."""

    def download() -> FirstSyncPage:
        inside = person.desktop.inside
        if inside is None or inside.first_sync is None or not inside.first_sync.isVisible():
            raise TourFailed("the first download is not on the screen")
        return inside.first_sync

    async def watch() -> None:
        await until(lambda: person.desktop.inside is not None and person.desktop.inside.first_sync is not None,
                    "the first download begins")  # fmt: skip
        await until(lambda: download().has_rows(), "the first of it comes")

    async def interrupt() -> None:
        person.hands.press(download().toggle)
        await release()
        await until(lambda: download().is_interrupted(), "the download stops")

    async def resume() -> None:
        person.hands.press(download().toggle)

    await person.step(f"{name} first download", watch)
    await person.step(f"{name} interrupts the download", interrupt, resume)


async def unlock(person: Person, name: str, account: str, pin: str) -> None:
    """Opens a profile of this PC with its PIN, without asking the platform."""
    page = person.desktop.sign_in

    async def act() -> None:
        person.hands.press(next(card for card in page.findChildren(WorkerCard) if card.profile.account == account))
        await until(lambda: isinstance(QApplication.focusWidget(), PinEdit), "the keyboard is in the field of the PIN")
        type_over(pin)
        strike(Qt.Key.Key_Return)
        await until(lambda: person.desktop.bench is not None, "the profile opens")
        await person.idle()

    await person.step(name, act)
