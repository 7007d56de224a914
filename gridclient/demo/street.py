"""Generates the records of the synthetic street cell by cell, in constant memory.

Nobody in it exists: identity numbers carry the sequence 000, which is never issued, and phones lie in a block of
the invented kind 1380000xxxx. The first cell always holds 王秀英 with a visit and a corridor inspection due today.
"""

import random
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from hashlib import blake2b

from gridclient.demo.people import PER_CELL, STREET, Org, org, village_name, worker_of
from gridclient.domain.clock import ZONE, deadline
from gridclient.domain.identifiers import citizen_id_check_digit
from gridclient.domain.record import (
    Kind,
    Record,
    RecordId,
    Value,
    care_bucket,
    grid_bucket,
    ident_bucket,
    iso,
    street_bucket,
)

_FAMILY = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎"
_WOMEN = (
    "秀英",
    "桂珍",
    "阿妹",
    "玉兰",
    "淑芬",
    "美华",
    "建英",
    "佩芬",
    "丽娟",
    "惠芳",
    "静怡",
    "雅琴",
    "晓燕",
    "文娟",
)
_MEN = ("国强", "建国", "志明", "德明", "福生", "永康", "家栋", "文海", "立群", "明华", "阿宝", "根发", "伟民", "振华")
_ROADS = ("祖冲之路", "金科路", "紫薇路", "碧波路", "晨晖路", "丹桂路", "科苑路", "藿香路", "银樟路", "益江路")
_SHOPS = (("便利店", "retail"), ("面馆", "food"), ("五金店", "retail"), ("理发店", "service"), ("水果店", "retail"))
_CONDITIONS = ("hypertension", "diabetes", "heart", "stroke", "dementia")
_VISIT, _INSPECTION, _VERSION = "elderly-visit", "corridor-inspection", "2026.11.1"


def generate(residents: int, cases: int, seed: int, today: date) -> Iterator[Record]:
    """Yields organisation first, then cell by cell: files and cases, care files, identities."""
    whole = org(residents)
    yield from _organisation(whole, seed, today)
    left = cases
    for number, cell in enumerate(whole.cells):
        people = min(PER_CELL, residents - number * PER_CELL)
        share = left // (len(whole.cells) - number)
        left -= share
        yield from _Cell(number, cell, people, share, seed, today).records()


def _organisation(whole: Org, seed: int, today: date) -> Iterator[Record]:
    bucket = street_bucket(STREET)
    yield Record(_id(seed, "team", 0, today), Kind.TEAM, bucket, {"name": "张江镇网格队", "street": STREET})
    for worker in whole.workers:
        fields: dict[str, Value] = {"name": worker.name, "account": worker.account, "role": worker.role,
                                    "team": "张江镇网格队", "cells": list(worker.duties)}  # fmt: skip
        yield Record(RecordId(worker.id), Kind.WORKER, bucket, fields)
    for number, unit in enumerate(unit for unit in whole.units if unit.level == "grid"):
        grid: dict[str, Value] = {"code": unit.code, "name": unit.name, "division": unit.code[:12]}
        yield Record(_id(seed, "grid", number, today), Kind.GRID, bucket, grid)


def _id(seed: int, kind: str, number: int, today: date) -> RecordId:
    """A UUIDv7 that depends on nothing but its place in the street."""
    digest = blake2b(f"{seed}/{kind}/{number}".encode(), digest_size=10).hexdigest()
    moment = int(datetime.combine(today, time(), UTC).timestamp() * 1000) - 86_400_000
    stamp = f"{moment:012x}"
    variant = "89ab"[int(digest[3], 16) & 3]
    return RecordId(f"{stamp[:8]}-{stamp[8:]}-7{digest[:3]}-{variant}{digest[4:7]}-{digest[7:19]}")


class _Cell:
    """One cell while it is being generated."""

    def __init__(self, number: int, code: str, people: int, cases: int, seed: int, today: date) -> None:
        self._number, self._code, self._people, self._cases = number, code, people, cases
        self._seed, self._today = seed, today
        self._random = random.Random(f"{seed}/{number}")  # noqa: S311 - invented people
        self._estate = village_name(number // 8) + "小区"
        self._lane = 100 + number * 17 % 1900
        self._road = _ROADS[number % len(_ROADS)]
        self._elders: list[tuple[RecordId, str, str]] = []
        self._care: list[Record] = []
        self._ident: list[Record] = []

    def _new(self, kind: str, number: int) -> RecordId:
        return _id(self._seed, kind, self._number * 100_000 + number, self._today)

    def records(self) -> Iterator[Record]:
        """All records of the cell, bucket by bucket."""
        yield from self._homes()
        yield from self._shops()
        yield from self._work()
        yield from self._care
        yield from self._ident

    def _homes(self) -> Iterator[Record]:
        bucket = grid_bucket(self._code)
        done = household = 0
        while done < self._people:
            building, unit = household // 24 + 1, household % 24 // 12 + 1
            room = f"{household % 12 // 2 + 1}0{household % 2 + 1}"
            address = f"张江镇 {self._road} {self._lane} 弄 {building} 号 {room} 室"
            home: dict[str, Value] = {"address": address, "building": str(building), "unit": str(unit), "room": room,
                                      "grid": self._code}  # fmt: skip
            home_id = self._new("household", household)
            size = 1 if done == 0 else min(self._random.choices((1, 2, 3, 4), (26, 34, 26, 14))[0], self._people - done)
            members = [self._person(done + place, home_id, home, size, place) for place in range(size)]
            ids: list[Value] = [member.id for member in members]
            yield Record(home_id, Kind.HOUSEHOLD, bucket, {**home, "head": members[0].id, "members": ids})
            yield from members
            done += size
            household += 1

    def _person(self, number: int, home_id: RecordId, home: dict[str, Value], size: int, place: int) -> Record:
        draw = self._random
        first = self._number == 0 and number == 0
        is_elder = first or (draw.random() < (0.45 if size <= 2 else 0.12))
        woman = first or draw.random() < 0.53
        years = 84 if first else draw.randint(65, 96) if is_elder else draw.randint(1, 64)
        birth = date(self._today.year - years, draw.randint(1, 12), draw.randint(1, 28))
        given = draw.choice(_WOMEN if woman else _MEN)
        name = "王秀英" if first else draw.choice(_FAMILY) + given
        record_id = self._new("resident", number)
        living = ("alone" if size == 1 else "empty_nest" if size == 2 else "family") if is_elder else "family"
        fields: dict[str, Value] = {
            "name": name, "sex": "2" if woman else "1", "birth": birth.isoformat(), "household": home_id, **home,
            "living": living, "tags": ["elder"] if is_elder else [], "status": "present",
        }  # fmt: skip
        self._identify(number, record_id, birth, woman, place)
        if is_elder:
            self._elders.append((record_id, name, str(home["address"])))
            self._look_after(number, record_id, living, years)
        return Record(record_id, Kind.RESIDENT, grid_bucket(self._code), fields)

    def _identify(self, number: int, resident: RecordId, birth: date, woman: bool, place: int) -> None:
        draw = self._random
        first17 = f"310115{birth:%Y%m%d}00{0 if woman else 1}"  # the sequences 000 and 001 are never issued
        fields: dict[str, Value] = {
            "resident": resident, "id_number": first17 + citizen_id_check_digit(first17),
            "phone": f"1380000{draw.randint(0, 9999):04d}",
            "contact_name": draw.choice(_FAMILY) + draw.choice(_WOMEN + _MEN),
            "contact_relation": draw.choice(("女儿", "儿子", "邻居", "外孙")) if place == 0 else "家人",
            "contact_phone": f"1390000{draw.randint(0, 9999):04d}", "grid": self._code,
        }  # fmt: skip
        self._ident.append(Record(self._new("ident", number), Kind.IDENT, ident_bucket(self._code), fields))

    def _look_after(self, number: int, resident: RecordId, living: str, years: int) -> None:
        draw = self._random
        tier = "high" if living == "alone" and years >= 80 else "key" if living != "family" else "general"
        conditions: list[Value] = [*draw.sample(_CONDITIONS, draw.choice((0, 1, 1, 2)))]
        last = datetime.combine(self._today - timedelta(days=draw.randint(1, 60)), time(2), UTC)
        fields: dict[str, Value] = {
            "resident": resident, "tier": tier, "conditions": conditions, "alarm": draw.random() < 0.4,
            "last_visit_at": iso(last), "visits_every_days": {"high": 7, "key": 30, "general": 90}[tier],
            "grid": self._code,
        }  # fmt: skip
        self._care.append(Record(self._new("care", number), Kind.CARE, care_bucket(self._code), fields))

    def _shops(self) -> Iterator[Record]:
        for number in range(self._random.randint(2, 5)):
            name, category = self._random.choice(_SHOPS)
            fields: dict[str, Value] = {
                "name": f"{self._estate[:2]}{name}", "category": category, "grid": self._code,
                "address": f"张江镇 {self._road} {self._lane + number * 2} 号",
                "owner": self._random.choice(_FAMILY) + self._random.choice(_MEN),
            }  # fmt: skip
            yield Record(self._new("place", number), Kind.PLACE, grid_bucket(self._code), fields)

    def _work(self) -> Iterator[Record]:
        for number in range(self._cases):
            is_visit = number % 2 == 0 and bool(self._elders)
            opened = self._opened(number)
            fields = self._visit(number) if is_visit else self._inspection(number)
            unit, amount = ("work_day", 3.0) if is_visit else ("work_hour", 8.0)
            due = deadline(opened, amount, unit).due_at  # type: ignore[arg-type]  # two of the units
            if number < 2:
                due = datetime.combine(self._today, time(23, 30 + number), ZONE)
            is_old = opened.date() < self._today - timedelta(days=7)
            closed = number >= 6 and self._random.random() < (0.99 if is_old else 0.4)
            fields |= {
                "number": f"PD-{opened.year}-{self._number * 1000 + number:06d}", "pack_version": _VERSION,
                "state": "closed" if closed else "open", "grid": self._code, "assignee": worker_of(self._number),
                "opened_at": iso(opened), "due_at": iso(due), "source": "plan", "priority": 1,
            }  # fmt: skip
            if closed:
                fields["closed_at"] = iso(min(due, opened + timedelta(hours=self._random.randint(2, 60))))
            yield Record(self._new("case", number), Kind.CASE, grid_bucket(self._code), fields)

    def _opened(self, number: int) -> datetime:
        days = number % 4 if number < 6 else self._random.randint(0, 120)
        at = time(self._random.randint(8, 16), self._random.randint(0, 59))
        return datetime.combine(self._today - timedelta(days=days + 1), at, ZONE)

    def _visit(self, number: int) -> dict[str, Value]:
        resident, name, address = self._elders[number // 2 % len(self._elders)]
        return {"pack": _VISIT, "title": f"{name} · 独居老人走访", "category": "visit", "resident": resident,
                "address": address}  # fmt: skip

    def _inspection(self, number: int) -> dict[str, Value]:
        building = number // 2 % 10 + 1
        return {"pack": _INSPECTION, "title": f"{self._estate} {building} 号楼 · 楼道检查", "category": "inspection",
                "address": f"张江镇 {self._road} {self._lane} 弄 {building} 号"}  # fmt: skip
