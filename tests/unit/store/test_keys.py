"""Which keyring of the system is trusted with a key, and what the file of a PIN does when it is not whole."""

import json
from collections.abc import Generator
from pathlib import Path
from typing import Any

import keyring
import pytest
from keyring.backend import KeyringBackend
from keyring.backends import SecretService, chainer, fail, libsecret, null
from keyring.compat import properties
from keyring.errors import KeyringError, KeyringLocked, PasswordSetError

from gridclient.store import keys
from gridclient.store.keys import CacheLocked, KeyFileGone, KeyringRefused, WrongPin, system_keyring
from gridclient.sync.sign_in import Credentials, sign_in, unlock
from tests.system.district import PASSWORD, PIN, District

WHO, KEY = "lin-0a1b2c3d", bytes(range(32))


class _Remembers(KeyringBackend):
    """What every backend of these tests does: it keeps secrets in memory, or fails when it is told to."""

    fault: KeyringError | None = None
    kept: dict[tuple[str, str], str]

    def __init__(self) -> None:
        super().__init__()
        self.kept = {}

    def get_password(self, service: str, username: str) -> str | None:
        self._fail()
        return self.kept.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self._fail()
        self.kept[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        self._fail()
        del self.kept[service, username]

    def _fail(self) -> None:
        if self.fault is not None:
            raise self.fault


class Service(_Remembers, SecretService.Keyring):
    """The desktop's keyring service."""

    @properties.classproperty
    def priority(cls) -> float:
        return 5


class Asleep(_Remembers, libsecret.Keyring):
    """A backend that was chosen although its service does not run."""

    @properties.classproperty
    def priority(cls) -> float:
        raise RuntimeError("the service is not running")


class Plaintext(_Remembers):
    """A backend that would write the key into a readable file; its module has a trusted name in it."""

    __module__ = "elsewhere.SecretService"
    priority: Any = 9


class Chain(chainer.ChainerBackend):
    """Several backends in a row, the readable one first."""

    backends: Any = ()
    priority: Any = 10


@pytest.fixture(autouse=True)
def restored() -> Generator[None]:
    """The machine's own choice of a backend is put back."""
    before = keyring.get_keyring()
    yield
    keyring.set_keyring(before)


def test_the_service_of_the_desktop_keeps_the_key_gives_it_back_and_forgets_it() -> None:
    service = Service()
    keyring.set_keyring(service)

    ring = system_keyring()

    assert ring is not None
    assert ring is service
    keys.keep_in_keyring(ring, WHO, KEY)
    assert keys.from_keyring(ring, WHO) == KEY
    keys.forget(ring, WHO)
    assert service.kept == {}
    with pytest.raises(CacheLocked):
        keys.from_keyring(ring, WHO)


@pytest.mark.parametrize("backend", [null.Keyring, fail.Keyring, Plaintext, Asleep])
def test_a_backend_that_keeps_nothing_fails_writes_plain_text_or_sleeps_is_not_used(
    backend: type[KeyringBackend],
) -> None:
    keyring.set_keyring(backend())

    assert system_keyring() is None


def test_a_chain_gives_its_service_and_never_the_plain_text_before_it() -> None:
    service = Service()
    chain = Chain()
    chain.backends = [Plaintext(), Asleep(), service]
    keyring.set_keyring(chain)

    assert system_keyring() is service

    chain.backends = [Plaintext(), Asleep()]
    assert system_keyring() is None


def test_where_only_plain_text_is_offered_a_pin_wraps_the_key_and_nothing_is_given_away(tmp_path: Path) -> None:
    plaintext = Plaintext()
    keyring.set_keyring(plaintext)
    district = District.start(tmp_path / "district")
    who = Credentials(district.running.url, "lin", PASSWORD, "PC", PIN)

    opened = sign_in(tmp_path / "pc", who, system_keyring(), clock=district.clock)

    assert plaintext.kept == {}
    assert opened.facts.locked_by == "pin"
    key = keys.unwrap(opened.profile.key_path, PIN)
    assert key.hex().encode() not in opened.profile.key_path.read_bytes()
    opened.close()
    district.stop()


def test_where_there_is_a_service_it_holds_the_key_and_no_file_does(tmp_path: Path) -> None:
    keyring.set_keyring(Service())
    district = District.start(tmp_path / "district")
    who = Credentials(district.running.url, "lin", PASSWORD, "PC")

    opened = sign_in(tmp_path / "pc", who, system_keyring(), clock=district.clock)
    opened.close()

    assert opened.facts.locked_by == "keyring"
    assert not opened.profile.key_path.exists()
    unlock(opened.profile, PASSWORD, system_keyring(), clock=district.clock).close()
    district.stop()


def test_a_keyring_that_refuses_the_key_is_told_and_leaves_no_cache(tmp_path: Path) -> None:
    service = Service()
    service.fault = PasswordSetError("denied")
    district = District.start(tmp_path / "district")
    who = Credentials(district.running.url, "lin", PASSWORD, "PC")

    with pytest.raises(KeyringRefused):
        sign_in(tmp_path / "pc", who, service, clock=district.clock)
    assert list(tmp_path.glob("pc/profiles/*/*.db*")) == []

    service.fault = None
    sign_in(tmp_path / "pc", who, service, clock=district.clock).close()
    district.stop()


def test_a_locked_keyring_locks_the_cache() -> None:
    service = Service()
    service.fault = KeyringLocked("the person did not unlock it")

    with pytest.raises(CacheLocked):
        keys.from_keyring(service, WHO)


def test_a_wrong_pin_is_told_and_the_right_one_still_opens(tmp_path: Path) -> None:
    keys.wrap(tmp_path / "key.json", KEY, PIN)

    with pytest.raises(WrongPin):
        keys.unwrap(tmp_path / "key.json", "135791")

    assert keys.unwrap(tmp_path / "key.json", PIN) == KEY


@pytest.mark.parametrize(
    "change",
    [
        {"key": "not base64!"},
        {"nonce": ""},
        {"memory_kib": 2**40},
        {"memory_kib": 8, "lanes": 2},
        {"lanes": 0},
        {"salt": None},
    ],
    ids=str,
)
def test_a_damaged_key_file_is_told_as_such(tmp_path: Path, change: dict[str, object]) -> None:
    path = tmp_path / "key.json"
    keys.wrap(path, KEY, PIN)
    path.write_text(json.dumps(json.loads(path.read_text("utf-8")) | change), "utf-8")

    with pytest.raises(KeyFileGone):
        keys.unwrap(path, PIN)


def test_a_key_file_that_is_gone_is_told_by_its_name_and_the_cache_opens_when_it_is_back(tmp_path: Path) -> None:
    district = District.start(tmp_path / "district")
    lin = district.pc("lin")
    profile = lin.opened.profile
    lin.opened.close()
    district.pcs.clear()
    lost = profile.key_path.read_bytes()
    profile.key_path.unlink()
    who = Credentials(district.running.url, "lin", PASSWORD, "PC", PIN)

    told: list[str] = []
    for open_it in (
        lambda: unlock(profile, PIN, None),
        lambda: unlock(profile, PIN, Service()),
        lambda: sign_in(district.folder / "pc-lin", who, None),
    ):
        with pytest.raises(KeyFileGone) as fault:
            open_it()
        told.append(str(fault.value))

    assert set(told) == {
        f"The key file is gone or damaged, so no PIN opens this cache: {profile.key_path}. Put the file back from a "
        "copy. If there is none, ask an administrator to remove the folder, then sign in anew; what was not uploaded "
        "is lost."
    }
    profile.key_path.write_bytes(lost)
    unlock(profile, PIN, None, clock=district.clock).close()
    district.stop()


def test_what_pins_and_passwords_cost_outside_of_the_tests(shipped_costs: dict[str, tuple[int, int, int]]) -> None:
    assert shipped_costs == {
        "pin": (64 * 1024, 3, 2), "sign-in": (64 * 1024, 3, 4), "lock": (64 * 1024, 3, 4), "account": (19 * 1024, 2, 1)
    }  # fmt: skip
