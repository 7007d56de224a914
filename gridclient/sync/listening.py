"""Listens for the platform's hint that something changed, on a thread of its own, and wakes the sync thread.

Everything works without it: whoever hears nothing synchronises on a timer.
"""

import threading
from collections.abc import Callable

from gridclient.errors import GridError
from gridclient.protocol.messages import Notice
from gridclient.sync.http import Http


class Listener(threading.Thread):
    """One long poll at a time, from one good cycle to the next change."""

    def __init__(self, http: Http, wake: Callable[[], None]) -> None:
        super().__init__(name="gridclient-listener", daemon=True)
        self._http, self._wake = http, wake
        self._heads = ""
        self._go = threading.Event()
        self._stopping = threading.Event()

    def listen(self, heads: str) -> None:
        """A cycle reached these heads: tell when the platform's differ."""
        self._heads = heads
        self._go.set()

    def stop(self) -> None:
        """Ends the poll under way and the thread."""
        self._stopping.set()
        self._go.set()
        while self.is_alive():
            self._http.abort()  # again, if the poll was only beginning
            self.join(0.1)
        self._http.close()

    def run(self) -> None:
        """Polls until it is stopped; after a fault it waits for the next good cycle."""
        while True:
            self._go.wait()
            self._go.clear()
            if self._stopping.is_set():
                return
            try:
                changed = self._http.wait(f"/sync/v1/notify?heads={self._heads}", Notice).changed
            except GridError:
                continue
            if changed:
                self._wake()
            else:
                self._go.set()
