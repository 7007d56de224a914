"""Phones and contacts that are confirmed at the door reach whoever has the duty, and no supervisor's PC."""

from gridclient.domain.record import Kind, grid_bucket, ident_bucket, new_id
from gridclient.platform.handover import hand_over
from gridclient.store import confidential, late, residents, shown, undo, work
from gridclient.store.outbox import Edit, queue
from gridclient.store.undo import Done
from gridclient.workflow import answers_of
from tests.system.district import CELL, OTHER_CELL, PACK, District, Pc

PHONE, CONTACT, FAMILY = "13900007741", "13800006121", "13800006122"
CORRECTED, LATE = "13900007742", "13900007743"
_ALL = (PHONE, CONTACT, FAMILY, CORRECTED, LATE)
_VERIFY = "/data/verify/"


def _visit(pc: Pc) -> None:
    """Finishes the whole visit, with phones at the step at the door."""
    pack = pc.district.platform.packs[PACK]
    for step in pack.steps:
        told = {"phone": PHONE, "contact_phone": CONTACT, "family_phone": FAMILY} if step.id == "verify" else {}
        pc.finish(pc.district.case, step.id, note="synthetic", **told)
    pc.submit(pc.district.case)


def _answers(pc: Pc) -> dict[str, str]:
    """What the PC knows of the visit, by reference."""
    with pc.opened.cache.read() as connection:
        case = confidential.whole_case(connection, pc.district.case)
    assert case is not None
    return answers_of(case.fields)


def _phones(pc: Pc) -> dict[str, str]:
    return {ref: text for ref, text in _answers(pc).items() if text in (PHONE, CONTACT, FAMILY)}


def _told_apart(district: District) -> tuple[set[str], set[str]]:
    """The families of buckets whose records, histories or ledger hold one of the phones, and those that hold none."""
    told, families = set[str](), set[str]()
    with district.platform.database.read() as connection:
        for table, column in (("record", "payload"), ("history", "changes"), ("ledger", "body"), ("ledger", "result")):
            for bucket, data in connection.exec_driver_sql(f"SELECT bucket, {column} FROM {table}").all():
                family = str(bucket).partition(":")[0]
                families.add(family)
                text = data if isinstance(data, str) else bytes(data or b"").decode()
                if any(phone in text for phone in _ALL):
                    told.add(family)
    return told, families - told


def test_a_supervisor_never_gets_the_phones_that_a_visit_confirms(district: District) -> None:
    lin, chen, zhao = district.pc("lin"), district.pc("chen"), district.pc("zhao")
    lin.sync()
    _visit(lin)
    whole = {f"{_VERIFY}phone": PHONE, f"{_VERIFY}contact_phone": CONTACT, f"{_VERIFY}family_phone": FAMILY}
    assert _phones(lin) == whole
    for pc in (lin, chen, zhao):
        assert pc.sync().in_step

    assert set(lin.statuses()) == {"applied"}
    assert (_phones(lin), _phones(chen), _phones(zhao)) == (whole, whole, {})
    assert f"{_VERIFY}note" in _answers(zhao)
    with zhao.opened.cache.read() as connection:
        held = connection.exec_driver_sql("SELECT b.payload FROM base b").scalars().all()
    assert not [payload for payload in held if any(each.encode() in payload for each in (PHONE, CONTACT, FAMILY))]
    assert zhao.find(confidential.confidential_id(district.case)) is None
    assert lin.fields(district.ident)["phone"] == PHONE  # the file has it too, as the pack says
    assert _told_apart(district) == ({"ident"}, {"grid", "care"})


def test_a_correction_and_the_next_visit_find_them_where_they_are(district: District) -> None:
    lin, chen, zhao = district.pc("lin"), district.pc("chen"), district.pc("zhao")
    lin.sync()
    _visit(lin)
    lin.sync()
    lin.correct(district.case, "verify", "he said another one", phone=CORRECTED, note="synthetic")
    for pc in (lin, zhao):
        assert pc.sync().in_step
    zhao.approve(district.case)
    for pc in (zhao, lin, chen):
        assert pc.sync().in_step

    assert _answers(chen)[f"{_VERIFY}phone"] == CORRECTED
    assert f"{_VERIFY}contact_phone" not in _answers(chen)  # the corrected step does not answer it
    assert lin.fields(district.ident)["phone"] == CORRECTED
    with lin.opened.cache.write() as tx:
        about = {"resident": district.resident, "grid": CELL, "title": "王秀英 · 独居老人走访"}
        again, _ = work.open_case(tx, district.platform.packs[PACK], about, lin.actor)
    with lin.opened.cache.read() as connection:
        case = shown.find(connection, again)
        assert case is not None
        last = residents.last_visit(connection, district.platform.packs, case)
    assert last is not None
    assert answers_of(last.fields)[f"{_VERIFY}phone"] == CORRECTED
    assert _told_apart(district)[0] == {"ident"}


def test_they_go_with_their_case_to_another_cell_and_are_heard_when_they_come_too_late(district: District) -> None:
    lin, wu, zhao = district.pc("lin"), district.pc("wu"), district.pc("zhao")
    lin.sync()
    lin.finish(district.case, "contact", note="synthetic")
    lin.finish(district.case, "verify", phone=PHONE)
    lin.sync()
    lin.finish(district.case, "verify", phone=LATE)  # while offline
    hand_over(district.platform, CELL, OTHER_CELL, [district.resident], by="administrator")
    for pc in (lin, wu, zhao):
        assert pc.sync().in_step

    beside = confidential.confidential_id(district.case)
    assert lin.find(beside) is None
    assert _answers(wu)[f"{_VERIFY}phone"] == PHONE
    assert wu.fields(beside)["grid"] == OTHER_CELL
    assert district.on_platform(ident_bucket(CELL), beside) is None
    with wu.opened.cache.read() as connection:
        [waits] = late.late_about(connection, [beside])
    assert (waits.kind, waits.fields[0].name) == (Kind.CONFIDENTIAL, "answers.verify")
    with zhao.opened.cache.read() as connection:
        assert {each.kind for each in late.late_work(connection)} == {Kind.CASE}
    with wu.opened.cache.write() as tx:
        late.close_late(tx, waits, wu.actor, "asked again", take=True)
    for pc in (wu, zhao):
        assert pc.sync().in_step
    assert _answers(wu)[f"{_VERIFY}phone"] == LATE
    assert _told_apart(district)[0] == {"ident"}


def test_what_is_first_told_when_the_case_has_gone_waits_with_whoever_has_it_now(district: District) -> None:
    lin, wu, chen = district.pc("lin"), district.pc("wu"), district.pc("chen")
    lin.sync()
    lin.finish(district.case, "contact", note="synthetic")
    lin.finish(district.case, "verify", phone=LATE)  # while offline, for the first time
    with lin.opened.cache.write() as tx:
        fields = {"resident": district.resident, "phone": LATE, "grid": CELL}
        queue(tx, Edit("create", new_id(), Kind.IDENT, ident_bucket(CELL), fields), lin.actor.worker_id)
    hand_over(district.platform, CELL, OTHER_CELL, [district.resident], by="administrator")
    for pc in (lin, wu, chen):
        assert pc.sync().in_step

    beside = confidential.confidential_id(district.case)
    assert set(lin.statuses()) == {"review"}
    assert [pc.find(beside) for pc in (lin, chen)] == [None, None]
    with chen.opened.cache.read() as connection:
        assert late.late_about(connection, [beside, district.resident]) == []
    with wu.opened.cache.read() as connection:
        [waits] = late.late_about(connection, [beside])
    assert waits.can_take
    with wu.opened.cache.write() as tx:
        late.close_late(tx, waits, wu.actor, "asked again", take=True)
    assert wu.sync().in_step
    assert (wu.statuses()[-2:], wu.fields(beside)["grid"]) == (["applied", "applied"], OTHER_CELL)
    assert _answers(wu)[f"{_VERIFY}phone"] == LATE


def test_what_belongs_to_a_step_that_was_not_taken_waits_with_it(district: District) -> None:
    lin, chen, zhao = district.pc("lin"), district.pc("chen"), district.pc("zhao")
    for pc in (lin, zhao):
        pc.sync()
    lin.finish(district.case, "contact", note="synthetic")
    lin.sync()
    lin.finish(district.case, "verify", phone=LATE)
    district.clock.forward(minutes=5)
    zhao.sync()
    zhao.edit(district.case, assignee="w-chen")
    for pc in (zhao, lin, chen):
        assert pc.sync().in_step

    assert lin.statuses()[-3:-1] == ["review", "review"]  # the step, and what is confidential in it
    assert f"{_VERIFY}phone" not in _answers(chen)


def test_a_step_that_is_taken_back_takes_them_along(district: District) -> None:
    lin = district.pc("lin")
    lin.sync()
    lin.finish(district.case, "contact", note="synthetic")
    with lin.opened.cache.read() as connection:
        before = undo.last_number(connection)
    lin.finish(district.case, "verify", phone=PHONE)
    with lin.opened.cache.read() as connection:
        done = Done(before + 1, undo.last_number(connection))
    with lin.opened.cache.write() as tx:
        undo.take_back(tx, done, lin.actor)

    assert lin.find(confidential.confidential_id(district.case)) is None
    assert _phones(lin) == {}
    assert lin.sync().in_step
    assert district.on_platform(grid_bucket(CELL), district.case) is not None
    assert _told_apart(district)[0] == set()


def test_two_pcs_that_finish_the_step_apart_make_one_record(district: District) -> None:
    lin, again = district.pc("lin"), district.pc("lin", "pc-at-home")
    for pc in (lin, again):
        pc.sync()
        pc.finish(district.case, "contact", note="synthetic")
        pc.finish(district.case, "verify", phone=PHONE)
    for pc in (lin, again, lin):
        assert pc.sync().in_step

    assert set(again.statuses()) == {"applied"}
    assert _answers(again) == _answers(lin)
    assert _answers(lin)[f"{_VERIFY}phone"] == PHONE
