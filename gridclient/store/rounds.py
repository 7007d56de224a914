"""The rounds of a worker: the visits of each day of a span in the order of the doors, from what is on this PC.

Days are the city's. A visit stands on the day that it is due; one that is overdue stands on today, and one that was
sent on the day it was sent. What a plan says will come is there too, before the platform has opened the case.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from enum import StrEnum

import msgspec
from sqlalchemy.engine import Connection

from gridclient.domain.masking import mask_phone
from gridclient.domain.record import Fields, Kind, decode_fields, iso
from gridclient.domain.route import Stop, in_order, stop_of
from gridclient.domain.zone import ZONE
from gridclient.store.cache import Changes, Transaction, read_setting
from gridclient.store.shown import all_about
from gridclient.workflow import Pack
from gridclient.workflow.door import Protocol, protocol
from gridclient.workflow.plans import coming

_FILE = "coalesce(s.payload, b.payload) AS file"
_LATE_DAYS = 60  # a case may be closed that long after its deadline and is still found by it
_ORDERS = "rounds.order"  # of this PC alone, by day
_SENT = ("review", "closed")


class Stand(StrEnum):
    """How a visit stands on its day."""

    DONE = "done"
    OPEN = "open"
    PLANNED = "planned"  # its case is not opened yet


@dataclass(frozen=True, slots=True)
class Span:
    """Days from the first to the last, seen on the day `today`."""

    first: date
    last: date
    today: date

    def __contains__(self, day: date) -> bool:
        return self.first <= day <= self.last


@dataclass(frozen=True, slots=True)
class Elder:
    """Whom a visit is about, as the list says it; the phone is masked."""

    id: str
    name: str = ""
    sex: str = ""
    birth: str = ""
    living: str = ""
    tier: str = ""
    last_visit_at: str = ""
    phone: str = ""
    conditions: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Visit:
    """One door of a day; `case` is empty while the visit is only planned."""

    day: date
    due: date
    stand: Stand
    case: str
    at: str  # when it was sent, empty before
    skipped: tuple[date, ...]
    elder: Elder
    door: Stop
    is_unanswered: bool  # nobody opened, and it goes on
    is_opened: bool  # somebody did

    @property
    def stop(self) -> str:
        """What it is called in an order of the round; the same before and after its case is opened."""
        return self.elder.id or self.case

    def late_days(self, today: date) -> int:
        """For how many days it has been overdue."""
        return 0 if self.stand is Stand.DONE else max(0, (today - self.due).days)


@dataclass(slots=True)
class DayCount:
    """How many visits of a day are done, to be done, and were left out."""

    done: int = 0
    to_do: int = 0
    missed: int = 0


@dataclass(slots=True)
class _Found:
    """A visit before it is known who is visited."""

    day: date
    due: date
    stand: Stand
    case: str
    fields: Fields
    at: str = ""
    skipped: tuple[date, ...] = field(default_factory=tuple[date, ...])


def visits(connection: Connection, pack: Pack, span: Span, worker: str = "") -> list[Visit]:
    """The visits of a span, each day's in the order of the doors; of one worker, or of everybody without one."""
    cared = {str(file.get("resident")): file for file in _cared_for(connection)}
    people = _people(connection, cared)
    cases = list(_cases(connection, pack, span, worker))
    waiting = {str(each.fields.get("resident")) for each in cases if each.stand is Stand.OPEN}
    found = [each for each in cases if each.day in span or set(each.skipped) & _days(span)]
    found += (each for each in _planned(pack, cared, people, waiting, span) if each.day in span)
    about = {str(each.fields.get("resident") or "") for each in found}
    people |= _people(connection, about - people.keys())
    phones = {file.text("resident"): file.text("phone") for file in all_about(connection, about, (Kind.IDENT,))}
    doors = [_door(str(n), each, people.get(str(each.fields.get("resident")), {})) for n, each in enumerate(found)]
    kept = protocol(pack)
    return [_visit(found[int(door.case)], door, people, cared, phones, kept) for door in in_order(doors)]


def counts(found: Iterable[Visit], today: date) -> dict[date, DayCount]:
    """How the visits fall on the days; what was left out counts on the day on which it was due."""
    made: dict[date, DayCount] = {}
    for visit in found:
        on = made.setdefault(visit.day, DayCount())
        if visit.stand is Stand.DONE:
            on.done += 1
        else:
            on.to_do += 1
        missed = {*visit.skipped, *([visit.due] if visit.late_days(today) else [])}
        for day in missed:
            made.setdefault(day, DayCount()).missed += 1
    return made


def order_of(connection: Connection, day: date) -> list[str]:
    """The order that the worker gave the stops of a day; empty for that of the doors."""
    return _orders(read_setting(connection, _ORDERS)).get(day.isoformat(), [])


def keep_order(tx: Transaction, day: date, stops: Sequence[str], today: date) -> Changes:
    """Keeps the order of a day, none for that of the doors; days that are over are forgotten."""
    orders = {kept: order for kept, order in _orders(tx.setting(_ORDERS)).items() if kept >= today.isoformat()}
    orders[day.isoformat()] = list(stops)
    tx.set_setting(_ORDERS, msgspec.json.encode(orders).decode())
    return Changes()


def _orders(kept: str | None) -> dict[str, list[str]]:
    return msgspec.json.decode(kept, type=dict[str, list[str]]) if kept else {}


def month(day: date, today: date) -> Span:
    """The whole weeks around the month of a day."""
    first = day.replace(day=1)
    last = (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)
    return Span(first - timedelta(days=first.weekday()), last + timedelta(days=6 - last.weekday()), today)


def _days(span: Span) -> set[date]:
    return {span.first + timedelta(days=n) for n in range((span.last - span.first).days + 1)}


def _cases(connection: Connection, pack: Pack, span: Span, worker: str) -> Iterator[_Found]:
    begin, end = (
        iso(datetime.combine(day, time(), ZONE))
        for day in (span.first - timedelta(days=_LATE_DAYS), span.last + timedelta(days=_LATE_DAYS))
    )
    # The two conditions as the indexes say them.
    for closed, where in (
        ("IS NOT", ""), ("IS", "AND s.due_at BETWEEN ? AND ?"),
    ):  # fmt: skip
        values = (pack.id, worker, worker, *((begin, end) if where else ()))
        rows = connection.exec_driver_sql(
            f"SELECT b.id, s.state, {_FILE} FROM shown s JOIN base b USING (rid) WHERE s.kind = 'case' "
            f"AND s.state {closed} 'closed' AND s.pack = ? AND (? = '' OR coalesce(s.assignee, '') IN ('', ?)) {where}",
            values,
        )
        for row in rows:
            if (found := _case(row.id, row.state, decode_fields(row.file), span.today)) is not None:
                yield found


def _case(case: str, state: str, fields: Fields, today: date) -> _Found | None:
    due = _day(fields.get("planned_for")) or _day(fields.get("due_at"))
    at = str(fields.get("submitted_at") or fields.get("closed_at") or "")
    if state in _SENT:
        day = _day(at)
        return None if day is None else _Found(day, due or day, Stand.DONE, case, fields, at)
    if due is None:
        return None
    skipped = fields.get("skipped")
    passed = tuple(date.fromisoformat(str(each)) for each in skipped) if isinstance(skipped, list) else ()
    return _Found(max(due, today), due, Stand.OPEN, case, fields, skipped=passed)


def _planned(
    pack: Pack, cared: dict[str, Fields], people: dict[str, Fields], waiting: set[str], span: Span
) -> Iterator[_Found]:
    for resident, file in cared.items():
        person = people.get(resident)
        if resident in waiting or person is None or person.get("status") not in (None, "present"):
            continue
        next_ = coming(pack, file, person, span.today) if pack.plan is not None and pack.plan.about == "care" else None
        if next_ is not None:
            day = max(next_.due, span.today)
            yield _Found(day, next_.due, Stand.PLANNED, "", {"resident": resident}, skipped=next_.skipped)


def _cared_for(connection: Connection) -> Iterator[Fields]:
    rows = connection.exec_driver_sql(
        f"SELECT {_FILE} FROM shown s JOIN base b USING (rid) WHERE s.kind = 'care' AND s.kind IS NOT 'case'"
    )
    return (decode_fields(row.file) for row in rows)


def _people(connection: Connection, residents: Iterable[str]) -> dict[str, Fields]:
    ids, found = sorted(residents), dict[str, Fields]()
    for start in range(0, len(ids), 100):
        some = ids[start : start + 100]
        marks = ", ".join("?" for _ in some)
        rows = connection.exec_driver_sql(
            f"SELECT b.id, {_FILE} FROM base b JOIN shown s USING (rid) WHERE b.id IN ({marks})", tuple(some)
        )
        found |= {row.id: decode_fields(row.file) for row in rows}
    return found


def _door(number: str, found: _Found, person: Fields) -> Stop:
    place = person if person.get("building") else {**person, "address": found.fields.get("address")}
    return stop_of(number, place)


def _visit(
    found: _Found, door: Stop, people: dict[str, Fields], cared: dict[str, Fields], phones: dict[str, str],
    kept: Protocol | None,
) -> Visit:  # fmt: skip
    resident = str(found.fields.get("resident") or "")
    person, care = people.get(resident, {}), cared.get(resident, {})
    conditions = care.get("conditions")
    elder = Elder(
        resident, _text(person, "name") or _text(found.fields, "title"), _text(person, "sex"), _text(person, "birth"),
        _text(person, "living"), _text(care, "tier"), _text(care, "last_visit_at"),
        mask_phone(phones.get(resident, "")), tuple(map(str, conditions)) if isinstance(conditions, list) else (),
    )  # fmt: skip
    return Visit(
        found.day, found.due, found.stand, found.case, found.at, found.skipped, elder, door,
        found.stand is Stand.OPEN and kept is not None and kept.is_begun(found.fields),
        kept is not None and kept.is_opened(found.fields),
    )  # fmt: skip


def _text(fields: Fields, name: str) -> str:
    return str(fields.get(name) or "")


def _day(value: object) -> date | None:
    text = str(value or "")
    if not text:
        return None
    return date.fromisoformat(text) if len(text) == 10 else datetime.fromisoformat(text).astimezone(ZONE).date()
