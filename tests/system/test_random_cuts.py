"""Megabytes over a line that is cut at random bytes, in both directions: what arrives is whole, and arrives once.

Real sockets, the platform and a PC that stay the same through the whole module. Each seed draws the bytes.
"""

import hashlib
import random
from collections.abc import Generator
from dataclasses import dataclass

import pytest

from gridclient.domain.record import Kind, RecordId, grid_bucket, new_id
from gridclient.platform import feed
from gridclient.platform.push import canonical
from gridclient.store import arrivals, blobs, work
from gridclient.sync import photos
from gridclient.sync.http import Offline
from tests.system.district import CELL, PACK, District, Pc
from tests.system.proxy import Proxy, Reply, Trouble

SEEDS = range(5)
PEOPLE, NOTE = 4500, 400  # people, and bytes that cannot be compressed: about two megabytes as sent
PHOTO = 1_800_000  # four pieces
MOST_CYCLES = 12
CHUNK, HEADS = 64 * 1024, 8 * 1024


def cut(rng: random.Random) -> Reply:
    """Keeps what comes before a random byte."""
    return lambda data: data[: rng.randrange(len(data))]


@dataclass
class Line:
    """A district with one full cell, the proxy in front of it, and two PCs that only know the proxy."""

    district: District
    proxy: Proxy
    lin: Pc
    chen: Pc
    people: list[RecordId]

    def cycles(self, pc: Pc) -> int:
        """Synchronises until it comes through; says how often it was cut."""
        for cuts in range(MOST_CYCLES):
            try:
                report = pc.sync()
            except Offline:
                continue
            assert report.in_step
            return cuts
        raise AssertionError("it never came through")

    def is_sound(self, pc: Pc) -> bool:
        """Whether what the cache counts is what it has."""
        with pc.opened.cache.read() as connection:
            sums = {name: found[:2] for name, found in arrivals.sums(connection).items()}
            return sums == arrivals.recount(connection)

    def sent(self, path: str) -> int:
        """Bytes of replies to requests with this in their path."""
        lines = (request.split(b"\r\n", 1)[0] for request in self.proxy.requests)
        return sum(size for line, size in zip(lines, self.proxy.replies, strict=True) if path.encode() in line)

    def photograph(self, data: bytes) -> str:
        """Lin finishes a step with a photo."""
        sha256, _ = blobs.attach(self.lin.opened.cache, self.district.case, data, "image/jpeg")
        pack = self.district.platform.packs[PACK]
        with self.lin.opened.cache.write() as tx:
            answers = {"/data/contact/note": sha256}
            work.complete_step(tx, pack, self.district.case, "contact", answers, self.lin.actor, (sha256,))
        return sha256


def payload(rng: random.Random) -> bytes:
    """A person with a long note."""
    return canonical({"name": "孙桂芳", "grid": CELL, "note": rng.randbytes(NOTE).hex()})


@pytest.fixture(scope="module")
def line(tmp_path_factory: pytest.TempPathFactory) -> Generator[Line]:
    """Lin and Chen, in step with a cell of some thousand people."""
    district, rng = District.start(tmp_path_factory.mktemp("cuts")), random.Random(1)
    people = [new_id() for _ in range(PEOPLE)]
    with district.platform.database.write() as connection:
        feed.load(connection, grid_bucket(CELL), [(each, Kind.RESIDENT, payload(rng)) for each in people])
    proxy = Proxy(district.running.url)
    district.address = proxy.url
    made = Line(district, proxy, district.pc("lin"), district.pc("chen"), people)
    for pc in (made.lin, made.chen):
        pc.sync()
    yield made
    district.stop()
    proxy.stop()


@pytest.fixture(autouse=True)
def calm(line: Line) -> None:
    """Each test begins on a quiet line."""
    line.proxy.calm()
    line.proxy.requests.clear()
    line.proxy.replies.clear()


@pytest.mark.parametrize("seed", SEEDS)
def test_a_snapshot_of_megabytes_goes_on_after_each_cut(line: Line, seed: int) -> None:
    rng, bucket = random.Random(seed), grid_bucket(CELL)
    path, _ = line.district.platform.snapshot(bucket)
    with line.lin.opened.cache.write() as tx:
        arrivals.restart_all(tx)
    line.proxy.next(*(Trouble(f"{bucket}/snapshot", change=cut(rng)) for _ in range(3)))

    line.cycles(line.lin)

    assert path.stat().st_size > 1_800_000
    assert line.sent(f"{bucket}/snapshot") <= path.stat().st_size + 3 * CHUNK + 4 * HEADS
    assert line.is_sound(line.lin)
    assert line.lin.fields(line.people[-1])["grid"] == CELL


@pytest.mark.parametrize("seed", SEEDS)
def test_a_page_of_megabytes_that_is_cut_applies_nothing(line: Line, seed: int) -> None:
    rng = random.Random(100 + seed)
    with line.district.platform.database.write() as connection:
        held = feed.lock(connection, grid_bucket(CELL))
        held.read(line.people)
        for each in line.people:
            held.put(held.find(each), Kind.RESIDENT, each, payload(rng))
        held.close()
    before = line.lin.fields(line.people[0])
    line.proxy.next(Trouble("/pull", change=cut(rng)))

    with pytest.raises(Offline):
        line.lin.sync()

    assert line.lin.fields(line.people[0]) == before
    assert line.is_sound(line.lin)
    line.cycles(line.lin)
    assert line.lin.fields(line.people[0]) != before


@pytest.mark.parametrize("seed", SEEDS)
def test_a_photo_of_megabytes_comes_through_cuts_of_requests_and_replies(line: Line, seed: int) -> None:
    rng = random.Random(200 + seed)
    data = rng.randbytes(PHOTO)
    sha256 = line.photograph(data)
    places = ["HEAD /blobs/uploads", "POST /blobs/uploads", *["PATCH /blobs/uploads"] * 3]
    for where in rng.sample(places, 4):
        is_reply, half = rng.random() < 0.5, cut(rng)
        line.proxy.next(Trouble(where, change=half) if is_reply else Trouble(where, reaches=half))

    cuts = line.cycles(line.lin)

    pieces = [len(each) for each in line.proxy.requests if each.startswith(b"PATCH")]
    assert cuts > 0
    assert sum(pieces) <= PHOTO + cuts * photos.PIECE + len(pieces) * HEADS
    assert line.district.platform.blobs.path(sha256).read_bytes() == data
    line.chen.sync()
    line.proxy.calm()
    line.proxy.next(*(Trouble(f"/blobs/sha256/{sha256}", change=cut(rng)) for _ in range(3)))
    assert hashlib.sha256(photos.fetch(line.chen.opened.http, sha256)).hexdigest() == sha256


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("path", ["GET /sync/v1/hello", "POST /sync/v1/push", "POST /sync/v1/pull", "/snapshot"])
def test_a_request_that_is_cut_changes_neither_side(line: Line, path: str, seed: int) -> None:
    rng = random.Random(f"{path} {seed}")
    phones = [f"139{rng.randrange(10**8):08}" for _ in range(60)]
    for phone in phones:
        line.lin.edit(line.district.ident, phone=phone)
    if path == "/snapshot":
        with line.lin.opened.cache.write() as tx:
            arrivals.restart_all(tx)
    line.proxy.next(Trouble(path, reaches=cut(rng)))

    with pytest.raises(Offline):
        line.lin.sync()

    taken = [status for status in line.lin.statuses() if status == "pending"]
    assert len(taken) == (60 if path in ("GET /sync/v1/hello", "POST /sync/v1/push") else 0)
    line.cycles(line.lin)
    assert line.is_sound(line.lin)
    assert line.lin.fields(line.district.ident)["phone"] == phones[-1]
    with line.district.platform.database.read() as connection:
        written = connection.exec_driver_sql("SELECT count(*) FROM history WHERE op = 'patch'").scalar_one()
        judged = connection.exec_driver_sql("SELECT count(DISTINCT mid) FROM history WHERE op = 'patch'").scalar_one()
    assert written == judged
