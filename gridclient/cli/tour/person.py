"""A person of the tour: who sits at one desktop, and what is at hand for every act.

An act is one step of the report with a picture, done through the real widgets with the hands that the person has.
"""

from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractButton, QApplication, QWidget

from gridclient.cli.tour.guide import Act, Camera, Guide, Report, TourFailed, until
from gridclient.cli.tour.hands import Hands, Mouse, find, strike, type_over
from gridclient.cli.tour.keyboard import Keyboard
from gridclient.store import lists, shown
from gridclient.store.lists import Ask, QueueFilter
from gridclient.sync.thread import Ended, Failed
from gridclient.ui.app import Desktop
from gridclient.ui.desk import Desk
from gridclient.ui.pages import QUEUE, VISITS
from gridclient.ui.workbench import Workbench


def make_person(
    desktop: Desktop, out: Path, *, by_keys: bool, number: int = 0, report: Report | None = None
) -> "Person":
    """The person at one desktop; pictures are numbered on from `number`."""
    guide = Guide(report or Report(out), Camera(out, number))

    def watch(desk: Desk) -> None:
        desk.failed.connect(guide.bugs.append)

    desktop.opened.connect(watch)
    return Person(desktop, Keyboard() if by_keys else Mouse(), guide)


@dataclass(slots=True)
class Person:
    """One person at one desktop."""

    desktop: Desktop
    hands: Hands
    guide: Guide

    @property
    def bench(self) -> Workbench:
        """The workbench, which must be open."""
        if self.desktop.bench is None:
            raise TourFailed("the workbench is not open")
        return self.desktop.bench

    @property
    def desk(self) -> Desk:
        """The open profile."""
        return self.bench.desk

    async def idle(self) -> None:
        """Waits until no page has work under way."""
        await until(lambda: not self.desk.busy, "the pages are quiet")

    def write(self, field: QWidget, text: str) -> None:
        """Writes into a field, over what it holds."""
        self.hands.enter(field)
        type_over(text)

    def answer(self, ref: str, text: str) -> None:
        """Writes an answer into the open form."""
        self.write(find(self.bench.case, ref), text)

    def choose(self, ref: str, value: str) -> None:
        """Presses a choice of the open form, unless it is chosen already."""
        button = find(self.bench.case, f"{ref}={value}")
        if not (isinstance(button, QAbstractButton) and button.isChecked()):
            self.hands.press(button)

    def turn_to(self, page: str) -> None:
        """Goes to a page of the column at the left, unless it is in front already."""
        if self.bench.window.current_page() != page:
            self.hands.turn_to(self.bench.window.nav, page)

    def find_choice(self, ref: str, typed: str, value: str) -> None:
        """Types into a line that finds choices, and takes the first that fits."""
        self.answer(ref, typed)
        strike(Qt.Key.Key_Return)
        if self.bench.case.form is None or self.bench.case.form.get(ref) != value:
            raise TourFailed(f"{typed} did not find {value}")

    async def attach(self, ref: str, photo: Path) -> None:
        """Gives a photo to its question and waits until it is kept."""
        self.hands.give(find(self.bench.case, ref), photo)
        await self.idle()
        if self.bench.case.form is None or not self.bench.case.form.get(ref):
            raise TourFailed(f"the photo is not at {ref}")

    async def open_case(self, case_id: str, page: str = QUEUE) -> None:
        """Opens a case in the queue, or in the list of all visits, and waits for its form."""
        self.turn_to(page)
        queue = self.bench.visits if page == VISITS else self.bench.queue
        await self.idle()
        if queue.news.isVisible():
            self.hands.press(queue.news)
        await until(lambda: queue.model.place_of(case_id) >= 0, "the case is in the queue")
        self.hands.open(queue.view, queue.model.index(queue.model.place_of(case_id)))
        await until(lambda: self.bench.case.form is not None and not self.desk.busy, "the case is open")

    async def cases(self, pack: str) -> list[lists.QueueRow]:
        """The open cases of a pack, most urgent first."""
        return await self.desk.read(
            lambda c: lists.first_page(c, Ask(QueueFilter.OPEN, self.desk.actor.worker_id, pack))
        )

    async def save_step(self) -> None:
        """Presses the primary button and waits for the next step."""
        page = self.bench.case
        before = page.step_id
        self.hands.press(page.primary)
        await until(lambda: not self.desk.busy, "the step is saved")
        if page.step_id == before and page.primary.isVisible():
            raise TourFailed(f"the step {before} was not accepted")

    async def step(self, name: str, act: Act, save: Act | None = None) -> None:
        """Does one step, takes its picture and reports it; `save` ends what the picture shows, such as a form."""

        async def begin() -> None:
            await self.in_front()
            await act()

        await self.guide.step(name, self.desktop.frame, begin, save)

    async def in_front(self) -> None:
        """Waits until the window, or a sheet over it, has the keyboard."""

        def has_keyboard() -> bool:
            active, frame = QApplication.activeWindow(), self.desktop.frame
            return active is not None and (active is frame or frame.isAncestorOf(active))

        await until(has_keyboard, "the window has the keyboard")

    async def fill_step(self, name: str, fill: Act) -> None:
        """One step of a form: looked at as it opens and as it is filled in, then saved."""
        self.guide.camera.shoot(self.desktop.frame, f"{name} open")
        await self.step(name, fill, self.save_step)

    async def sync(self) -> Ended:
        """Opens the list of outcomes, presses "synchronise now", waits for the end and comes back."""
        ended: list[object] = []

        def hear(event: object) -> None:
            if isinstance(event, Ended | Failed):
                ended.append(event)

        page = self.bench.window.current_page()
        self.hands.press(self.bench.window.bar.pill)
        self.desk.sync_event.connect(hear)
        try:
            for _ in range(2):  # a cycle that ran already may not have seen the last edit
                ended.clear()
                self.hands.press(self.bench.uploads.sync_now)
                await until(lambda: bool(ended), "the sync ends")
        finally:
            self.desk.sync_event.disconnect(hear)
        self.turn_to(page)
        await self.idle()
        if not isinstance(ended[-1], Ended):
            raise TourFailed(f"the sync failed: {ended[-1]}")
        return ended[-1]

    async def expect_state(self, case_id: str, state: str) -> None:
        """Fails where a case is in another state."""
        found = await self.desk.read(lambda c: shown.find(c, case_id))
        if found is None or found.text("state") != state:
            raise TourFailed(f"the case is not in the state {state}")
