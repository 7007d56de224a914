"""Who waits for whom when snapshots are made."""

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from gridclient.domain.record import Kind, new_id
from gridclient.platform import feed
from gridclient.platform.service import Platform


def test_the_snapshot_of_one_bucket_does_not_wait_for_that_of_another(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    platform = Platform.at(tmp_path)
    platform.initialise()
    with platform.database.write() as connection:
        for bucket in ("ref:310115125", "ref:310115126"):
            feed.load(connection, bucket, [(new_id(), Kind.TEAM, b"{}")])
    begun, may_end, made = threading.Event(), threading.Event(), list[str]()
    whole = feed.snapshot

    def slow(connection: feed.Connection, epoch: str, bucket: str) -> Iterator[bytes]:
        made.append(bucket)
        if bucket == "ref:310115125":
            begun.set()
            assert may_end.wait(30)
        yield from whole(connection, epoch, bucket)

    monkeypatch.setattr(feed, "snapshot", slow)
    with ThreadPoolExecutor(3) as threads:
        first = threads.submit(platform.snapshot, "ref:310115125")
        try:
            assert begun.wait(30)
            again = threads.submit(platform.snapshot, "ref:310115125")
            other, _ = threads.submit(platform.snapshot, "ref:310115126").result(30)
            assert other.exists()
            assert not first.done()
        finally:
            may_end.set()
        assert first.result() == again.result()

    assert made == ["ref:310115125", "ref:310115126"]
    platform.database.close()
