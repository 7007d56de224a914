"""What runs in the processes that `tests.system.kill` kills: one side of the exchange each."""

import os
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

import sqlalchemy as sa

from gridclient.domain.record import Kind
from gridclient.errors import GridError
from gridclient.platform.app import make_app
from gridclient.platform.operations import OPERATIONS
from gridclient.platform.service import Platform
from gridclient.platform.serving import Listen, serve
from gridclient.store import blobs, outbox, work
from gridclient.store.cache import Cache, open_cache
from gridclient.store.outbox import Edit
from gridclient.store.profile import Profile
from gridclient.store.rescue import rescue
from gridclient.store.work import Actor
from gridclient.sync.cycle import CacheTokens, Cycle
from gridclient.sync.http import Http
from tests.system.district import CELL

_ME = Actor("w-lin", "worker")
_EDITS = 12


def platform(folder: Path) -> int:
    """Serves until it is killed."""
    here = Platform.at(folder / "platform", os.environ["GRIDCLIENT_TEST_DATABASE"] or None)
    serve(make_app(here, OPERATIONS), Listen(port=int(os.environ["GRIDCLIENT_TEST_PORT"])), _ready)
    return 0


def _ready(_url: str) -> None:
    print("ready", flush=True)


def client(profile: Path, what: str) -> int:
    """Opens the cache as it was left, then edits and synchronises, or only comes into step, or is rebuilt or wiped."""
    if what == "rescue":
        return _rescue(Profile(profile))
    if what == "wipe":
        Profile(profile).wipe(None)
        return 0
    began = time.perf_counter()
    cache = open_cache(Profile(profile), bytes.fromhex(os.environ["GRIDCLIENT_TEST_KEY"]))
    print(f"opened {(time.perf_counter() - began) * 1000:.1f}", flush=True)
    address = f"http://127.0.0.1:{os.environ['GRIDCLIENT_TEST_PORT']}"
    http = Http(address, cache.setting("device") or "", CacheTokens(cache))
    try:
        if what == "work":
            _work(cache, http)
            return 0
        return _settle(cache, http)
    finally:
        http.close()
        cache.close()


def _work(cache: Cache, http: Http) -> None:
    with cache.read() as connection:
        ids = connection.exec_driver_sql("SELECT id FROM base WHERE kind IN ('resident', 'ident') ORDER BY id")
        records = list(ids.scalars())
    cache.files.add(os.urandom(1000))  # what a crash leaves between the bytes of a photo and their row
    with cache.write() as tx:  # the next cycle fetches this bucket whole, with mark and sweep
        tx.connection.exec_driver_sql("UPDATE cursors SET cursor = 0 WHERE bucket = ?", (f"grid:{CELL}",))
        tx.set_setting("sweep_due", "1")
        tx.set_setting("access_token", "")  # and begins with an exchange of tokens
    _photograph(cache)
    for n in range(_EDITS):
        name = "note" if n % 2 == 0 else "phone"
        _edit(cache, records, name, f"{time.time_ns()}")
        if n % 3 == 2:
            try:
                Cycle(cache, http).run()
            except GridError:
                continue
    print("end", flush=True)


def _photograph(cache: Cache) -> None:
    """A photo that is sent with an edit of the case, in whatever state the case is."""
    with cache.read() as connection:
        found = connection.exec_driver_sql("SELECT id, bucket FROM base WHERE kind = 'case' ORDER BY id").first()
    assert found is not None
    blobs.keep_fetched(cache, found.id, os.urandom(2000))
    sha256, _ = blobs.attach(cache, found.id, os.urandom(3000), "image/jpeg")
    with cache.write() as tx:
        blobs.mark_to_upload(tx, found.id, (sha256,))
        noted = Edit("patch", found.id, Kind.CASE, found.bucket, {"note": sha256}, blobs=(sha256,))
        mid, _ = outbox.queue(tx, noted, _ME.worker_id)
    print("saved", mid, flush=True)


def _rescue(profile: Profile) -> int:
    profile.hold()
    rescue(profile, bytes.fromhex(os.environ["GRIDCLIENT_TEST_KEY"]), lambda: datetime.now(UTC))
    profile.release()
    print("end", flush=True)
    return 0


def _queued(connection: sa.Connection) -> set[str]:
    return {mid for mid, _ in outbox.to_push(connection, "9998-01-01T00:00:00Z", 10_000, 10**9)}


def _edit(cache: Cache, records: list[str], name: str, value: str) -> None:
    for record in records:
        with cache.write() as tx:
            before = _queued(tx.connection)
            kind = tx.connection.exec_driver_sql("SELECT kind FROM base WHERE id = ?", (record,)).scalar()
            if (kind == "resident") != (name == "note"):
                continue
            work.edit_record(tx, record, {name: value}, _ME)
            after = _queued(tx.connection)
        for mid in after - before:
            print("saved", mid, flush=True)


def _settle(cache: Cache, http: Http) -> int:
    for _ in range(5):
        with cache.write() as tx:
            outbox.release(tx)
        if Cycle(cache, http).run().in_step:
            print("end", flush=True)
            return 0
    return 1


if __name__ == "__main__":
    sys.exit(platform(Path(sys.argv[2])) if sys.argv[1] == "platform" else client(Path(sys.argv[3]), sys.argv[4]))
