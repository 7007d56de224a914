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
    assert form.get("/data/person[2]/first") == "20"
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


def test_counted_instances_begin_as_the_form_writes_them_and_then_from_the_template() -> None:
    """ODK XForms, "Default Values in Repeats"."""
    form = opened(
        xform(
            '<n/><p jr:template=""><role>guest</role></p><p><role>owner</role></p><p><role>tenant</role></p>',
            '<bind nodeset="/data/n" type="int"/>',
            '<input ref="/data/n"/><repeat nodeset="/data/p" jr:count="/data/n"><input ref="/data/p/role"/></repeat>',
        )
    )
    form.set("/data/n", "3")

    assert [form.get(f"/data/p[{n}]/role") for n in (1, 2, 3)] == ["owner", "tenant", "guest"]


def test_where_nobody_may_add_an_instance_the_template_is_the_one_instance() -> None:
    form = opened(
        xform(
            '<p jr:template=""><role/></p><q jr:template=""><role/></q><q><role>a</role></q>',
            "",
            """<repeat nodeset="/data/p" jr:noAddRemove="true()"><input ref="/data/p/role"/></repeat>
            <repeat nodeset="/data/q" jr:noAddRemove="true()"><input ref="/data/q/role"/></repeat>""",
        )
    )

    assert (form.count("/data/p"), form.count("/data/q")) == (1, 1)
    assert form.can_change_count("/data/p") is False
    with pytest.raises(FormError, match="nobody add or take away"):
        form.add_repeat("/data/p")
    with pytest.raises(FormError, match="nobody add or take away"):
        form.remove_repeat("/data/q[1]")


def test_a_relative_count_is_found_beside_the_repeat() -> None:
    form = opened(
        xform(
            "<room><beds>2</beds><bed><who/></bed></room>",
            "",
            """<repeat nodeset="/data/room"><input ref="/data/room/beds"/><repeat nodeset="/data/room/bed"
            jr:count="beds"><input ref="/data/room/bed/who"/></repeat></repeat>""",
        )
    )
    assert form.count("/data/room[1]/bed") == 2

    form.set("/data/room[1]/beds", "3")

    assert form.count("/data/room[1]/bed") == 3


def test_a_running_total_reads_the_instance_before_by_its_index() -> None:
    form = opened(
        xform(
            "<day><n/><sum/></day>",
            """<bind nodeset="/data/day/n" type="int"/><bind nodeset="/data/day/sum" type="int" calculate="../n +
            if(position(..) = 1, 0, indexed-repeat(/data/day/sum, /data/day, position(..) - 1))"/>""",
            '<repeat nodeset="/data/day"><input ref="/data/day/n"/></repeat>',
        )
    )
    for n in (1, 2, 3):
        if n > 1:
            form.add_repeat("/data/day")
        form.set(f"/data/day[{n}]/n", str(n))
    assert form.get("/data/day[3]/sum") == "6"

    form.set("/data/day[1]/n", "10")

    assert [form.get(f"/data/day[{n}]/sum") for n in (1, 2, 3)] == ["10", "12", "15"]


def test_a_count_that_falls_and_rises_again_brings_the_answers_back() -> None:
    """As a rule that hides a question keeps its answer; what the user takes away is gone."""
    named = COUNTED.replace("<room>", "<room><name/>").replace(
        '<group ref="/data/room/bed">', '<input ref="/data/room/name"/><group ref="/data/room/bed">'
    )
    form = opened(named)
    form.set("/data/n", "3")
    for n in (1, 2, 3):
        form.set(f"/data/room[{n}]/name", f"room {n}")

    form.set("/data/n", "1")
    assert "room 3" not in form.to_xml(relevant_only=False)
    form.set("/data/n", "3")

    assert [form.get(f"/data/room[{n}]/name") for n in (1, 2, 3)] == ["room 1", "room 2", "room 3"]
    assert [form.count(f"/data/room[{n}]/bed") for n in (1, 2, 3)] == [2, 3, 4]
    assert form.get("/data/room[3]/bed[4]/who") == "3"
    form.new_instance()
    form.set("/data/n", "2")
    assert form.get("/data/room[2]/name") == ""
