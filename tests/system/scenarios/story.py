"""What the scenarios are played with: the text that a test has to say, and people at their PCs."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Literal

from gridclient import forms
from gridclient.domain.record import Fields, Value, grid_bucket
from gridclient.domain.zone import ZONE
from gridclient.platform import due, rulebook
from gridclient.store import blobs, drafts, rules, work
from gridclient.store.shown import Shown
from gridclient.store.work import NotAllowed
from gridclient.ui.case import session
from gridclient.workflow import Known, Pack, Shelf, answers_of, known
from tests.system.district import CELL, District, Pc

TEXT = Path(__file__).with_name("scenarios.md")
Word = Literal["Given", "When", "Then"]


def scenarios() -> dict[int, list[str]]:
    """The lines of every scenario, by number."""
    parts = re.split(r"^## (\d+)$", TEXT.read_text("utf-8"), flags=re.MULTILINE)
    return {
        int(number): [line[2:] for line in body.splitlines() if line.startswith("- ")]
        for number, body in zip(parts[1::2], parts[2::2], strict=True)
    }


@dataclass
class Story:
    """Says the lines of one scenario in their order."""

    lines: list[str]
    said: int = 0

    def _say(self, word: Word, text: str) -> None:
        left = self.lines[self.said : self.said + 1]
        assert left == [f"{word} {text}"], f"the scenario goes on with {left}"
        self.said += 1

    def given(self, text: str) -> None:
        self._say("Given", text)

    def when(self, text: str) -> None:
        self._say("When", text)

    def then(self, text: str) -> None:
        self._say("Then", text)


@dataclass
class Person:
    """Somebody at a PC, with the packs that are on it."""

    pc: Pc

    def sync(self) -> "Person":
        assert self.pc.sync().mismatched == []
        return self

    @property
    def shelf(self) -> Shelf:
        with self.pc.opened.cache.read() as connection:
            return rules.shelf(connection, self.pc.opened.profile.folder / "packs", rulebook.shipped())

    def open(self, pack: str, **about: Value) -> str:
        found = self.shelf.here(pack, CELL)
        assert found is not None
        with self.pc.opened.cache.write() as tx:
            return work.open_case(tx, found, {"title": "synthetic", "grid": CELL, **about}, self.pc.actor)[0]

    def case(self, case: str) -> Fields:
        return self.pc.fields(case)

    def pack(self, case: str) -> Pack:
        found = self.shelf.of(self.case(case))
        assert found is not None
        return found

    def step(self, case: str, step: str, **answers: str) -> None:
        """Finishes a step with plain answers, without the form's own checks."""
        pack = self.pack(case)
        refs = {f"{pack.step(step).group}/{name}": value for name, value in answers.items()}
        with self.pc.opened.cache.write() as tx:
            work.complete_step(tx, pack, case, step, refs, self.pc.actor)

    def move(self, case: str, name: str, reason: str = "", **given: Value) -> None:
        with self.pc.opened.cache.write() as tx:
            work.move_case(tx, self.pack(case), case, name, self.pc.actor, reason, given)

    def refusal(self, case: str, name: str, reason: str = "", **given: Value) -> str:
        """Why a move is not allowed, as the PC says it."""
        try:
            self.move(case, name, reason, **given)
        except NotAllowed as refused:
            return str(refused)
        return ""

    def submit(self, case: str) -> None:
        with self.pc.opened.cache.write() as tx:
            work.submit_case(tx, self.pack(case), case, self.pc.actor)

    def approve(self, case: str) -> None:
        with self.pc.opened.cache.write() as tx:
            work.approve_case(tx, self.pack(case), case, self.pc.actor)

    def photo(self, case: str, what: str) -> str:
        """Takes a photo for a case; the answer that names it."""
        return blobs.attach(self.pc.opened.cache, case, what.encode(), "image/jpeg")[0] + ".jpg"

    def paper(self, case: str) -> "Paper":
        return Paper(self, case)


@dataclass
class Paper:
    """A case's form as the case page drives it: filled with what is known, checked by its rules, kept as a draft."""

    person: Person
    case: str
    form: forms.Form = field(init=False)
    known: dict[str, Known] = field(init=False)

    def __post_init__(self) -> None:
        pc = self.person.pc
        case = pc.find(self.case)
        assert isinstance(case, Shown)
        pack, clock = self.person.pack(self.case), pc.district.clock
        self.form = forms.load(pack.form, tz=ZONE.key, missing="blank", now=clock)
        with pc.opened.cache.read() as connection:
            found = session.read_case(connection, self.case, clock().astimezone(ZONE).date()).found
        self.known = known(pack, found.files, found.last, found.today)
        for ref, each in self.known.items():
            self.form.set(ref, each.value)
        for ref, value in answers_of(case.fields).items():
            self.form.set(ref, value)

    def fill(self, group: str, **answers: str) -> "Paper":
        """Answers questions; every answer is a draft on the disk before the next one."""
        for name, value in answers.items():
            ref = name if name.startswith("/") else f"/data/{group}/{name}"
            assert self.form.set(ref, value).status == "ok", (ref, value)
            with self.person.pc.opened.cache.write() as tx:
                drafts.save_draft(tx, self.case, group, self.form.save())
        return self

    def open_questions(self, group: str) -> list[str]:
        """What still has to be answered there."""
        return [each.ref for each in self.form.validate() if each.ref.startswith(f"/data/{group}/")]

    def answers(self, group: str) -> dict[str, str]:
        prefix = f"/data/{group}/"
        return {ref: value for ref in self.form.refs() if ref.startswith(prefix) and (value := self.form.get(ref))}

    def finish(self, step: str) -> "Paper":
        """Finishes the step that shows a group, which has to be complete."""
        pack, pc = self.person.pack(self.case), self.person.pc
        group = pack.step(step).group.removeprefix("/data/")
        assert self.open_questions(group) == []
        answers = self.answers(group)
        hashes = tuple(value[:64] for value in answers.values() if value.endswith(".jpg"))
        with pc.opened.cache.write() as tx:
            work.complete_step(tx, pack, self.case, step, answers, pc.actor, hashes)
        return self


@dataclass
class Street:
    """The district with its people, and the platform's own clock."""

    district: District

    def person(self, account: str) -> Person:
        return Person(self.district.pc(account)).sync()

    def at(self, moment: datetime) -> None:
        self.district.clock.now = moment

    def time_passes(self, **by: float) -> None:
        """Lets time pass, and the platform do what has come."""
        self.district.clock.forward(**by)
        self.by_itself()

    def by_itself(self) -> due.Done:
        return due.run(self.district.platform)

    def there(self, case: str) -> Mapping[str, Value]:
        """A case as the platform holds it."""
        found = self.district.on_platform(grid_bucket(CELL), case)
        assert found is not None
        return found
