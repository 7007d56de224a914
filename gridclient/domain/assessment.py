"""Ability assessment of elders after GB/T 42195-2022: 26 items, four dimensions, one level and what raised it.

An item left blank gives no level. The wording of the options is data of the pack's form; here are only the items, their
greatest scores and the rules. What could not be compared with the official text is told as an open point.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import IntEnum

from gridclient.domain.texts import Texts
from gridclient.text import pick, tr


class Level(IntEnum):
    """The level of ability; a greater one needs more care."""

    INTACT = 0
    MILD = 1
    MODERATE = 2
    SEVERE = 3
    COMPLETE = 4

    @property
    def title(self) -> str:
        """The level's name in the active language."""
        match self:
            case Level.INTACT:
                return tr("Ability intact")
            case Level.MILD:
                return tr("Mild disability")
            case Level.MODERATE:
                return tr("Moderate disability")
            case Level.SEVERE:
                return tr("Severe disability")
            case Level.COMPLETE:
                return tr("Complete disability")


@dataclass(frozen=True, slots=True)
class Item:
    """One item and its greatest score."""

    code: str
    title: Texts
    most: int


@dataclass(frozen=True, slots=True)
class Dimension:
    """A group of items whose scores are added."""

    code: str
    title: Texts
    items: tuple[Item, ...]

    @property
    def most(self) -> int:
        """The greatest sum."""
        return sum(item.most for item in self.items)


def _dimension(code: str, en: str, zh: str, *items: tuple[str, str, int]) -> Dimension:
    numbered = (Item(f"{code}.{n}", Texts(e, z), most) for n, (e, z, most) in enumerate(items, 1))
    return Dimension(code, Texts(en, zh), tuple(numbered))


DIMENSIONS = (
    _dimension(
        "B1", "Self-care", "自理能力",
        ("Eating", "进食", 4), ("Grooming", "修饰", 4), ("Bathing", "洗澡", 4),
        ("Putting on and taking off a top", "穿/脱上衣", 4),
        ("Putting on and taking off trousers, socks and shoes", "穿/脱裤子和鞋袜", 4),
        ("Bladder control", "小便控制", 4), ("Bowel control", "大便控制", 4), ("Using the toilet", "如厕", 4),
    ),
    _dimension(
        "B2", "Basic movement", "基础运动能力",
        ("Turning and sitting up in bed", "床上体位转移", 4), ("From bed to chair", "床椅转移", 4),
        ("Walking on the level", "平地行走", 4), ("Stairs", "上下楼梯", 3),
    ),
    _dimension(
        "B3", "State of mind", "精神状态",
        ("Orientation in time", "时间定向", 4), ("Orientation in place", "空间定向", 4),
        ("Recognising people", "人物定向", 4), ("Memory", "记忆", 4), ("Understanding", "理解能力", 4),
        ("Speaking", "表达能力", 4), ("Aggressive behaviour", "攻击行为", 1), ("Signs of depression", "抑郁症状", 1),
        ("Consciousness", "意识水平", 2),
    ),
    _dimension(
        "B4", "Perception and social participation", "感知觉与社会参与",
        ("Sight", "视力", 2), ("Hearing", "听力", 2), ("Everyday tasks", "执行日常事务", 4),
        ("Going out by transport", "使用交通工具外出", 3), ("Social contact", "社会交往能力", 4),
    ),
)  # fmt: skip
ITEMS = tuple(item for dimension in DIMENSIONS for item in dimension.items)
MOST = sum(dimension.most for dimension in DIMENSIONS)
# The least total of each level, from the best down.
_FROM = ((Level.INTACT, MOST), (Level.MILD, 66), (Level.MODERATE, 46), (Level.SEVERE, 30), (Level.COMPLETE, 0))
_EVENTS_FROM = 2


@dataclass(frozen=True, slots=True)
class Circumstances:
    """What can raise the level beyond the score; `events` are care-risk events of the last 30 days."""

    coma: bool = False
    dementia_or_disorder: bool = False
    events: int = 0


@dataclass(frozen=True, slots=True)
class Assessment:
    """The result; `by_score` and `level` are None while an item is `missing`."""

    sums: Mapping[str, int]
    total: int | None
    by_score: Level | None
    level: Level | None
    basis: tuple[str, ...]
    missing: tuple[Item, ...]
    to_verify: tuple[str, ...]


def assess(
    scores: Mapping[str, int | None], circumstances: Circumstances = Circumstances(), *, both_add: bool = False
) -> Assessment:
    """Adds the scores and raises the level where a circumstance says so; ValueError for a score no item can have.

    `both_add`: whether a diagnosis and risk events raise it by one level each; sources differ, so that it is told.
    """
    _check(scores)
    missing = tuple(item for item in ITEMS if scores.get(item.code) is None)
    if missing:
        return Assessment({}, None, None, None, (), missing, ())
    sums = {each.code: sum(scores[item.code] or 0 for item in each.items) for each in DIMENSIONS}
    total = sum(sums.values())
    by_score = next(level for level, least in _FROM if total >= least)
    level, basis = _raised(by_score, circumstances, both_add)
    first = tr("{total} of {most} points: {level}", total=total, most=MOST, level=by_score.title)
    return Assessment(sums, total, by_score, level, (first, *basis), (), _open(scores, circumstances))


def _check(scores: Mapping[str, int | None]) -> None:
    most = {item.code: item.most for item in ITEMS}
    for code, value in scores.items():
        if code not in most or (value is not None and not 0 <= value <= most[code]):
            raise ValueError(f"{code} cannot be {value}")


def _raised(level: Level, found: Circumstances, both_add: bool) -> tuple[Level, list[str]]:
    if found.coma:
        return Level.COMPLETE, [tr("Coma: complete disability, whatever the score")]
    basis: list[str] = []
    if found.dementia_or_disorder:
        basis.append(tr("Dementia (F00–F03) or another mental disorder (F04–F99) diagnosed: one level up"))
    if found.events >= _EVENTS_FROM:
        basis.append(tr("{n} care-risk events within 30 days: one level up", n=found.events))
    by = len(basis) if both_add else min(1, len(basis))
    if by and level is Level.COMPLETE:
        basis.append(tr("It is the highest level already"))
    return Level(min(Level.COMPLETE, level + by)), basis


def _open(scores: Mapping[str, int | None], found: Circumstances) -> tuple[str, ...]:
    points: list[str] = []
    if scores.get("B1.7") == 3:
        points.append(tr("To be verified: the second option of bowel control (once a week or once a day)"))
    if found.dementia_or_disorder and found.events >= _EVENTS_FROM and not found.coma:
        points.append(tr("To be verified: whether a diagnosis and risk events raise the level by one each"))
    return tuple(points)


def missing_text(result: Assessment) -> str:
    """Which items are still open, in words; empty when none is."""
    if not result.missing:
        return ""
    return tr("No level yet; not answered: {items}", items=", ".join(pick(item.title) for item in result.missing))
