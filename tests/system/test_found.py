"""Faults that the schedules found, each as the shortest story that shows it."""

import msgspec

from gridclient.domain.record import Kind, grid_bucket, ident_bucket, new_id
from gridclient.platform import backup, directory, feed, tables
from gridclient.platform.push import apply, canonical, read_fields
from gridclient.protocol.checksum import row_hash
from gridclient.protocol.problems import ProblemType, kind_of
from gridclient.store import blobs, outbox, work
from gridclient.store.cache import Changes
from gridclient.store.outbox import Edit
from gridclient.sync.cycle import Cycle
from gridclient.workflow.shelf import Shelf
from tests.system.district import CELL, OTHER_CELL, PACK, District, Pc

PHOTO = bytes(range(256)) * 40


def test_a_record_that_left_while_an_edit_was_pending_goes_when_the_edit_was_answered(district: District) -> None:
    lin = district.pc("lin")
    lin.sync()
    _lose_the_case(district)
    told = False

    def edit_in_between(_changes: Changes) -> None:
        nonlocal told
        if not told:
            told = True
            lin.finish(district.case, "contact", note="at the last moment")

    Cycle(lin.opened.cache, lin.opened.http, changed=edit_in_between).run()
    assert lin.find(district.case) is not None  # its edit was not answered yet
    lin.sync()

    assert lin.statuses() == ["review"]
    assert lin.find(district.case) is None


def test_an_edit_of_a_record_whose_exit_was_pruned_is_reviewed_and_not_refused(district: District) -> None:
    lin = district.pc("lin")
    lin.sync()
    lin.finish(district.case, "contact", note="made offline")
    _lose_the_case(district)
    with district.platform.database.write() as connection:
        feed.prune(connection, "9999-01-01T00:00:00Z")

    lin.sync()

    assert lin.statuses() == ["review"]


def test_a_restore_to_lower_versions_leaves_every_record_on_the_pc(district: District) -> None:
    lin = district.pc("lin")
    _change_the_phone_twice(district)
    lin.sync()
    _forget_all_since_the_beginning(district)

    report = lin.sync()

    assert (report.in_step, report.mismatched) == (True, [])
    assert lin.fields(district.ident)["phone"] == "13800006120"


def test_work_that_is_sent_after_a_restore_stays_in_its_authors_view_all_the_time(district: District) -> None:
    lin = district.pc("lin")
    _change_the_phone_twice(district)
    lin.sync()
    lin.edit(district.ident, contact_name="刘洋")
    _forget_all_since_the_beginning(district)
    seen: list[object] = []

    def look(_changes: Changes) -> None:
        seen.append(lin.fields(district.ident).get("contact_name"))

    Cycle(lin.opened.cache, lin.opened.http, changed=look).run()

    assert set(seen) == {"刘洋"}


def test_a_photo_that_is_sent_after_its_case_left_leaves_the_pc_too(district: District) -> None:
    lin = district.pc("lin")
    lin.sync()
    sha256, _ = blobs.attach(lin.opened.cache, district.case, PHOTO, "image/jpeg")
    with lin.opened.cache.write() as tx:
        blobs.mark_to_upload(tx, district.case, (sha256,))
    most = district.platform.limits.blob_bytes
    district.platform.limits.blob_bytes = 10  # it cannot go before its case does
    _lose_the_case(district)
    lin.sync()
    assert lin.find(district.case) is None
    assert lin.opened.cache.files.get(sha256) == PHOTO
    district.platform.limits.blob_bytes = most

    lin.sync()

    assert district.platform.blobs.has(sha256)
    assert lin.opened.cache.files.get(sha256) is None


def test_a_bucket_of_which_only_an_answer_is_here_is_fetched_whole_after_a_restore(district: District) -> None:
    lin = district.pc("lin")
    _change_the_phone_twice(district)
    lin.sync()
    lin.edit(district.ident, contact_name="刘洋")
    with lin.opened.cache.write() as tx:
        outbox.hold_back(tx, _mid(lin), 1)
    with district.platform.database.write() as connection:
        directory.remove_duty(connection, directory.named_account(connection, "lin"), CELL)
    lin.sync()  # the bucket goes; the edit that waits keeps its record
    with district.platform.database.write() as connection:
        directory.assign_duty(connection, directory.named_account(connection, "lin"), CELL)
    _forget_all_since_the_beginning(district)
    district.clock.forward(minutes=5)

    report = lin.sync()

    assert (report.in_step, report.mismatched) == (True, [])
    assert lin.statuses() == ["applied"]


def test_a_record_that_moves_away_and_back_never_gets_an_older_version(district: District) -> None:
    lin, chen = district.pc("lin"), district.pc("chen")
    with district.platform.database.write() as connection:
        directory.assign_duty(connection, directory.named_account(connection, "chen"), OTHER_CELL)
    chen.sync()
    _move(district, CELL, OTHER_CELL)
    chen.sync()
    for note in ("one", "two", "three"):
        chen.edit(district.resident, note=note)
        chen.sync()
    _move(district, OTHER_CELL, CELL)

    assert chen.sync().in_step
    assert chen.sync().mismatched == []
    lin.sync()
    assert lin.fields(district.resident)["note"] == chen.fields(district.resident)["note"] == "three"


def test_a_clock_that_was_ten_years_ahead_holds_no_edit_back_for_ten_years(district: District) -> None:
    lin = district.pc("lin")
    lin.sync()
    lin.edit(district.ident, phone="13900007741")
    district.clock.forward(days=3653)
    with lin.opened.cache.write() as tx:
        outbox.hold_back(tx, _mid(lin), 1)
    district.clock.forward(days=-3653)

    lin.sync()

    assert lin.statuses() == ["applied"]


def test_a_clock_that_was_ten_years_ahead_does_not_empty_the_journal(district: District) -> None:
    lin = district.pc("lin")
    lin.sync()
    lin.edit(district.ident, phone="13900007741")
    lin.sync()
    ahead = [0]
    lin.opened.cache.clock = lambda: district.clock.now.replace(year=district.clock.now.year + ahead[0])
    ahead[0] = 10
    lin.sync()
    ahead[0] = 0
    _forget_all_since_the_beginning(district)

    lin.sync()

    held = district.on_platform(ident_bucket(CELL), district.ident)
    assert held is not None
    assert held["phone"] == "13900007741"


def test_a_refusal_of_an_edit_in_a_bucket_that_never_was_is_the_same_when_it_is_repeated(district: District) -> None:
    lin = district.pc("lin")
    lin.sync()
    nowhere = Edit("create", new_id(), Kind.RESIDENT, "grid:310115125001009", {"name": "孙桂芳"})
    with lin.opened.cache.write() as tx:
        outbox.queue(tx, nowhere, lin.actor.worker_id)
    with lin.opened.cache.read() as connection:
        [body] = outbox.bodies(connection)
    sender = district.platform.caller(lin.opened.cache.setting("access_token") or "").sender

    answers = [
        apply(district.platform.database, [msgspec.Raw(body)], sender, Shelf(), district.clock.now)[0] for _ in range(2)
    ]

    assert answers[0] == answers[1]
    assert answers[0].problem is not None
    assert kind_of(answers[0].problem) is ProblemType.UNKNOWN_RECORD


def test_a_photo_that_a_restore_took_from_the_platform_comes_again(district: District) -> None:
    lin = district.pc("lin")
    lin.sync()
    sha256 = _photograph(lin, saved=True)
    lin.sync()
    assert district.platform.blobs.has(sha256)
    district.platform.blobs.path(sha256).unlink()
    backup.begin_epoch(district.platform)

    report = lin.sync()

    assert (report.blobs_sent, report.in_step) == (1, True)
    assert district.platform.blobs.path(sha256).read_bytes() == PHOTO


def test_a_photo_in_a_form_that_was_not_saved_leaves_with_its_case(district: District) -> None:
    lin = district.pc("lin")
    lin.sync()
    sha256 = _photograph(lin, saved=False)
    _lose_the_case(district)

    lin.sync()

    assert lin.find(district.case) is None
    assert lin.opened.cache.files.get(sha256) is None


def _photograph(pc: Pc, *, saved: bool) -> str:
    sha256, _ = blobs.attach(pc.opened.cache, pc.district.case, PHOTO, "image/jpeg")
    if saved:
        pack = pc.district.platform.packs[PACK]
        with pc.opened.cache.write() as tx:
            answers = {"/data/contact/note": sha256}
            work.complete_step(tx, pack, pc.district.case, "contact", answers, pc.actor, (sha256,))
    return sha256


def _lose_the_case(district: District) -> None:
    with district.platform.database.write() as connection:
        feed.move(connection, district.case, grid_bucket(CELL), grid_bucket(OTHER_CELL), district.clock())


def _move(district: District, source: str, target: str) -> None:
    with district.platform.database.write() as connection:
        feed.move(connection, district.resident, grid_bucket(source), grid_bucket(target), district.clock())


def _change_the_phone_twice(district: District) -> None:
    with district.platform.database.write() as connection:
        held = feed.lock(connection, ident_bucket(CELL))
        for phone in ("13900000001", "13900000002"):
            before = held.find(district.ident)
            assert before is not None
            held.put(before, before.kind, before.id, canonical({**read_fields(before.payload or b""), "phone": phone}))
        held.close()


def _forget_all_since_the_beginning(district: District) -> None:
    """What a restore of the first day's backup leaves of the contact."""
    with district.platform.database.write() as connection:
        for table in ("ledger", "history"):
            connection.exec_driver_sql(f"DELETE FROM {table}")
        held = feed.lock(connection, ident_bucket(CELL))
        before = held.find(district.ident)
        assert before is not None
        fields = {**read_fields(before.payload or b""), "phone": "13800006120"}
        after = held.put(before, before.kind, before.id, canonical(fields))
        held.checksum += row_hash(after.id, 1) - row_hash(after.id, after.ver)
        held.close()
        connection.execute(tables.record.update().where(tables.record.c.id == district.ident).values(ver=1))
    backup.begin_epoch(district.platform)


def _mid(pc: Pc) -> str:
    with pc.opened.cache.read() as connection:
        return connection.exec_driver_sql("SELECT mid FROM outbox").scalar_one()


def test_a_step_that_two_people_did_apart_can_be_decided_for_ones_own_answers(district: District) -> None:
    lin, chen = district.pc("lin"), district.pc("chen")
    lin.sync()
    chen.sync()
    lin.finish(district.case, "contact", note="mine")
    chen.finish(district.case, "contact", note="theirs")
    chen.sync()
    lin.sync()
    [conflict] = lin.conflicts()
    sides = lin.fields(conflict)["fields"]
    assert isinstance(sides, dict)
    mine = {name: side["mine"] for name, side in sides.items() if isinstance(side, dict)}

    lin.resolve(conflict, **mine)
    lin.sync()

    assert "rejected" not in lin.statuses()
    assert lin.conflicts() == []
    assert lin.fields(district.case)["answers.contact"] == {"/data/contact/note": "mine"}
