"""A small TCP proxy between a client and its platform that does to one request what bad networks do.

It understands just enough of HTTP to know where a request ends. Every request gets a connection of its own to the
platform, so that the whole reply is known before the fault is laid on it.
"""

import gzip
import re
import socket
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from urllib.parse import urlsplit

Reply = Callable[[bytes], bytes]


@dataclass(frozen=True)
class Trouble:
    """What happens to the next request whose line contains `where`."""

    where: str = ""
    reply_bytes: int | None = None  # only so many reach the client
    reaches: Reply | None = None  # what of the request reaches the platform, before the line is cut in both directions
    twice: bool = False  # the platform gets the request twice
    silences_s: tuple[float, ...] = (0.0,)  # the reply comes in so many pieces, each after its silence
    instead: bytes | None = None  # answered here; the platform hears nothing
    change: Reply | None = None  # what becomes of the raw reply


def answer(status: str, media_type: str = "text/html", body: bytes = b"<html></html>", *headers: str) -> bytes:
    """A whole answer of somebody in between."""
    lines = [f"HTTP/1.1 {status}", f"Content-Type: {media_type}", f"Content-Length: {len(body)}",
             "Connection: close", *headers, "", ""]  # fmt: skip
    return "\r\n".join(lines).encode() + body


def compressed(reply: bytes) -> bytes:
    """The same reply as a proxy re-encodes it."""
    head, _, body = reply.partition(b"\r\n\r\n")
    return _with_body(head + b"\r\ncontent-encoding: gzip", gzip.compress(body))


def shortened(reply: bytes) -> bytes:
    """The reply without its last third, with a length that says so: a proxy that truncates and does not tell."""
    head, _, body = reply.partition(b"\r\n\r\n")
    return _with_body(head, body[: len(body) * 2 // 3])


def _with_body(head: bytes, body: bytes) -> bytes:
    head = re.sub(rb"(?i)content-length: \d+", b"content-length: %d" % len(body), head)
    return head + b"\r\n\r\n" + body


@dataclass
class Proxy:
    """Listens on a port of its own; `next` lays a fault on one coming request."""

    upstream: str
    requests: list[bytes] = field(default_factory=list[bytes])
    replies: list[int] = field(default_factory=list[int])  # bytes that went to the client, for each request
    rule: Callable[[bytes], bytes | None] = lambda request: None  # what answers here, as long as it stands
    url: str = field(init=False)

    def __post_init__(self) -> None:
        self._troubles: list[Trouble] = []
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=64)
        self.url = f"http://127.0.0.1:{self._listener.getsockname()[1]}"
        self._thread = threading.Thread(target=self._run, name="proxy", daemon=True)
        self._thread.start()

    def next(self, *troubles: Trouble) -> None:
        """Lays these faults on coming requests, each on one."""
        self._troubles.extend(troubles)

    def calm(self) -> None:
        """Forgets faults that struck nothing."""
        self._troubles.clear()

    def stop(self) -> None:
        """Ends the proxy."""
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._thread.join()

    def _run(self) -> None:
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            with client, suppress(ConnectionError, TimeoutError):
                client.settimeout(10)
                self._carry(client)

    def _carry(self, client: socket.socket) -> None:
        request = _whole_request(client)
        if not request:
            return
        self.requests.append(request)
        trouble = self._trouble_of(request)
        instead = self.rule(request) if trouble.instead is None else trouble.instead
        if instead is not None:
            client.sendall(instead)
            return
        if trouble.reaches is not None:
            self._cut(trouble.reaches(request))
            return
        reply = self._send(request)
        if trouble.twice:
            reply = self._send(request)
        if trouble.change is not None:
            reply = trouble.change(reply)
        sent = reply[: trouble.reply_bytes]
        self.replies.append(len(sent))
        size = -(-len(sent) // len(trouble.silences_s))
        for n, silence_s in enumerate(trouble.silences_s):
            time.sleep(silence_s)
            client.sendall(sent[n * size : (n + 1) * size])

    def _trouble_of(self, request: bytes) -> Trouble:
        line = request.split(b"\r\n", 1)[0].decode()
        for trouble in self._troubles:
            if trouble.where in line:
                self._troubles.remove(trouble)
                return trouble
        return Trouble()

    def _cut(self, part: bytes) -> None:
        """Sends the beginning of a request and ends the line; returns when the platform has let go of it too."""
        place = urlsplit(self.upstream)
        with socket.create_connection((place.hostname or "", place.port or 80), timeout=10) as platform:
            platform.sendall(part)
            platform.shutdown(socket.SHUT_WR)
            while platform.recv(65536):
                pass

    def _send(self, request: bytes) -> bytes:
        place = urlsplit(self.upstream)
        once = request.replace(b"Connection: keep-alive", b"Connection: close", 1)
        with socket.create_connection((place.hostname or "", place.port or 80), timeout=10) as platform:
            platform.sendall(once)
            pieces: list[bytes] = []
            while piece := platform.recv(65536):
                pieces.append(piece)
        return b"".join(pieces)


def _whole_request(client: socket.socket) -> bytes:
    data = b""
    while b"\r\n\r\n" not in data:
        piece = client.recv(65536)
        if not piece:
            return b""
        data += piece
    head, _, body = data.partition(b"\r\n\r\n")
    found = re.search(rb"(?i)content-length: (\d+)", head)
    left = (int(found[1]) if found else 0) - len(body)
    while left > 0:
        piece = client.recv(65536)
        if not piece:
            break
        data += piece
        left -= len(piece)
    return data
