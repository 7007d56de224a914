"""What every release left on a PC is opened and uploaded by this one (tests/golden, one folder for each release)."""

import hashlib
import shutil
from dataclasses import replace
from pathlib import Path

import msgspec
import pytest
from sqlalchemy.engine import Connection
from sqlalchemy.exc import OperationalError

from gridclient.cli.main import main
from gridclient.domain.record import grid_bucket, ident_bucket
from gridclient.platform import examples, operations
from gridclient.protocol.messages import Hello
from gridclient.store import keys, schema
from gridclient.store.cache import Cache
from gridclient.store.profile import Profile
from gridclient.sync.cycle import CacheTokens, Cycle, UpgradeNeeded
from gridclient.sync.http import Http
from gridclient.sync.sign_in import Opened, unlock
from tests.golden.make import CONTACT, HERE, NOTE, PHONE, PHOTO, RECORDS
from tests.system.district import CELL, PASSWORD, PIN, District

RELEASES = sorted(path.parent.name for path in HERE.glob("*/profile"))


@pytest.mark.parametrize("release", RELEASES)
def test_work_that_an_older_release_could_not_upload_arrives_whole(release: str, tmp_path: Path) -> None:
    district = District.start(tmp_path / "district", None, **RECORDS)
    shutil.copytree(HERE / release / "profile", tmp_path / "profile")
    opened = _sign_in_again(tmp_path / "profile", district)

    reports = [Cycle(opened.cache, opened.http).run() for _ in range(2)]

    contact = district.on_platform(ident_bucket(CELL), district.ident)
    case = district.on_platform(grid_bucket(CELL), district.case)
    assert reports[-1].in_step
    assert contact is not None
    assert (contact["phone"], contact["contact_name"]) == (PHONE, CONTACT)
    assert case is not None
    assert case["answers.contact"] == {"/data/contact/contact_note": NOTE}
    assert district.platform.blobs.has(hashlib.sha256(PHOTO).hexdigest())
    opened.close()
    district.stop()


def test_an_upgrade_that_fails_halfway_leaves_the_old_cache(
    district: District, monkeypatch: pytest.MonkeyPatch
) -> None:
    lin = district.pc("lin")
    lin.sync()
    lin.edit(district.ident, phone=PHONE)
    lin.save_draft(district.case, b"half a form")
    lin.opened.close()
    before = _whole(lin.opened.profile)

    def good(connection: Connection) -> None:
        connection.exec_driver_sql("CREATE TABLE of_tomorrow(x)")

    def broken(connection: Connection) -> None:
        connection.exec_driver_sql("ALTER TABLE outbox ADD COLUMN of_tomorrow TEXT")
        connection.exec_driver_sql("UPDATE outbox SET body = x'00'")
        connection.exec_driver_sql("DROP TABLE drafts")
        connection.exec_driver_sql("INSERT INTO nowhere VALUES (1)")

    with monkeypatch.context() as tomorrow:
        tomorrow.setattr(schema, "MIGRATIONS", (*schema.MIGRATIONS, good, broken))
        with pytest.raises(OperationalError, match="nowhere"):
            unlock(lin.opened.profile, PIN, None, clock=district.clock)

    assert _whole(lin.opened.profile) == before
    lin.opened = unlock(lin.opened.profile, PIN, None, clock=district.clock)
    assert lin.unsent() == 1
    assert lin.sync().in_step
    assert lin.fields(district.ident)["phone"] == PHONE


def _whole(profile: Profile) -> list[str]:
    """The cache as statements: every table with every row, and its version."""
    cache = Cache(profile.cache_path, profile.attachments_path, keys.unwrap(profile.key_path, PIN))
    with cache.read() as connection:
        names = connection.exec_driver_sql(
            "SELECT name, sql FROM sqlite_master WHERE type = 'table' ORDER BY name"
        ).all()
        version = connection.exec_driver_sql("PRAGMA user_version").scalar_one()
        rows = [connection.exec_driver_sql(f'SELECT * FROM "{name}"').all() for name, _ in names]
    cache.close()
    return [str(each) for each in (version, names, rows)]


def test_there_is_something_to_upgrade_from() -> None:
    assert RELEASES


def test_a_client_that_the_platform_no_longer_speaks_with_keeps_its_work(
    district: District, monkeypatch: pytest.MonkeyPatch
) -> None:
    lin = district.pc("lin")
    lin.sync()
    lin.edit(district.ident, phone=PHONE)
    monkeypatch.setattr(operations, "MINIMUM_CLIENT", "99.0")

    with pytest.raises(UpgradeNeeded):
        lin.sync()

    assert lin.unsent() == 1
    assert lin.fields(district.ident)["phone"] == PHONE


def test_an_older_client_hears_of_the_version_that_the_operator_named_and_works_on(district: District) -> None:
    lin = district.pc("lin")
    lin.sync()
    assert lin.opened.cache.setting("newest_client") == ""
    district.platform.offer_client("99.10.0")
    lin.edit(district.ident, phone=PHONE)
    lin.sync()

    assert lin.unsent() == 0
    assert lin.opened.cache.setting("newest_client") == "99.10.0"


def test_the_operator_names_a_version_and_nothing_that_is_none(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = ["--folder", str(tmp_path / "platform")]
    main(["platform", "init", *folder])
    capsys.readouterr()

    codes = [main(["platform", "client", *version, *folder]) for version in ([], ["0.2.0"], ["later"], [])]

    assert [code == 0 for code in codes] == [True, True, False, True]
    assert capsys.readouterr().out.splitlines() == [
        "None was named.", "Clients older than 0.2.0 ask to be updated.", "Clients older than 0.2.0 ask to be updated.",
    ]  # fmt: skip


def test_a_platform_that_names_no_version_asks_for_none() -> None:
    hello = msgspec.json.encode({name: value for name, value in examples.HELLO.items() if name != "newest_client"})

    assert msgspec.json.decode(hello, type=Hello).newest_client == ""


def _sign_in_again(folder: Path, district: District) -> Opened:
    """Opens the profile with its PIN and signs in at a platform with another address."""
    opened = unlock(Profile(folder), PIN, None, clock=district.clock)
    http = Http(district.running.url, opened.http.device, CacheTokens(opened.cache))
    http.sign_in("lin", PASSWORD, "an older PC", "")
    return replace(opened, http=http)
