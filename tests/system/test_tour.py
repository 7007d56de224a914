"""The tour as a command: it passes to its end, and what it leaves on the PCs shows nobody's data."""

import json
import os
import random
import re
import sqlite3
import subprocess
import sys
from contextlib import closing
from datetime import datetime
from pathlib import Path

import pytest

from gridclient.demo import generate
from gridclient.domain.record import Kind
from gridclient.domain.zone import ZONE
from tests.system.scan import ENCODINGS, find


def _play(folder: Path, *options: str) -> Path:
    """Plays a tour whose every trace lies in a folder: `keep`, `out`, `tmp` and `home`."""
    home = folder / "home"
    for place in (folder / "tmp", home):
        place.mkdir()
    command = [sys.executable, "-m", "gridclient", "demo", "--tour", *options, "--keep", str(folder / "keep"),
               "--out", str(folder / "out")]  # fmt: skip
    environment = {
        **os.environ, "QT_QPA_PLATFORM": "offscreen", "TMPDIR": str(folder / "tmp"), "HOME": str(home),
        "XDG_CACHE_HOME": str(home / "cache"), "XDG_CONFIG_HOME": str(home / "config"),
        "XDG_DATA_HOME": str(home / "data"), "XDG_STATE_HOME": str(home / "state"),
    }  # fmt: skip
    done = subprocess.run(command, capture_output=True, text=True, timeout=300, env=environment, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    (folder / "said.txt").write_text(done.stdout + done.stderr, "utf-8")
    return folder


@pytest.fixture(scope="module")
def tour(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a tour that was played once."""
    return _play(tmp_path_factory.mktemp("tour"))


def _steps(played: Path) -> list[str]:
    return [step["step"] for step in json.loads((played / "out" / "report.json").read_text("utf-8"))]


def test_every_step_of_the_tour_went_well_and_has_its_picture(tour: Path) -> None:
    steps = json.loads((tour / "out" / "report.json").read_text("utf-8"))

    assert all(step["ok"] for step in steps)
    pictures = [step["screenshot"] for step in steps if step["screenshot"]]
    assert len(pictures) == len(set(pictures)) >= 25
    assert all((tour / "out" / picture).stat().st_size > 10_000 for picture in pictures)


def test_every_journey_of_the_tour_goes_by_keyboard_alone(tour: Path, tmp_path: Path) -> None:
    by_keys = _play(tmp_path, "--keys")

    assert _steps(by_keys) == _steps(tour)


def test_the_first_download_is_interrupted_and_goes_on(tour: Path) -> None:
    names = _steps(tour)

    began = names.index("Lin signs in first download")
    assert names[began + 1 : began + 3] == ["Lin signs in interrupts the download", "Lin signs in"]


def test_the_tour_says_a_line_for_each_step_and_nothing_else(tour: Path) -> None:
    steps = json.loads((tour / "out" / "report.json").read_text("utf-8"))
    lines = (tour / "said.txt").read_text("utf-8").splitlines()

    assert [line for line in lines if not line.startswith("ok ")] == []
    assert len(lines) == len(steps)


def test_the_pictures_names_are_safe_on_every_file_system(tour: Path) -> None:
    names = [path.name for path in (tour / "out").glob("*.png")]

    assert [name for name in names if not re.fullmatch(r"[a-z0-9.-]+", name)] == []


def test_nothing_of_a_resident_can_be_read_in_the_profiles_the_home_or_the_temp_folder(tour: Path) -> None:
    places = [tour / "keep" / pc for pc in ("pc-a", "pc-b", "pc-c")] + [tour / "tmp", tour / "home"]

    found, size = find(places, _secrets())

    assert found == []
    assert size > 1_000_000


def test_the_scan_finds_people_where_they_can_be_read(tour: Path, tmp_path: Path) -> None:
    """The platform's own database is not encrypted by us; and a deleted row stays in a plain file's free pages."""
    secrets, contact = _secrets(), _contact()
    with closing(sqlite3.connect(tmp_path / "plain.db")) as plain:
        plain.execute("PRAGMA secure_delete = OFF")
        plain.execute("CREATE TABLE people(name TEXT)")
        plain.executemany("INSERT INTO people VALUES (?)", [("王秀英" + "x" * 50,)] * 2000)
        plain.commit()
        plain.execute("DELETE FROM people")
        plain.commit()
        assert plain.execute("PRAGMA freelist_count").fetchone()[0] > 0
    for encoding in ENCODINGS:
        (tmp_path / encoding).write_bytes(b"\0" + f"王秀英 13900007741 {contact}".encode(encoding))

    for place, least in ((tour / "keep" / "platform", 1000), (tmp_path, 5)):
        found, _ = find([place], secrets)
        assert len(found) >= least
    names = {name for name, secret in found if secret == "王秀英"}
    assert names == {"plain.db", *ENCODINGS}
    assert {name for name, secret in found if secret == contact} == set(ENCODINGS)


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be", "gb18030"])
def test_the_scan_tells_a_short_name_from_chance_in_an_encrypted_file(tmp_path: Path, encoding: str) -> None:
    rng = random.Random(11)
    noise = bytearray(rng.randbytes(2_000_000))
    file, names = tmp_path / "cache.db", [f"孙{chr(0x4E00 + n)}" for n in range(300)]
    for n, name in enumerate(names[:3]):  # as chance may put them
        noise[1_000_000 + n * 50 : 1_000_004 + n * 50] = name.encode(encoding)
    file.write_bytes(noise)
    assert find([tmp_path], names)[0] == []

    one = bytearray(noise)
    for n in range(6):
        one[n * 4096 : n * 4096 + 4] = names[0].encode(encoding)
    file.write_bytes(one)
    assert {secret for _, secret in find([tmp_path], names)[0]} == {names[0]}

    many = bytearray(noise)
    for n, name in enumerate(names):
        many[n * 4096 : n * 4096 + 4] = name.encode(encoding)
    file.write_bytes(many)
    assert {secret for _, secret in find([tmp_path], names)[0]} == set(names)


def _contact() -> str:
    """Somebody who is only called for others, by the shortest name."""
    people = list(generate(1000, 200, 1, datetime.now(ZONE).date()))
    residents = {str(each.fields["name"]) for each in people if each.kind in (Kind.RESIDENT, Kind.WORKER)}
    contacts = {str(each.fields["contact_name"]) for each in people if each.kind is Kind.IDENT}
    return min(contacts - residents, key=lambda name: (len(name), name))


def _secrets() -> set[str]:
    """What the files say of every resident and of whom to call for them, and what was written in the tour."""
    secrets: set[str] = {"13900007741", "13800006128", "近一周睡眠较差", "老人在女儿家"}
    workers: set[str] = set()  # a profile says whose it is, and a resident may bear the same name
    for record in generate(1000, 200, 1, datetime.now(ZONE).date()):
        if record.kind is Kind.WORKER:
            workers.add(str(record.fields["name"]))
        contact = ("id_number", "phone", "contact_name", "contact_phone")
        names = {Kind.IDENT: contact, Kind.RESIDENT: ("name", "address")}.get(record.kind, ())
        secrets |= {str(record.fields[name]) for name in names}
    return secrets - workers
