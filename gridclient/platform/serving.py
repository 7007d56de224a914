"""Puts the platform on the network: over TLS, or on the loopback of this machine only.

Refuses to carry personal data in plain text over a network unless told so. Writes no access log, because an
address is personal data too.
"""

import ipaddress
import logging
import socket
import ssl
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType

import uvicorn
from starlette.applications import Starlette
from starlette.types import ASGIApp

from gridclient.errors import GridError
from gridclient.text import tr

_GRACE_S = 5


class PlainRefused(GridError):
    """Asked to listen on a network without TLS."""

    text = (
        "Without TLS the platform listens on this machine only, not on {host}. "
        "Give a certificate and its key, or say explicitly that plain HTTP is allowed."
    )


class AddressRefused(GridError):
    """The address does not exist here, or something else listens there."""

    text = "The platform cannot listen on {host}, port {port}: {reason}."


class CertificateRefused(GridError):
    """The certificate and key cannot be read, or do not belong together."""

    text = "The certificate {certificate} cannot be used with its key: {reason}."


@dataclass(frozen=True, slots=True)
class Listen:
    """Where to listen and how; port 0 takes a free one."""

    host: str = "127.0.0.1"
    port: int = 0
    certificate: Path | None = None
    key: Path | None = None  # None: the certificate's file holds it too
    allow_plain: bool = False


def serve(app: ASGIApp, listen: Listen, ready: Callable[[str], None] | None = None) -> None:
    """Serves until SIGINT or SIGTERM, then lets running requests finish; `ready` hears the URL."""
    listener = _bind(listen)
    url = _url(listen, listener)

    def started() -> None:
        if ready is not None:
            ready(url)

    with listener, suppress(KeyboardInterrupt):
        _server(app, listen, started).run(sockets=[listener])


class Running:
    """A platform that serves from a thread of its own, from construction until `stop`."""

    def __init__(self, app: ASGIApp, listen: Listen | None = None) -> None:
        listen = listen or Listen()
        self._listener = _bind(listen)
        self.url = _url(listen, self._listener)
        self._ready = threading.Event()
        try:
            self._server = _server(app, listen, self._ready.set)
        except GridError:
            self._listener.close()
            raise
        self._thread = threading.Thread(target=self._run, name="platform", daemon=True)
        self._thread.start()
        self._ready.wait()
        if not self._server.started:
            self.stop()
            raise RuntimeError("the application refused to start")

    def stop(self) -> None:
        """Stops listening, lets running requests finish, and returns when the thread is gone."""
        self._server.should_exit = True
        self._thread.join()

    def __enter__(self) -> "Running":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def _run(self) -> None:
        with self._listener, suppress(SystemExit):  # how uvicorn says that the application did not start
            try:
                self._server.run(sockets=[self._listener])
            finally:
                self._ready.set()


class _OnlyKinds(logging.Filter):
    """Of a bug the server logs its kind alone: its message could quote what a request was about."""

    def filter(self, record: logging.LogRecord) -> bool:
        if record.exc_info and record.exc_info[0] is not None:
            record.msg, record.args = "a request failed: %s", (record.exc_info[0].__name__,)
            record.exc_info = record.exc_text = None
        return True


_log_filter = _OnlyKinds()


class _Server(uvicorn.Server):
    """Tells when it accepts connections, and before it waits for the running requests at its end."""

    def __init__(self, config: uvicorn.Config, started: Callable[[], None], ending: Callable[[], None]) -> None:
        super().__init__(config)
        self._tell_started, self._tell_ending = started, ending

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self._tell_started()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        self._tell_ending()
        await super().shutdown(sockets)


def _server(app: ASGIApp, listen: Listen, started: Callable[[], None]) -> _Server:
    config = uvicorn.Config(
        app, log_config=None, access_log=False, server_header=False, proxy_headers=False, ws="none",
        ssl_certfile=listen.certificate, ssl_keyfile=listen.key, timeout_graceful_shutdown=_GRACE_S,
    )  # fmt: skip
    logging.getLogger("uvicorn.error").addFilter(_log_filter)  # once, however often
    try:
        config.load()
    except (OSError, ssl.SSLError) as error:
        raise CertificateRefused(certificate=listen.certificate, reason=_reason(error)) from error
    return _Server(config, started, _ending_of(app))


def _ending_of(app: ASGIApp) -> Callable[[], None]:
    """What the application wants to do before its running requests are waited for."""
    return app.state.ending if isinstance(app, Starlette) and hasattr(app.state, "ending") else lambda: None


def _bind(listen: Listen) -> socket.socket:
    """A socket at the address; what counts is the address a name stands for, not the name."""
    if not 0 <= listen.port <= 65535:
        raise AddressRefused(host=listen.host, port=listen.port, reason=tr("a port is a number from 0 to 65535"))
    try:
        found = socket.getaddrinfo(listen.host, listen.port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
        family, _, _, _, address = found[0]
        is_local = ipaddress.ip_address(str(address[0]).partition("%")[0]).is_loopback
        if not is_local and listen.certificate is None and not listen.allow_plain:
            raise PlainRefused(host=listen.host)
        listener = socket.create_server((str(address[0]), listen.port), family=family, backlog=512)
        # asyncio sets this only on sockets that name their protocol; without it each answer waits 40 ms for an ACK.
        listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return listener
    except OSError as error:
        raise AddressRefused(host=listen.host, port=listen.port, reason=_reason(error)) from error


def _url(listen: Listen, listener: socket.socket) -> str:
    host = f"[{listen.host}]" if ":" in listen.host else listen.host
    return f"{'https' if listen.certificate else 'http'}://{host}:{listener.getsockname()[1]}"


def _reason(error: Exception) -> str:
    return getattr(error, "strerror", None) or str(error) or type(error).__name__
