"""A disk that really takes no more: a share that is used up, a small disk that is full, one that is read-only.

Of the PC's cache and photos, and of the platform's database and blobs: what is told, that nothing is lost, and that
everything goes on when there is room again.
"""

import hashlib
import resource
import subprocess
from collections.abc import Callable, Generator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import pytest

from gridclient.errors import GridError
from gridclient.store import blobs, work
from gridclient.store.disk import DiskFailed, DiskFull, DiskReadOnly
from gridclient.sync.http import Busy
from gridclient.sync.sign_in import Credentials, sign_in, unlock
from tests.system.district import PACK, PASSWORD, PIN, District, Pc

SHARE = "The disk of this PC refuses to read or write: your share of it is used up, or it is failing."
FULL = "The disk is full. Make room, then try again; what is on the screen is still there."
READ_ONLY = "The disk of this PC cannot be written. What was saved is still there; ask an administrator."
BUSY = "The platform is busy. Your work is safe on this PC and is uploaded later."
SMALL = 12  # MB


@contextmanager
def files_up_to(size: int) -> Generator[None]:
    """No file of this process grows beyond so many bytes: the system refuses as it does when a share is used up."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


@dataclass
class Disk:
    """A disk of some megabytes in a folder."""

    folder: Path

    def fill(self) -> None:
        """Leaves no room."""
        with (self.folder / "other-peoples-files").open("wb", buffering=0) as file, suppress(OSError):
            while True:
                file.write(bytes(4096))

    def make_room(self) -> None:
        """Takes away what filled it."""
        (self.folder / "other-peoples-files").unlink()

    def allow_writing(self, is_allowed: bool) -> None:
        """Mounts it anew; nobody writes to it meanwhile."""
        mode = "rw" if is_allowed else "ro"
        subprocess.run(["mount", "-o", f"remount,{mode}", self.folder], check=True)


@pytest.fixture
def disk(tmp_path: Path) -> Generator[Disk]:
    """A small disk, where the machine lets a test have one."""
    folder = tmp_path / "disk"
    folder.mkdir()
    made = subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={SMALL}m", "none", folder], check=False)
    if made.returncode != 0:
        pytest.skip("no disk can be mounted here")
    yield Disk(folder)
    subprocess.run(["umount", "--lazy", folder], check=True)


def pc_in(folder: Path, district: District) -> Pc:
    """Lin's PC with its profile in this folder, in step."""
    who = Credentials(district.running.url, "lin", PASSWORD, "pc", PIN)
    pc = Pc(district, "lin", sign_in(folder, who, None, clock=district.clock))
    district.pcs.append(pc)
    assert pc.sync().in_step
    return pc


@pytest.fixture
def district(tmp_path: Path) -> Generator[District]:
    """The platform on SQLite, on a disk with room."""
    made = District.start(tmp_path / "district")
    yield made
    made.stop()


def edit_much(pc: Pc) -> None:
    """Edits that no used-up share and no full disk has room for."""
    for n in range(400):
        pc.edit(pc.district.resident, note=str(n) * 20_000)


def sync_and_edit(pc: Pc) -> None:
    """Cycles, with edits that grow between them."""
    for n in range(50):
        pc.sync()
        pc.edit(pc.district.resident, status=str(n) * 20_000)


def attach_much(pc: Pc) -> None:
    """Photos for which there is no room."""
    for n in range(40):
        blobs.attach(pc.opened.cache, pc.district.case, bytes([n]) * 1_000_000, "image/jpeg")


@pytest.mark.parametrize("much", [edit_much, attach_much])
def test_a_used_up_share_is_told_and_what_was_saved_is_uploaded_afterwards(
    district: District, much: Callable[[Pc], None]
) -> None:
    lin = pc_in(district.folder / "pc", district)
    lin.edit(district.ident, phone="13900007741")
    folder = lin.opened.profile.folder

    with files_up_to(max(each.stat().st_size for each in folder.iterdir())), pytest.raises(DiskFailed) as fault:
        much(lin)

    assert str(fault.value).startswith(SHARE)
    saved = lin.unsent()
    assert saved >= 1
    while not lin.sync().in_step:
        pass
    assert lin.statuses() == ["applied"] * saved


@pytest.mark.parametrize("much", [edit_much, attach_much])
def test_a_full_disk_is_told_and_what_was_saved_is_uploaded_afterwards(
    district: District, disk: Disk, much: Callable[[Pc], None]
) -> None:
    lin = pc_in(disk.folder, district)
    lin.edit(district.ident, phone="13900007741")
    disk.fill()

    with pytest.raises(DiskFull) as fault:
        much(lin)

    assert str(fault.value) == FULL
    with pytest.raises(GridError, match=r"disk|Disk"):
        edit_much(lin)  # again, and again told
    saved = lin.unsent()
    disk.make_room()
    while not lin.sync().in_step:
        pass
    assert lin.statuses() == ["applied"] * saved
    lin.opened.close()  # before the disk goes
    district.pcs.clear()


def test_a_cycle_on_a_full_disk_ends_with_the_same_words_and_loses_nothing(district: District, disk: Disk) -> None:
    lin, chen = pc_in(disk.folder, district), district.pc("chen")
    chen.sync()
    for n in range(30):
        chen.edit(district.resident, note=str(n) * 60_000)
        chen.sync()
    lin.edit(district.ident, phone="13900007741")
    disk.fill()

    with pytest.raises(DiskFull) as fault:
        sync_and_edit(lin)

    assert str(fault.value) == FULL
    disk.make_room()
    while not lin.sync().in_step:
        pass
    assert set(lin.statuses()) == {"applied"}
    assert lin.fields(district.resident)["note"] == chen.fields(district.resident)["note"]
    lin.opened.close()
    district.pcs.remove(lin)


def test_a_profile_on_a_read_only_disk_is_not_opened_and_says_why(district: District, disk: Disk) -> None:
    lin = pc_in(disk.folder, district)
    lin.edit(district.ident, phone="13900007741")
    lin.opened.close()
    disk.allow_writing(False)

    with pytest.raises(DiskReadOnly) as fault:
        unlock(lin.opened.profile, PIN, None, clock=district.clock)

    assert str(fault.value) == READ_ONLY
    disk.allow_writing(True)
    lin.opened = unlock(lin.opened.profile, PIN, None, clock=district.clock)
    assert lin.unsent() == 1
    assert lin.sync().in_step
    lin.opened.close()
    district.pcs.clear()


def photograph(pc: Pc, size: int) -> str:
    """Finishes a step with a photo of so many bytes."""
    data = hashlib.sha256(str(size).encode()).digest() * (size // 32)
    sha256, _ = blobs.attach(pc.opened.cache, pc.district.case, data, "image/jpeg")
    pack = pc.district.platform.packs[PACK]
    with pc.opened.cache.write() as tx:
        answers = {"/data/contact/note": sha256}
        work.complete_step(tx, pack, pc.district.case, "contact", answers, pc.actor, (sha256,))
    return sha256


@pytest.mark.parametrize("size", [320_000, 1_600_000])  # in one request, and in pieces
def test_a_platform_without_room_blames_no_edit_and_no_photo_and_takes_them_when_it_has(
    tmp_path: Path, disk: Disk, size: int
) -> None:
    district = District.start(disk.folder)
    lin = pc_in(tmp_path / "pc", district)
    lin.edit(district.resident, note="x" * 100_000)
    photo = photograph(lin, size)
    disk.fill()

    for _ in range(4):
        with pytest.raises(Busy) as fault:
            lin.sync()
        assert str(fault.value) == BUSY
        assert 0 < fault.value.retry_after_s <= 60

    with lin.opened.cache.read() as connection:
        assert connection.exec_driver_sql("SELECT sum(attempts), sum(quarantined) FROM outbox").one() == (0, 0)
    disk.make_room()
    assert lin.sync().in_step
    assert set(lin.statuses()) == {"applied"}
    assert district.platform.blobs.has(photo)
    district.stop()


@pytest.mark.parametrize("size", [320_000, 1_600_000])
def test_a_photo_for_which_the_platform_has_no_room_comes_when_it_has(tmp_path: Path, disk: Disk, size: int) -> None:
    place = tmp_path / "district" / "platform"
    place.mkdir(parents=True)
    for name in ("blobs", "uploads"):  # photos have a disk of their own
        (disk.folder / name).mkdir()
        (place / name).symlink_to(disk.folder / name)
    district = District.start(tmp_path / "district")
    lin = pc_in(tmp_path / "pc", district)
    photo = photograph(lin, size)
    disk.fill()

    for _ in range(3):
        with pytest.raises(Busy):
            lin.sync()

    assert lin.unsent() == 0  # the edit itself is there
    disk.make_room()
    assert lin.sync().in_step
    assert hashlib.sha256(district.platform.blobs.path(photo).read_bytes()).hexdigest() == photo
    assert list(disk.folder.rglob("*.part")) == []
    district.stop()


def test_a_fault_of_the_platforms_own_is_no_lack_of_room(district: District) -> None:
    lin = pc_in(district.folder / "pc", district)
    lin.edit(district.ident, phone="13900007741")
    with district.platform.database.write() as connection:
        connection.exec_driver_sql("DROP TABLE history")

    lin.sync()

    with lin.opened.cache.read() as connection:
        assert connection.exec_driver_sql("SELECT attempts FROM outbox").scalars().all() == [1]  # it waits alone
