"""A profile belongs to one process, a cache to the programs that know its schema; a refusal changes nothing."""

import subprocess
import sys
from pathlib import Path

import pytest

from gridclient.store import keys, outbox
from gridclient.store.cipher import open_engine
from gridclient.store.facts import ProfileFacts
from gridclient.store.profile import Profile, ProfileInUse, profile_of, profiles
from gridclient.store.schema import MIGRATIONS, CacheTooNew
from gridclient.sync.sign_in import Credentials, sign_in, unlock
from tests.system.district import PASSWORD, PIN, Pc

HOLD = """
import sys
from pathlib import Path
from gridclient.store.profile import Profile
profile = Profile(Path(sys.argv[1]))
profile.hold()
print("held", flush=True)
sys.stdin.read()
"""


def test_a_profile_that_another_process_has_open_is_not_opened_twice(lin: Pc) -> None:
    profile, before = lin.opened.profile, _files(lin.opened.profile)
    command = [sys.executable, "-c", HOLD, str(profile.folder)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as other:
        assert other.stdin is not None
        assert other.stdout is not None
        assert other.stdout.readline() == b"held\n"
        who = Credentials(lin.district.running.url, "lin", PASSWORD, "PC", PIN)

        for open_it in (
            lambda: unlock(profile, PIN, None),
            lambda: sign_in(lin.district.folder / "pc-lin", who, None),
        ):
            with pytest.raises(ProfileInUse) as fault:
                open_it()
            assert str(fault.value) == "GridClient is already open for this worker on this PC."
        assert _files(profile) == before
        other.stdin.close()
        other.wait(20)

    lin.opened = unlock(profile, PIN, None, clock=lin.district.clock)
    assert lin.unsent() == 1
    lin.opened.close()


def test_a_cache_that_a_newer_program_has_used_is_left_as_it_is(lin: Pc) -> None:
    profile = lin.opened.profile
    key = keys.unwrap(profile.key_path, PIN)
    _set_version(profile, key, len(MIGRATIONS) + 1)
    before = _files(profile)
    who = Credentials(lin.district.running.url, "lin", PASSWORD, "PC", PIN)

    for open_it in (
        lambda: unlock(profile, PIN, None),
        lambda: sign_in(lin.district.folder / "pc-lin", who, None),
    ):
        with pytest.raises(CacheTooNew) as fault:
            open_it()
        assert str(fault.value) == (
            "A newer version of GridClient has used this cache. Install that version; nothing was changed."
        )
    assert _files(profile) == before

    _set_version(profile, key, len(MIGRATIONS))
    lin.opened = unlock(profile, PIN, None, clock=lin.district.clock)
    assert lin.unsent() == 1
    lin.opened.close()


def _set_version(profile: Profile, key: bytes, version: int) -> None:
    """What a program with so many migrations leaves."""
    engine = open_engine(profile.cache_path, key)
    with engine.begin() as connection:
        connection.exec_driver_sql(f"PRAGMA user_version = {version}")
    engine.dispose()


def _files(profile: Profile) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in profile.folder.iterdir()}


@pytest.mark.parametrize("damaged", [b"\xff{", b"[]", b"7", b"{}", b'{"name": "x"}'])
def test_facts_that_cannot_be_read_keep_no_other_worker_out(tmp_path: Path, damaged: bytes) -> None:
    good, bad = (profile_of(tmp_path, "https://street.example", account) for account in ("chen", "lin"))
    for profile in (good, bad):
        profile.keep(ProfileFacts(id=profile.folder.name, address="https://street.example", account="x", name="x",
                                  role="worker", locked_by="pin"))  # fmt: skip
    (bad.folder / "profile.json").write_bytes(damaged)

    assert [profile.folder for profile in profiles(tmp_path)] == [good.folder]


@pytest.mark.parametrize("typed", ["LIN", " Lin ", "ｌｉｎ"])
def test_an_account_typed_another_way_is_the_same_worker_on_the_pc(lin: Pc, typed: str) -> None:
    who = Credentials(f"{lin.district.running.url.replace('http', 'HTTP')}/", typed, PASSWORD, "PC", PIN)

    opened = sign_in(lin.district.folder / "pc-lin", who, None)

    assert opened.profile.folder == lin.opened.profile.folder
    with opened.cache.read() as connection:
        assert outbox.waiting(connection).count == 1
    opened.close()


def test_a_profile_under_an_older_programs_name_is_found_still(tmp_path: Path) -> None:
    known = Profile(tmp_path / "profiles" / "LIN-0c1f9a5e")
    known.keep(ProfileFacts(id=known.folder.name, address="https://Street.example/", account="LIN", name="林晓",
                            role="worker", locked_by="pin"))  # fmt: skip

    assert profile_of(tmp_path, "https://street.example", "lin").folder == known.folder
    assert profile_of(tmp_path, "https://street.example", "chen").folder != known.folder
    assert profile_of(tmp_path, "https://other.example", "lin").folder != known.folder
