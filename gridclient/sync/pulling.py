"""Downloads: whole buckets as files, then the feed. Each file and each page is one transaction, or nothing."""

from collections.abc import Callable, Collection, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial

from gridclient import faults
from gridclient.protocol import messages as m
from gridclient.protocol.pages import DAMAGED, PageReader, TornPage
from gridclient.protocol.pages import MEDIA_TYPE as PAGE
from gridclient.store import arrivals
from gridclient.store.arrivals import Arrivals
from gridclient.store.cache import Changes, Transaction
from gridclient.sync.exchange import Exchange, Progress
from gridclient.sync.troubles import Offline

_SYNC = "/sync/v1"
_LARGE = 256 * 1024  # bytes as sent; a smaller page is here again before a thread would have begun


def fill(x: Exchange, hello: m.Hello) -> None:
    """Fetches every bucket that is to start anew as one file, then makes lists and search of what is new."""
    with x.cache.read() as connection:
        empty = arrivals.to_fetch(connection, hello.scope)
    for done, name in enumerate(empty):
        if x.stopped():
            return
        tell = partial(_tell_download, x, done, len(empty), hello.records)
        tell(x.http.received)
        take_snapshot(x, name, tell)
    with x.cache.read() as connection:
        filling = arrivals.is_filling(connection)
    if filling:
        open_cache(x, len(empty), hello.records)


def _tell_download(x: Exchange, done: int, buckets: int, records: int, received: int) -> None:
    x.progress(Progress(done, buckets, x.report.rows, records, received, "download"))


def open_cache(x: Exchange, buckets: int, records: int) -> None:
    """Makes lists and search of all that came, and opens the cache for work."""
    more = True
    while more:
        x.progress(Progress(buckets, buckets, records, records, x.http.received, "index"))
        with x.cache.write() as tx:
            more = arrivals.project_new(tx)
    with x.cache.write() as tx:
        changes = arrivals.finish_filling(tx)
    x.changed(changes)


def take_snapshot(x: Exchange, name: str, arrived: Callable[[int], None] = lambda received: None) -> None:
    """Downloads a bucket whole, resuming where a cut left it, and lays it into the cache in one transaction."""
    data = x.http.download(f"{_SYNC}/buckets/{name}/snapshot", PAGE, x.stopped, arrived)
    faults.reach("snapshot.received")
    try:
        with x.cache.write() as tx:
            laid = lay_snapshot(tx, data, name)
            faults.reach("snapshot.laid")
    except DAMAGED as torn:
        raise Offline from torn
    _tell(x, laid)


@dataclass(frozen=True, slots=True)
class Laid:
    """What a page or a snapshot brought."""

    changes: Changes
    rows: int
    scope: Mapping[str, m.BucketState]
    reset: Sequence[str] = ()  # buckets of which the platform forgot what lies between: they are fetched whole
    more: bool = False


def lay_snapshot(tx: Transaction, data: bytes, name: str) -> Laid:
    """Lays a bucket's file over the cache with mark and sweep; raises one of `DAMAGED` when it cannot be believed."""
    reader = PageReader(data)
    if set(reader.header.scope) != {name}:
        raise TornPage("the snapshot is of another bucket")
    taking = arrivals.arrivals(tx, [name])
    taking.start_over(name)
    rows = _take(taking, reader, {name})
    taking.finish_over(name, reader.header.scope[name].head)
    assert reader.end is not None
    return Laid(taking.close(reader.end.cursors), rows, reader.header.scope)


def lay_page(tx: Transaction, page: bytes) -> Laid:
    """Lays a page of the feed over the cache; raises one of `DAMAGED` when it cannot be believed."""
    reader = PageReader(page)
    scope, reset = reader.header.scope, reader.header.reset
    changes = arrivals.drop_lost_buckets(tx, scope)
    taking = arrivals.arrivals(tx, scope)
    rows = _take(taking, reader, scope.keys() - set(reset))
    assert reader.end is not None
    changes |= taking.close(reader.end.cursors)
    arrivals.restart(tx, reset)
    return Laid(changes, rows, scope, reset, reader.end.more)


def _take(taking: Arrivals, reader: PageReader, names: Collection[str]) -> int:
    rows = 0
    for batch in reader.batches():
        only(batch, names)
        taking.take(batch)
        rows += len(batch)
    return rows


def _tell(x: Exchange, laid: Laid) -> None:
    x.report.rows += laid.rows
    x.report.pages += 1
    x.changed(laid.changes)


def pull(x: Exchange, hello: m.Hello) -> Mapping[str, m.BucketState]:
    """Follows the feed until nothing is left; records without a bucket are swept only then.

    While a large page is laid into the cache, the platform makes and sends the next one.
    """
    scope: Mapping[str, m.BucketState] = {}
    more, coming = True, None
    with ThreadPoolExecutor(1, thread_name_prefix="gridclient-page") as ahead:
        while more and not x.stopped():
            asked = _cursors(x, hello)
            page = coming.result() if coming else _ask(x, hello, asked)
            after = _after(page, hello, asked) if len(page) > _LARGE else None
            coming = ahead.submit(_ask, x, hello, after) if after else None
            scope, more = _take_page(x, page)
            faults.reach("page.stored")
    if not more:
        sweep(x)
    return scope


def _cursors(x: Exchange, hello: m.Hello) -> dict[str, int]:
    with x.cache.read() as connection:
        cursors = {name: cursor for name, (_, _, cursor) in arrivals.sums(connection).items()}
    return {name: cursors[name] for name in hello.scope if name in cursors}


def _ask(x: Exchange, hello: m.Hello, cursors: Mapping[str, int]) -> bytes:
    body = m.PullRequest(epoch=hello.epoch, cursors=dict(cursors), max_bytes=hello.limits.page_bytes)
    return x.http.read_bytes("POST", f"{_SYNC}/pull", PAGE, body)


def _after(page: bytes, hello: m.Hello, asked: Mapping[str, int]) -> Mapping[str, int] | None:
    """Where the cursors will be once a page is laid; None when nothing is to be asked before that."""
    try:
        header, end = PageReader(page).header, PageReader.peek(page)
    except DAMAGED:
        return None  # whoever lays the page tells what is wrong with it
    if header.reset or not end.more:
        return None
    before = {**dict.fromkeys(header.scope, 0), **asked}
    return {name: end.cursors.get(name, cursor) for name, cursor in before.items() if name in hello.scope}


def sweep(x: Exchange) -> None:
    """Removes what left this worker's buckets, with the photos that nothing else uses."""
    with x.cache.write() as tx:
        swept = arrivals.sweep(tx)
        faults.reach("sweep.swept")
    x.report.removals_held = swept.held
    if swept.changes:
        x.cache.collect()
    x.changed(swept.changes)


def _take_page(x: Exchange, page: bytes) -> tuple[Mapping[str, m.BucketState], bool]:
    try:
        with x.cache.write() as tx:
            laid = lay_page(tx, page)
            faults.reach("page.laid")
    except DAMAGED as torn:
        raise Offline from torn
    _tell(x, laid)
    for name in laid.reset:
        take_snapshot(x, name)
    return laid.scope, laid.more


def only(batch: list[m.Row], names: Collection[str]) -> None:
    """Refuses rows of buckets that the header did not announce."""
    if any(row.b not in names for row in batch):
        raise TornPage("a row of a bucket that was not announced")
