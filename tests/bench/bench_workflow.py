"""The clocks and the rules: many deadlines at once, and one question to the workflow.

The floor of a deadline is adding a number to the same start without any calendar.
"""

import random
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime

from gridclient.domain.clock import Limit, deadlines, lights
from gridclient.domain.record import Value
from gridclient.paths import FORMS
from gridclient.workflow import advance, allowed, load_packs
from tests.bench.rows import Options, Row

_NOW = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)
_LIMITS = (Limit(2, "urgent_hour"), Limit(4, "work_hour"), Limit(3, "work_day"), Limit(15, "natural_day"))


def rows(options: Options) -> Iterator[Row]:
    """The rows of this bench."""
    many, cases, asks = (10_000, 1000, 100) if options.quick else (1_000_000, 100_000, 20_000)
    draw = random.Random(1)
    now = int(_NOW.timestamp())
    starts = [now - draw.randrange(60 * 86_400) for _ in range(many)]
    limit = _LIMITS[1]
    deadlines(starts[:1], limit)  # the calendar's tables are made once for a process
    plain = limit.seconds()
    floor = _timed(lambda: [start + plain for start in starts])
    yield Row("deadlines_1m_s", _timed(lambda: deadlines(starts, limit)), "s", floor)
    texts = [datetime.fromtimestamp(start, UTC).isoformat() for start in starts[:cases]]
    parse = _timed(lambda: [int(datetime.fromisoformat(text).timestamp()) for text in texts])
    yield Row("deadlines_100k", _timed(lambda: _board(texts, now)), "s", parse)
    yield Row("allowed_us", _allowed(asks), "us")


def _board(texts: list[str], now: int) -> int:
    """Deadlines and lights of cases as their records keep them, under four kinds of limit; how many are red."""
    red = 0
    for number, limit in enumerate(_LIMITS):
        starts = [int(datetime.fromisoformat(text).timestamp()) for text in texts[number :: len(_LIMITS)]]
        red += lights(starts, deadlines(starts, limit), now, limit).count("red")
    return red


def _allowed(asks: int) -> float:
    pack = load_packs(FORMS)["elderly-visit"]
    case: dict[str, Value] = {"state": "open"}
    for step in pack.steps:
        case |= advance(pack, case, step.id, {}, "w-lin", "2026-11-24T01:00:00Z")
    assert allowed(pack, case, "worker", "submit") == ""
    return _timed(lambda: [allowed(pack, case, "worker", "submit") for _ in range(asks)]) / asks * 1e6


def _timed(run: Callable[[], object]) -> float:
    begin = time.perf_counter()
    run()
    return time.perf_counter() - begin
