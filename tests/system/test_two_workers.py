"""Two workers on one PC: each has a profile and a key, and after a switch nothing of the first can be read."""

import hashlib

import pytest

from gridclient.store import blobs, keys
from gridclient.store.attachments import AttachmentFile
from gridclient.store.cipher import CacheUnreadable, open_engine
from gridclient.store.profile import Profile, profiles
from gridclient.sync.sign_in import Credentials, Opened, sign_in, unlock
from tests.system.district import PASSWORD, District, Pc
from tests.system.held import holders, open_files

pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)  # the PC is what is looked at
PINS = {"lin": "246810", "chen": "135790"}


def _sign_in(district: District, account: str) -> Opened:
    who = Credentials(district.running.url, account, PASSWORD, "PC", PINS[account])
    return sign_in(district.folder / "pc", who, None, clock=district.clock)


def _work(district: District, account: str) -> Profile:
    """A worker's morning: everything is here, an edit and a photo wait; then the worker leaves."""
    opened = _sign_in(district, account)
    pc = Pc(district, account, opened)
    pc.sync()
    pc.edit(district.resident, note=f"seen by {account}")
    blobs.attach(opened.cache, district.case, bytes(5000), "image/jpeg")
    assert holders(_fingerprint(opened.profile, account)) != []  # or the look at memory would find nothing ever
    assert "cache.db" in open_files(opened.profile.folder)
    opened.close()
    return opened.profile


def _fingerprint(profile: Profile, account: str) -> bytes:
    return hashlib.sha256(keys.unwrap(profile.key_path, PINS[account])).digest()


def test_two_workers_have_profiles_and_keys_of_their_own(district: District) -> None:
    first, second = _work(district, "lin"), _work(district, "chen")

    assert first.folder != second.folder
    assert {profile.facts.account for profile in profiles(district.folder / "pc")} == {"lin", "chen"}
    assert _fingerprint(first, "lin") != _fingerprint(second, "chen")
    for profile, pin in ((first, PINS["chen"]), (second, PINS["lin"])):
        with pytest.raises(keys.WrongPin):
            unlock(profile, pin, None)


def test_the_key_of_one_worker_opens_no_file_of_the_other(district: District) -> None:
    first, second = _work(district, "lin"), _work(district, "chen")
    key = keys.unwrap(second.key_path, PINS["chen"])

    for path in (first.cache_path, first.attachments_path):
        before = path.read_bytes()
        with pytest.raises(CacheUnreadable):
            open_engine(path, key)
        assert path.read_bytes() == before
    with pytest.raises(CacheUnreadable):
        AttachmentFile(first.attachments_path, key)
    assert open_files(first.folder) == []


def test_after_a_switch_no_file_of_the_first_worker_is_open_and_no_object_has_the_key(district: District) -> None:
    first = _work(district, "lin")

    second = _sign_in(district, "chen")

    assert open_files(first.folder) == []
    assert holders(_fingerprint(first, "lin")) == []
    assert Pc(district, "chen", second).sync().in_step
    assert open_files(first.folder) == []
    second.close()


def test_the_first_worker_comes_back_to_everything(district: District) -> None:
    first = _work(district, "lin")
    _work(district, "chen")

    lin = Pc(district, "lin", unlock(first, PINS["lin"], None, clock=district.clock))

    assert lin.unsent() == 1
    assert lin.fields(district.resident)["note"] == "seen by lin"
    lin.opened.close()
