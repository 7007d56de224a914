"""A power cut loses nothing that was saved: each edit that `write()` returned from is on the disk, not in its cache."""

import hashlib
import os
import secrets
from contextlib import ExitStack
from pathlib import Path

import pytest

from gridclient.domain.record import Kind, grid_bucket, new_id
from gridclient.platform import backup
from gridclient.platform.blobs import Blobs
from gridclient.platform.database import Database
from gridclient.platform.service import Platform
from gridclient.store import drafts, outbox
from gridclient.store.attachments import AttachmentFile
from gridclient.store.cache import Cache
from gridclient.store.cipher import open_engine
from gridclient.store.outbox import Edit
from gridclient.sync import photos
from tests.system.district import CELL, District
from tests.system.power import Disk, Folder, forgetful_disk

KEY = secrets.token_bytes(32)
EDITS = 8


def _edit(cache: Cache, n: int) -> str:
    made = Edit("create", new_id(), Kind.RESIDENT, grid_bucket(CELL), {"name": f"resident {n}"})
    with cache.write() as tx:
        mid, _ = outbox.queue(tx, made, "w-lin")
        drafts.save_draft(tx, made.record, "contact", b"half a form")
    return mid


def _after_a_cut(disk: Disk, folder: Path) -> set[str]:
    """The edits in the outbox of what the disk still has."""
    disk.cut_power(folder)
    cache = Cache(folder / "cache.db", folder / "attachments.db", KEY)
    try:
        with cache.read() as connection:
            assert connection.exec_driver_sql("PRAGMA integrity_check").scalar_one() == "ok"
            return set(connection.exec_driver_sql("SELECT mid FROM outbox").scalars())
    finally:
        cache.close()


def test_an_edit_that_was_saved_is_there_after_a_power_cut_at_that_moment(tmp_path: Path) -> None:
    saved: set[str] = set()
    with forgetful_disk() as disk:
        cache = Cache(tmp_path / "cache.db", tmp_path / "attachments.db", KEY)
        for n in range(EDITS):
            saved.add(_edit(cache, n))
            assert _after_a_cut(disk, tmp_path / f"cut-{n}") == saved
        cache.close()


def test_a_photo_that_was_taken_is_there_after_a_power_cut(tmp_path: Path) -> None:
    photo = secrets.token_bytes(300_000)
    with forgetful_disk() as disk:
        files = AttachmentFile(tmp_path / "attachments.db", KEY)
        sha256 = files.add(photo)
        disk.cut_power(tmp_path / "cut")
        left = AttachmentFile(tmp_path / "cut" / "attachments.db", KEY)
        assert left.get(sha256) == photo
        left.close()
        files.close()


def test_the_disk_of_these_tests_forgets_what_is_not_synced(tmp_path: Path) -> None:
    """With SQLite's usual setting for such files the last edit is not there: the tests above can fail."""
    with forgetful_disk() as disk:
        cache = Cache(tmp_path / "cache.db", tmp_path / "attachments.db", KEY)
        first = _edit(cache, 0)
        engine = cache._engine  # pyright: ignore[reportPrivateUsage] - a setting is laid beneath the cache
        with engine.connect() as connection:
            raw = connection.connection.driver_connection
            assert raw is not None
            raw.execute("PRAGMA synchronous = NORMAL").close()
        second = _edit(cache, 1)

        assert second not in _after_a_cut(disk, tmp_path / "cut")
        assert first in _after_a_cut(disk, tmp_path / "cut-again")
        cache.close()


@pytest.mark.parametrize("name", ["cache.db", "attachments.db"])
def test_every_connection_of_a_profile_writes_through_to_the_disk(tmp_path: Path, name: str) -> None:
    engine = open_engine(tmp_path / name, KEY)
    with ExitStack() as stack:
        connections = [stack.enter_context(engine.connect()) for _ in range(6)]  # all that there may be at a time
        found = {
            tuple(each.exec_driver_sql(f"PRAGMA {pragma}").scalar_one() for pragma in ("synchronous", "journal_mode"))
            for each in connections
        }
    engine.dispose()

    assert found == {(2, "wal")}


def test_every_connection_of_an_embedded_platform_writes_through_to_the_disk(tmp_path: Path) -> None:
    database = Database.at(tmp_path)
    with ExitStack() as stack:
        connections = [stack.enter_context(database.read()) for _ in range(16)]
        found = {
            tuple(each.exec_driver_sql(f"PRAGMA {pragma}").scalar_one() for pragma in ("synchronous", "journal_mode"))
            for each in connections
        }
    database.close()

    assert found == {(2, "wal")}


@pytest.mark.parametrize("size", [3000, photos.PIECE + 3000], ids=["whole", "in pieces"])
def test_a_photo_that_the_platform_acknowledged_is_there_after_a_power_cut(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, size: int
) -> None:
    photo = secrets.token_bytes(size)
    sha256 = hashlib.sha256(photo).hexdigest()
    district = District.start(tmp_path / "district")
    try:
        disk = Folder(tmp_path / "district" / "platform")
        monkeypatch.setattr(os, "fsync", disk.fsync)
        assert photos.send(district.pc("lin").opened.http, sha256, photo) == size
        disk.cut_power(tmp_path / "cut")
    finally:
        district.stop()

    assert Blobs(tmp_path / "cut" / "blobs").path(sha256).read_bytes() == photo


def test_a_backup_that_was_made_is_there_after_a_power_cut(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    platform = Platform.at(tmp_path / "platform")
    platform.initialise()
    photo = secrets.token_bytes(3000)
    sha256 = hashlib.sha256(photo).hexdigest()
    platform.blobs.keep(sha256, photo)
    (tmp_path / "disk").mkdir()
    disk = Folder(tmp_path / "disk")
    monkeypatch.setattr(os, "fsync", disk.fsync)

    backup.back_up(platform, tmp_path / "disk" / "of today")
    platform.database.close()
    disk.cut_power(tmp_path / "cut")

    assert (tmp_path / "cut" / "of today" / "platform.db").exists()  # its bytes are SQLite's to sync
    assert Blobs(tmp_path / "cut" / "of today" / "blobs").path(sha256).read_bytes() == photo
