"""Brings the packs that were published to the platform, before the cases that run on them."""

from contextlib import suppress

from gridclient.protocol import messages as m
from gridclient.store import rules
from gridclient.sync.exchange import Exchange
from gridclient.sync.troubles import Answered

BUNDLE = "application/zip"


def fetch_packs(x: Exchange, hello: m.Hello) -> None:
    """Fetches each bundle that is not here, in a transaction of its own, then says which are in force."""
    with x.cache.read() as connection:
        wanted = rules.missing(connection, hello.published)
    for view in wanted:
        if x.stopped():
            return
        with suppress(Answered):  # refused: its cases go to review, and everything else goes on
            bundle = x.http.download(f"/sync/v1/packs/{view.digest}", BUNDLE, x.stopped)
            with x.cache.write() as tx:
                rules.keep(tx, view, bundle)  # one that was altered on its way is not kept, and is asked for again
    with x.cache.write() as tx:
        changes = rules.put_in_force(tx, hello.published)
    if changes:
        x.changed(changes)
