"""Repeats: which instances an expression means, counts, positions, and what moves when one goes."""

import pytest

from gridclient.forms import FormError, UnknownReference

from .samples import opened, xform

HOUSEHOLD = xform(
    "<sum/><many/><person><age/><next/><place/><sofar/><first/></person>",
    """<bind nodeset="/data/sum" calculate="sum(/data/person/age)"/>
    <bind nodeset="/data/many" calculate="count(/data/person[age &gt; 17])"/>
    <bind nodeset="/data/person/age" type="int"/>
    <bind nodeset="/data/person/next" type="int" calculate="/data/person/age + 1"/>
    <bind nodeset="/data/person/place" calculate="position(..)"/>
    <bind nodeset="/data/person/sofar"
      calculate="../age + coalesce(/data/person[position() = position(current()/..) - 1]/sofar, 0)"/>
    <bind nodeset="/data/person/first" calculate="indexed-repeat(/data/person/age, /data/person, 1)"/>""",
    '<group ref="/data/person"><repeat nodeset="/data/person"><input ref="/data/person/age"/></repeat></group>',
)
COUNTED = xform(
    "<n/><room><bed><who/></bed></room>",
    '<bind nodeset="/data/n" type="int"/><bind nodeset="/data/room/bed/who" calculate="position(../..)"/>',
    """<repeat nodeset="/data/room" jr:count="/data/n"><group ref="/data/room/bed"><repeat nodeset="/data/room/bed"
    jr:count="position(..) + 1"><input ref="/data/room/bed/who"/></repeat></group></repeat>""",
)


def test_an_absolute_path_inside_a_repeat_means_the_same_instance() -> None:
    form = opened(HOUSEHOLD)
    form.set("/data/person[1]/age", "30")
    second = form.add_repeat("/data/person")
    form.set(f"{second}/age", "40")

    assert (form.get("/data/person[1]/next"), form.get("/data/person[2]/next")) == ("31", "41")


def test_sums_counts_and_running_totals_follow_every_change() -> None:
    form = opened(HOUSEHOLD)
    for place, age in enumerate(["10", "20", "30"], start=1):
        if place > 1:
            form.add_repeat("/data/person")
        form.set(f"/data/person[{place}]/age", age)
    assert [form.get(f"/data/{name}") for name in ("sum", "many")] == ["60", "2"]
    assert form.get("/data/person[3]/sofar") == "60"

    form.set("/data/person[1]/age", "18")

    assert [form.get(f"/data/{name}") for name in ("sum", "many")] == ["68", "3"]
    assert form.get("/data/person[3]/sofar") == "68"
    assert form.get("/data/person[3]/first") == "18"


def test_when_an_instance_goes_those_after_it_move_up() -> None:
    form = opened(HOUSEHOLD)
    for place in (2, 3):
        form.add_repeat("/data/person")
        form.set(f"/data/person[{place}]/age", str(place * 10))

    form.remove_repeat("/data/person[1]")

    assert [form.get(f"/data/person[{n}]/place") for n in (1, 2)] == ["1", "2"]
    assert form.get("/data/person[1]/age") == "20"
    assert "/data/person[3]" not in form.refs()
    with pytest.raises(UnknownReference):
        form.get("/data/person[3]/age")


def test_a_blank_answer_adds_nothing_to_a_sum() -> None:
    form = opened(HOUSEHOLD)
    form.add_repeat("/data/person")
    form.set("/data/person[2]/age", "5")

    assert form.get("/data/sum") == "5"
    assert form.get("/data/person[1]/next") == ""


def test_a_count_makes_and_takes_away_instances_and_nested_ones_count_for_themselves() -> None:
    """ODK XForms, "Creation, Removal of Repeats": `jr:count`."""
    form = opened(COUNTED)
    assert form.count("/data/room") == 0
    assert form.relevant("/data/room") is True

    form.set("/data/n", "2")
    assert [form.count(f"/data/room[{n}]/bed") for n in (1, 2)] == [2, 3]
    assert form.get("/data/room[2]/bed[3]/who") == "2"

    form.set("/data/n", "")
    assert form.count("/data/room") == 2
    form.set("/data/n", "1")
    assert form.count("/data/room") == 1


def test_the_user_does_not_change_a_computed_count() -> None:
    form = opened(COUNTED)
    with pytest.raises(FormError, match="computed"):
        form.add_repeat("/data/room")


def test_a_template_is_no_instance_and_gives_new_ones_their_defaults() -> None:
    """ODK XForms, "Default Values in Repeats"."""
    form = opened(
        xform(
            '<p jr:template=""><role>guest</role></p><p><role>owner</role></p>',
            "",
            '<repeat nodeset="/data/p"><input ref="/data/p/role"/></repeat>',
        )
    )
    assert [form.get(f"/data/p[{n}]/role") for n in range(1, form.count("/data/p") + 1)] == ["owner"]

    assert form.get(f"{form.add_repeat('/data/p')}/role") == "guest"


def test_an_instance_of_a_repeat_that_is_not_relevant_keeps_its_answers() -> None:
    form = opened(
        xform(
            "<any/><dog><name/></dog><dogs/>",
            """<bind nodeset="/data/dog" relevant="/data/any = 'yes'"/>
            <bind nodeset="/data/dogs" calculate="count-non-empty(/data/dog/name)"/>""",
            '<input ref="/data/any"/><repeat nodeset="/data/dog"><input ref="/data/dog/name"/></repeat>',
        )
    )
    form.set("/data/any", "yes")
    form.set("/data/dog[1]/name", "旺财")
    form.set("/data/any", "no")
    assert (form.get("/data/dog[1]/name"), form.get("/data/dogs")) == ("", "0")
    assert "旺财" not in form.to_xml()

    form.set("/data/any", "yes")
    assert (form.get("/data/dog[1]/name"), form.get("/data/dogs")) == ("旺财", "1")
