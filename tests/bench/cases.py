"""Synthetic cases for benchmarks: about 520 bytes of canonical JSON each, the same for the same seed.

Shaped like real work: most are closed, titles and addresses are Chinese, ids rise with the time of opening. Nobody has
them yet, so that every worker's queue lists all.
"""

import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import msgspec

from gridclient.domain.record import Kind, iso

_THINGS = (
    "井盖 路灯 消防栓 下水道 垃圾桶 护栏 电线杆 宣传栏 健身器材 行道树 充电桩 楼道灯 门禁 电梯 化粪池 广告牌".split()
)
_FAULTS = "破损 缺失 松动 堵塞 不亮 倾斜 漏水 被遮挡 有异味 影响通行 存在安全隐患".split()
_NOTES = ("居民多次反映，", "巡查时发现，", "夜间尤其明显，", "已拉警戒线，", "老人儿童经过较多，", "与上月为同一处，")
_ASKS = ("请尽快派人处理。", "建议联系权属单位。", "需现场核实后回复。", "请于三日内整改。", "请协调物业解决。")
_ROADS = "祖冲之路 金科路 紫薇路 碧波路 晨晖路 丹桂路 科苑路 藿香路 银樟路 益江路".split()
_YARDS = "幸福小区 阳光家园 翠竹里 金桂花园 碧水小区 春晖家园 锦绣里 安居花园".split()
_STATES, _WEIGHTS = ("closed", "open", "doing", "review", "returned"), (80, 12, 5, 2, 1)
TODAY = datetime(2026, 11, 24, tzinfo=UTC)

_encode = msgspec.json.Encoder(order="sorted").encode


def cases(cell: str, n: int, seed: int, *, days: int = 720, upcoming: bool = False) -> Iterator[tuple[str, str, bytes]]:
    """Yields `(id, kind, payload)` of cases of one cell, opened over the last `days`, or all today when `upcoming`."""
    draw = random.Random(f"{cell}/{seed}")
    start = TODAY if upcoming else TODAY - timedelta(days=days)
    step = (3600 * 8 if upcoming else days * 86400) / n
    for number in range(n):
        opened = start + timedelta(seconds=number * step)
        thing, road = draw.choice(_THINGS), draw.choice(_ROADS)
        home = f"{draw.randint(1, 400)} 弄 {draw.randint(1, 30)} 号 {draw.randint(1, 18)}0{draw.randint(1, 4)} 室"
        state = "open" if upcoming else draw.choices(_STATES, _WEIGHTS)[0]
        fields: dict[str, object] = {
            "number": f"PD-{opened:%Y%m%d}-{draw.randrange(10**6):06d}", "pack": "corridor-inspection",
            "pack_version": "2026.11.1", "category": "inspection", "state": state, "source": "report", "priority": 1,
            "title": f"{draw.choice(_YARDS)}{thing}{draw.choice(_FAULTS)}", "address": f"张江镇 {road} {home}",
            "place": uuid7(draw.randrange(2**41), draw), "grid": cell,
            "note": f"{draw.choice(_NOTES)}{thing}{draw.choice(_FAULTS)}，{draw.choice(_NOTES)}{draw.choice(_ASKS)}",
            "opened_at": iso(opened), "due_at": iso(opened + timedelta(hours=draw.randint(4, 240))),
            "lon": round(121.5 + draw.random() / 10, 6), "lat": round(31.2 + draw.random() / 10, 6),
        }  # fmt: skip
        yield uuid7(int(opened.timestamp() * 1000) + number % 1000, draw), Kind.CASE.value, _encode(fields)


def files(cell: str, kind: Kind, seed: int) -> list[tuple[str, str, bytes]]:
    """One file of a resident, so that no bucket of a cell is empty."""
    draw = random.Random(f"{cell}/{kind}/{seed}")
    return [(uuid7(0, draw), kind.value, _encode({"resident": uuid7(0, draw), "grid": cell}))]


def uuid7(ms: int, draw: random.Random) -> str:
    low = draw.getrandbits(74)
    text = f"{ms:012x}7{low >> 62:03x}{low & (1 << 62) - 1 | 2 << 62:016x}"
    return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"
