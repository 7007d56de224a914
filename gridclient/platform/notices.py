"""The long poll: an answer as soon as a bucket of the caller changes, and at the latest after a minute.

The answer begins at once and white space keeps it alive, so that neither side takes the silence for a dead line.
"""

import asyncio
import re
from collections.abc import AsyncIterator, Collection
from zlib import crc32

import msgspec
from starlette.concurrency import run_in_threadpool
from starlette.responses import StreamingResponse

from gridclient.platform import feed
from gridclient.platform.app import JSON, Call, Refused
from gridclient.platform.service import Platform
from gridclient.protocol.checksum import heads_digest
from gridclient.protocol.messages import Notice
from gridclient.protocol.problems import ProblemType

_DIGEST = re.compile(r"[0-9a-f]{16}\Z")
_SHORTEST_S, _SPREAD_S = 25, 30
_BEAT_S = 10  # between signs of life; other processes' changes are seen as often


async def notify(call: Call) -> StreamingResponse:
    """Tells when something in scope differs from the heads that the caller knows; only a hint to pull."""
    known = call.request.query_params.get("heads", "")
    if not _DIGEST.match(known):
        raise Refused(ProblemType.BAD_REQUEST, "heads: the digest of the known heads is expected")
    patience_s = _SHORTEST_S + crc32(call.caller.session.device.encode()) % _SPREAD_S
    return StreamingResponse(_wait(call.platform, call.caller.scope, known, patience_s), media_type=JSON)


async def _wait(platform: Platform, scope: Collection[str], known: str, patience_s: float) -> AsyncIterator[bytes]:
    loop = asyncio.get_running_loop()
    end = loop.time() + patience_s
    with platform.bell.waiting(scope) as waiter:
        while True:
            if await run_in_threadpool(_heads, platform, scope) != known:
                yield msgspec.json.encode(Notice(changed=True))
                return
            left = end - loop.time()
            if left <= 0 or waiter.is_ended:
                yield msgspec.json.encode(Notice(changed=False))
                return
            yield b" "
            try:
                await asyncio.wait_for(waiter.rung.wait(), min(left, _BEAT_S))
                waiter.rung.clear()
            except TimeoutError:
                continue


def _heads(platform: Platform, scope: Collection[str]) -> str:
    with platform.database.read() as connection:
        return heads_digest({name: state.head for name, state in feed.states(connection, scope).items()})
