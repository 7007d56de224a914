"""What the pill tells a person of the tour: no network, what is not uploaded, and that all is in step."""

from gridclient.cli.tour.guide import TourFailed, until
from gridclient.cli.tour.person import Person
from gridclient.store import outbox
from gridclient.ui.pages import QUEUE


async def goes_offline(person: Person, name: str) -> None:
    """Waits until the pill says that there is no network."""

    async def act() -> None:
        person.hands.press(person.bench.window.bar.pill)
        person.hands.press(person.bench.uploads.sync_now)
        await until(lambda: person.bench.window.bar.pill.state().kind == "offline", "the pill says offline")
        person.turn_to(QUEUE)

    await person.step(name, act)


async def tells_unsent(person: Person, name: str) -> None:
    """Looks at the pill and the list of outcomes while there is no network."""

    async def act() -> None:
        person.hands.press(person.bench.window.bar.pill)
        await person.idle()
        waiting = await person.desk.read(outbox.waiting)
        text = person.bench.window.bar.pill.state().text
        if waiting.count == 0 or not any(character.isdigit() for character in text):
            raise TourFailed(f"the pill says “{text}” with {waiting.count} edits to upload")

    await person.step(name, act)


async def turns_green(person: Person, name: str) -> None:
    """The pill is green: nothing to upload, heads reached, checksums equal."""

    async def act() -> None:
        ended = await person.sync()
        if not ended.report.in_step or person.bench.window.bar.pill.state().kind != "synced":
            raise TourFailed(f"the pill is not green: {person.bench.window.bar.pill.state()}")

    await person.step(name, act)
