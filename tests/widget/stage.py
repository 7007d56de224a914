"""A morning in the synthetic street, set up once: three PCs with something on every page, at 10:21.

The platform is real and so are the encrypted profiles; edits are made through the same store functions that the
pages call. What the stage leaves: an open case with a draft, cases to review (one with a last visit to compare),
a returned case, a conflict of two fields, a refused edit, and work that was not uploaded.
"""

import asyncio
from collections.abc import Callable, Coroutine, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar

import qasync
from PySide6.QtWidgets import QApplication

from gridclient.cli.demo import PASSWORD, PIN, make_street
from gridclient.demo import generate
from gridclient.domain.record import Kind, Value, grid_bucket, new_id
from gridclient.platform import feed
from gridclient.platform.app import make_app
from gridclient.platform.operations import OPERATIONS
from gridclient.platform.push import canonical
from gridclient.platform.service import Platform
from gridclient.platform.serving import Listen, Running
from gridclient.store import drafts, lists, shown, work
from gridclient.store.lists import Ask, QueueFilter
from gridclient.store.shown import Shown
from gridclient.store.work import Actor
from gridclient.sync.cycle import Cycle
from gridclient.sync.sign_in import Credentials, Opened, sign_in
from gridclient.ui.app import Desktop
from gridclient.ui.case import session
from gridclient.ui.desk import Desk
from gridclient.ui.sign_in.values import SignInRequest, UnlockRequest
from gridclient.ui.workbench import Workbench
from tests.system import district as districts
from tests.system.district import District

T = TypeVar("T")
_PATIENCE_S = 20.0
TODAY = date(2026, 11, 24)
ELDER = "王秀英"
CELL = "310115125001001"
VISIT, INSPECTION = "elderly-visit", "corridor-inspection"
_LAST: dict[str, dict[str, str]] = {
    "contact": {"reached": "yes"},
    "verify": {"door": "self", "identity": "yes", "living": "alone"},
    "condition": {"mental": "good", "systolic": "132", "diastolic": "82", "medicine": "taken", "falls": "none"},
    "safety": {"gas": "yes", "wiring": "yes", "passage": "yes", "alarm": "yes"},
    "needs": {"services": "meals", "meals": "5", "urgency": "week"},
    "summary": {"conclusion": "情况平稳。"},
}
_NOW: dict[str, dict[str, str]] = {
    **_LAST,
    "condition": {"mental": "fair", "systolic": "146", "diastolic": "88", "medicine": "taken", "falls": "once",
                  "condition_note": "近一周睡眠较差，已提醒按时服药。"},
    "summary": {"conclusion": "血压偏高，已约社区医院复测。"},
}  # fmt: skip
_CORRIDOR: dict[str, dict[str, str]] = {
    "location": {"building": "香楠小区 2 号楼", "floors": "corridor", "accompanied": "no"},
    "checklist": {"no_parking": "yes", "no_charging": "yes", "no_wires": "yes", "no_lift": "yes", "exit_open": "yes",
                  "no_piles": "no", "extinguisher": "yes", "lighting": "yes", "fire_door": "yes"},
    "summary": {"advice": "advised", "conclusion": "楼道纸箱已当场清走，已告知住户。"},
}  # fmt: skip


@dataclass
class Clock:
    """A clock that stands until it is moved; 2026-11-24 08:00 in the city at first."""

    now: datetime = datetime(2026, 11, 24, 0, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def at(self, hour: int, minute: int) -> None:
        """Sets the city's time of the day."""
        self.now = datetime(2026, 11, 24, hour, minute, tzinfo=UTC) - timedelta(hours=8)


@dataclass
class Hand:
    """One signed-in worker while the stage is being set up."""

    opened: Opened
    platform: Platform

    @property
    def actor(self) -> Actor:
        """The worker as an author."""
        return Actor(self.opened.worker_id, self.opened.facts.role)

    def sync(self) -> None:
        """Runs whole cycles until nothing is left to send or fetch."""
        for _ in range(2):
            Cycle(self.opened.cache, self.opened.http).run()

    def cases(self, pack: str, filter_: QueueFilter = QueueFilter.OPEN) -> list[lists.QueueRow]:
        """The worker's cases of a pack."""
        with self.opened.cache.read() as connection:
            return lists.first_page(connection, Ask(filter_, pack=pack))

    def about(self, record: str, kind: Kind) -> Shown:
        """The one record of a kind about another."""
        with self.opened.cache.read() as connection:
            return shown.about(connection, record, kind)[0]

    def find(self, record: str) -> Shown:
        """A record that must be here."""
        with self.opened.cache.read() as connection:
            found = shown.find(connection, record)
        assert found is not None
        return found

    def edit(self, record: str, **fields: Value) -> None:
        """Edits fields of a record."""
        with self.opened.cache.write() as tx:
            work.edit_record(tx, record, fields, self.actor)

    def steps(self, case: lists.QueueRow, answers: Mapping[str, Mapping[str, str]]) -> None:
        """Finishes steps of a case."""
        pack = self.platform.packs[case.pack]
        for step, given in answers.items():
            group = pack.step(step).group
            with self.opened.cache.write() as tx:
                texts = {f"{group}/{name}": text for name, text in given.items()}
                work.complete_step(tx, pack, case.id, step, texts, self.actor)

    def whole(self, case: lists.QueueRow, answers: Mapping[str, Mapping[str, str]]) -> None:
        """Finishes every step that is named, the others empty, and submits."""
        pack = self.platform.packs[case.pack]
        self.steps(case, {step.id: answers.get(step.id, {}) for step in pack.steps})
        with self.opened.cache.write() as tx:
            work.submit_case(tx, pack, case.id, self.actor)


class Stage:
    """The platform and three PCs under one folder; `desktop` opens one of them as its worker would."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.clock = folder, Clock()
        make_street(folder / "platform", 500, 60, 1, TODAY).database.close()
        self.platform = Platform.at(folder / "platform", clock=self.clock)
        self.running: Running | None = Running(make_app(self.platform, OPERATIONS))
        self.address = self.running.url
        self._last_visit()
        hands = [self._sign_in(account) for account in ("lin", "chen", "zhao")]
        self._morning(*hands)
        for hand in hands:
            hand.opened.close()

    def _sign_in(self, account: str) -> Hand:
        who = Credentials(self.address, account, PASSWORD, "香楠居委 2 号机", PIN)
        opened = sign_in(self.folder / f"pc-{account}", who, None, clock=self.clock)
        hand = Hand(opened, self.platform)
        hand.sync()
        return hand

    def _last_visit(self) -> None:
        """A week ago the first elder was visited; the case is closed and its answers are kept."""
        elder = next(r for r in generate(500, 60, 1, TODAY) if r.fields.get("name") == ELDER)
        pack = self.platform.packs[VISIT]
        answers: dict[str, Value] = {
            f"answers.{step.id}": {f"{step.group}/{name}": text for name, text in _LAST[step.id].items()}
            for step in pack.steps
        }
        fields: dict[str, Value] = {
            **answers, "pack": VISIT, "pack_version": pack.version, "title": f"{ELDER} · 独居老人走访",
            "category": "visit", "resident": elder.id, "address": elder.fields["address"], "grid": CELL,
            "number": "PD-2026-000990", "state": "closed", "assignee": "w-lin", "source": "plan", "priority": 1,
            "opened_at": "2026-11-14T01:00:00Z", "due_at": "2026-11-18T09:00:00Z", "submitted_by": "w-lin",
            "submitted_at": "2026-11-17T06:12:00Z", "closed_at": "2026-11-17T08:00:00Z", "reviewed_by": "w-zhao",
            "reviewed_at": "2026-11-17T08:00:00Z",
        }  # fmt: skip
        with self.platform.database.write() as connection:
            bucket = feed.lock(connection, grid_bucket(CELL))
            bucket.put(None, Kind.CASE, new_id(), canonical(fields))
            bucket.close()

    def _morning(self, lin: Hand, chen: Hand, zhao: Hand) -> None:
        visits, inspections = lin.cases(VISIT), lin.cases(INSPECTION)
        first = next(row for row in visits if ELDER in row.title)
        others = [row for row in visits if row is not first]
        resident = lin.find(first.id).text("resident")
        ident = lin.about(resident, Kind.IDENT)
        self.clock.at(8, 40)
        lin.whole(first, _NOW)
        lin.whole(others[0], _NOW)
        lin.whole(inspections[0], _CORRIDOR)
        lin.whole(inspections[1], _CORRIDOR)
        lin.sync()
        self.clock.at(8, 52)
        chen.sync()
        chen.edit(ident.id, phone="13800006128", contact_name="刘洋", contact_relation="外孙")
        chen.sync()
        self.clock.at(9, 5)
        lin.edit(ident.id, phone="13900007741", contact_name="陈敏")
        lin.edit(resident, note="门铃坏，请敲门；右耳背，说话大声些。")
        self.clock.at(9, 20)
        zhao.sync()
        pack = self.platform.packs[VISIT]
        with zhao.opened.cache.write() as tx:
            comments = {"/data/condition/condition_note": "请隔十分钟再测一次血压，两次都记。"}
            work.return_case(tx, pack, others[0].id, comments, zhao.actor)
        zhao.sync()
        self.clock.at(9, 41)
        lin.edit(inspections[2].id, assignee="w-chen")  # a worker may not: the platform refuses it
        lin.sync()
        zhao.sync()
        self.clock.at(10, 16)
        lin.steps(others[1], {"contact": _LAST["contact"], "verify": _LAST["verify"]})
        self._half(lin, others[1])
        self.clock.at(10, 21)

    def _half(self, lin: Hand, case: lists.QueueRow) -> None:
        """The third step is half filled in, as a draft."""
        pack = self.platform.packs[VISIT]
        with lin.opened.cache.read() as connection:
            form = session.open_form(pack, session.read_case(connection, case.id, TODAY), self.clock)
        form.set("/data/condition/mental", "fair")
        form.set("/data/condition/systolic", "146")
        form.set("/data/condition/diastolic", "88")
        form.set("/data/condition/medicine", "taken")
        form.set("/data/condition/condition_note", "近一周睡眠较差，已提醒按时服药。")
        with lin.opened.cache.write() as tx:
            drafts.save_draft(tx, case.id, "condition", form.save())
        self.half_case = case.id

    def online(self, there: bool) -> None:
        """Starts or stops the platform's server."""
        if there and self.running is None:
            port = int(self.address.rsplit(":", 1)[1])
            self.running = Running(make_app(self.platform, OPERATIONS), Listen(port=port))
        elif not there and self.running is not None:
            self.running.stop()
            self.running = None

    def desktop(self, account: str, folder: Path | None = None) -> Desktop:
        """The program on a worker's PC, at its first screen; `folder` is a copy of that PC."""
        return Desktop(folder or self.folder / f"pc-{account}", address=self.address, clock=self.clock)

    def close(self) -> None:
        """Ends the platform."""
        self.online(False)
        self.platform.database.close()


async def enter(desktop: Desktop) -> Workbench:
    """Opens the profile of a PC with the PIN and waits until its pages are quiet."""
    desktop.sign_in.unlock_wanted.emit(UnlockRequest(desktop.cards()[0].id, PIN))
    while desktop.bench is None:
        await asyncio.sleep(0.01)
    await quiet(desktop.bench.desk)
    return desktop.bench


async def sign_in_at(desktop: Desktop, district: District, account: str) -> Workbench:
    """Signs in at a platform that can be reached and waits until the PC is in step."""
    request = SignInRequest(district.running.url, account, districts.PASSWORD, "PC", districts.PIN)
    desktop.sign_in.sign_in_wanted.emit(request)
    await until(lambda: desktop.bench is not None)
    assert desktop.bench is not None
    pill = desktop.bench.window.bar.pill
    await until(lambda: pill.state().kind == "synced")
    return desktop.bench


async def until(holds: Callable[[], bool]) -> None:
    """Waits until something holds; fails after a while."""
    async with asyncio.timeout(_PATIENCE_S):
        while not holds():
            await asyncio.sleep(0.01)


async def quiet(desk: Desk) -> None:
    """Waits until no page has work under way, and one frame more."""
    while desk.busy:
        await asyncio.sleep(0.005)
    await asyncio.sleep(0.02)
    while desk.busy:
        await asyncio.sleep(0.005)


async def sync(bench: Workbench) -> None:
    """Runs one whole cycle with the platform, whatever the sync thread does."""
    cache, http = bench.desk.cache, bench.desk.opened.http.copy()
    await bench.desk.run(lambda: Cycle(cache, http).run())
    http.close()


def drive(app: QApplication, play: Coroutine[Any, Any, T]) -> T:
    """Runs a play on one loop of Qt and asyncio."""
    app.setQuitOnLastWindowClosed(False)
    loop: Any = qasync.QEventLoop(app)  # qasync has no types
    asyncio.set_event_loop(loop)
    try:
        return loop.run_until_complete(play)
    finally:
        loop.close()
        asyncio.set_event_loop(None)
