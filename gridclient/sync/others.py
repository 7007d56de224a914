"""Asks for a supervisor who else still has work to upload; nothing else in a cycle depends on the answer."""

from contextlib import suppress

from gridclient.protocol import messages as m
from gridclient.store.others import keep_others
from gridclient.sync.exchange import Exchange
from gridclient.sync.troubles import Answered


def ask_for_others(x: Exchange, hello: m.Hello) -> None:
    """Fetches the list and keeps it with its moment, so that it is there without a network too."""
    if hello.worker.role != "supervisor":
        return
    with suppress(Answered):  # the role ended a moment ago
        told = x.http.get("/sync/v1/unsent", m.UnsentDevices)
        with x.cache.write() as tx:
            changes = keep_others(tx, told.devices)
        x.changed(changes)
