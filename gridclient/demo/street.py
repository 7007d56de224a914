"""Generates the records of the synthetic street cell by cell, in constant memory.

Nobody in it exists. Identity numbers begin with 3150 to 3199: no region has such a code (Shanghai's begin with 3101
and 3102), so none can have been issued; each is another one. Phones are made up within 1380000xxxx and 1390000xxxx.
The first cell always holds 王秀英 with a visit and a corridor inspection due today.
"""

import random
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from hashlib import blake2b

from gridclient.demo.casework import Casework, Packs, shipped_packs
from gridclient.demo.households import FAMILY_NAMES, Person, household, wang_xiuying
from gridclient.demo.people import PER_CELL, STREET, Org, org, village_name, worker_of
from gridclient.domain.fields import write
from gridclient.domain.identifiers import citizen_id_check_digit
from gridclient.domain.people import Care, Household, Ident, Living, Resident
from gridclient.domain.places import Grid, Place
from gridclient.domain.record import (
    Bucket,
    Kind,
    Record,
    RecordId,
    Value,
    care_bucket,
    grid_bucket,
    ident_bucket,
    street_bucket,
)
from gridclient.domain.risk import score, tier_of
from gridclient.domain.staff import Team, Worker

_ROADS = ("祖冲之路", "金科路", "紫薇路", "碧波路", "晨晖路", "丹桂路", "科苑路", "藿香路", "银樟路", "益江路")
_SHOPS = (("便利店", "retail"), ("面馆", "food"), ("五金店", "retail"), ("理发店", "service"), ("水果店", "retail"))
_CONDITIONS = ("hypertension", "diabetes", "heart", "stroke", "dementia")
_TEAM = "张江镇网格队"
_FIRST_REGION = 315000


def generate(residents: int, cases: int, seed: int, today: date) -> Iterator[Record]:
    """Yields organisation first, then cell by cell: files and cases, care files, identities."""
    whole, packs = org(residents), shipped_packs()
    yield from _organisation(whole, seed, today)
    left = cases
    for number, cell in enumerate(whole.cells):
        people = min(PER_CELL, residents - number * PER_CELL)
        share = left // (len(whole.cells) - number)
        left -= share
        yield from _Cell(number, cell, seed, today, packs).records(people, share)


def _organisation(whole: Org, seed: int, today: date) -> Iterator[Record]:
    bucket = street_bucket(STREET)
    yield Record(_id(seed, "team", 0, today), Kind.TEAM, bucket, write(Team(_TEAM, STREET)))
    for each in whole.workers:
        worker = Worker(each.name, each.account, each.role, _TEAM, list(each.duties))
        yield Record(RecordId(each.id), Kind.WORKER, bucket, write(worker))
    for number, unit in enumerate(unit for unit in whole.units if unit.level == "grid"):
        grid = Grid(unit.code, unit.name, unit.code[:12])
        yield Record(_id(seed, "grid", number, today), Kind.GRID, bucket, write(grid))


def _id(seed: int, kind: str, number: int, today: date) -> RecordId:
    """A UUIDv7 that depends on nothing but its place in the street."""
    digest = blake2b(f"{seed}/{kind}/{number}".encode(), digest_size=10).hexdigest()
    moment = int(datetime.combine(today, time(), UTC).timestamp() * 1000) - 86_400_000
    stamp = f"{moment:012x}"
    variant = "89ab"[int(digest[3], 16) & 3]
    return RecordId(f"{stamp[:8]}-{stamp[8:]}-7{digest[:3]}-{variant}{digest[4:7]}-{digest[7:19]}")


class _Cell:
    """One cell while it is being generated."""

    def __init__(self, number: int, code: str, seed: int, today: date, packs: Packs) -> None:
        self._number, self._code, self._seed, self._today, self._packs = number, code, seed, today, packs
        self._draw = random.Random(f"{seed}/{number}")  # noqa: S311 - invented people
        self._estate = village_name(number // 8) + "小区"
        self._lane = 100 + number * 17 % 1900
        self._road = _ROADS[number % len(_ROADS)]
        self._casework = Casework(code, self._estate, f"张江镇 {self._road} {self._lane} 弄", today, packs)
        self._care: list[Record] = []
        self._ident: list[Record] = []

    def _record(self, kind: Kind, number: int, bucket: Bucket, value: object) -> Record:
        return Record(self._new(kind, number), kind, bucket, write(value))

    def _new(self, kind: Kind, number: int) -> RecordId:
        return _id(self._seed, kind, self._number * 100_000 + number, self._today)

    def records(self, people: int, cases: int) -> Iterator[Record]:
        """All records of the cell, bucket by bucket."""
        yield from self._homes(people)
        yield from self._shops()
        for number in range(cases):
            fields = self._casework.case(number, self._number, worker_of(self._number), self._draw)
            yield Record(self._new(Kind.CASE, number), Kind.CASE, grid_bucket(self._code), fields)
        yield from self._care
        yield from self._ident

    def _homes(self, people: int) -> Iterator[Record]:
        bucket = grid_bucket(self._code)
        done = number = 0
        while done < people:
            if self._number == 0 and done == 0:
                living = wang_xiuying(self._draw, self._today)
            else:
                living = household(self._draw, people - done, self._today)
            home = self._home(number, [self._new(Kind.RESIDENT, done + place) for place in range(len(living))])
            home_id = self._new(Kind.HOUSEHOLD, number)
            yield Record(home_id, Kind.HOUSEHOLD, bucket, write(home))
            for place, person in enumerate(living):
                yield self._file(done + place, home_id, home, person, living)
            done += len(living)
            number += 1

    def _home(self, number: int, members: list[RecordId]) -> Household:
        building, unit = number // 24 + 1, number % 24 // 12 + 1
        room = f"{number % 12 // 2 + 1}0{unit * 2 - 1 + number % 2}"
        address = f"张江镇 {self._road} {self._lane} 弄 {building} 号 {room} 室"
        ids: list[str] = [*members]
        return Household(address, str(building), str(unit), room, self._code, ids[0], ids)

    def _file(self, number: int, home_id: str, home: Household, person: Person, living: list[Person]) -> Record:
        resident = Resident(
            person.name, person.sex, person.birth, home_id, home.address, home.building, home.unit, home.room,
            self._code, person.living, ["elder"] if person.is_elder else [],
        )  # fmt: skip
        record = self._record(Kind.RESIDENT, number, grid_bucket(self._code), resident)
        self._identify(number, record.id, person, living)
        if person.is_elder:
            self._casework.add_elder(record.id, person.name, home.address, is_alone=person.living is Living.ALONE)
            self._look_after(number, record.id, person)
        return record

    def _identify(self, number: int, resident: RecordId, person: Person, living: list[Person]) -> None:
        draw = self._draw
        region, place = divmod(self._number * PER_CELL + number, 500)  # the last digit of the sequence tells the sex
        first17 = f"{_FIRST_REGION + region}{person.birth:%Y%m%d}{place * 2 + (person.sex == '1'):03d}"
        others = [other for other in living if other is not person]
        stranger = draw.choice(FAMILY_NAMES) + draw.choice(("建明", "丽萍", "志华", "春燕"))
        ident = Ident(
            resident, first17 + citizen_id_check_digit(first17), f"1380000{draw.randint(0, 9999):04d}",
            others[0].name if others else stranger,
            "家人" if others else draw.choice(("女儿", "儿子", "邻居", "外孙")),
            f"1390000{draw.randint(0, 9999):04d}", self._code,
        )  # fmt: skip
        self._ident.append(self._record(Kind.IDENT, number, ident_bucket(self._code), ident))

    def _look_after(self, number: int, resident: RecordId, person: Person) -> None:
        draw, rules = self._draw, self._packs.visits
        conditions: list[str] = [*draw.sample(_CONDITIONS, draw.choice((0, 1, 1, 2)))]
        alarm = draw.random() < 0.4
        facts: dict[str, Value] = {
            "living": person.living.value,
            "age": person.years,
            "conditions": [*conditions],
            "alarm": alarm,
        }
        tier = tier_of(rules.tiers, score(rules.factors, facts))
        # Most were visited in time; every tenth is late, so that lists have something to show.
        since = draw.randint(1, tier.every_days) + (tier.every_days if draw.random() < 0.1 else 0)
        last = datetime.combine(self._today - timedelta(days=since), time(2, draw.randint(0, 59)), UTC)
        care = Care(resident, tier.id, conditions, alarm, tier.every_days, self._code, last)
        self._care.append(self._record(Kind.CARE, number, care_bucket(self._code), care))

    def _shops(self) -> Iterator[Record]:
        for number in range(self._draw.randint(2, 5)):
            name, category = self._draw.choice(_SHOPS)
            address = f"张江镇 {self._road} {self._lane + number * 2} 号"
            owner = self._draw.choice(FAMILY_NAMES) + self._draw.choice(("国强", "志明", "丽娟", "家栋"))
            place = Place(f"{self._estate[:2]}{name}", category, address, self._code, owner)
            yield self._record(Kind.PLACE, number, grid_bucket(self._code), place)
