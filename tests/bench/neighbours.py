"""A million synthetic residents, and what a worker types to find one of them; the same for the same seed."""

import random
from collections.abc import Iterator

import msgspec

from gridclient.demo.households import FAMILY_NAMES
from gridclient.domain.record import Kind
from tests.bench.cases import uuid7

_GIVEN = "秀英 桂珍 阿妹 玉兰 淑芬 美华 建英 佩芬 惠芳 国强 建国 德明 福生 永康 根发 志明 丽娟 晓燕 思雨 浩然".split()
_SIGNS = "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超兰霞平刚桂英华红玉萍鹏飞云海波宁雪梅建文斌宇浩凯"
_ROADS = "祖冲之路 金科路 紫薇路 碧波路 晨晖路 丹桂路 科苑路 藿香路 银樟路 益江路".split()
_INITIALS = ("wxy", "lgz", "zjg", "cdm", "wangxiuying", "lijuan", "xiuying", "zhwh")
_encode = msgspec.json.Encoder(order="sorted").encode


def _name(draw: random.Random) -> str:
    given = draw.choice(_GIVEN) if draw.random() < 0.3 else "".join(draw.choices(_SIGNS, k=draw.choice((1, 2, 2))))
    return draw.choice(FAMILY_NAMES) + given


def _door(draw: random.Random) -> str:
    number = f"{draw.randint(1, 400)} 弄 {draw.randint(1, 30)} 号 {draw.randint(1, 18)}0{draw.randint(1, 4)} 室"
    return f"{draw.choice(_ROADS)} {number}"


def residents(cell: str, n: int, seed: int = 1) -> Iterator[tuple[str, str, bytes]]:
    """Yields `(id, kind, payload)` of residents of one cell."""
    draw = random.Random(f"{cell}/{seed}")
    for number in range(n):
        fields = {
            "name": _name(draw), "sex": draw.choice("12"), "birth": f"{draw.randint(1930, 2020)}-05-06",
            "living": "family", "address": _door(draw), "grid": cell, "status": "resident",
        }  # fmt: skip
        yield uuid7(number, draw), Kind.RESIDENT.value, _encode(fields)


def questions(n: int) -> Iterator[str]:
    """What people type: whole names, the two signs after the family name, one sign, addresses, letters, and misses."""
    draw = random.Random(3)
    for _ in range(n):
        match draw.randrange(8):
            case 0 | 1:
                yield _name(draw)
            case 2:
                yield draw.choice(_GIVEN)
            case 3:
                yield draw.choice(FAMILY_NAMES)
            case 4:
                yield _door(draw)
            case 5:
                yield draw.choice(_ROADS) + str(draw.randint(1, 400))
            case 6:
                yield draw.choice(_INITIALS)
            case _:
                yield "没有" + _name(draw)
