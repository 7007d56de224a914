"""Events and actions (ODK XForms, "Events and Actions"), preloads and the metadata of a submission."""

import re

import pytest

from gridclient.forms import FormError

from .samples import opened, xform

VISIT = xform(
    "<start/><today/><who/><kind/><note/><seen/><fall><at/><how/></fall>",
    """<bind nodeset="/data/start" type="dateTime" jr:preload="timestamp" jr:preloadParams="start"/>
    <bind nodeset="/data/today" type="date" jr:preload="date" jr:preloadParams="today"/>
    <bind nodeset="/data/who" jr:preload="property" jr:preloadParams="username"/>
    <bind nodeset="/data/fall/at" type="date"/>
    <setvalue event="odk-instance-first-load" ref="/data/kind" value="'first'"/>
    <setvalue event="odk-instance-load" ref="/data/seen">opened</setvalue>""",
    """<input ref="/data/kind"><setvalue event="xforms-value-changed" ref="/data/note"
    value="concat('was ', /data/kind)"/></input><input ref="/data/note"><setvalue event="xforms-value-changed"
    ref="/data/fall[position() = 1]/how" value="/data/note"/></input>
    <group ref="/data/fall"><repeat nodeset="/data/fall">
    <setvalue event="odk-new-repeat" ref="/data/fall/at"
    value="today()"/><input ref="/data/fall/how"/></repeat></group>""",
)


def test_preloads_say_when_where_and_who() -> None:
    form = opened(VISIT, username="lin")

    assert form.get("/data/start") == "2026-11-24T10:21:30.000+08:00"
    assert (form.get("/data/today"), form.get("/data/who")) == ("2026-11-24", "lin")
    assert re.fullmatch(r"uuid:[0-9a-f-]{36}", form.get("/data/orx:meta/orx:instanceID"))


def test_a_new_instance_and_every_opening_run_their_actions() -> None:
    form = opened(VISIT)
    assert (form.get("/data/kind"), form.get("/data/seen")) == ("first", "opened")
    form.set("/data/kind", "second")
    form.set("/data/seen", "")

    again = opened(VISIT, saved=form.save())

    assert (again.get("/data/kind"), again.get("/data/seen")) == ("second", "opened")


def test_a_changed_value_runs_its_actions_and_those_that_follow_from_them() -> None:
    form = opened(VISIT)

    result = form.set("/data/kind", "fire")

    assert form.get("/data/note") == "was fire"
    assert form.get("/data/fall[1]/how") == "was fire"
    assert {"/data/note", "/data/fall[1]/how"} <= result.changed


def test_a_new_repeat_instance_runs_its_actions_for_itself_only() -> None:
    form = opened(VISIT)
    assert form.get("/data/fall[1]/at") == ""

    form.add_repeat("/data/fall")

    assert (form.get("/data/fall[1]/at"), form.get("/data/fall[2]/at")) == ("", "2026-11-24")


def test_an_unknown_event_is_refused() -> None:
    with pytest.raises(FormError, match="unknown event"):
        opened(xform("<a/>", '<setvalue event="on-tuesday" ref="/data/a">x</setvalue>'))


def test_a_submission_that_is_edited_gets_a_new_id_and_names_the_old_one() -> None:
    """OpenRosa metadata schema, `deprecatedID`."""
    form = opened(VISIT)
    old = form.get("/data/orx:meta/orx:instanceID")

    edited = opened(VISIT, saved=form.to_xml())

    assert edited.get("/data/orx:meta/orx:deprecatedID") == old
    assert edited.get("/data/orx:meta/orx:instanceID") not in ("", old)


def test_a_draft_keeps_its_id() -> None:
    form = opened(VISIT)
    again = opened(VISIT, saved=form.save())

    assert again.get("/data/orx:meta/orx:instanceID") == form.get("/data/orx:meta/orx:instanceID")
    assert "deprecatedID" not in again.to_xml()


def test_a_form_without_metadata_still_sends_an_id() -> None:
    source = xform("<a/>").replace("<orx:meta><orx:instanceID/></orx:meta>", "")
    source = source.replace('<bind nodeset="/data/orx:meta/orx:instanceID" jr:preload="uid"/>', "")

    assert "instanceID>uuid:" in opened(source).to_xml()


def test_an_end_time_is_set_when_the_form_is_finished() -> None:
    form = opened(
        xform("<end/>", '<bind nodeset="/data/end" type="dateTime" jr:preload="timestamp" jr:preloadParams="end"/>')
    )
    assert form.get("/data/end") == ""

    assert form.finalize() == []
    assert form.get("/data/end") == "2026-11-24T10:21:30.000+08:00"


def test_what_is_sent_names_its_namespaces_and_leaves_out_what_is_not_relevant() -> None:
    form = opened(xform("<a>1</a><b>2</b>", '<bind nodeset="/data/b" relevant="/data/a = 2"/>'))
    sent = form.to_xml()

    assert 'xmlns:orx="http://openrosa.org/xforms"' in sent
    assert "<orx:instanceID>uuid:" in sent
    assert "<a>1</a>" in sent
    assert "<b>" not in sent
    assert '<data xmlns:orx="http://openrosa.org/xforms" id="sample" version="7">' in sent


def test_a_preload_wins_over_a_default_in_a_new_instance_and_an_id_stays_at_the_end() -> None:
    form = opened(xform("<ident>default</ident>", '<bind nodeset="/data/ident" jr:preload="uid"/>'))
    first = form.get("/data/ident")
    assert first.startswith("uuid:")

    form.finalize()

    assert form.get("/data/ident") == first


def test_a_default_of_a_whole_number_loses_its_fraction() -> None:
    form = opened(xform("<n>2.7</n><m> 3 </m><x>many</x>", "".join(
        f'<bind nodeset="/data/{name}" type="int"/>' for name in "nmx")))  # fmt: skip

    assert [form.get(f"/data/{name}") for name in "nmx"] == ["2", "3", "many"]


def test_a_recording_from_a_telephone_stays_where_no_sound_is_recorded() -> None:
    source = xform("<sound/>", """<bind nodeset="/data/sound" type="binary"/>
        <odk:recordaudio event="odk-instance-load" ref="/data/sound" odk:quality="low"/>""")  # fmt: skip
    saved = opened(source).save().decode().replace("<sound/>", "<sound>one.m4a</sound>")

    form = opened(source, saved=saved)

    assert form.get("/data/sound") == "one.m4a"
    assert form.warnings == ("/data/sound recordaudio: sound is not recorded in the background on a PC",)


@pytest.mark.parametrize("name", ["phone number", "phonenumber", "uri:phonenumber"])
def test_a_property_has_the_names_of_specification_and_xlsform(name: str) -> None:
    """ODK XForms, "Preload Attributes"."""
    form = opened(
        xform("<who/>", f'<bind nodeset="/data/who" jr:preload="property" jr:preloadParams="{name}"/>'),
        phonenumber="555-01",
    )

    assert form.get("/data/who") == "555-01"
