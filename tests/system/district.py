"""A small district for tests: the real platform over HTTP, and PCs with real encrypted profiles in temp folders."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from gridclient.domain.record import Kind, RecordId, Value, care_bucket, grid_bucket, ident_bucket, new_id
from gridclient.platform import directory, feed
from gridclient.platform.app import make_app
from gridclient.platform.directory import Level, Unit
from gridclient.platform.operations import OPERATIONS
from gridclient.platform.push import canonical, read_fields
from gridclient.platform.service import Platform
from gridclient.platform.serving import Running
from gridclient.store import drafts, lists, outbox, shown, work
from gridclient.store.cache import Changes
from gridclient.store.outbox import OutcomeRow
from gridclient.store.shown import Shown
from gridclient.store.work import Actor
from gridclient.sync.cycle import Cycle, Report
from gridclient.sync.sign_in import Credentials, Opened, sign_in

CELL, OTHER_CELL, STREET = "310115125001001", "310115125001002", "310115125"
PASSWORD, PIN = "correct horse", "246810"
PACK, PACK_VERSION = "elderly-visit", "2026.11.1"


@dataclass
class Clock:
    """A clock that stands until it is moved."""

    now: datetime = datetime(2026, 11, 24, 2, 21, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def forward(self, **by: float) -> None:
        """Moves the clock."""
        self.now += timedelta(**by)


@dataclass
class Pc:
    """One worker signed in on one PC."""

    district: "District"
    account: str
    opened: Opened

    @property
    def actor(self) -> Actor:
        """The worker as an author."""
        return Actor(self.opened.worker_id, self.opened.facts.role)

    def sync(self) -> Report:
        """Runs one whole cycle."""
        return Cycle(self.opened.cache, self.opened.http).run()

    def find(self, record: str) -> Shown | None:
        """A record as the worker sees it."""
        with self.opened.cache.read() as connection:
            return shown.find(connection, record)

    def fields(self, record: str) -> Mapping[str, Value]:
        """The fields of a record that must be here."""
        found = self.find(record)
        assert found is not None
        return found.fields

    def edit(self, record: str, **fields: Value) -> Changes:
        """Edits fields of a record."""
        with self.opened.cache.write() as tx:
            return work.edit_record(tx, record, fields, self.actor)

    def finish(self, case: str, step: str, **answers: str) -> None:
        """Finishes a step of a case."""
        pack = self.district.platform.packs[PACK]
        group = pack.step(step).group
        with self.opened.cache.write() as tx:
            texts = {f"{group}/{name}": text for name, text in answers.items()}
            work.complete_step(tx, pack, case, step, texts, self.actor)

    def finish_all(self, case: str) -> None:
        """Finishes every step and submits."""
        pack = self.district.platform.packs[PACK]
        for step in pack.steps:
            self.finish(case, step.id, note="synthetic")
        self.submit(case)

    def submit(self, case: str) -> None:
        """Hands a case to the supervisor."""
        with self.opened.cache.write() as tx:
            work.submit_case(tx, self.district.platform.packs[PACK], case, self.actor)

    def correct(self, case: str, step: str, reason: str, **answers: str) -> None:
        """Changes a step of what was sent, and says why."""
        pack = self.district.platform.packs[PACK]
        texts = {f"{pack.step(step).group}/{name}": text for name, text in answers.items()}
        with self.opened.cache.write() as tx:
            work.correct_case(tx, pack, case, {step: texts}, self.actor, reason)

    def approve(self, case: str) -> None:
        """Approves a case."""
        with self.opened.cache.write() as tx:
            work.approve_case(tx, self.district.platform.packs[PACK], case, self.actor)

    def send_back(self, case: str, **comments: str) -> None:
        """Returns a case with comments."""
        with self.opened.cache.write() as tx:
            work.return_case(tx, self.district.platform.packs[PACK], case, comments, self.actor)

    def resolve(self, conflict: str, note: str = "asked again", /, **choices: Value) -> None:
        """Decides a conflict."""
        with self.opened.cache.write() as tx:
            work.resolve_conflict(tx, conflict, choices, self.actor, note)

    def save_draft(self, case: str, form: bytes) -> None:
        """Keeps a draft."""
        with self.opened.cache.write() as tx:
            drafts.save_draft(tx, case, "contact", form)

    def conflicts(self) -> list[str]:
        """Undecided conflicts."""
        with self.opened.cache.read() as connection:
            found = [(each, shown.find(connection, each)) for each in lists.conflicts(connection)]
        return [each for each, record in found if record is not None and record.text("state") == "open"]

    def outcomes(self) -> list[OutcomeRow]:
        """Everything this worker did, oldest first."""
        with self.opened.cache.read() as connection:
            return outbox.outcome_rows(connection)[::-1]

    def statuses(self) -> list[str]:
        """What became of everything, oldest first."""
        return [row.status for row in self.outcomes()]

    def unsent(self) -> int:
        """How many edits were not uploaded."""
        with self.opened.cache.read() as connection:
            return outbox.waiting(connection).count


@dataclass
class District:
    """The platform with one street, two cells, and its people."""

    folder: Path
    platform: Platform
    clock: Clock
    running: Running
    resident: RecordId = field(default_factory=new_id)
    ident: RecordId = field(default_factory=new_id)
    care: RecordId = field(default_factory=new_id)
    case: RecordId = field(default_factory=new_id)
    pcs: list[Pc] = field(default_factory=list[Pc])
    address: str = ""  # of a proxy that new PCs go through

    @classmethod
    def start(cls, folder: Path, url: str | None = None, **records: RecordId) -> "District":
        """Creates the platform with its people and serves it."""
        clock = Clock()
        platform = Platform.at(folder / "platform", url, clock=clock)
        platform.initialise()
        district = cls(folder, platform, clock, Running(make_app(platform, OPERATIONS)), **records)  # pyright: ignore[reportArgumentType] - records only
        district._fill()
        return district

    def _fill(self) -> None:
        with self.platform.database.write() as connection:
            directory.add_units(connection, [
                Unit("31", None, Level.CITY, "上海市"), Unit("310115", "31", Level.DISTRICT, "浦东新区"),
                Unit(STREET, "310115", Level.STREET, "张江镇"), Unit(STREET + "001", STREET, Level.VILLAGE, "香楠居委"),
                Unit(CELL, STREET + "001", Level.GRID, "第 1 网格"),
                Unit(OTHER_CELL, STREET + "001", Level.GRID, "第 2 网格"),
            ])  # fmt: skip
            people: list[tuple[str, str, directory.Role, str]] = [
                ("lin", "林晓燕", "worker", CELL), ("chen", "陈志强", "worker", CELL),
                ("wu", "吴桂珍", "worker", OTHER_CELL), ("zhao", "赵国平", "supervisor", STREET),
            ]  # fmt: skip
            for account, name, role, unit in people:
                made = directory.create_account(
                    connection, account, PASSWORD, worker_id=f"w-{account}", name=name, role=role
                )
                directory.assign_duty(connection, made, unit)
            self.load(connection, CELL)

    def load(self, connection: feed.Connection, cell: str) -> None:
        """Enters one elder with her files and a visit."""
        person: dict[str, Value] = {"name": "王秀英", "sex": "2", "birth": "1942-03-05", "living": "alone",
                                    "address": "祖冲之路 1239 弄 8 号 302 室", "grid": cell}  # fmt: skip
        visit: dict[str, Value] = {
            "number": "PD-2026-104233", "pack": PACK, "pack_version": PACK_VERSION, "title": "王秀英 · 独居老人走访",
            "category": "visit", "state": "open", "resident": self.resident, "address": person["address"],
            "grid": cell, "assignee": "w-lin", "due_at": "2026-11-24T09:00:00Z", "opened_at": "2026-11-20T01:00:00Z",
        }  # fmt: skip
        contact: dict[str, Value] = {"resident": self.resident, "id_number": "310101194203050029",
                                     "phone": "13800006120", "contact_name": "陈敏", "grid": cell}  # fmt: skip
        feed.load(connection, grid_bucket(cell), [
            (self.resident, Kind.RESIDENT, canonical(person)), (self.case, Kind.CASE, canonical(visit)),
        ])  # fmt: skip
        feed.load(connection, ident_bucket(cell), [(self.ident, Kind.IDENT, canonical(contact))])
        feed.load(connection, care_bucket(cell), [
            (self.care, Kind.CARE, canonical({"resident": self.resident, "tier": "key", "grid": cell})),
        ])  # fmt: skip

    def pc(self, account: str, name: str = "") -> Pc:
        """Signs a worker in on a PC of their own."""
        who = Credentials(self.address or self.running.url, account, PASSWORD, name or account, PIN)
        opened = sign_in(self.folder / (name or f"pc-{account}"), who, None, clock=self.clock)
        pc = Pc(self, account, opened)
        self.pcs.append(pc)
        return pc

    def on_platform(self, bucket: str, record: str) -> Mapping[str, Value] | None:
        """A record as the platform holds it."""
        with self.platform.database.write() as connection:
            found = feed.lock(connection, bucket).find(record)
        return None if found is None or found.payload is None else read_fields(found.payload)

    def stop(self) -> None:
        """Closes every PC and the platform."""
        for pc in self.pcs:
            pc.opened.close()
        self.running.stop()
        self.platform.database.close()
