"""A thousand simulated devices in one cheap process: `python -m tests.bench.push_load PLAN`, the plan as JSON.

Each device has a connection, a token and an outbox of its own. So many pushes are under way at any moment; the next
device in turn sends its batch as soon as an answer came. Bodies are put together from pieces made beforehand and
answers are only counted, so that the platform gets what the machine has. Prints one JSON object.
"""

import asyncio
import json
import random
import sys
from collections import deque
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path
from time import perf_counter, time

import msgspec

from tests.bench.cases import uuid7

EACH, AT_ONCE = 20, 12  # mutations in a push; pushes under way
_APPLIED = b'"status":"applied"'
_ANSWERS = ("家中安好", "需要送药", "已电话联系", "子女同住", "下周复查")


class Plan(msgspec.Struct):
    """What the process is told."""

    host: str
    port: int
    epoch: str
    seconds: float
    devices: list["DevicePlan"]


class DevicePlan(msgspec.Struct):
    """One device and the records that its worker edits."""

    device: str
    token: str
    bucket: str
    records: list[str]


@dataclass(slots=True)
class Done:
    """What came of it."""

    pushes: int = 0
    applied: int = 0
    others: int = 0
    seconds: float = 0.0
    latencies_ms: list[float] = field(default_factory=list[float])


class _Device:
    def __init__(self, plan: Plan, own: DevicePlan) -> None:
        self._draw = random.Random(own.device)
        self._plan, self._own, self._dseq = plan, own, 0
        self._notes = dict.fromkeys(own.records, "")
        start = {"epoch": plan.epoch, "device": own.device}
        self._start = json.dumps(start).encode()[:-1] + b', "mutations": ['
        self._head = (
            f"POST /sync/v1/push HTTP/1.1\r\nHost: {plan.host}\r\nAuthorization: Bearer {own.token}\r\n"
            "Content-Type: application/json\r\nContent-Length: "
        ).encode()
        self._reader, self._writer = None, None

    async def push(self) -> bytes:
        """Sends the next batch and reads the whole answer; again on another line if the platform hung up meanwhile."""
        body = self._body()
        request, head = self._head + str(len(body)).encode() + b"\r\n\r\n" + body, b""
        while not head:
            if self._reader is None or self._reader.at_eof():
                self._reader, self._writer = await asyncio.open_connection(self._plan.host, self._plan.port)
            assert self._writer is not None
            self._writer.write(request)
            with suppress(asyncio.IncompleteReadError, ConnectionError):
                head = await self._reader.readuntil(b"\r\n\r\n")
        assert self._reader is not None
        if not head.startswith(b"HTTP/1.1 200"):
            return head
        return await self._reader.readexactly(int(head.lower().partition(b"content-length: ")[2].partition(b"\r\n")[0]))

    def _body(self) -> bytes:
        at = time()
        made = [self._mutation(record, at) for record in self._draw.sample(self._own.records, EACH)]
        return self._start + b",".join(made) + b"]}"

    def _mutation(self, record: str, at: float) -> bytes:
        self._dseq += 1
        before, after = self._notes[record], f"{self._draw.choice(_ANSWERS)}，第 {self._dseq} 次走访"
        self._notes[record] = after
        base = f'"base":{{"note":"{before}"}},' if before else ""
        return (
            f'{{"mid":"{uuid7(int(at * 1000), self._draw)}","dseq":{self._dseq},"op":"patch","bucket":'
            f'"{self._own.bucket}","record":"{record}","kind":"resident",{base}"set":{{"note":"{after}"}},'
            f'"authored_at":"2026-11-24T02:21:00Z"}}'
        ).encode()


async def _run(plan: Plan) -> Done:
    turns = deque(_Device(plan, own) for own in plan.devices)
    done, began = Done(), perf_counter()

    async def keep_pushing() -> None:
        while perf_counter() - began < plan.seconds:
            device = turns.popleft()
            sent = perf_counter()
            answer = await device.push()
            done.latencies_ms.append(1000 * (perf_counter() - sent))
            turns.append(device)
            applied = answer.count(_APPLIED)
            done.pushes, done.applied, done.others = (
                done.pushes + 1,
                done.applied + applied,
                done.others + EACH - applied,
            )

    await asyncio.gather(*(keep_pushing() for _ in range(AT_ONCE)))
    done.seconds = perf_counter() - began
    return done


if __name__ == "__main__":
    print(json.dumps(asdict(asyncio.run(_run(msgspec.json.decode(Path(sys.argv[1]).read_bytes(), type=Plan))))))
