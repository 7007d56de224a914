"""The review in the tour: a case comes back with a comment, is corrected, and is approved."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from gridclient.cli.tour.guide import TourFailed, until
from gridclient.cli.tour.hands import strike, type_over
from gridclient.cli.tour.person import Person
from gridclient.store import lists, shown, work
from gridclient.store.lists import Ask, QueueFilter
from gridclient.ui.pages import QUEUE, REVIEW
from gridclient.ui.review.page import ReviewPage


async def review(person: Person, name: str, *, approve: int = 0, comment: tuple[str, str] | None = None) -> None:
    """The supervisor returns a case with a comment at an answer and approves the first of the others."""
    page = person.bench.review
    if page is None:
        raise TourFailed("this worker reviews nothing")

    async def open_queue() -> None:
        await person.sync()
        person.turn_to(REVIEW)
        await person.idle()
        if comment is not None:
            ref, text = comment
            await _open_review_with(person, page, ref)
            person.hands.pick(page.table, page.table.model_of.index(page.table.model_of.place_of(ref)))
            strike(Qt.Key.Key_Return)
            if QApplication.focusWidget() is not page.table.line_of(ref):
                raise TourFailed("the comment did not open")
            type_over(text)

    async def decide() -> None:
        if comment is not None:
            person.hands.press(page.send_back)
            await person.idle()
        for _ in range(approve):
            await until(lambda: bool(page.answers) and not person.desk.busy, "a case is open")
            person.hands.press(page.approve)
            await person.idle()
        await person.sync()

    await person.step(name, open_queue, decide)


async def _open_review_with(person: Person, page: ReviewPage, ref: str) -> None:
    """Looks through the cases for one with an answer, and unfolds it where it is as last time."""
    for place in range(page.list.count()):
        person.hands.pick(page.list, page.list.indexFromItem(page.list.item(place)))
        await person.idle()
        if any(answer.ref == ref for answer in page.answers):
            if page.table.model_of.place_of(ref) < 0:
                strike(Qt.Key.Key_D)
            return
    raise TourFailed(f"no case to review has an answer at {ref}")


async def correct(person: Person, name: str, ref: str, text: str) -> None:
    """The worker sees the comment at its question, corrects the answer and submits again."""

    async def act() -> None:
        await person.sync()
        person.turn_to(QUEUE)
        returned = await person.desk.read(lambda c: lists.first_page(c, Ask(QueueFilter.RETURNED)))
        if not returned:
            raise TourFailed("no case came back")
        await person.open_case(returned[0].id)
        found = await person.desk.read(lambda c: shown.find(c, returned[0].id))
        if found is None or ref not in work.comments_of(found.fields):
            raise TourFailed("the comment did not come")
        steps = person.desk.packs[found.text("pack")].steps
        place = next(n for n, step in enumerate(steps) if ref.startswith(step.group + "/"))
        person.hands.go_to_step(person.bench.case.rail, place, len(steps))
        await person.idle()
        page = person.bench.case.form_page
        comment = work.comments_of(found.fields)[ref]["text"]
        if page is None or comment not in page.question(ref).comment_text():
            raise TourFailed("the comment is not shown at its question")

    async def resubmit() -> None:
        person.answer(ref, text)
        while person.bench.case.primary.isVisible():
            await person.save_step()
        await person.sync()

    await person.step(f"{name} comment", act)
    await person.step(name, resubmit)
