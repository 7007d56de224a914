"""A socket that ends at a byte: the real client writes its HTTP to it and reads the answer's bytes from it.

Beneath `requests`, urllib3 and `http.client` only the socket is not real, so a cut strikes any byte of the status line,
the head or the body, and thousands of cuts take seconds.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from io import BytesIO
from typing import Any

import requests
from requests.adapters import HTTPAdapter
from urllib3 import HTTPConnectionPool
from urllib3.connection import HTTPConnection

from tests.system.wire import Reply, Sent


@dataclass
class Tap(HTTPAdapter):
    """The way to the platform; `cut` ends the requests or the replies of one path at a byte."""

    deliver: Callable[[Sent], Reply]
    path: str = ""
    request_bytes: int | None = None  # so many leave; then the connection is reset
    reply_bytes: int | None = None  # so many arrive; then the connection ends
    was_cut: bool = False

    def __post_init__(self) -> None:
        super().__init__()

    def get_connection_with_tls_context(
        self,
        request: requests.PreparedRequest,
        verify: bool | str | None,
        proxies: Mapping[str, str] | None = None,
        cert: Any = None,
    ) -> HTTPConnectionPool:
        """A pool whose connections end here."""
        pool = HTTPConnectionPool("127.0.0.1", 80)
        here = type("_Here", (_Connection,), {"tap": self})
        pool.ConnectionCls = here  # pyright: ignore[reportAttributeAccessIssue] - a connection, as it is made
        return pool


class _Connection(HTTPConnection):
    tap: Tap

    def connect(self) -> None:
        """Nothing is dialled."""
        self.sock = _Socket(self.tap)


class _Socket:
    def __init__(self, tap: Tap) -> None:
        self._tap, self._sent = tap, b""

    def sendall(self, data: bytes) -> None:
        """Takes what the client writes, up to the cut."""
        self._sent += data
        most = self._tap.request_bytes
        if most is not None and self._tap.path in self._path() and len(self._sent) > most:
            self._tap.was_cut = True
            raise ConnectionResetError

    def makefile(self, _mode: str, *_rest: object, **_options: object) -> BytesIO:
        """What the client reads: the whole answer, or its first bytes."""
        head, _, body = self._sent.partition(b"\r\n\r\n")
        first, *lines = head.decode().split("\r\n")
        method, path, _ = first.split(" ")
        headers = dict(line.split(": ", 1) for line in lines)
        reply = _raw(self._tap.deliver(Sent(method, f"http://127.0.0.1{path}", headers, body)))
        most = self._tap.reply_bytes
        if most is None or self._tap.path not in path or most >= len(reply):
            return BytesIO(reply)
        self._tap.was_cut = True
        return BytesIO(reply[:most])

    def _path(self) -> str:
        return self._sent.split(b"\r\n", 1)[0].decode()

    def settimeout(self, _seconds: float | None) -> None:
        """There is nothing to wait for."""

    def close(self) -> None:
        """Nothing is held open."""

    def shutdown(self, _how: int) -> None:
        """Nothing is held open."""


def _raw(reply: Reply) -> bytes:
    lines = [f"HTTP/1.1 {reply.status} so", *(f"{name}: {value}" for name, value in reply.headers), "connection: close"]
    return "\r\n".join([*lines, "", ""]).encode() + reply.body
