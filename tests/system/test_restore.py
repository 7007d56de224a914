"""What a platform forgets on purpose or by accident: pruning, backups, restores, and a mass removal that is asked."""

import shutil
from pathlib import Path
from typing import Any

import pytest

from gridclient.domain.record import Kind, grid_bucket, ident_bucket, new_id
from gridclient.platform import backup, feed
from gridclient.platform.app import make_app
from gridclient.platform.operations import OPERATIONS
from gridclient.platform.push import canonical
from gridclient.platform.service import AREA, Platform
from gridclient.platform.serving import Listen, Running
from gridclient.platform.tables import bucket as bucket_table
from gridclient.platform.tables import meta
from gridclient.protocol.messages import Hello, PullRequest
from gridclient.protocol.problems import ProblemType
from gridclient.store import arrivals
from gridclient.sync.cycle import PlatformUnsteady
from gridclient.sync.http import Http
from gridclient.sync.troubles import Answered
from tests.system.district import CELL, OTHER_CELL, District, Pc

LATER = "2027-01-31T00:00:00Z"


@pytest.fixture
def embedded(tmp_path: Path) -> District:
    """A district on SQLite, whose folder can be copied."""
    return District.start(tmp_path / "district")


def test_work_acknowledged_after_the_backup_survives_its_restore(embedded: District, tmp_path: Path) -> None:
    lin, chen = embedded.pc("lin"), embedded.pc("chen")
    lin.sync()
    chen.sync()
    backup.back_up(embedded.platform, tmp_path / "backup")
    lin.edit(embedded.ident, phone="13900007741")
    lin.sync()
    chen.sync()
    assert lin.statuses() == ["applied"]

    _replace_platform(embedded, tmp_path / "backup")
    reports = [pc.sync() for pc in (chen, lin, chen)]

    assert [report.epoch_changed for report in reports] == [True, True, False]
    assert embedded.on_platform(ident_bucket(CELL), embedded.ident) == lin.fields(embedded.ident)
    assert lin.fields(embedded.ident)["phone"] == chen.fields(embedded.ident)["phone"] == "13900007741"
    assert reports[-1].in_step
    embedded.stop()


def test_a_database_that_went_back_unannounced_is_noticed_by_the_first_cursor_ahead(
    embedded: District, tmp_path: Path
) -> None:
    lin = embedded.pc("lin")
    lin.sync()
    embedded.clock.forward(days=1)
    shutil.copytree(embedded.folder / "platform", tmp_path / "copy")
    lin.edit(embedded.ident, phone="13900007741")
    lin.sync()
    lin.sync()  # the cursor has followed the edit

    _stop_platform(embedded)
    shutil.rmtree(embedded.folder / "platform")
    shutil.copytree(tmp_path / "copy", embedded.folder / "platform")
    _serve(embedded)
    report = lin.sync()

    assert report.epoch_changed
    restored = embedded.on_platform(ident_bucket(CELL), embedded.ident)
    assert restored is not None
    assert restored["phone"] == "13900007741"
    embedded.stop()


def test_a_restore_never_overwrites_a_platform(embedded: District, tmp_path: Path) -> None:
    backup.back_up(embedded.platform, tmp_path / "backup")

    with pytest.raises(backup.PlatformThere):
        backup.restore(tmp_path / "backup", embedded.folder / "platform")
    with pytest.raises(backup.NotAPlatform):
        backup.restore(tmp_path / "nothing", tmp_path / "new")
    embedded.stop()


def test_whoever_missed_pruned_entries_fetches_the_bucket_whole(district: District) -> None:
    lin, wu = district.pc("lin"), district.pc("wu")
    lin.sync()
    wu.sync()
    with district.platform.database.write() as connection:
        feed.move(connection, district.case, grid_bucket(CELL), grid_bucket(OTHER_CELL), district.clock())
    with district.platform.database.write() as connection:
        assert feed.prune(connection, LATER) == 1

    assert lin.sync().in_step
    assert wu.sync().in_step

    assert lin.find(district.case) is None
    assert wu.find(district.case) is not None


def test_pruning_keeps_what_left_lately_and_all_that_is_live(district: District) -> None:
    lin = district.pc("lin")
    lin.sync()
    with district.platform.database.write() as connection:
        feed.move(connection, district.case, grid_bucket(CELL), grid_bucket(OTHER_CELL), district.clock())
        assert feed.prune(connection, "2026-01-01T00:00:00Z") == 0

    assert lin.sync().in_step
    assert lin.find(district.resident) is not None


def test_a_removal_of_most_records_waits_until_a_person_agrees(district: District) -> None:
    lin = district.pc("lin")
    people = [str(new_id()) for _ in range(150)]
    with district.platform.database.write() as connection:
        feed.load(connection, grid_bucket(CELL),
                  [(person, Kind.RESIDENT, canonical({"name": "李建国"})) for person in people])  # fmt: skip
    lin.sync()
    with district.platform.database.write() as connection:
        held = feed.lock(connection, grid_bucket(CELL))
        for person in people:
            found = held.find(person)
            assert found is not None
            held.exit(found, "2026-11-24T02:21:00Z")
        held.close()

    first = lin.sync()
    assert (first.removals_held, first.in_step) == (150, False)
    assert _held(lin) == 150
    assert lin.find(people[0]) is not None

    with lin.opened.cache.write() as tx:
        arrivals.agree_to_removal(tx)
    second = lin.sync()
    assert (second.removals_held, second.in_step) == (0, True)
    assert lin.find(people[0]) is None
    assert lin.find(district.resident) is not None


def _held(pc: Pc) -> int:
    with pc.opened.cache.read() as connection:
        return arrivals.held_removals(connection)


def _stop_platform(district: District) -> None:
    district.running.stop()
    district.platform.database.close()


def _replace_platform(district: District, source: Path) -> None:
    _stop_platform(district)
    shutil.rmtree(district.folder / "platform")
    backup.restore(source, district.folder / "platform")
    _serve(district)


def _serve(district: District) -> None:
    port = int(district.running.url.rsplit(":", 1)[1])
    district.platform = Platform.at(district.folder / "platform", clock=district.clock)
    district.running = Running(make_app(district.platform, OPERATIONS), Listen(port=port))


def test_two_restores_within_a_second_are_two_epochs(district: District) -> None:
    with district.platform.database.read() as connection:
        before = district.platform.epoch(connection)
    seen = {before}
    for _ in range(2):
        with district.platform.database.write() as connection:  # as the same backup, put back
            feed.upsert(connection, meta, {"area": AREA, "name": "epoch", "value": before})
        seen.add(backup.begin_epoch(district.platform))

    assert len(seen) == 3


def test_a_client_that_knows_more_than_the_database_begins_one_epoch_an_hour(district: District) -> None:
    """Each new epoch has everybody send and fetch everything again: no client may cause that in a loop."""
    lin = district.pc("lin")
    lin.sync()

    def claim() -> bool:
        """Whether a cursor ahead of the head begins an epoch; the client takes up the new one each time."""
        epoch = lin.opened.http.get("/sync/v1/hello", Hello).epoch
        try:
            lin.opened.http.request("POST", "/sync/v1/pull", PullRequest(epoch=epoch, cursors={grid_bucket(CELL): 999}))
        except Answered as answer:
            return answer.kind is ProblemType.EPOCH_CHANGED
        return False

    district.clock.forward(hours=2)
    lin.sync()
    claims = list[bool]()
    for _ in range(12):
        claims.append(claim())
        district.clock.forward(minutes=10)
        lin.sync()

    assert claims == [True, *[False] * 5, True, *[False] * 5]


def test_a_platform_that_names_another_epoch_each_time_is_followed_twice_and_then_waited_for(
    district: District,
) -> None:
    lin = district.pc("lin")
    lin.sync()
    lin.edit(district.ident, phone="13900007741")
    lin.sync()
    fetched = list[int]()

    for n in range(5):
        _name_epoch(district, f"{n}.1.1")
        if n < 2:
            fetched.append(lin.sync().rows)
        else:
            before = lin.opened.http.received
            with pytest.raises(PlatformUnsteady):
                lin.sync()
            assert lin.opened.http.received - before < 10_000
    steady = lin.sync()

    assert all(fetched)
    assert (steady.epoch_changed, steady.in_step) == (True, True)
    assert not lin.sync().epoch_changed
    assert lin.fields(district.ident)["phone"] == "13900007741"


def _name_epoch(district: District, epoch: str) -> None:
    with district.platform.database.write() as connection:
        feed.upsert(connection, meta, {"area": AREA, "name": "epoch", "value": epoch})


def test_a_bucket_whose_sums_are_wrong_on_the_platform_is_fetched_once_an_hour(
    district: District, monkeypatch: pytest.MonkeyPatch
) -> None:
    lin = district.pc("lin")
    assert lin.sync().in_step
    with district.platform.database.write() as connection:
        broken = bucket_table.c.bucket == ident_bucket(CELL)
        connection.execute(bucket_table.update().where(broken).values(checksum=12345))
    fetched = list[str]()
    download = Http.download

    def counting(http: Http, path: str, *rest: Any) -> bytes:
        fetched.append(path)
        return download(http, path, *rest)

    monkeypatch.setattr(Http, "download", counting)

    for _ in range(12):
        assert not lin.sync().in_step
        district.clock.forward(minutes=10)

    assert len(fetched) == 2
