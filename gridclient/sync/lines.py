"""The connections of one conversation, which another thread can cut in the middle of a wait."""

import socket
from contextlib import suppress
from typing import Any, cast
from weakref import WeakSet

from requests.adapters import HTTPAdapter
from urllib3 import HTTPConnectionPool
from urllib3.connection import HTTPConnection


class Lines(HTTPAdapter):
    """Connections that can be cut from another thread, also while nothing of an answer has come.

    A proxy that keeps answers back lets a long poll wait without so much as a head.
    """

    def __init__(self) -> None:
        super().__init__()
        self._open: WeakSet[HTTPConnection] = WeakSet()

    def get_connection_with_tls_context(self, *args: Any, **options: Any) -> HTTPConnectionPool:
        """A pool whose connections are noted."""
        pool = super().get_connection_with_tls_context(*args, **options)
        if not hasattr(pool.ConnectionCls, "noted"):
            kind = self._noting(cast("type[HTTPConnection]", pool.ConnectionCls))
            pool.ConnectionCls = kind  # pyright: ignore[reportAttributeAccessIssue] - urllib3's protocol refuses its own
        return pool

    def cut(self) -> None:
        """Ends both directions of every connection."""
        for connection in list(self._open):
            if (line := connection.sock) is not None:
                with suppress(OSError):
                    # Not the TLS layer's own: it would take the layer away under the thread that reads.
                    socket.socket.shutdown(line, socket.SHUT_RDWR)

    def _noting(self, kind: type[HTTPConnection]) -> type[HTTPConnection]:
        opened = self._open

        def connect(connection: HTTPConnection) -> None:
            opened.add(connection)  # before, so that a TLS greeting without an answer can be cut too
            kind.connect(connection)

        return type(kind.__name__, (kind,), {"connect": connect, "noted": True})
