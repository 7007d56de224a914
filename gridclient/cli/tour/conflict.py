"""How two people of the tour change one file apart, and how the one who came later decides."""

from shiboken6 import isValid

from gridclient.cli.tour.guide import TourFailed, until
from gridclient.cli.tour.person import Person
from gridclient.store import lists, shown
from gridclient.ui.pages import CONFLICTS, VISITS


async def change_file(person: Person, name: str, case_id: str, phone: str, contact: str) -> None:
    """Changes a resident's phone and emergency contact in the file, and uploads it."""

    async def act() -> None:
        await person.open_case(case_id, VISITS)  # a colleague's is not in one's own queue
        person.hands.press(person.bench.case.card.edit)
        await until(lambda: person.bench.editor is not None and person.bench.editor.isActiveWindow(), "the file opens")
        editor = person.bench.editor
        assert editor is not None
        person.write(editor.fields["phone"].edit, phone)
        person.write(editor.fields["contact_name"].edit, contact)

    async def save() -> None:
        editor = person.bench.editor
        assert editor is not None
        person.hands.press(editor.save)
        await until(lambda: not (isValid(editor) and editor.isVisible()), "the file is saved")
        person.desktop.come_to_front()  # as a window manager does when a sheet closes; not every screen has one
        await person.in_front()
        await person.sync()

    await person.step(name, act, save)


async def meet(person: Person, name: str, contact: str) -> None:
    """Synchronises; the other field merged silently, the phone waits for a choice."""

    async def act() -> None:
        await person.sync()
        person.turn_to(CONFLICTS)
        await person.idle()
        if person.bench.conflicts.undecided() != 1:
            raise TourFailed(f"{person.bench.conflicts.undecided()} conflicts instead of one")
        conflict = await person.desk.read(lambda c: shown.find(c, lists.conflicts(c)[0]))
        assert conflict is not None
        about = await person.desk.read(lambda c: shown.find(c, conflict.text("record")))
        if about is None or about.text("contact_name") != contact:
            raise TourFailed("the other field was not merged")

    await person.step(name, act)


async def decide(person: Person, name: str) -> None:
    """Takes the own phone number, with a note, and uploads the choice."""

    async def act() -> None:
        decision = person.bench.conflicts.decision
        person.hands.press(decision.table.row_of("phone").mine)
        person.write(decision.note.edit, "到户当面核对过。")

    async def confirm() -> None:
        page = person.bench.conflicts
        person.hands.press(page.decision.confirm)
        await person.idle()
        await person.sync()
        if page.undecided():
            raise TourFailed("the conflict is still open")

    await person.step(name, act, confirm)
