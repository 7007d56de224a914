"""Who may read a photo: a hash alone opens nothing; the bytes, once sent by whoever used them, open it to the cell."""

import hashlib

import pytest

from gridclient.domain.record import Kind, RecordId, grid_bucket, new_id
from gridclient.platform import directory, feed
from gridclient.platform.handover import hand_over
from gridclient.platform.push import canonical
from gridclient.protocol.problems import ProblemType
from gridclient.store import blobs, outbox
from gridclient.store.outbox import Edit
from gridclient.sync import photos
from gridclient.sync.troubles import Answered
from tests.system.district import CELL, OTHER_CELL, PASSWORD, District, Pc

PHOTO = b"\xff\xd8 a synthetic photo"
SHA = hashlib.sha256(PHOTO).hexdigest()


@pytest.fixture
def lin(district: District) -> Pc:
    """Lin, of the first cell, up to date."""
    return _here(district, "lin")


def test_an_outsider_who_knows_the_hash_of_a_photo_names_it_and_reads_nothing(district: District, lin: Pc) -> None:
    _use(lin, district.resident)
    lin.sync()
    other = _enter(district, OTHER_CELL)
    wu, chen = _here(district, "wu"), _here(district, "chen")
    _name(wu, other)
    wu.sync()

    assert wu.statuses() == ["applied"]
    assert not _may_read(wu)
    assert not _is_told_of(wu)
    assert _may_read(chen)
    assert _is_told_of(chen)
    assert photos.send(wu.opened.http, SHA, PHOTO) == len(PHOTO)  # who has the bytes may send and use them
    assert _may_read(wu)


def test_a_photo_that_somebody_else_sends_does_not_open_it_to_those_who_only_named_it(
    district: District, lin: Pc
) -> None:
    other = _enter(district, OTHER_CELL)
    wu, chen = _here(district, "wu"), _here(district, "chen")
    for pc, record in ((lin, district.resident), (wu, other)):
        _name(pc, record)
        pc.sync()

    photos.send(wu.opened.http, SHA, PHOTO)

    assert not _may_read(chen)  # Lin never had it, as far as anybody knows
    assert not _is_told_of(lin)
    assert photos.send(lin.opened.http, SHA, PHOTO) == len(PHOTO)
    assert _may_read(chen)


def test_a_photo_goes_with_its_record_to_the_new_cell_and_the_old_one_reads_it_no_more(
    district: District, lin: Pc
) -> None:
    chen, wu = _here(district, "chen"), _here(district, "wu")
    _name(lin, district.resident)
    lin.sync()

    hand_over(district.platform, CELL, OTHER_CELL, [district.resident], by="administrator")
    photos.send(lin.opened.http, SHA, PHOTO)  # later than its record, and than the handing over
    wu.sync()
    _name(wu, district.resident)
    wu.sync()

    assert (_may_read(wu), _may_read(chen)) == (True, False)
    assert photos.send(wu.opened.http, SHA, PHOTO) == 0  # what a worker may read need not be sent
    hand_over(district.platform, OTHER_CELL, CELL, [district.resident], by="administrator")
    assert (_may_read(wu), _may_read(chen)) == (False, True)


def test_two_workers_who_attach_one_picture_each_open_it_for_their_own_record(district: District, lin: Pc) -> None:
    mine = _enter(district, CELL)
    chen, colleague = _here(district, "chen"), _colleague(district)
    _use(lin, district.resident)
    _use(chen, mine)
    chen.sync()
    lin.sync()

    hand_over(district.platform, CELL, OTHER_CELL, [mine], by="administrator")

    assert _may_read(colleague)  # by Lin's record; Chen's is gone
    assert _may_read(_here(district, "wu"))


def test_a_picture_of_a_colleague_that_is_used_again_stays_when_the_colleagues_record_goes(
    district: District, lin: Pc
) -> None:
    mine = _enter(district, CELL)
    chen, colleague = _here(district, "chen"), _colleague(district)
    _use(lin, district.resident)
    lin.sync()
    _name(chen, mine)
    chen.sync()
    assert photos.send(chen.opened.http, SHA, PHOTO) == 0

    hand_over(district.platform, CELL, OTHER_CELL, [district.resident], by="administrator")

    assert _may_read(colleague)


def _here(district: District, account: str) -> Pc:
    pc = district.pc(account)
    pc.sync()
    return pc


def _colleague(district: District) -> Pc:
    """A third worker of the first cell, who never sent anything."""
    with district.platform.database.write() as connection:
        made = directory.create_account(
            connection, "sun", PASSWORD, worker_id="w-sun", name="孙丽华", role="worker"
        )  # fmt: skip
        directory.assign_duty(connection, made, CELL)
    return _here(district, "sun")


def _enter(district: District, cell: str) -> RecordId:
    """A resident more."""
    record = new_id()
    fields = canonical({"name": "李建国", "sex": "1", "address": "祖冲之路 1 号", "grid": cell})
    with district.platform.database.write() as connection:
        feed.load(connection, grid_bucket(cell), [(record, Kind.RESIDENT, fields)])
    return record


def _name(pc: Pc, record: RecordId) -> None:
    """An edit of the record that names the photo, without its bytes."""
    pc.sync()
    with pc.opened.cache.write() as tx:
        found = tx.connection.exec_driver_sql("SELECT bucket FROM base WHERE id = ?", (record,)).scalar_one()
        edit = Edit("patch", record, Kind.RESIDENT, found, {"address": f"祖冲之路 {new_id()[-4:]} 号"}, blobs=(SHA,))
        outbox.queue(tx, edit, pc.opened.worker_id)


def _use(pc: Pc, record: RecordId) -> None:
    """The same by somebody who has the photo."""
    _name(pc, record)
    blobs.attach(pc.opened.cache, record, PHOTO, "image/jpeg")
    with pc.opened.cache.write() as tx:
        blobs.mark_to_upload(tx, record, (SHA,))


def _may_read(pc: Pc) -> bool:
    return _answers(pc, "GET")


def _is_told_of(pc: Pc) -> bool:
    return _answers(pc, "HEAD")


def _answers(pc: Pc, method: str) -> bool:
    try:
        pc.opened.http.request(method, f"/blobs/sha256/{SHA}")
    except Answered as refused:
        if refused.kind is not ProblemType.NOT_FOUND:
            raise
        return False
    return True
