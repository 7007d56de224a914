"""The whole path through the public door: real profiles, real HTTP, both databases."""

from typing import cast

import pytest
import sqlalchemy as sa

from gridclient.domain.record import Kind, grid_bucket, ident_bucket, new_id
from gridclient.platform import directory, feed
from gridclient.platform.push import canonical, read_fields
from gridclient.platform.service import AREA
from gridclient.platform.tables import history, meta
from gridclient.protocol.problems import ProblemType, kind_of
from gridclient.store import arrivals, lists
from gridclient.store.late import close_late, late_work
from gridclient.store.lists import Ask, QueueFilter
from gridclient.workflow import corrections
from tests.system.district import CELL, OTHER_CELL, District, Pc


def test_a_first_sync_brings_the_scope_and_ends_in_step(district: District) -> None:
    lin = district.pc("lin")

    report = lin.sync()

    assert report.in_step
    assert lin.fields(district.resident)["name"] == "王秀英"
    with lin.opened.cache.read() as connection:
        assert [row.id for row in lists.first_page(connection, Ask(QueueFilter.OPEN))] == [district.case]


def test_a_supervisor_never_gets_phones_and_a_worker_of_another_cell_gets_nothing(district: District) -> None:
    zhao, wu = district.pc("zhao"), district.pc("wu")
    zhao.sync()
    wu.sync()

    assert zhao.find(district.resident) is not None
    assert zhao.find(district.ident) is None
    assert [wu.find(record) for record in (district.resident, district.ident, district.case)] == [None] * 3


def test_different_fields_edited_apart_are_merged_silently(district: District) -> None:
    lin, chen = _two_workers(district)
    lin.edit(district.ident, phone="13900007741")
    chen.edit(district.ident, contact_name="刘洋")

    chen.sync()
    lin.sync()
    chen.sync()

    assert lin.fields(district.ident) == chen.fields(district.ident)
    assert (lin.fields(district.ident)["phone"], lin.fields(district.ident)["contact_name"]) == ("13900007741", "刘洋")
    assert lin.conflicts() == []


def test_the_same_field_edited_apart_waits_for_a_person_and_keeps_both_values(district: District) -> None:
    lin, chen = _two_workers(district)
    lin.edit(district.ident, phone="13900007741")
    chen.edit(district.ident, phone="13800006128")
    chen.sync()

    lin.sync()

    assert lin.statuses() == ["conflict"]
    assert lin.fields(district.ident)["phone"] == "13800006128"
    [conflict] = lin.conflicts()
    field = lin.fields(conflict)["fields"]
    assert isinstance(field, dict)
    phone = field["phone"]
    assert isinstance(phone, dict)
    assert (phone["base"], phone["mine"], phone["theirs"]) == ("13800006120", "13900007741", "13800006128")
    assert phone["their_by"] == "w-chen"


def test_a_decided_conflict_is_closed_for_everybody(district: District) -> None:
    lin, chen = _two_workers(district)
    lin.edit(district.ident, phone="13900007741")
    chen.edit(district.ident, phone="13800006128")
    chen.sync()
    lin.sync()

    lin.resolve(lin.conflicts()[0], phone="13900007741")
    lin.sync()
    chen.sync()

    assert lin.conflicts() == chen.conflicts() == []
    assert chen.fields(district.ident)["phone"] == "13900007741"
    assert lin.statuses() == ["conflict", "applied", "applied"]


def test_a_conflict_that_two_people_decide_apart_keeps_both_decisions(district: District) -> None:
    lin, chen = _two_workers(district)
    lin.edit(district.ident, phone="13900007741")
    chen.edit(district.ident, phone="13800006128")
    chen.sync()
    lin.sync()
    chen.sync()
    [conflict] = lin.conflicts()

    lin.resolve(conflict, "asked her daughter", phone="13800006128")
    chen.resolve(conflict, "rang the new number", phone="13800006128")
    lin.sync()
    chen.sync()
    lin.sync()

    assert lin.fields(conflict) == chen.fields(conflict)
    assert lin.fields(conflict)["note"] == "asked her daughter"
    [later] = cast("list[dict[str, str]]", lin.fields(conflict)["later"])
    assert (later["by"], later["note"]) == ("w-chen", "rang the new number")
    with district.platform.database.read() as connection:
        remembered = connection.execute(sa.select(history.c.worker, history.c.changes).filter_by(record=conflict)).all()
    assert [row.worker for row in remembered if b"rang the new number" in row.changes] == ["w-chen"]


def test_a_visit_goes_to_the_supervisor_comes_back_with_a_comment_and_is_approved(district: District) -> None:
    lin, zhao = district.pc("lin"), district.pc("zhao")
    lin.sync()
    lin.finish_all(district.case)
    lin.sync()
    zhao.sync()

    zhao.send_back(district.case, **{"/data/condition/note": "please measure again"})
    zhao.sync()
    lin.sync()
    comments = lin.fields(district.case)["comments"]
    assert isinstance(comments, dict)
    assert list(comments) == ["/data/condition/note"]

    lin.finish(district.case, "condition", note="measured again")
    lin.submit(district.case)
    lin.sync()
    zhao.sync()
    zhao.approve(district.case)
    zhao.sync()
    lin.sync()

    assert lin.fields(district.case)["state"] == "closed"
    assert set(lin.statuses()) == set(zhao.statuses()) == {"applied"}


def test_a_correction_before_the_decision_reaches_the_supervisor_with_its_reason(district: District) -> None:
    lin, zhao = district.pc("lin"), district.pc("zhao")
    lin.sync()
    lin.finish_all(district.case)
    lin.correct(district.case, "condition", "read the cuff again", note="138/84")

    lin.sync()
    zhao.sync()

    assert set(lin.statuses()) == {"applied"}
    assert zhao.fields(district.case)["answers.condition"] == {"/data/condition/note": "138/84"}
    [made] = corrections(zhao.fields(district.case))
    assert (made["by"], made["reason"]) == ("w-lin", "read the cuff again")
    assert zhao.fields(district.case) == lin.fields(district.case)


def test_a_correction_that_comes_after_the_decision_changes_nothing_and_waits_for_a_person(district: District) -> None:
    lin, zhao = district.pc("lin"), district.pc("zhao")
    lin.sync()
    lin.finish_all(district.case)
    lin.sync()
    zhao.sync()
    zhao.approve(district.case)
    zhao.sync()
    lin.correct(district.case, "condition", "read the cuff again", note="138/84")

    lin.sync()
    zhao.sync()

    assert lin.statuses().count("review") == 1
    assert zhao.fields(district.case)["state"] == "closed"
    assert zhao.fields(district.case)["answers.condition"] == {"/data/condition/note": "synthetic"}
    with zhao.opened.cache.read() as connection:
        [late] = late_work(connection)
    assert (late.record, late.why) == (district.case, "read the cuff again")
    with zhao.opened.cache.write() as tx:
        close_late(tx, late, zhao.actor, "taken over", take=True)
    zhao.sync()
    lin.sync()
    assert lin.fields(district.case)["answers.condition"] == {"/data/condition/note": "138/84"}


def test_a_confirmed_phone_updates_the_file(district: District) -> None:
    lin = district.pc("lin")
    lin.sync()

    lin.finish(district.case, "verify", phone="13900007741")

    assert lin.fields(district.ident)["phone"] == "13900007741"


def test_an_edit_made_after_the_duty_ended_is_kept_for_review(district: District) -> None:
    lin, zhao = district.pc("lin"), district.pc("zhao")
    lin.sync()
    lin.edit(district.resident, note="moved in with her daughter")
    with district.platform.database.write() as connection:
        directory.remove_duty(connection, directory.named_account(connection, "lin"), CELL)

    lin.sync()
    zhao.sync()

    assert lin.statuses() == ["review"]
    assert _problem(lin) is ProblemType.LATE
    assert lin.find(district.resident) is None  # the person's data left the PC
    with zhao.opened.cache.read() as connection:
        review = connection.exec_driver_sql("SELECT id FROM review").scalar_one()
    mutation = zhao.fields(review)["mutation"]
    assert isinstance(mutation, dict)
    assert mutation["set"] == {"note": "moved in with her daughter"}


@pytest.mark.parametrize("take", [True, False])
def test_a_supervisor_decides_what_becomes_of_late_work(district: District, take: bool) -> None:
    lin, zhao = district.pc("lin"), district.pc("zhao")
    lin.sync()
    lin.edit(district.resident, note="moved in with her daughter")
    with district.platform.database.write() as connection:
        directory.remove_duty(connection, directory.named_account(connection, "lin"), CELL)
    lin.sync()
    zhao.sync()
    with zhao.opened.cache.read() as connection:
        [late] = late_work(connection)
    before = zhao.fields(district.resident).get("note")

    with zhao.opened.cache.write() as tx:
        close_late(tx, late, zhao.actor, "thank you", take=take)
    zhao.sync()

    assert (late.by, late.can_take) == ("w-lin", True)
    assert [(field.name, field.late, field.now) for field in late.fields] == [
        ("note", "moved in with her daughter", before)
    ]
    assert set(zhao.statuses()) == {"applied"}
    assert zhao.fields(district.resident).get("note") == ("moved in with her daughter" if take else before)
    assert zhao.fields(late.id)["state"] == "closed"
    with zhao.opened.cache.read() as connection:
        assert late_work(connection) == []


def test_a_record_that_moved_to_another_cell_leaves_one_pc_and_enters_the_other(district: District) -> None:
    lin, wu = district.pc("lin"), district.pc("wu")
    lin.sync()
    wu.sync()
    with district.platform.database.write() as connection:
        feed.move(connection, district.case, grid_bucket(CELL), grid_bucket(OTHER_CELL), district.clock())

    assert lin.sync().in_step
    assert wu.sync().in_step

    assert lin.find(district.case) is None
    assert wu.fields(district.case)["title"] == "王秀英 · 独居老人走访"


def test_two_submissions_of_one_case_apply_once_and_the_other_is_reviewed(district: District) -> None:
    lin, chen = _two_workers(district)
    lin.finish_all(district.case)
    lin.sync()
    chen.finish_all(district.case)

    chen.sync()

    assert "review" in chen.statuses()
    assert "rejected" not in chen.statuses()


def test_a_repeated_push_gets_the_first_answer_and_changes_nothing(district: District) -> None:
    lin = district.pc("lin")
    lin.sync()
    lin.edit(district.ident, phone="13900007741")
    lin.sync()
    before = _head(district)
    with lin.opened.cache.write() as tx:  # as if the reply had been lost
        tx.connection.exec_driver_sql("INSERT INTO outbox(dseq, mid, record, body) "
                                      "SELECT dseq, mid, record, body FROM journal")  # fmt: skip
        tx.connection.exec_driver_sql("DELETE FROM journal")

    report = lin.sync()

    assert report.results == {"applied": 1}
    assert _head(district) == before
    assert lin.fields(district.ident)["phone"] == "13900007741"


def test_a_platform_that_went_back_in_time_gets_the_acknowledged_work_again(district: District) -> None:
    lin = district.pc("lin")
    lin.sync()
    lin.edit(district.ident, phone="13900007741")
    lin.sync()
    with district.platform.database.write() as connection:  # what a restore leaves behind
        for table in ("ledger", "history"):
            connection.exec_driver_sql(f"DELETE FROM {table}")
        held = feed.lock(connection, ident_bucket(CELL))
        before = held.find(district.ident)
        assert before is not None
        fields = {**read_fields(before.payload or b""), "phone": "13800006120"}
        held.put(before, before.kind, before.id, canonical(fields))
        held.close()
        feed.upsert(connection, meta, {"area": AREA, "name": "epoch", "value": "another.1.2"})

    assert lin.sync().epoch_changed
    lin.sync()

    assert lin.unsent() == 0
    restored = district.on_platform(ident_bucket(CELL), district.ident)
    assert restored is not None
    assert restored["phone"] == "13900007741"


def test_an_edit_of_an_unknown_field_is_refused_and_names_it(district: District) -> None:
    lin = district.pc("lin")
    lin.sync()

    lin.edit(district.ident, shoe_size="38", phone="13900007741")
    report = lin.sync()

    assert report.results == {"rejected": 1}
    [outcome] = lin.outcomes()
    assert outcome.problem is not None
    assert outcome.problem.detail == "shoe_size"
    assert lin.fields(district.ident)["phone"] == "13800006120"


def test_checksums_of_a_cache_equal_a_recount(district: District) -> None:
    lin, chen = _two_workers(district)
    for value in ("13900000001", "13900000002"):
        chen.edit(district.ident, phone=value)
        chen.sync()
        lin.sync()

    with lin.opened.cache.read() as connection:
        kept = {name: found[:2] for name, found in arrivals.sums(connection).items()}
        assert kept == arrivals.recount(connection)


def _two_workers(district: District) -> tuple[Pc, Pc]:
    lin, chen = district.pc("lin"), district.pc("chen")
    lin.sync()
    chen.sync()
    return lin, chen


def _problem(pc: Pc) -> ProblemType | None:
    problem = pc.outcomes()[-1].problem
    assert problem is not None
    return kind_of(problem)


def _head(district: District) -> int:
    with district.platform.database.read() as connection:
        return feed.states(connection, [ident_bucket(CELL)])[ident_bucket(CELL)].head


def test_an_empty_bucket_is_fetched_whole_once_and_followed_from_then_on(district: District) -> None:
    lin = district.pc("lin")
    first, second = lin.sync(), lin.sync()
    with district.platform.database.write() as connection:
        feed.load(connection, "ref:310115125", [(str(new_id()), Kind.TEAM, canonical({"name": "张江镇网格队"}))])

    third = lin.sync()

    assert (first.pages > 2, second.pages, third.rows, third.in_step) == (True, 1, 1, True)
