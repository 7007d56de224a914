"""What a cut costs: bytes that travel twice when a snapshot of 50 MB and a photo of 20 MB are cut in the middle.

The real client and the real platform with a proxy between them that counts. A floor here is one chunk: what the
goal allows.
"""

import hashlib
import random
import secrets
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from gridclient.domain.record import Kind, grid_bucket, new_id
from gridclient.platform import feed
from gridclient.platform.push import canonical
from gridclient.sync import photos
from gridclient.sync.troubles import Offline
from tests.bench.rows import Options, Row
from tests.system.district import OTHER_CELL, District
from tests.system.proxy import Proxy, Trouble

_CHUNK = 64 * 1024  # of a download; a photo goes up in pieces of `photos.PIECE`
_HEADS = 4096  # of the answers around it, counted too


def rows(options: Options) -> Iterator[Row]:
    """Bytes sent again after one cut, of a download and of an upload."""
    snapshot_mb, photo_mb = (5, 2) if options.quick else (50, 20)
    with TemporaryDirectory(dir=options.scratch) as folder:
        district = District.start(Path(folder))
        proxy = Proxy(district.running.url)
        district.address = proxy.url
        try:
            yield Row("snapshot_resent", _snapshot(district, proxy, snapshot_mb << 20), "bytes", _CHUNK + _HEADS)
            yield Row("photo_resent", _photo(district, proxy, photo_mb << 20), "bytes", photos.PIECE)
        finally:
            proxy.stop()
            district.stop()


def _snapshot(district: District, proxy: Proxy, size: int) -> int:
    bucket, each = grid_bucket(OTHER_CELL), 4096
    people = (  # random text shrinks to half
        (new_id(), Kind.RESIDENT, canonical({"name": "孙桂芳", "note": secrets.token_hex(each)}))
        for _ in range(size // each)
    )
    with district.platform.database.write() as connection:
        feed.load(connection, bucket, people)
    path, _ = district.platform.snapshot(bucket)
    whole = path.stat().st_size
    assert whole >= size
    wu = district.pc("wu")
    proxy.requests.clear()
    proxy.replies.clear()
    proxy.next(Trouble(f"/buckets/{bucket}", reply_bytes=whole // 2))
    assert wu.sync().in_step
    asked = [n for n, request in enumerate(proxy.requests) if f"/buckets/{bucket}".encode() in request]
    assert len(asked) == 2
    return sum(proxy.replies[n] for n in asked) - whole


def _photo(district: District, proxy: Proxy, size: int) -> int:
    data = random.Random(1).randbytes(size)
    sha256 = hashlib.sha256(data).hexdigest()
    http = district.pc("lin").opened.http
    middle = size // photos.PIECE // 2
    pieces = [Trouble("PATCH") for _ in range(middle)]
    proxy.requests.clear()
    proxy.next(*pieces, Trouble("PATCH", instead=b""))  # this piece is lost whole
    with pytest.raises(Offline):
        photos.send(http, sha256, data)
    photos.send(http, sha256, data)
    assert district.platform.blobs.has(sha256)
    sent = [request for request in proxy.requests if request.startswith(b"PATCH")]
    return sum(len(request.partition(b"\r\n\r\n")[2]) for request in sent) - size
