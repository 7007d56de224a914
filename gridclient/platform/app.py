"""Grid-Sync 1 over HTTP: one table of operations, from which routes, access rules and OpenAPI all come.

An operation without an access rule cannot be written down. Handlers block and run in the server's threads; only
the upload of a blob is read as a stream. Nothing about a person is ever logged here.
"""

import errno
import inspect
import logging
import secrets
import threading
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import Enum
from sqlite3 import SQLITE_ERROR
from typing import Any, cast

import msgspec
from sqlalchemy.exc import OperationalError
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Match, Route

from gridclient.domain.record import iso
from gridclient.platform import tokens
from gridclient.platform.database import DatabaseUnreachable
from gridclient.platform.service import Caller, Platform
from gridclient.protocol.problems import MEDIA_TYPE, ProblemType, problem

log = logging.getLogger("gridclient.platform")

JSON = "application/json"
_AT_ONCE = 80  # requests in work; the next ones are asked to come back, each at another time
_SPREAD_S = 20
_PAUSE_S = 30  # while the disk or the database is out of order
_DISK = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EROFS, errno.EIO}
encode = msgspec.json.Encoder().encode


class Access(Enum):
    """Who may call an operation at all; what is in scope is decided for every request besides."""

    PUBLIC = "public"
    SIGNED_IN = "signed in"
    SUPERVISOR = "supervisor"


class Refused(Exception):
    """The request is answered with this problem."""

    def __init__(self, kind: ProblemType, detail: str = "", **values: str | int) -> None:
        super().__init__(kind)
        self.problem = problem(kind, detail, values=values)
        self.headers: dict[str, str] = {}


@dataclass(slots=True)
class Call:
    """One request, authorised and decoded."""

    platform: Platform
    request: Request
    body: Any
    _caller: Caller | None
    now: datetime
    headers: dict[str, str] = field(default_factory=dict[str, str])

    @property
    def caller(self) -> Caller:
        """Who calls; only operations that are not public have one."""
        assert self._caller is not None
        return self._caller

    def param(self, name: str) -> str:
        """A part of the path."""
        return self.request.path_params[name]


@dataclass(frozen=True, slots=True)
class Operation:
    """One method on one path: who may call it, what it takes and what it gives, with an example of both."""

    method: str
    path: str
    access: Access
    summary: str
    handler: Callable[[Call], Any] | Callable[[Call], Awaitable[Any]]
    takes: type[msgspec.Struct] | None = None
    gives: type[msgspec.Struct] | None = None
    media_type: str = JSON
    example: object = None
    answer: object = None
    refuses: tuple[ProblemType, ...] = ()  # besides what its access and its message bring; see `refusals`
    sends: str = ""  # media type of a body that the (async) handler reads itself
    when_revoked: bool = False  # also for a device that may still upload what it has before it is wiped
    status: int = 0  # of a good answer; 0: 200 with a body, 204 without
    max_bytes: int = 64 * 1024
    headers: Mapping[str, str] = field(default_factory=dict[str, str])  # of every answer, refusals too
    sent: Mapping[str, str] = field(default_factory=dict[str, str])  # an example of the request's own headers
    asks: Mapping[str, str] = field(default_factory=dict[str, str])  # and of its query
    told: Mapping[str, str] = field(default_factory=dict[str, str])  # and of the answer's headers

    @property
    def refusals(self) -> set[ProblemType]:
        """Every problem that the operation may answer with."""
        kinds = {*self.refuses, ProblemType.BUSY, ProblemType.INTERNAL}
        if self.access is not Access.PUBLIC:
            kinds |= {ProblemType.TOKEN_INVALID, ProblemType.DEVICE_REVOKED}
        if self.access is Access.SUPERVISOR:
            kinds.add(ProblemType.FORBIDDEN)
        if self.takes is not None:
            kinds |= {ProblemType.BAD_REQUEST, ProblemType.UNSUPPORTED, ProblemType.TOO_LARGE}
        return kinds


def make_app(platform: Platform, operations: list[Operation]) -> Starlette:
    """The ASGI application that serves these operations."""
    gate = threading.Semaphore(_AT_ONCE)
    routes = [Route(op.path, _endpoint(platform, op, gate), methods=[op.method], name=op.summary) for op in operations]
    app = Starlette(
        routes=routes,
        exception_handlers={
            Refused: _refused,
            HTTPException: _http_error,
            OperationalError: _out_of_order,
            OSError: _out_of_order,
            DatabaseUnreachable: _out_of_order,
            Exception: _failed,
        },
    )
    app.state.ending = platform.bell.end_waits
    return app


def _endpoint(platform: Platform, op: Operation, gate: threading.Semaphore) -> Callable[[Request], Awaitable[Response]]:
    decoder = msgspec.json.Decoder(op.takes) if op.takes else None
    is_async = inspect.iscoroutinefunction(op.handler)

    async def endpoint(request: Request) -> Response:
        is_in = gate.acquire(blocking=False)
        try:
            if not is_in:
                raise Refused(ProblemType.BUSY, retry_after_s=secrets.randbelow(_SPREAD_S) + 1)
            return await answer_to(request)
        except Refused as refused:
            refused.headers.update({"Grid-Time": iso(platform.clock().astimezone(UTC)), **op.headers})
            raise
        finally:
            if is_in:
                gate.release()

    async def answer_to(request: Request) -> Response:
        caller = None
        if op.access is not Access.PUBLIC:
            caller = await run_in_threadpool(_authorise, platform, op, request)
        body: Any = None
        if decoder is not None:
            raw = await _read(request, op.max_bytes)
            try:
                body = decoder.decode(raw)
            except msgspec.MsgspecError as error:
                raise Refused(ProblemType.BAD_REQUEST, str(error)) from error
        call = Call(platform, request, body, caller, platform.clock(), dict(op.headers))
        if is_async:
            answer = await op.handler(call)
        else:
            answer = await run_in_threadpool(op.handler, call)
        return _respond(call, answer)

    return endpoint


def _authorise(platform: Platform, op: Operation, request: Request) -> Caller:
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not token:
        raise Refused(ProblemType.TOKEN_INVALID)
    try:
        caller = platform.caller(token)
    except tokens.TokenRefused as refused:
        raise Refused(ProblemType.TOKEN_INVALID) from refused
    except tokens.DeviceRevoked as revoked:
        if not (op.when_revoked and revoked.wipe == "after_upload"):
            raise device_revoked(platform, revoked) from revoked
        caller = platform.caller_of(revoked.session)
    if op.access is Access.SUPERVISOR and caller.account.role != "supervisor":
        raise Refused(ProblemType.FORBIDDEN)
    return caller


def device_revoked(platform: Platform, revoked: tokens.DeviceRevoked) -> Refused:
    """The answer to a device that was taken off the list, with the order to wipe it if there is one."""
    return Refused(ProblemType.DEVICE_REVOKED, **(platform.order_to(revoked.session.device) if revoked.wipe else {}))


async def _read(request: Request, max_bytes: int) -> bytes:
    if request.headers.get("Content-Type", "").partition(";")[0].strip() != JSON:
        raise Refused(ProblemType.UNSUPPORTED, f"send {JSON}")
    pieces, size = list[bytes](), 0
    try:
        async for piece in request.stream():
            size += len(piece)
            if size > max_bytes:
                raise Refused(ProblemType.TOO_LARGE, f"at most {max_bytes} bytes")
            pieces.append(piece)
    except ClientDisconnect as error:
        raise Refused(ProblemType.BAD_REQUEST, "the request was cut") from error
    return b"".join(pieces)


def _respond(call: Call, answer: object) -> Response:
    headers = {"Cache-Control": "no-store", "Grid-Time": iso(call.now.astimezone(UTC)), **call.headers}
    if answer is None:
        return Response(status_code=204, headers=headers)
    if isinstance(answer, Response):
        for name, value in headers.items():
            answer.headers.setdefault(name, value)
        return answer
    return Response(encode(answer), media_type=JSON, headers=headers)


def _problem_response(found: msgspec.Struct, status: int, headers: dict[str, str] | None = None) -> Response:
    return Response(encode(found), status_code=status, media_type=MEDIA_TYPE, headers=headers)


async def _refused(_request: Request, error: Exception) -> Response:
    assert isinstance(error, Refused)
    retry = error.problem.values.get("retry_after_s")
    headers = {**error.headers, "Retry-After": retry} if retry else error.headers
    return _problem_response(error.problem, error.problem.status, headers)


async def _http_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    headers = dict(error.headers or {})
    if "Allow" in headers:  # each method is a route of its own, and the first one of the path knows only itself
        headers["Allow"] = ", ".join(sorted(_methods(request)))
    kind = ProblemType.NOT_FOUND if error.status_code == 404 else ProblemType.BAD_REQUEST
    found = problem(kind, error.detail)
    found.status = error.status_code
    return _problem_response(found, error.status_code, headers)


def _methods(request: Request) -> set[str]:
    routes = cast("list[Route]", request.app.routes)
    return {
        name for route in routes if route.matches(request.scope)[0] is not Match.NONE for name in route.methods or ()
    }


async def _out_of_order(request: Request, error: Exception) -> Response:
    """The disk or the database takes nothing now: no request is to blame, so every client comes back later."""
    # SQLite calls a statement of ours that it cannot run by the same name.
    is_bug = isinstance(error, OperationalError) and getattr(error.orig, "sqlite_errorcode", None) == SQLITE_ERROR
    if is_bug or (isinstance(error, OSError) and error.errno not in _DISK):
        raise error
    log.error("the disk or the database is out of order: %s", type(error).__name__)
    return await _refused(request, Refused(ProblemType.BUSY, retry_after_s=_PAUSE_S + secrets.randbelow(_PAUSE_S)))


async def _failed(_request: Request, error: Exception) -> Response:
    # The type says enough for a log; a message could quote what was sent.
    log.error("request failed: %s", type(error).__name__)
    # The server drops the line after a bug; a client that is not told loses its next request on it.
    return _problem_response(problem(ProblemType.INTERNAL), 500, {"Connection": "close"})
