"""Entities that a form creates or updates (ODK XForms, "Entities")."""

import csv
import io
import uuid

import pytest

from gridclient.forms import Entity, FormError, with_entities

from .samples import opened, xform

_WITH_META = xform(
    '<name/><phone/><known/><meta><entity dataset="residents" id="" create="" update=""><label/></entity></meta>',
    """<bind nodeset="/data/name" entities:saveto="full_name"/><bind nodeset="/data/phone" entities:saveto="phone"/>
    <bind nodeset="/data/meta/entity/@id" calculate="once(if(/data/known != '', /data/known, 'new-1'))"/>
    <bind nodeset="/data/meta/entity/@create" calculate="/data/known = ''" relevant="/data/known = ''"/>
    <bind nodeset="/data/meta/entity/@update" calculate="/data/known != ''" relevant="/data/known != ''"/>
    <bind nodeset="/data/meta/entity/label" calculate="concat(/data/name, '·', /data/phone)"/>""",
    '<input ref="/data/name"/><input ref="/data/phone"/><input ref="/data/known"/>',
)
RESIDENT = _WITH_META.replace("<orx:meta><orx:instanceID/></orx:meta>", "").replace(
    '<bind nodeset="/data/orx:meta/orx:instanceID" jr:preload="uid"/>', ""
)


def test_a_form_creates_an_entity_of_what_is_saved_to_it() -> None:
    form = opened(RESIDENT)
    form.set("/data/name", "林秀英")
    form.set("/data/phone", "555-01")

    assert form.entities() == [
        Entity("residents", "new-1", "create", "林秀英·555-01", {"full_name": "林秀英", "phone": "555-01"})
    ]
    assert 'create="true"' in form.to_xml()
    assert "update=" not in form.to_xml()


def test_the_same_form_updates_one_that_is_known() -> None:
    form = opened(RESIDENT)
    form.set("/data/known", "r7")
    form.set("/data/phone", "555-02")

    assert [(e.action, e.values["phone"]) for e in form.entities()] == [("update", "555-02")]


def test_what_was_created_offline_is_in_the_list_at_once() -> None:
    listed = "name,label,phone\nr7,陈,1\n"
    made = [
        Entity("residents", "new-1", "create", "林", {"phone": "2"}),
        Entity("residents", "r7", "update", "", {"phone": "3", "full_name": ""}),
    ]

    assert with_entities(listed, made) == "name,label,phone\nr7,陈,3\nnew-1,林,2\n"


def test_each_instance_of_a_repeat_can_be_an_entity() -> None:
    form = opened(
        xform(
            '<tree><kind/><meta><entity dataset="trees" id="t" create="1"><label/></entity></meta></tree>',
            """<bind nodeset="/data/tree/kind" entities:saveto="kind"/>
            <bind nodeset="/data/tree/meta/entity/label" calculate="../../../kind"/>""",
            '<repeat nodeset="/data/tree"><input ref="/data/tree/kind"/></repeat>',
        )
    )
    form.add_repeat("/data/tree")
    form.set("/data/tree[1]/kind", "樟")
    form.set("/data/tree[2]/kind", "桂")

    assert [(each.label, each.values) for each in form.entities()] == [("樟", {"kind": "樟"}), ("桂", {"kind": "桂"})]


def test_each_offline_change_counts_up_the_version_that_follow_up_forms_see() -> None:
    listed = "name,label,__version\nr7,陈,3\n"
    made = [
        Entity("residents", "r7", "update"),
        Entity("residents", "r7", "update"),
        Entity("residents", "n", "create"),
    ]

    rows = {row["name"]: row for row in csv.DictReader(io.StringIO(with_entities(listed, made)))}

    assert [(name, row["__version"], row["__trunkVersion"]) for name, row in rows.items()] == [
        ("r7", "5", "3"), ("n", "1", ""),
    ]  # fmt: skip


def test_offline_changes_of_one_version_share_a_branch_until_the_platform_has_another() -> None:
    """ODK XForms, "Entities" 2024.1.0: `trunkVersion` and `branchId`."""

    def branches(listed: str, *made: Entity) -> list[str]:
        return [row["__branchId"] for row in csv.DictReader(io.StringIO(with_entities(listed, made)))]

    first = branches("name,label,__version\nr7,陈,3\n")
    changed = branches("name,label,__version\nr7,陈,3\n", Entity("residents", "r7", "update"))
    caught_up = branches("name,label,__version\nr7,陈,4\n")
    created = branches("name,label,__version\n", Entity("residents", "n", "create"))
    changed_again = branches(
        "name,label,__version\n", Entity("residents", "n", "create"), Entity("residents", "n", "update")
    )

    assert first == changed != caught_up
    assert created == changed_again
    assert uuid.UUID(created[0])


def test_a_submission_says_which_branch_it_goes_on() -> None:
    """ODK XForms, "Entities" 2024.1.0: a server tells by it which offline changes follow each other."""
    found = "instance('trees')/root/item[name = /data/tree]"
    form = opened(
        xform(
            """<tree>t2</tree><meta><entity dataset="trees" id="t2" update="1" baseVersion="" trunkVersion=""
            branchId=""/></meta>""",
            f"""<instance id="trees" src="jr://file-csv/trees.csv"/>
            <bind nodeset="/data/meta/entity/@baseVersion" calculate="{found}/__version"/>
            <bind nodeset="/data/meta/entity/@trunkVersion" calculate="{found}/__trunkVersion"/>
            <bind nodeset="/data/meta/entity/@branchId" calculate="{found}/__branchId"/>""",
        ),
        attachments={"trees.csv": with_entities("name,label,__version\nt2,B,12\n", [Entity("trees", "t2", "update")])},
    )

    [entity] = form.entities()

    assert (entity.base_version, entity.trunk_version) == ("13", "12")
    assert f'branchId="{entity.branch_id}"' in form.to_xml()
    assert uuid.UUID(entity.branch_id)


def test_an_update_says_which_version_it_saw_and_a_form_may_do_both() -> None:
    """ODK XForms, "Entities": Declaring that a form updates entities."""
    form = opened(
        xform(
            '<tree>t2</tree><meta><entity dataset="trees" id="t2" update="1" create="true" baseVersion=""/></meta>',
            """<instance id="trees" src="jr://file-csv/trees.csv"/><bind nodeset="/data/meta/entity/@baseVersion"
            calculate="instance('trees')/root/item[name = /data/tree]/__version"/>""",
        ),
        attachments={"trees.csv": "name,label,__version\nt1,A,1\nt2,B,12\n"},
    )

    assert [(each.action, each.id, each.base_version) for each in form.entities()] == [
        ("create", "t2", "12"), ("update", "t2", "12"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("version", "known"), [("2022.1.0", True), ("2025.1.7", True), ("2031.1.0", False), ("x", False)]
)
def test_a_form_of_a_newer_entities_specification_is_refused(version: str, known: bool) -> None:
    source = xform("<a/>").replace("<model>", f'<model entities:entities-version="{version}">')
    if known:
        assert opened(source).refs()
    else:
        with pytest.raises(FormError, match="entities specification"):
            opened(source)
