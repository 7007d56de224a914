"""A disk that is full, cannot be written or is damaged, or a key that is gone: what is told, and what stays."""

from collections.abc import Generator
from pathlib import Path

import pytest
from sqlalchemy import event
from sqlalchemy.engine import Connection

from gridclient.store import arrivals, keys, outbox
from gridclient.store.cache import Cache
from gridclient.store.cipher import CacheDamaged, CacheUnreadable
from gridclient.store.disk import DiskFull, DiskReadOnly
from gridclient.store.keys import CacheLocked
from gridclient.sync.sign_in import Credentials, sign_in, unlock
from tests.system.district import PASSWORD, PIN, District, Pc


@pytest.fixture
def lin(tmp_path: Path) -> Generator[Pc]:
    """Lin's PC, in step, with one edit that waits."""
    district = District.start(tmp_path / "district")
    pc = district.pc("lin")
    pc.sync()
    pc.edit(district.ident, phone="13900007741")
    yield pc
    district.stop()


def test_a_full_disk_is_told_keeps_what_was_saved_and_goes_on_when_there_is_room(lin: Pc) -> None:
    with _limit(lin.opened.cache, "PRAGMA max_page_count = 1"), pytest.raises(DiskFull) as fault:
        _fill(lin)

    assert str(fault.value) == "The disk is full. Make room, then try again; what is on the screen is still there."
    lin.save_draft(lin.district.case, b"there is room again")
    assert lin.unsent() == 1
    assert lin.sync().in_step
    assert lin.statuses() == ["applied"]


def test_a_full_disk_in_the_middle_of_a_cycle_loses_nothing(lin: Pc) -> None:
    for n in range(20):
        lin.edit(lin.district.resident, note=str(n) * 500)
    saved = lin.unsent()

    with _limit(lin.opened.cache, "PRAGMA max_page_count = 1"), pytest.raises(DiskFull):
        _work_on(lin)

    lin.sync()
    assert lin.sync().in_step
    assert len(lin.statuses()) >= saved
    assert set(lin.statuses()) == {"applied"}


def _fill(lin: Pc) -> None:
    for n in range(200):
        lin.save_draft(lin.district.case, bytes(4096) + str(n).encode() * 1000)


def _work_on(lin: Pc) -> None:
    """Until the free pages are used up."""
    for n in range(50):
        lin.sync()
        lin.edit(lin.district.resident, note=str(n) * 2000)


def test_a_disk_that_cannot_be_written_is_told_and_everything_can_be_read(lin: Pc) -> None:
    with _limit(lin.opened.cache, "PRAGMA query_only = ON"), pytest.raises(DiskReadOnly) as fault:
        lin.edit(lin.district.ident, phone="13900000000")

    assert str(fault.value) == (
        "The disk of this PC cannot be written. What was saved is still there; ask an administrator."
    )
    with _limit(lin.opened.cache, "PRAGMA query_only = OFF"):
        assert lin.fields(lin.district.ident)["phone"] == "13900007741"
        assert lin.sync().in_step


def test_a_damaged_page_is_told_and_never_read_as_data(lin: Pc) -> None:
    profile, key = lin.opened.profile, keys.unwrap(lin.opened.profile.key_path, PIN)
    lin.opened.close()
    whole = profile.cache_path.read_bytes()
    pages = len(whole) // 4096
    told = 0
    for page in range(1, pages):
        damaged = bytearray(whole)
        damaged[page * 4096 + 2000] ^= 0xFF
        profile.cache_path.write_bytes(damaged)
        try:
            _read_everything(profile.cache_path, profile.attachments_path, key)
        except (CacheDamaged, CacheUnreadable):
            told += 1
    profile.cache_path.write_bytes(whole)

    assert told >= 5  # the rest are pages that nothing was read from
    lin.opened = unlock(profile, PIN, None, clock=lin.district.clock)
    assert lin.unsent() == 1
    assert lin.sync().in_step


def _read_everything(path: Path, attachments: Path, key: bytes) -> None:
    cache = Cache(path, attachments, key)
    try:
        with cache.read() as connection:
            arrivals.recount(connection)
            outbox.bodies(connection)
            connection.exec_driver_sql("SELECT sum(length(payload)) FROM base").scalar()
            connection.exec_driver_sql("SELECT sum(length(title)) FROM shown").scalar()
    finally:
        cache.close()


class Ring:
    """A system's keyring whose memory can be lost."""

    def __init__(self) -> None:
        self.kept: dict[tuple[str, str], str] = {}

    def get_password(self, service: str, username: str, /) -> str | None:
        return self.kept.get((service, username))

    def set_password(self, service: str, username: str, password: str, /) -> None:
        self.kept[service, username] = password

    def delete_password(self, service: str, username: str, /) -> None:
        self.kept.pop((service, username), None)


def test_a_key_that_is_gone_from_the_keyring_is_told_and_the_cache_stays_for_when_it_is_back(tmp_path: Path) -> None:
    district = District.start(tmp_path / "district")
    ring = Ring()
    who = Credentials(district.running.url, "lin", PASSWORD, "pc")
    opened = sign_in(tmp_path / "pc", who, ring, clock=district.clock)
    lin = Pc(district, "lin", opened)
    lin.sync()
    lin.edit(district.ident, phone="13900007741")
    opened.close()
    before = opened.profile.cache_path.read_bytes()
    lost, ring.kept = ring.kept, {}

    for open_it in (
        lambda: unlock(opened.profile, PASSWORD, ring),
        lambda: unlock(opened.profile, PASSWORD, None),
        lambda: sign_in(tmp_path / "pc", who, ring),
    ):
        with pytest.raises(CacheLocked) as fault:
            open_it()
        assert str(fault.value) == (
            "The key of this cache is not in the system's keyring. Ask an administrator before you sign in anew."
        )
    assert opened.profile.cache_path.read_bytes() == before

    ring.kept = lost
    lin.opened = unlock(opened.profile, PASSWORD, ring, clock=district.clock)
    assert lin.sync().in_step
    assert lin.statuses() == ["applied"]
    lin.opened.close()
    district.stop()


class _limit:
    """Lays a pragma on every connection of a cache while it is entered."""

    def __init__(self, cache: Cache, pragma: str) -> None:
        self._engine = cache._engine  # pyright: ignore[reportPrivateUsage] - a disk's fault is laid beneath the cache
        self._pragma = pragma

    def __enter__(self) -> None:
        event.listen(self._engine, "begin", self._lay)

    def __exit__(self, *_: object) -> None:
        event.remove(self._engine, "begin", self._lay)
        with self._engine.connect() as connection:
            connection.exec_driver_sql("PRAGMA query_only = OFF")
            connection.exec_driver_sql("PRAGMA max_page_count = 1000000")

    def _lay(self, connection: Connection) -> None:
        connection.exec_driver_sql(self._pragma)
