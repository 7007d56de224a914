"""Invents the people behind one door: who lives together, how old they are, and what they are called."""

import random
from dataclasses import dataclass
from datetime import date, timedelta

from gridclient.domain.people import Living, Sex

FAMILY_NAMES = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎"
_OLD_WOMEN = ("秀英", "桂珍", "阿妹", "玉兰", "淑芬", "美华", "建英", "佩芬", "惠芳", "雅琴")
_OLD_MEN = ("国强", "建国", "德明", "福生", "永康", "阿宝", "根发", "振华", "志明", "文海")
_YOUNG_WOMEN = ("丽娟", "静怡", "晓燕", "文娟", "佳宁", "思雨", "雨桐", "欣怡")
_YOUNG_MEN = ("家栋", "立群", "明华", "伟民", "浩然", "子轩", "俊杰", "宇航")
ELDER_FROM = 60


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who does not exist."""

    name: str
    sex: Sex
    birth: date
    years: int
    living: Living

    @property
    def is_elder(self) -> bool:
        """Whether the work with elders concerns them."""
        return self.years >= ELDER_FROM


def household(draw: random.Random, most: int, today: date) -> list[Person]:
    """One to four people: somebody alone, a couple, or a family of two or three generations."""
    size = min(most, draw.choices((1, 2, 3, 4), (22, 32, 30, 16))[0])
    if size == 1:
        years = draw.randint(65, 96) if draw.random() < 0.6 else draw.randint(22, 64)
        return [_person(draw, years, today, Living.ALONE)]
    if size == 2:
        years = draw.randint(62, 92) if draw.random() < 0.5 else draw.randint(26, 61)
        return _couple(draw, years, today, Living.EMPTY_NEST if years >= ELDER_FROM + 8 else Living.FAMILY)
    years = draw.randint(28, 52)
    people = _couple(draw, years, today, Living.FAMILY)
    surname = people[0].name[0]
    people.append(_person(draw, max(1, years - draw.randint(24, 32)), today, Living.FAMILY, surname))
    if size == 4:
        people.append(_person(draw, years + draw.randint(24, 32), today, Living.FAMILY, surname))
    return people


def wang_xiuying(draw: random.Random, today: date) -> list[Person]:
    """The resident whom the demonstration visits: 84 years old, living alone."""
    return [Person("王秀英", "2", _born(draw, 84, today), 84, Living.ALONE)]


def _couple(draw: random.Random, years: int, today: date, living: Living) -> list[Person]:
    his, hers = draw.choice(FAMILY_NAMES), draw.choice(FAMILY_NAMES)
    return [
        _person(draw, years, today, living, his, "1"),
        _person(draw, max(20, years - draw.randint(0, 4)), today, living, hers, "2"),
    ]


def _person(
    draw: random.Random, years: int, today: date, living: Living, surname: str = "", sex: Sex | None = None
) -> Person:
    sex = sex or draw.choice(("1", "2"))
    old, young = (_OLD_WOMEN, _YOUNG_WOMEN) if sex == "2" else (_OLD_MEN, _YOUNG_MEN)
    given = draw.choice(old if years >= 50 else young)
    name = (surname or draw.choice(FAMILY_NAMES)) + given
    return Person(name, sex, _born(draw, years, today), years, living)


def _born(draw: random.Random, years: int, today: date) -> date:
    """A birthday that makes somebody exactly so old today."""
    latest = today.replace(year=today.year - years, day=min(today.day, 28))
    return latest - timedelta(days=draw.randint(0, 330))
