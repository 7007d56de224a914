"""`gridclient doctor` and `gridclient sync` on a PC that was in use: each trouble has its words and its advice."""

import json
import re
from collections.abc import Generator
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from gridclient.cli import doctor
from gridclient.cli.main import main
from gridclient.platform import directory
from gridclient.store import keys, room
from gridclient.store.profile import Profile
from gridclient.sync.sign_in import Credentials, sign_in
from tests.system.damage import damaged, pages_of
from tests.system.district import PASSWORD, PIN, District
from tests.system.proxy import Proxy, Trouble, answer
from tests.system.test_disk import Ring

_SETUP = Path(__file__).parents[2] / "packaging" / "setup.sh"


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Generator[tuple[District, Proxy, Path]]:
    """Lin's PC, in step and closed, behind a proxy; the PIN comes from the environment."""
    monkeypatch.setenv("GRIDCLIENT_SECRET", PIN)
    district = District.start(tmp_path / "district")
    proxy = Proxy(district.running.url)
    district.address = proxy.url
    lin = district.pc("lin")
    lin.sync()
    lin.edit(district.ident, phone="13900007741")
    lin.opened.close()
    district.pcs.clear()
    yield district, proxy, tmp_path / "district" / "pc-lin"
    district.stop()
    proxy.stop()


def _doctor(home: Path, capsys: pytest.CaptureFixture[str], *arguments: str) -> dict[str, dict[str, str]]:
    main(["doctor", "--json", "--home", str(home), *arguments])
    return {each["check"]: each for each in json.loads(capsys.readouterr().out)}


def _profile(home: Path) -> Profile:
    [folder] = (home / "profiles").iterdir()
    return Profile(folder)


def test_doctor_opens_the_cache_counts_it_and_reaches_the_platform(
    home: tuple[District, Proxy, Path], capsys: pytest.CaptureFixture[str]
) -> None:
    found = _doctor(home[2], capsys, "--unlock")

    assert found["Cache"]["ok"]
    assert re.fullmatch(r"\d+ parts, 0 damaged", found["Cache"]["found"])
    assert found["Key"]["found"] == "wrapped by a PIN (there is no keyring service)"
    assert "reached" in found["Platform"]["found"]  # its clock stands, so that the PC's differs from it
    assert found["Platform"]["advice"] == "Set this PC's clock; deadlines count by the platform's."


@pytest.mark.parametrize(
    ("trouble", "told"),
    [
        (Trouble("/hello", instead=answer("200 OK")), "something else answers in the platform's place"),
        (Trouble("/hello", instead=answer("401 Unauthorized")), "something else answers in the platform's place"),
        (Trouble("/hello", instead=b""), "cannot be reached"),
    ],
)
def test_doctor_tells_who_answers_in_the_platforms_place(
    home: tuple[District, Proxy, Path], capsys: pytest.CaptureFixture[str], trouble: Trouble, told: str
) -> None:
    home[1].next(trouble)

    found = _doctor(home[2], capsys)["Platform"]

    assert (found["ok"], found["found"]) == (False, told)
    assert found["advice"]


def test_doctor_tells_a_lost_key_a_lost_cache_and_a_wrong_pin(
    home: tuple[District, Proxy, Path], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    profile = _profile(home[2])

    monkeypatch.setenv("GRIDCLIENT_SECRET", "000000")
    assert "PIN" in _doctor(home[2], capsys, "--unlock")["Cache"]["found"]
    profile.key_path.rename(profile.key_path.with_suffix(".away"))
    assert _doctor(home[2], capsys)["Key"]["found"] == "the file of the key is missing"
    profile.cache_path.unlink()
    found = _doctor(home[2], capsys)["Cache"]

    assert found["found"] == "the file is missing"
    assert found["advice"] == "Sign in anew: everything is fetched again."


def test_doctor_tells_a_full_disk(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(room, "LEAST_FREE_MB", 2**40)

    assert "Make room" in _doctor(tmp_path, capsys)["Disk"]["advice"]


def test_doctor_names_the_libraries_that_the_set_up_installs() -> None:
    needed = re.findall(r"([\w+.-]+\.so\.\d+):([\w.-]+)", _SETUP.read_text("utf-8"))

    assert needed == [*doctor.LIBRARIES.items(), *doctor.LIBRARIES_OF_A_DISPLAY.items()]


def test_doctor_looks_for_the_libraries_of_a_display_where_there_is_one(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(doctor, "LIBRARIES", {"libc.so.6": "libc6"})
    monkeypatch.setattr(doctor, "LIBRARIES_OF_A_DISPLAY", {"libc.so.6": "libc6", "libxcb-gone.so.9": "libxcb-gone9"})
    for name in ("DISPLAY", "WAYLAND_DISPLAY"):
        monkeypatch.delenv(name, raising=False)
    assert _doctor(tmp_path, capsys)["Qt libraries"]["ok"]

    monkeypatch.setenv("DISPLAY", ":0")
    found = _doctor(tmp_path, capsys)["Qt libraries"]

    assert (found["ok"], found["found"]) == (False, "missing: libxcb-gone9")
    assert found["advice"] == "Install the system libraries: libxcb-gone9"


def test_doctor_asks_the_keyring_for_the_key_itself(
    home: tuple[District, Proxy, Path], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    ring = Ring()
    who = Credentials(home[1].url, "chen", PASSWORD, "PC")
    sign_in(home[2].parent / "pc-chen", who, ring, clock=home[0].clock).close()
    monkeypatch.setattr(doctor, "system_keyring", lambda: ring)
    assert _doctor(home[2].parent / "pc-chen", capsys)["Key"]["ok"]

    ring.kept.clear()
    found = _doctor(home[2].parent / "pc-chen", capsys)["Key"]

    assert (found["ok"], found["found"]) == (False, "not in the system's keyring")
    assert found["advice"]


def test_doctor_uses_no_password_of_another_program(
    home: tuple[District, Proxy, Path], tmp_path: Path, capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    (tmp_path / ".netrc").write_text(f"machine {urlsplit(home[1].url).hostname} login somebody password another\n")
    (tmp_path / ".netrc").chmod(0o600)
    monkeypatch.setenv("NETRC", str(tmp_path / ".netrc"))
    before = len(home[1].requests)

    _doctor(home[2], capsys)

    [asked] = list(home[1].requests)[before:]
    assert b"authorization" not in asked.lower()


def test_a_cycle_without_a_window_uploads_and_tells_what_happened(
    home: tuple[District, Proxy, Path], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["sync", "--home", str(home[2]), "--account", "lin"]) == 0

    told = capsys.readouterr().out.splitlines()
    assert told[0] == "Uploaded: 1 change (applied 1), 0 photos"
    assert told[-1] == "This PC and the platform agree."


def test_a_cycle_behind_a_portal_ends_with_one_line_and_keeps_the_work(
    home: tuple[District, Proxy, Path], capsys: pytest.CaptureFixture[str]
) -> None:
    home[1].next(Trouble("/hello", instead=answer("200 OK")))

    assert main(["sync", "--home", str(home[2])]) == 1

    assert len(capsys.readouterr().err.strip().splitlines()) == 1
    assert main(["sync", "--home", str(home[2]), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["results"] == {"applied": 1}


def test_a_cycle_of_a_pc_that_was_reported_lost_leaves_nothing(
    home: tuple[District, Proxy, Path], capsys: pytest.CaptureFixture[str]
) -> None:
    district, _, folder = home
    lin = district.pc("lin", "pc-lin")
    device = lin.opened.cache.setting("device") or ""
    lin.opened.close()
    district.pcs.clear()
    with district.platform.database.write() as connection:
        directory.revoke_device(connection, device, district.clock(), "now")

    assert main(["sync", "--home", str(folder)]) == 1

    assert capsys.readouterr().err
    assert not list((folder / "profiles").iterdir())


def test_a_damaged_cache_is_told_by_both_commands(
    home: tuple[District, Proxy, Path], capsys: pytest.CaptureFixture[str]
) -> None:
    profile = _profile(home[2])
    key = keys.unwrap(profile.key_path, PIN)
    [page, *_] = pages_of(profile.cache_path, key, "SELECT count(*) FROM membership")
    profile.cache_path.write_bytes(damaged(profile.cache_path.read_bytes(), page))

    assert main(["sync", "--home", str(home[2])]) == 1
    assert "damaged" in capsys.readouterr().err
    found = _doctor(home[2], capsys, "--unlock")["Cache"]

    assert not found["ok"]
    assert found["advice"]
