"""The worker's day without a network: the list, a power cut, two edits apart, a case that went to somebody else."""

import subprocess
import sys
from datetime import datetime, timedelta

from gridclient.domain.record import Kind, Value, grid_bucket, iso, new_id
from gridclient.domain.zone import ZONE
from gridclient.forms import load
from gridclient.platform import feed
from gridclient.platform.push import canonical
from gridclient.store import drafts, lists
from gridclient.store.lists import Ask, QueueFilter
from gridclient.sync.sign_in import unlock
from gridclient.workflow import begin
from tests.system.district import CELL, PACK, PIN
from tests.system.scenarios.story import Person, Story, Street


def test_scenario_01_the_days_list_is_there_at_once_and_in_order(street: Street, story: Story) -> None:
    story.given("30 cases on a PC without a network")
    platform, now = street.district.platform, street.district.clock()
    pack = platform.packs[PACK]
    # Three working days from the Thursday before to this Tuesday, each at an hour of its own.
    hours, minutes = (11, 14, 15, 16, 17), range(5, 60, 10)
    wanted = [datetime(2026, 11, 24, hour, minute, tzinfo=ZONE) for hour in hours for minute in minutes]
    cases: list[tuple[str, str, bytes]] = []
    for n in range(30):
        opened = wanted[(n * 7) % 30] - timedelta(days=5)
        fields = begin(pack, {"title": f"synthetic {n}", "grid": CELL, "assignee": "w-lin"}, opened)
        cases.append((new_id(), Kind.CASE, canonical(fields)))
    with platform.database.write() as connection:
        feed.load(connection, grid_bucket(CELL), cases)
    lin = street.person("lin")
    street.district.running.stop()

    story.when("the worker opens the list of today")
    ask = Ask(QueueFilter.TODAY, "w-lin", now=iso(now), end_of_today=iso(now + timedelta(hours=13)),
              work=lin.shelf.work_of("worker"))  # fmt: skip
    turns: list[int] = []
    with lin.pc.opened.cache.read() as connection:
        raw = connection.connection.driver_connection
        assert raw is not None
        raw.set_progress_handler(lambda: turns.append(1), 1000)
        rows = lists.first_page(connection, ask)
        raw.set_progress_handler(None, 0)

    story.then("it is there within 2 seconds, in the order of the time left, with the right limits")
    assert len(turns) < 100  # thousand steps of the database: hundredths of a second
    assert len(rows) == 31  # and the visit that the street begins with
    assert [row.due_at for row in rows] == sorted(row.due_at for row in rows)
    assert {row.due_at for row in rows} >= {iso(moment) for moment in wanted}


_TYPIST = """
import os, signal, sys
from datetime import UTC, datetime
from pathlib import Path
from gridclient.forms import load
from gridclient.paths import FORMS
from gridclient.store import drafts
from gridclient.store.profile import Profile
from gridclient.sync.sign_in import unlock

folder, case, pin = sys.argv[1:]
opened = unlock(Profile(Path(folder)), pin, None, clock=lambda: datetime(2026, 11, 24, 2, 30, tzinfo=UTC))
form = load(FORMS / "elderly-visit" / "visit.xlsx", tz="Asia/Shanghai", missing="blank")
answers = [("reached", "no"), ("contact_note", "first"), ("contact_note", "second"), ("contact_note", "lost")]
for name, value in answers[:-1]:
    form.set(f"/data/contact/{name}", value)
    with opened.cache.write() as tx:
        drafts.save_draft(tx, case, "contact", form.save())
form.set("/data/contact/" + answers[-1][0], answers[-1][1])
os.kill(os.getpid(), signal.SIGKILL)
"""


def test_scenario_03_a_power_cut_loses_at_most_the_last_answer(street: Street, story: Story) -> None:
    lin, case = street.person("lin"), street.district.case
    profile, form_file = lin.pc.opened.profile, lin.pack(case).form
    lin.pc.opened.close()
    street.district.pcs.clear()

    story.given("a form that is half filled in")
    story.when("the power fails in the middle of an answer")
    died = subprocess.run([sys.executable, "-c", _TYPIST, str(profile.folder), case, PIN], check=False, timeout=60)
    assert died.returncode == -9

    story.then("after the restart only the answer that was being typed is lost")
    opened = unlock(profile, PIN, None, clock=street.district.clock)
    with opened.cache.read() as connection:
        draft = drafts.draft_of(connection, case)
    opened.close()
    assert draft is not None
    form = load(form_file, instance=draft.form, tz="Asia/Shanghai", missing="blank")
    assert (form.get("/data/contact/reached"), form.get("/data/contact/contact_note")) == ("no", "second")


def test_scenario_04_two_edits_apart_merge_or_are_chosen_by_a_person(street: Street, story: Story) -> None:
    lin, chen, ident = street.person("lin"), street.person("chen"), street.district.ident
    story.given("two workers who edit the same resident apart")
    story.when("they change different fields")
    lin.pc.edit(ident, phone="13800007741")
    chen.pc.edit(ident, contact_name="陈芳")
    for person in (lin, chen, lin):
        person.sync()
    story.then("both changes stand and nobody is asked")
    both = {"phone": "13800007741", "contact_name": "陈芳"}
    assert both.items() <= lin.case(ident).items()
    assert lin.case(ident) == chen.case(ident)
    assert (lin.pc.conflicts(), chen.pc.conflicts()) == ([], [])

    story.when("they change the same field")
    lin.pc.edit(ident, phone="13800007742")
    chen.pc.edit(ident, phone="13800007743")
    for person in (lin, chen, lin):
        person.sync()
    story.then("both values are shown with who and when, a person chooses, and the choice is kept")
    (conflict,) = chen.pc.conflicts()
    fields = chen.case(conflict)["fields"]
    assert isinstance(fields, dict)
    phone = fields["phone"]
    assert isinstance(phone, dict)
    assert (phone["mine"], phone["theirs"], phone["their_by"]) == ("13800007743", "13800007742", "w-lin")
    assert phone["their_at"] == iso(street.district.clock())
    chen.pc.resolve(conflict, phone="13800007743")
    for person in (chen, lin):
        person.sync()
    assert lin.case(ident)["phone"] == "13800007743"
    assert lin.case(conflict)["resolved_by"] == "w-chen"
    assert lin.case(conflict)["note"] == "asked again"


def test_scenario_05_work_on_a_case_that_went_to_somebody_else_is_kept(street: Street, story: Story) -> None:
    lin, zhao, case = street.person("lin"), street.person("zhao"), street.district.case
    story.given("a case that was given to somebody else while its worker was offline")
    paper = lin.paper(case).fill("contact", reached="no", contact_note="synthetic")
    paper.finish("contact")
    street.district.clock.forward(minutes=5)
    zhao.pc.edit(case, assignee="w-chen")
    zhao.sync()

    story.when("the worker's finished step arrives")
    lin.sync()
    zhao.sync()

    story.then("the work is kept for review, the message is clear, and nothing is lost")
    (row,) = lin.pc.outcomes()
    assert row.status == "review"
    assert row.problem is not None
    assert row.problem.title == "The record is no longer yours; your work waits for review."
    review = _review_of(zhao, case)
    assert review["by"] == "w-lin"
    mutation = review["mutation"]
    assert isinstance(mutation, dict)
    kept = mutation["set"]
    assert isinstance(kept, dict)
    assert kept["answers.contact"] == {"/data/contact/reached": "no", "/data/contact/contact_note": "synthetic"}
    assert "done.contact" not in street.there(case)


def _review_of(person: Person, case: str) -> dict[str, Value]:
    with person.pc.opened.cache.read() as connection:
        found = connection.exec_driver_sql(
            "SELECT b.id FROM shown s JOIN base b USING (rid) WHERE s.kind = 'review' AND s.about = ?", (case,)
        ).scalars().all()  # fmt: skip
    (review,) = found
    return dict(person.case(review))
