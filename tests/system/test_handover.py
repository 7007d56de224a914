"""Somebody moves to another grid: the administrator hands them over, and both owners' PCs come to the same end."""

from pathlib import Path

import pytest

from gridclient.cli.main import main
from gridclient.domain.record import care_bucket, grid_bucket, ident_bucket, new_id
from gridclient.errors import GridError
from gridclient.platform import feed
from gridclient.platform.handover import NotInCell, hand_over
from gridclient.store import blobs, late, work
from gridclient.sync import photos
from tests.system.district import CELL, OTHER_CELL, PACK, District

PHOTO = b"\xff\xd8 a synthetic photo"


def test_a_resident_goes_with_files_cases_and_photos_from_one_owner_to_the_other(district: District) -> None:
    lin, wu, zhao = district.pc("lin"), district.pc("wu"), district.pc("zhao")
    lin.sync()
    pack = district.platform.packs[PACK]
    sha256, _ = blobs.attach(lin.opened.cache, district.case, PHOTO, "image/jpeg")
    with lin.opened.cache.write() as tx:
        work.complete_step(tx, pack, district.case, "contact", {"/data/contact/note": sha256}, lin.actor, (sha256,))
    for pc in (lin, wu, zhao):
        pc.sync()
    lin.edit(district.ident, phone="13900007741")  # while offline
    district.clock.forward(hours=1)

    assert hand_over(district.platform, CELL, OTHER_CELL, [district.resident], by="administrator") == 4
    for pc in (lin, wu, zhao):
        assert pc.sync().in_step

    ids = [district.resident, district.ident, district.care, district.case]
    assert [lin.find(each) for each in ids] == [None] * 4
    assert [wu.fields(each)["grid"] for each in ids] == [OTHER_CELL] * 4
    assert wu.fields(district.case)["assignee"] == "w-wu"
    assert photos.fetch(wu.opened.http, sha256) == PHOTO
    assert lin.statuses()[-1] == "review"  # what was done meanwhile is heard, by whoever has the duty now
    with wu.opened.cache.read() as connection:
        [waits] = late.late_about(connection, [district.ident])
    assert (waits.by, waits.reason, waits.fields[0].late) == ("w-lin", "late-work", "13900007741")
    assert wu.fields(district.ident)["phone"] == "13800006120"
    with district.platform.database.read() as connection:
        for bucket in (grid_bucket(CELL), care_bucket(CELL), ident_bucket(CELL)):
            assert feed.states(connection, [bucket])[bucket].count == 0
        at = connection.exec_driver_sql("SELECT DISTINCT left_at FROM record WHERE left_at IS NOT NULL").scalars().all()
        told = connection.exec_driver_sql("SELECT count(*) FROM history WHERE op = 'move'").scalar_one()
    assert at == ["2026-11-24T03:21:00Z"]  # by the platform's clock
    assert told == 4


def test_a_question_that_nobody_decided_yet_goes_with_its_record(district: District) -> None:
    lin, chen, wu = district.pc("lin"), district.pc("chen"), district.pc("wu")
    for pc in (lin, chen, wu):
        pc.sync()
    lin.edit(district.ident, phone="13900007741")
    chen.edit(district.ident, phone="13900007742")
    lin.sync()
    chen.sync()
    (conflict,) = chen.conflicts()

    hand_over(district.platform, CELL, OTHER_CELL, by="administrator")  # the whole cell
    for pc in (lin, chen, wu):
        assert pc.sync().in_step

    assert (lin.conflicts(), chen.conflicts(), wu.conflicts()) == ([], [], [conflict])
    wu.resolve(conflict, phone="13900007742")
    assert wu.sync().in_step
    assert wu.fields(district.ident)["phone"] == "13900007742"
    assert wu.conflicts() == []


def test_a_record_or_cell_that_is_not_there_is_told_and_nothing_moves(district: District) -> None:
    for source, target, record in [
        (OTHER_CELL, CELL, district.case), (CELL, "310115125001009", district.case), (CELL, OTHER_CELL, new_id()),
    ]:  # fmt: skip
        with pytest.raises(GridError):
            hand_over(district.platform, source, target, [record], by="administrator")
    assert district.on_platform(grid_bucket(CELL), district.case) is not None
    with pytest.raises(NotInCell, match=district.case):
        hand_over(district.platform, OTHER_CELL, CELL, [district.case], by="administrator")


def test_the_administrators_command_hands_over(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    district = District.start(tmp_path)
    wu = district.pc("wu")
    wu.sync()

    code = main(["platform", "move", "--folder", str(tmp_path / "platform"), "--from", CELL, "--to", OTHER_CELL])

    assert (code, capsys.readouterr().out.strip()) == (0, "4 records were handed over.")
    assert wu.sync().in_step
    assert wu.fields(district.case)["grid"] == OTHER_CELL
    district.stop()
