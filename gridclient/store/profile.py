"""One worker on one PC: a folder with an encrypted cache, its attachments, and nothing readable about residents.

Every worker who uses the PC has a profile and a key of their own. A profile is held by one process at a time.
"""

import hashlib
import shutil
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import fasteners

from gridclient import faults
from gridclient.domain.staff import account_key
from gridclient.durable import sync_folder
from gridclient.errors import GridError
from gridclient.store import keys
from gridclient.store.disk import disk_fault
from gridclient.store.facts import ASIDE, FACTS, ProfileFacts, keep_facts, known_profiles, read_facts

_MAKING, _MADE, _DAMAGED = "rescue", "rescued", "damaged"


class ProfileInUse(GridError):
    """Another process has the profile open."""

    text = "GridClient is already open for this worker on this PC."


class Profile:
    """A worker's folder; `hold()` it before its databases are opened."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.cache_path = folder / "cache.db"
        self.attachments_path = folder / "attachments.db"
        self.key_path = folder / "key.json"
        self._lock = fasteners.InterProcessLock(folder / "lock")
        self._held = False

    @property
    def facts(self) -> ProfileFacts:
        """The worker's facts; raises FileNotFoundError for a folder that is no profile."""
        return read_facts(self.folder)

    def is_locked_by_pin(self) -> bool:
        """Whether the key lies under a PIN, also when its file was lost since."""
        return self.key_path.exists() or ((self.folder / FACTS).exists() and self.facts.locked_by == "pin")

    def keep(self, facts: ProfileFacts) -> None:
        """Writes the worker's facts, creating the folder on first use."""
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        keep_facts(self.folder, facts)

    def wipe(self, ring: keys.Keyring | None) -> None:
        """Destroys the keys first, wherever they lie, then every file, also those set aside; it must be closed."""
        folders = [self.folder, *self.folder.parent.glob(f"{self.folder.name}{ASIDE}*")]
        keys.forget(ring, self.folder.name)
        for folder in folders:
            (folder / self.key_path.name).unlink(missing_ok=True)
            sync_folder(folder)
        faults.reach("wipe.key-gone")
        for folder in folders:
            shutil.rmtree(folder)

    def set_aside(self, at: datetime) -> Path:
        """Renames the folder of a held profile whose PIN nobody knows, and holds an empty one in its place."""
        aside = self.folder.with_name(f"{self.folder.name}{ASIDE}{at:%Y%m%dT%H%M%S}")
        self.release()  # Windows renames no folder with an open file in it
        try:
            self.folder.rename(aside)
            sync_folder(aside.parent)
        except OSError as error:
            raise disk_fault(error) from error
        self.hold()
        return aside

    def hold(self) -> None:
        """Takes the profile for this process until `release`; raises `ProfileInUse`, or what the disk refuses."""
        try:
            self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            is_mine = self._lock.acquire(blocking=False)
        except OSError as error:
            raise disk_fault(error) from error
        if not is_mine:
            if self._lock.lockfile is not None:  # it stays open where the lock was refused
                self._lock.lockfile.close()
            raise ProfileInUse
        self._held = True
        self._take_rescued()

    def begin_rescue(self) -> "Profile":
        """An empty place for a rebuilt cache; one that was left unfinished is thrown away."""
        place = self.folder / _MAKING
        if place.exists():
            shutil.rmtree(place)
        place.mkdir(mode=0o700)
        return Profile(place)

    def end_rescue(self) -> None:
        """Puts the rebuilt cache in the damaged one's place, which is kept in a folder beside it."""
        (self.folder / _MAKING).rename(self.folder / _MADE)
        self._take_rescued()

    def _take_rescued(self) -> None:
        """Once the rebuilt cache is whole it is taken, also when a crash came between; every move can be repeated."""
        made, kept = self.folder / _MADE, self.folder / _DAMAGED
        if not made.exists():
            return
        kept.mkdir(mode=0o700, exist_ok=True)
        for path in (self.cache_path, self.attachments_path):
            if (made / path.name).exists():
                for ending in ("-wal", "-shm", ""):  # a log of the old file must never meet the new one
                    if (old := path.with_name(path.name + ending)).exists():
                        old.replace(kept / old.name)
                faults.reach("rescue.moving")
                (made / path.name).replace(path)
        made.rmdir()

    def release(self) -> None:
        """Lets another process take the profile."""
        if self._held:
            self._lock.release()
            self._held = False


def profile_id(address: str, account: str) -> str:
    """The folder name for an account on a platform, whatever way both were typed: no two for one worker."""
    address, account = _key_of(address, account)
    digest = hashlib.sha256(f"{address}\n{account}".encode()).hexdigest()[:8]
    return "".join(c if c.isascii() and c.isalnum() else "-" for c in account) + "-" + digest


def _key_of(address: str, account: str) -> tuple[str, str]:
    parts = urlsplit(address.strip().rstrip("/"))
    return urlunsplit(parts._replace(netloc=parts.netloc.lower())), account_key(account) or account


def profiles(root: Path) -> Iterator[Profile]:
    """The profiles under a folder, most recently used first; one without readable facts comes back by signing in."""
    for folder, _ in known_profiles(root):
        yield Profile(folder)


def profile_of(root: Path, address: str, account: str) -> Profile:
    """The profile of an account, whether it exists or not; an older program named its folder as it was typed."""
    profile = Profile(root / "profiles" / profile_id(address, account))
    if profile.cache_path.exists():
        return profile
    wanted = _key_of(address, account)
    known = (each for each in profiles(root) if _key_of(each.facts.address, each.facts.account) == wanted)
    return next(known, profile)
