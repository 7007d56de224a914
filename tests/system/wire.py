"""The way between one device and the platform, inside one process, with every fault that a network has.

The real client's `requests` session sends through it and the real ASGI application answers; nothing listens on a
port, so a schedule of many cycles takes milliseconds and a fault strikes exactly the request that it was meant for.
"""

import asyncio
from collections import deque
from collections.abc import Callable, Mapping, MutableMapping
from dataclasses import dataclass, field
from enum import Enum
from io import BytesIO
from typing import Any
from urllib.parse import unquote, urlsplit

import requests
from requests.adapters import BaseAdapter, HTTPAdapter
from starlette.types import ASGIApp
from urllib3 import HTTPHeaderDict, HTTPResponse

from gridclient.protocol import pages, problems
from gridclient.protocol.problems import ProblemType

_HTML = b"<html><title>Sign in to the network</title></html>"


class Fault(Enum):
    """What happens to one request."""

    NONE = "none"
    LOST = "the request is lost"
    LOST_REPLY = "the reply is lost"
    LATE = "the request arrives later, when nobody waits for it"
    TWICE = "the request arrives twice"
    CUT = "the reply is cut"
    ALTERED = "a byte of a page is altered"
    PORTAL = "a captive portal answers 200"
    UNAUTHORIZED = "a proxy answers 401"
    FORBIDDEN = "a proxy answers 403"
    NOT_FOUND = "a proxy answers 404"
    BAD_GATEWAY = "a proxy answers 502"
    FAILED = "the platform answers 500"
    TOO_LARGE = "the platform answers 413"
    BUSY = "the platform answers 503"
    TIMEOUT = "no answer in time"


_STATUS = {Fault.PORTAL: 200, Fault.UNAUTHORIZED: 401, Fault.FORBIDDEN: 403, Fault.NOT_FOUND: 404,
           Fault.BAD_GATEWAY: 502}  # fmt: skip
_PROBLEM = {Fault.FAILED: ProblemType.INTERNAL, Fault.TOO_LARGE: ProblemType.TOO_LARGE, Fault.BUSY: ProblemType.BUSY}


@dataclass(frozen=True, slots=True)
class Sent:
    """A request as it travels."""

    method: str
    url: str
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer as it travels."""

    status: int
    headers: list[tuple[str, str]]
    body: bytes

    def header(self, name: str) -> str:
        """A header's value."""
        return next((value for key, value in self.headers if key.lower() == name), "")


@dataclass
class Wire(BaseAdapter):
    """One device's way to the platform; `plan` tells the fault of each of the next requests."""

    deliver: Callable[[Sent], Reply]
    plan: deque[Fault] = field(default_factory=deque[Fault])
    aim: tuple[str, Fault] = ("", Fault.NONE)  # strikes the first request whose method and path begin so
    where: int = 0  # of a cut or an alteration, in 1/1000 of the body
    late: list[Sent] = field(default_factory=list[Sent])
    stale_exchange: bool = False  # a refresh token arrived late; no platform can tell that from a theft

    def __post_init__(self) -> None:
        super().__init__()

    def send(
        self,
        request: requests.PreparedRequest,
        stream: bool = False,
        timeout: Any = None,
        verify: Any = True,
        cert: Any = None,
        proxies: Any = None,
    ) -> requests.Response:
        """Carries one request, as the plan says."""
        fault = self.plan.popleft() if self.plan else Fault.NONE
        target, aimed = self.aim
        if target and f"{request.method} {urlsplit(request.url or '').path}".startswith(target):
            fault, self.aim = aimed, ("", Fault.NONE)
        body = request.body or b""
        headers = {name: str(value) for name, value in request.headers.items()}
        raw = body if isinstance(body, bytes) else str(body).encode()
        sent = Sent(request.method or "GET", request.url or "", headers, raw)
        return _response(request, self._carry(sent, fault))

    def deliver_late(self) -> None:
        """Lets the requests arrive that were held up, in the order in which they were sent; nobody hears the answer."""
        held, self.late = self.late, []
        for sent in held:
            self.stale_exchange = self.stale_exchange or urlsplit(sent.url).path.endswith("/refresh")
            self.deliver(sent)

    def calm(self) -> None:
        """No fault is planned any more."""
        self.plan.clear()
        self.aim = ("", Fault.NONE)

    def close(self) -> None:
        """Nothing is held open."""

    def _carry(self, sent: Sent, fault: Fault) -> Reply:
        if fault in _STATUS:
            return Reply(_STATUS[fault], [("Content-Type", "text/html"), ("Content-Length", str(len(_HTML)))], _HTML)
        if fault in _PROBLEM:
            found = problems.problem(_PROBLEM[fault])
            headers = [("Content-Type", problems.MEDIA_TYPE)]
            if fault is Fault.BUSY:
                headers.append(("Retry-After", "1"))
            text = f'{{"type":"{found.type}","title":"{found.title}","status":{found.status}}}'
            return Reply(found.status, headers, text.encode())
        if fault is Fault.LATE:
            self.late.append(sent)
        if fault in (Fault.LOST, Fault.LATE):
            raise requests.exceptions.ConnectionError("lost")
        reply = self.deliver(sent)
        if fault is Fault.TWICE:
            reply = self.deliver(sent)
        if fault is Fault.LOST_REPLY:
            raise requests.exceptions.ConnectionError("the reply was lost")
        if fault is Fault.TIMEOUT:
            raise requests.exceptions.ReadTimeout("nothing came")
        at = len(reply.body) * self.where // 1000
        if fault is Fault.CUT:
            return Reply(reply.status, reply.headers, reply.body[:at])
        if fault is Fault.ALTERED and reply.body and reply.header("content-type") == pages.MEDIA_TYPE:
            changed = bytearray(reply.body)
            changed[min(at, len(changed) - 1)] ^= 0x10
            return Reply(reply.status, reply.headers, bytes(changed))
        return reply


_adapter = HTTPAdapter()


def _response(request: requests.PreparedRequest, reply: Reply) -> requests.Response:
    raw = HTTPResponse(
        body=BytesIO(reply.body), headers=HTTPHeaderDict(reply.headers), status=reply.status, preload_content=False,
        request_method=request.method or "GET", enforce_content_length=True,
    )  # fmt: skip
    return _adapter.build_response(request, raw)


def call(loop: asyncio.AbstractEventLoop, app: ASGIApp, sent: Sent) -> Reply:
    """One request through an ASGI application, to its end."""
    started: list[MutableMapping[str, Any]] = []
    pieces: list[bytes] = []
    url = urlsplit(sent.url)
    given = False

    async def receive() -> MutableMapping[str, Any]:
        nonlocal given
        if given:
            return {"type": "http.disconnect"}
        given = True
        return {"type": "http.request", "body": sent.body, "more_body": False}

    async def send(message: MutableMapping[str, Any]) -> None:
        if message["type"] == "http.response.start":
            started.append(message)
        elif message["type"] == "http.response.body":
            pieces.append(message.get("body", b""))

    scope: dict[str, Any] = {
        "type": "http", "asgi": {"version": "3.0", "spec_version": "2.4"}, "http_version": "1.1",
        "method": sent.method, "scheme": "http", "path": unquote(url.path), "raw_path": url.path.encode(),
        "query_string": url.query.encode(), "root_path": "", "server": ("127.0.0.1", 80), "client": ("127.0.0.1", 1),
        "headers": [(key.lower().encode(), value.encode()) for key, value in sent.headers.items()],
    }  # fmt: skip
    loop.run_until_complete(app(scope, receive, send))
    head = started[0]
    headers = [(k.decode(), v.decode()) for k, v in head["headers"]]
    return Reply(head["status"], headers, b"" if sent.method == "HEAD" else b"".join(pieces))  # as every server does
