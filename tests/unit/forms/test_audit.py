"""The log of how a form is filled in (ODK XForms, "Client Audit Logs")."""

import csv
import io
from pathlib import Path

import pytest

from gridclient import forms
from gridclient.forms import AuditLog, Event, Form, FormError

from .samples import NOW, ZONE, opened, xform

BEGAN = round(NOW.timestamp() * 1000)


class Watch:
    """Seconds that pass when the test says so."""

    def __init__(self) -> None:
        self.seconds = 100.0

    def __call__(self) -> float:
        return self.seconds


def form_with(attributes: str = "", saved: bytes | None = None) -> Form:
    source = xform(
        "<name/><age/><pet><kind/></pet><meta><audit/></meta>",
        f'<bind nodeset="/data/meta/audit" type="binary" {attributes}/>',
        """<input ref="/data/name"/><input ref="/data/age"/>
        <repeat nodeset="/data/pet"><input ref="/data/pet/kind"/></repeat>""",
    )
    return opened(source.replace("<orx:meta><orx:instanceID/></orx:meta>", "").replace(
        '<bind nodeset="/data/orx:meta/orx:instanceID" jr:preload="uid"/>', ""), saved=saved)  # fmt: skip


def lines(log: AuditLog) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(log.to_csv())))


def test_a_sitting_says_what_was_seen_and_for_how_long() -> None:
    form, watch = form_with(), Watch()
    log = form.audit_log(elapsed=watch)
    for ref in ("/data/name", "/data/age", "/data/name"):
        log.see(ref)
        watch.seconds += 1.5
    log.see_end()
    watch.seconds += 0.25
    for event in (Event.FORM_SAVE, Event.FORM_EXIT, Event.FORM_FINALIZE):
        log.note(event)

    at = [BEGAN, BEGAN + 1500, BEGAN + 3000, BEGAN + 4500, BEGAN + 4750]
    assert log.to_csv() == (
        "event,node,start,end\n"
        f"form start,,{at[0]},\n"
        f"question,/data/name,{at[0]},{at[1]}\n"
        f"question,/data/age,{at[1]},{at[2]}\n"
        f"question,/data/name,{at[2]},{at[3]}\n"
        f"end screen,,{at[3]},{at[4]}\n"
        f"form save,,{at[4]},\n"
        f"form exit,,{at[4]},\n"
        f"form finalize,,{at[4]},\n"
    )
    assert form.get("/data/meta/audit") == "audit.csv"
    assert "<audit>audit.csv</audit>" in form.to_xml()
    assert form.files() == ["audit.csv"]


def test_old_and_new_answers_are_logged_where_they_differ_and_only_if_wanted() -> None:
    form = form_with('odk:track-changes="true"')
    log = form.audit_log(elapsed=Watch())
    form.set("/data/age", "3")
    log.see("/data/name", "/data/age")
    form.set("/data/name", '林, "秀英"')
    log.see("/data/name")
    form.set("/data/name", 'say "hi"')
    log.leave()

    assert log.to_csv().splitlines()[0] == "event,node,start,end,old-value,new-value"
    assert [(row["node"], row["old-value"], row["new-value"]) for row in lines(log)[1:]] == [
        ("/data/name", "", '林, "秀英"'), ("/data/age", "", ""), ("/data/name", '林, "秀英"', 'say "hi"'),
    ]  # fmt: skip
    # A quote is doubled only in a cell that has a comma or a line end.
    assert log.to_csv().endswith('"林, ""秀英""",say "hi"\n')


def test_a_log_without_change_tracking_holds_no_answers() -> None:
    form = form_with()
    log = form.audit_log(elapsed=Watch())
    log.see("/data/name")
    form.set("/data/name", "林")
    log.leave()

    assert "林" not in log.to_csv()


def test_the_clock_of_the_pc_counts_only_at_the_beginning() -> None:
    watch, times = Watch(), [NOW, NOW.replace(year=2001)]
    source = xform("<meta><audit/></meta>", '<bind nodeset="/data/meta/audit" type="binary"/>')
    form = forms.load(source, now=lambda: times[0], tz=ZONE)
    log = form.audit_log(elapsed=watch)
    times.pop(0)
    watch.seconds += 60
    log.note(Event.FORM_SAVE)

    assert [int(row["start"]) - BEGAN for row in lines(log)] == [0, 60_000]


def test_who_fills_in_is_asked_for_and_on_every_line() -> None:
    form = form_with('odk:identify-user="true"')
    with pytest.raises(FormError, match="who fills it in"):
        form.audit_log(user="  ")
    log = form.audit_log(user="林巡", elapsed=Watch())
    log.note(Event.JUMP)

    assert [row["user"] for row in lines(log)] == ["林巡", "林巡"]


def test_a_changed_form_that_was_saved_before_needs_a_reason() -> None:
    wanted = 'odk:track-changes-reasons="on-form-edit"'
    new = form_with(wanted)
    log = new.audit_log(elapsed=Watch())
    log.see("/data/name")
    new.set("/data/name", "a")
    assert not log.wants_reason

    again = form_with(wanted, saved=new.save())
    log = again.audit_log(earlier=log.to_csv(), elapsed=Watch())
    log.see("/data/name")
    assert not log.wants_reason
    again.set("/data/name", "b")
    assert log.wants_reason
    with pytest.raises(FormError, match="reason"):
        log.give_reason(" ")
    log.give_reason("misheard, then asked again")

    assert not log.wants_reason
    assert [row["event"] for row in lines(log)] == [
        "form start", "question", "form resume", "question", "change reason",
    ]  # fmt: skip
    assert lines(log)[4]["change-reason"] == "misheard, then asked again"


def test_repeats_that_come_and_go_are_changes() -> None:
    form = form_with('odk:track-changes-reasons="on-form-edit"', saved=form_with().save())
    log = form.audit_log(elapsed=Watch())
    log.repeat(Event.ADD_REPEAT, form.add_repeat("/data/pet"))

    assert log.wants_reason
    assert (lines(log)[1]["event"], lines(log)[1]["node"]) == ("add repeat", "/data/pet[2]")
    assert lines(log)[1]["end"] == lines(log)[1]["start"]


def test_what_was_seen_of_an_instance_that_is_gone_has_no_new_answer() -> None:
    form = form_with('odk:track-changes="true"')
    form.set("/data/pet[1]/kind", "cat")
    log = form.audit_log(elapsed=Watch())
    log.see("/data/pet[1]/kind")
    form.remove_repeat("/data/pet[1]")
    log.leave()

    assert (lines(log)[1]["old-value"], lines(log)[1]["new-value"]) == ("cat", "")


def test_a_pc_says_that_it_knows_no_place() -> None:
    form = form_with('odk:location-priority="balanced" odk:location-min-interval="60" odk:location-max-age="120"')
    log = form.audit_log(elapsed=Watch())

    assert log.to_csv().splitlines()[0] == "event,node,start,end,latitude,longitude,accuracy"
    assert [row["event"] for row in lines(log)] == ["form start", "location providers disabled"]
    assert lines(log)[0]["latitude"] == ""


def test_a_log_goes_on_although_the_form_now_wants_other_columns() -> None:
    earlier = 'event,node,start,end,user\nform start,,1,,"陈, 调"\n'
    log = form_with('odk:track-changes="true"').audit_log(earlier=earlier, elapsed=Watch())

    assert log.to_csv().splitlines()[0] == "event,node,start,end,old-value,new-value,user"
    assert (lines(log)[0]["user"], lines(log)[1]["event"]) == ("陈, 调", "form start")


def test_the_parameters_of_an_xlsform_reach_the_log(tmp_path: Path) -> None:
    path = tmp_path / "audited.md"
    path.write_text(
        "| survey | | | | |\n| | type | name | label | parameters |\n| | text | q | Q | |\n"
        "| | audit | audit | | track-changes=true identify-user=true track-changes-reasons=on-form-edit |\n",
        "utf-8",
    )
    form = forms.load(path)

    assert form.audit is not None
    assert form.audit.columns == ["event", "node", "start", "end", "old-value", "new-value", "user", "change-reason"]


def test_a_form_that_wants_no_log_has_none() -> None:
    form = opened(xform("<a/>"))
    assert form.audit is None
    with pytest.raises(FormError, match="no log"):
        form.audit_log()
