"""What list screens read: a page at once, an id snapshot for the scroll bar, rows by id, counts, search.

A list is shown from an id snapshot, so that rows stay where they are while a sync goes on underneath.
"""

from array import array
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from itertools import chain
from typing import Any, Generic, TypeVar, cast

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from gridclient.domain.record import Kind
from gridclient.domain.route import natural
from gridclient.domain.zone import ZONE
from gridclient.store.arranging import (
    EVERYTHING,
    GROUP_KEYS,
    JOIN_TIERS,
    SORT_KEYS,
    TIERS,
    WITH_TIERS,
    Group,
    Narrow,
    Sort,
    building_of,
    conditions,
)
from gridclient.store.cache import read_setting
from gridclient.store.search import holds, holds_letters, match
from gridclient.store.shown import all_about
from gridclient.workflow import PLAIN, Work

Chip = TypeVar("Chip", bound=StrEnum)


@dataclass(frozen=True)  # with slots an alias such as `ResidentAsk` could not be called
class ListAsk(Generic[Chip]):
    """What a list with a search asks for: a filter, words, and this moment (UTC, ISO), which makes no other list."""

    filter: Chip
    words: str = ""
    now: str = field(default="", compare=False)


class QueueFilter(StrEnum):
    """Which cases a queue shows."""

    ALL = "all"
    OPEN = "open"
    TODAY = "today"
    OVERDUE = "overdue"
    RETURNED = "returned"
    REVIEW = "review"
    COLLEAGUES = "colleagues"


@dataclass(frozen=True, slots=True)
class Ask:
    """What a queue asks for: which cases in which order, and where today ends (UTC, ISO).

    Of the queue of a worker (`me`) those are that are theirs or nobody's, unless it is narrowed to an assignee;
    `QueueFilter.COLLEAGUES` shows what others have in hand.
    """

    filter: QueueFilter = QueueFilter.OPEN
    assignee: str = ""
    pack: str = ""
    now: str = field(default="", compare=False)  # at another moment it is the same list
    end_of_today: str = field(default="", compare=False)
    work: Work = PLAIN
    narrow: Narrow = EVERYTHING
    sort: Sort = Sort.DEADLINE
    descending: bool = False
    group: Group = Group.NONE
    me: str = ""

    @property
    def is_quick(self) -> bool:
        """Whether the first rows are found without looking at the others."""
        return self.sort is Sort.DEADLINE and self.group is Group.NONE and self.narrow == EVERYTHING

    def is_open(self) -> str:
        """The condition for a case with something to do."""
        states = f"s.state IN ({', '.join(map(_quoted, sorted(self.work.states)))})"
        if not self.work.only:
            return states
        pairs = ", ".join(f"({_quoted(pack)}, {_quoted(state)})" for pack, state in sorted(self.work.only))
        return f"({states} OR (s.pack, s.state) IN (VALUES {pairs}))"


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


@dataclass(frozen=True, slots=True)
class QueueRow:
    """One line of a queue."""

    rid: int
    id: str
    title: str
    place: str
    pack: str
    state: str
    number: str
    due_at: str
    pending: bool
    conflict: bool
    urged: bool  # a supervisor waits for a reply


@dataclass(frozen=True, slots=True)
class Heading:
    """A line above the rows of a group; `key` is the day (ISO), the building or the tier, empty for those without."""

    rid: int  # below zero: how many rows follow, and the first of them
    group: Group
    key: str
    count: int
    id: str = ""


_COUNT_SHIFT = 32
_FILE = "CAST(coalesce(s.payload, b.payload) AS TEXT)"
_ROW = (
    "SELECT s.rid, b.id, s.title, s.place, s.pack, s.state, s.number, s.due_at, "
    "EXISTS (SELECT 1 FROM outbox o WHERE o.record = b.id) AS pending, "
    "EXISTS (SELECT 1 FROM shown c WHERE c.kind = 'conflict' AND c.state = 'open' AND c.about = b.id) AS conflict, "
    f"json_extract({_FILE}, '$.urged.at') IS NOT json_extract({_FILE}, '$.urge_reply.to') AS urged "
)
_UNCLOSED, _CLOSED = (f"s.kind = 'case' AND s.state {verb} 'closed'" for verb in ("IS NOT", "IS"))  # as the indexes


def _picked(ask: Ask, what: str, *, with_tiers: bool = False, whole: bool = False) -> tuple[str, tuple[str, ...]]:
    """A statement that gives `what` of the list's cases from an index; `whole` reads the table from end to end.

    Row after row by an index, a million rows take four times as long as the table in its own order.
    """
    where, values = _where(ask)
    source = f"shown s{' NOT INDEXED' if whole else ''}{JOIN_TIERS if with_tiers else ''}"
    unclosed = f"SELECT {what} FROM {source} WHERE {_UNCLOSED}{where}"
    if ask.filter is not QueueFilter.ALL:
        return unclosed, values
    return f"{unclosed} UNION ALL SELECT {what} FROM {source} WHERE {_CLOSED}{where}", values * 2


def _where(ask: Ask) -> tuple[str, tuple[str, ...]]:
    narrowed, values = _narrowed(ask)
    filtered, more = _filtered(ask)
    return narrowed + filtered, values + more


def _narrowed(ask: Ask) -> tuple[str, tuple[str, ...]]:
    """The conditions that hold whatever the filter is."""
    clauses, values = conditions(ask.narrow)
    if ask.assignee:
        clauses.append("s.assignee = ?")
        values.append(ask.assignee)
    if ask.pack:
        clauses.append("s.pack = ?")
        values.append(ask.pack)
    return " AND ".join(["", *clauses]), tuple(values)


def _filtered(ask: Ask) -> tuple[str, tuple[str, ...]]:
    clauses, values = [""], list[str]()
    if ask.me and ask.filter is not QueueFilter.COLLEAGUES and not ask.narrow.assignee:
        clauses.append("coalesce(s.assignee, '') IN ('', ?)")
        values.append(ask.me)
    match ask.filter:
        case QueueFilter.ALL:
            pass
        case QueueFilter.OPEN:
            clauses.append(ask.is_open())
        case QueueFilter.TODAY:
            clauses.append(f"{ask.is_open()} AND s.due_at BETWEEN ? AND ?")
            values += [ask.now, ask.end_of_today]
        case QueueFilter.OVERDUE:
            clauses.append(f"{ask.is_open()} AND s.due_at < ?")
            values.append(ask.now)
        case QueueFilter.RETURNED:
            clauses.append("s.state = 'returned'")
        case QueueFilter.REVIEW:
            clauses.append("s.state = 'review'")
        case QueueFilter.COLLEAGUES:
            clauses.append(f"{ask.is_open()} AND coalesce(s.assignee, '') NOT IN ('', ?)")
            values.append(ask.me)
    return " AND ".join(clauses), tuple(values)


def first_page(connection: Connection, ask: Ask, limit: int = 100) -> list[QueueRow]:
    """The first rows of a list that has a quick way to them (`Ask.is_quick`), the most urgent cases first."""
    picked, values = _picked(ask, "s.due_at, s.rid")
    order = f"ORDER BY 1 {'DESC' if ask.descending else ''}, 2"
    found = connection.exec_driver_sql(f"{picked} {order} LIMIT ?", (*values, limit))
    return rows(connection, [row.rid for row in found])


def ids(connection: Connection, ask: Ask) -> "array[int]":
    """Every case of the list in order, as row ids: eight bytes each; a heading is a number below zero."""
    down = "DESC" if ask.descending else ""
    by = Group.PLACE if ask.group is Group.NONE and ask.sort is Sort.PLACE else ask.group  # houses count as numbers
    if by is Group.NONE and ask.sort is Sort.DEADLINE:
        picked, values = _picked(ask, "s.due_at, s.rid")
        return _numbers(connection, f"SELECT rid FROM ({picked} ORDER BY 1 {down}, 2)", values)
    by_tier, by_index = Group.TIER is by or ask.sort is Sort.TIER, by is Group.DAY and ask.sort is Sort.DEADLINE
    head = WITH_TIERS if by_tier else ""
    keys = f"{SORT_KEYS[ask.sort]} AS k, {GROUP_KEYS[by]} AS g, s.rid"
    picked, values = _picked(ask, keys, with_tiers=by_tier, whole=not by_index)
    found = _numbers(connection, f"{head}SELECT rid FROM ({picked}) ORDER BY g, k {down}, rid", values)
    if by is Group.NONE:
        return found
    picked, values = _picked(ask, f"{GROUP_KEYS[by]} AS g", with_tiers=by_tier, whole=not by_index)
    counted = connection.exec_driver_sql(
        f"{head}SELECT g, count(*) AS n FROM ({picked}) GROUP BY g ORDER BY g", values
    ).all()
    groups, start = list[tuple[str, "array[int]"]](), 0
    for key, n in counted:
        groups.append((str(key), found[start : start + n]))
        start += n
    if by is Group.PLACE:
        groups.sort(key=lambda group: natural(group[0]), reverse=ask.descending and ask.group is Group.NONE)
    return _laid_out(groups, with_headings=ask.group is not Group.NONE)


def _laid_out(groups: "list[tuple[str, array[int]]]", *, with_headings: bool) -> "array[int]":
    """The groups one after the other; those without a key (no deadline, no address) come last."""
    whole = array("q")
    for _, members in sorted(groups, key=lambda group: group[0] == ""):
        if with_headings:
            whole.append(-(len(members) << _COUNT_SHIFT | members[0]))
        whole.extend(members)
    return whole


def _numbers(connection: Connection, statement: str, values: tuple[str, ...]) -> "array[int]":
    with connection.exec_driver_sql(statement, values) as found:
        # From the driver's own cursor, because a million ids through SQLAlchemy's rows take twice as long.
        cursor = cast("Iterable[tuple[int]]", found.cursor)
        return array("q", chain.from_iterable(cursor))


def lines(connection: Connection, ask: Ask, rids: Sequence[int]) -> list[QueueRow | Heading]:
    """The lines of these numbers of `ids`, headings among them; a record that left the PC meanwhile is missing."""
    firsts = {rid: -rid & ((1 << _COUNT_SHIFT) - 1) for rid in rids if rid < 0}
    found = {row.rid: row for row in rows(connection, [*(rid for rid in rids if rid > 0), *firsts.values()])}
    made = list[QueueRow | Heading]()
    for rid in rids:
        row = found.get(firsts.get(rid, rid))
        if row is not None:
            made.append(row if rid > 0 else _heading(connection, ask.group, rid, row))
    return made


def _heading(connection: Connection, group: Group, rid: int, first: QueueRow) -> Heading:
    match group:
        case Group.DAY:
            key = local_day(first.due_at)
        case Group.PLACE:
            key = building_of(first.place)
        case Group.TIER:
            key = _tier(connection, first.rid)
        case Group.NONE:
            key = ""
    return Heading(rid, group, key, -rid >> _COUNT_SHIFT)


def local_day(moment: str) -> str:
    """The city's day of a record's moment, ISO; empty without one."""
    return datetime.fromisoformat(moment).astimezone(ZONE).date().isoformat() if moment else ""


def _tier(connection: Connection, rid: int) -> str:
    about = connection.exec_driver_sql("SELECT about FROM shown WHERE rid = ?", (rid,)).scalar()
    files = all_about(connection, [about], (Kind.CARE,)) if about else []
    return next((tier for each in files if (tier := each.text("tier")) in TIERS), "")


def rows(connection: Connection, rids: Sequence[int]) -> list[QueueRow]:
    """The lines of these row ids, in their order; a record that left the PC meanwhile is missing."""
    wanted = ",".join(str(int(rid)) for rid in rids)
    found = connection.exec_driver_sql(f"{_ROW} FROM shown s JOIN base b USING (rid) WHERE s.rid IN ({wanted})")
    by_rid = {row.rid: _queue_row(row) for row in found}
    return [by_rid[rid] for rid in rids if rid in by_rid]


def count(connection: Connection, ask: Ask) -> int:
    """How many cases a list shows."""
    picked, values = _picked(ask, "count(*) AS n")
    return connection.exec_driver_sql(f"SELECT sum(n) FROM ({picked})", values).scalar_one()


def counts(connection: Connection, ask: Ask) -> dict[QueueFilter, int]:
    """How many cases each filter would show with what else the list is narrowed to, in one pass over the index."""
    where, narrowed = _narrowed(ask)
    sums = {each: _filtered(replace(ask, filter=each)) for each in QueueFilter}
    columns = ", ".join(f"coalesce(sum(TRUE{condition}), 0)" for condition, _ in sums.values())
    values = [value for _, given in sums.values() for value in given]
    found = connection.exec_driver_sql(
        f"SELECT {columns} FROM shown s WHERE {_UNCLOSED}{where}", (*values, *narrowed)
    ).one()
    of_all, more = sums[QueueFilter.ALL]
    closed = connection.exec_driver_sql(
        f"SELECT count(*) FROM shown s WHERE {_CLOSED}{where}{of_all}", (*narrowed, *more)
    ).scalar_one()
    counted = dict(zip(sums, found, strict=True))
    return counted | {QueueFilter.ALL: counted[QueueFilter.ALL] + closed}


def _queue_row(row: sa.Row[Any]) -> QueueRow:
    return QueueRow(
        row.rid, row.id, row.title or "", row.place or "", row.pack or "", row.state or "", row.number or "",
        row.due_at or "", bool(row.pending), bool(row.conflict), bool(row.urged),
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Found:
    """A hit of the search: what it is, its title and place."""

    id: str
    kind: str
    title: str
    place: str


MOST_FOUND = 500  # in a list
MOST_AT_ONCE = 50  # of all kinds together
_HIT = "b.rid, b.id, s.kind, s.title, s.place"


def search(connection: Connection, question: str, limit: int = MOST_AT_ONCE) -> list[Found]:
    """Cases, residents and places by name, address, number or the tail of a phone; the first ones only."""
    candidates = "(SELECT rowid FROM search WHERE search MATCH ? LIMIT 1000)"
    return list(_found(connection, question, limit, candidates).values())


def found_rids(connection: Connection, words: str, kind: Kind) -> "array[int]":
    """The row ids of what a search finds of one kind, in its order, at most `MOST_FOUND`; it may take long.

    Every candidate is looked at, so that what there is of other kinds hides none of this one.
    """
    kinds = (kind, Kind.IDENT) if kind is Kind.RESIDENT else (kind,)
    candidates = "(SELECT rowid FROM search WHERE search MATCH ?)"
    return array("q", _found(connection, words, MOST_FOUND, candidates, kinds))


def _found(
    connection: Connection, question: str, limit: int, candidates: str, kinds: Sequence[Kind] = ()
) -> dict[int, Found]:
    """The hits by their row ids."""
    expression = match(question)
    if not expression:
        return {}
    of_kinds = f" AND s.kind IN ({', '.join(map(_quoted, kinds))})" if kinds else ""
    rows = connection.exec_driver_sql(
        f"SELECT {_HIT}, s.number, s.about, coalesce(s.payload, b.payload) AS payload FROM {candidates} f "
        f"CROSS JOIN shown s ON s.rid = f.rowid{of_kinds} CROSS JOIN base b ON b.rid = s.rid",
        (expression,),
    ).yield_per(100)
    found: dict[int, Found] = {}
    has_letters = any(sign.isascii() and sign.isalpha() for sign in question)
    for row in rows:
        if row.kind == "ident":
            if holds(question, row.payload.decode()) and (owner := _named(connection, row.about)) is not None:
                found.setdefault(owner.rid, _hit(owner))
        elif holds(question, row.title, row.place, row.number) or (
            has_letters and holds_letters(question, row.title or "", row.place, row.number)
        ):
            found.setdefault(row.rid, _hit(row))
        if len(found) >= limit:
            rows.close()
            break
    return found


def _hit(row: sa.Row[Any]) -> Found:
    return Found(row.id, row.kind, row.title or "", row.place or "")


def named(connection: Connection, record_id: str) -> Found | None:
    """A record as the search shows it, or None when it is not on this PC."""
    row = _named(connection, record_id)
    return None if row is None else _hit(row)


def _named(connection: Connection, record_id: str) -> sa.Row[Any] | None:
    return connection.exec_driver_sql(
        f"SELECT {_HIT} FROM base b JOIN shown s USING (rid) WHERE b.id = ?", (record_id,)
    ).one_or_none()


def conflicts(connection: Connection) -> list[str]:
    """The ids of the conflicts, those that nobody has decided first, the oldest before the others."""
    return list(connection.exec_driver_sql(
        "SELECT b.id FROM shown s JOIN base b USING (rid) WHERE s.kind = 'conflict' ORDER BY s.state = 'resolved', "
        "s.due_at LIMIT 500"
    ).scalars())  # fmt: skip


@dataclass(frozen=True, slots=True)
class Cell:
    """A grid of the worker's own."""

    code: str
    name: str


def cells(connection: Connection) -> list[Cell]:
    """The grids in this worker's scope, by their codes, with their names where they are known."""
    scope = (read_setting(connection, "scope") or "").split()
    codes = sorted(bucket.partition(":")[2] for bucket in scope if bucket.startswith("grid:"))
    names = {row.number: row.title for row in connection.exec_driver_sql(
        "SELECT number, title FROM shown WHERE kind = 'grid' AND kind IS NOT 'case'"
    )}  # fmt: skip
    return [Cell(code, names.get(code) or "") for code in codes]


def addresses(connection: Connection, words: str, limit: int = 8) -> list[str]:
    """Addresses on this PC that hold these words or letters, each once."""
    found = dict.fromkeys(hit.place for hit in search(connection, words) if hit.place)
    return list(found)[:limit]


def count_open_conflicts(connection: Connection) -> int:
    """How many conflicts wait for a decision."""
    return connection.exec_driver_sql("SELECT count(*) FROM conflicts WHERE state = 'open'").scalar_one()


def team_names(connection: Connection) -> list[str]:
    """The teams of the offices whose records are here."""
    rows = connection.exec_driver_sql("SELECT title FROM shown WHERE kind = 'team' AND kind IS NOT 'case' ORDER BY rid")
    return [title for title in rows.scalars() if title]


def worker_names(connection: Connection) -> dict[str, str]:
    """Names of workers by id, as far as this worker may know them."""
    rows = connection.exec_driver_sql(
        "SELECT b.id, s.title FROM shown s JOIN base b USING (rid) WHERE s.kind = 'worker' AND s.kind IS NOT 'case'"
    ).all()
    return {row.id: row.title or "" for row in rows}
