"""Choices: itemsets, cascades, lists from files, their texts and order (ODK XForms, "Secondary Instances")."""

import json
from pathlib import Path

import pytest

from gridclient import forms
from gridclient.forms import Choice, Form, FormError

from .samples import computed, opened, xform

WARDS = "name,label,district\na1,东湖,a\na2,南桥,a\nb1,西门,b\n"
CASCADE = xform(
    "<district/><ward/><said/>",
    """<instance id="wards" src="jr://file/wards.csv"/>
    <bind nodeset="/data/said" calculate="jr:choice-name(/data/ward, '/data/ward')"/>""",
    """<input ref="/data/district"/><select1 ref="/data/ward"><itemset
    nodeset="instance('wards')/root/item[district = current()/../district]"><value ref="name"/><label ref="label"/>
    </itemset></select1>""",
)
ITEXT = """<itext><translation lang="English"><text id="yes"><value>Yes</value></text><text id="q">
<value>Home, <output value="/data/who"/>?</value><value form="guidance">Knock first.</value></text></translation>
<translation lang="中文" default="true()"><text id="yes"><value>是</value></text>
<text id="q"><value><output value="/data/who"/> 在家吗？</value></text></translation></itext>"""


def cascade() -> Form:
    return opened(CASCADE, attachments={"wards.csv": WARDS})


def values(form: Form, ref: str) -> list[str]:
    return [choice.value for choice in form.choices(ref)]


def test_a_list_is_found_beside_the_form_and_read_again_when_it_changes(tmp_path: Path) -> None:
    form = tmp_path / "form.xml"
    form.write_text(CASCADE, "utf-8")
    with pytest.raises(FormError, match=r"wards\.csv is missing"):
        forms.load(form)
    offered: list[list[str]] = []
    for folder, rows in ((tmp_path, WARDS), (tmp_path / "form-media", WARDS + "a3,北门,a\n")):
        folder.mkdir(exist_ok=True)
        (folder / "wards.csv").write_text(rows, "utf-8")
        found = forms.load(form)
        found.set("/data/district", "a")
        offered.append(values(found, "/data/ward"))
    given = forms.load(form, attachments={"wards.csv": "name,label,district\nz,Z,a\n"})
    given.set("/data/district", "a")

    assert offered == [["a1", "a2"], ["a1", "a2", "a3"]]
    assert values(given, "/data/ward") == ["z"]


@pytest.mark.parametrize("address", ["jr://file/..", "jr://file/.", "jr://file/", "jr://file/..\\wards.csv"])
def test_the_name_of_a_list_never_leads_out_of_the_forms_folders(tmp_path: Path, address: str) -> None:
    (tmp_path / "wards.csv").write_text(WARDS, "utf-8")
    (tmp_path / "forms").mkdir()
    form = tmp_path / "forms" / "form.xml"
    form.write_text(CASCADE.replace("jr://file/wards.csv", address), "utf-8")

    with pytest.raises(FormError):
        forms.load(form)


def test_the_upper_answer_decides_the_choices_below() -> None:
    form = cascade()
    assert values(form, "/data/ward") == []

    form.set("/data/district", "a")

    assert [(c.value, c.label) for c in form.choices("/data/ward")] == [("a1", "东湖"), ("a2", "南桥")]


def test_an_answer_that_is_no_choice_any_more_goes_at_once() -> None:
    form = cascade()
    form.set("/data/district", "a")
    form.set("/data/ward", "a2")
    assert form.get("/data/said") == "南桥"

    result = form.set("/data/district", "b")

    assert (form.get("/data/ward"), form.get("/data/said")) == ("", "")
    assert "/data/ward" in result.changed
    assert form.set("/data/ward", "a2").status == "type"


def test_a_missing_list_is_refused_or_blank_as_wanted() -> None:
    with pytest.raises(FormError, match=r"wards\.csv is missing"):
        opened(CASCADE)


@pytest.mark.parametrize(
    ("address", "content"),
    [
        ("jr://file/p.csv", '﻿key;name\n1;"A; b"\n2;C\n'),
        (
            "jr://file/p.xml",
            "<root><item><key>1</key><name>A; b</name></item><item><key>2</key><name>C</name></item></root>",
        ),
        (
            "jr://file/p.geojson",
            json.dumps(
                {
                    "type": "FeatureCollection",
                    "features": [
                        {"type": "Feature", "properties": {"key": 1, "name": "A; b"}, "geometry": None}
                        | {"geometry": {"type": "Point", "coordinates": [120.1, 30.2]}}
                    ],
                }
            ),
        ),
    ],
)
def test_lists_come_from_csv_xml_and_geojson(address: str, content: str) -> None:
    """ODK XForms, "Secondary Instances - External"."""
    model = f'<instance id="p" src="{address}"/>'
    found = computed("pulldata('p', 'name', 'key', 1)", "", model, **{address: content})

    assert found == "A; b"
    if address.endswith("geojson"):
        assert computed("instance('p')/root/item[key=1]/geometry", "", model, **{address: content}) == "30.2 120.1 0 0"


def _collection(geometry: str, kind: str = "Feature") -> str:
    return f'{{"type":"FeatureCollection","features":[{{"type":"{kind}","geometry":{geometry}}}]}}'


@pytest.mark.parametrize(
    "content",
    ['{"type": "Point"}', "{", _collection('{"type":"Blob"}'), _collection("null", "Point"),
     _collection('{"type":"Point","coordinates":["x"]}'), _collection('{"type":"Point","coordinates":{"a":1}}'),
     _collection('{"type":"Point","coordinates":"12"}'), _collection('{"type":"Polygon","coordinates":[[1],[2]]}'),
     _collection('{"type":"Polygon","coordinates":[1]}')],
)  # fmt: skip
def test_a_file_that_is_no_list_is_refused_by_name(content: str) -> None:
    with pytest.raises(FormError, match=r"p\.geojson"):
        computed("1", "", '<instance id="p" src="jr://file/p.geojson"/>', **{"p.geojson": content})


@pytest.mark.parametrize(
    ("predicate", "expected"),
    [
        ("n = '01'", "A"), ("n = 1", "A"), ("'2' = n", "B"), ("n = 2 and k = 'x'", "B"), ("n = 2 and k = 'y'", ""),
        ("@code = 'c'", "B"), ("n != 1", "B"), ("position() = 2 and n = 2", "B"), ("n = 2 and position() = 1", ""),
        ("n = /data/wanted", "B"), ("n = true()", "A"), ("n = missing", ""), ("n = number('x')", ""),
        ("n = ../item[2]/n", "B"),
    ],
)  # fmt: skip
def test_rows_that_are_looked_up_are_those_that_a_search_would_find(predicate: str, expected: str) -> None:
    """XPath 1.0, sections 2.4 and 3.4; the hash index is no other semantics."""
    model = """<instance id="l"><root><item><n>01</n><k>x</k><t>A</t></item>
    <item code="c"><n>2</n><k>x</k><t>B</t></item>
    </root></instance>"""
    assert computed(f"instance('l')/root/item[{predicate}]/t", "<wanted>2</wanted>", model) == expected


def test_an_order_by_chance_stays_as_long_as_the_form_is_open() -> None:
    """ODK XForms, `randomize`."""
    items = "".join(f"<item><name>v{n}</name></item>" for n in range(30))
    form = opened(
        xform(
            "<a/><b/>",
            f'<instance id="l"><root>{items}</root></instance>',
            """<input ref="/data/a"/><select ref="/data/b"><itemset
            nodeset="randomize(instance('l')/root/item[name != /data/a])"><value ref="name"/><label ref="name"/>
            </itemset></select>""",
        )
    )
    first = values(form, "/data/b")
    form.set("/data/a", "none")

    assert values(form, "/data/b") == first
    assert sorted(first) == sorted(f"v{n}" for n in range(30)) != first


def test_a_language_changes_texts_and_choice_names_and_no_answer() -> None:
    """ODK XForms, "Languages"."""
    source = xform(
        "<who>林</who><home/><said/>",
        f"""{ITEXT}<bind nodeset="/data/said" calculate="jr:choice-name(/data/home, ' /data/home ')"/>""",
        """<select1 ref="/data/home"><label ref="jr:itext('q')"/><hint ref="jr:itext('q')"/>
        <item><label ref="jr:itext('yes')"/><value>yes</value></item></select1>""",
    )
    form = opened(source)
    form.set("/data/home", "yes")
    assert (form.language, form.label("/data/home"), form.get("/data/said")) == ("中文", "林 在家吗？", "是")

    form.set_language("English")

    assert (form.label("/data/home"), form.get("/data/said")) == ("Home, 林?", "Yes")
    assert form.guidance("/data/home") == "Knock first."
    assert (form.get("/data/home"), form.choices("/data/home")[0].label) == ("yes", "Yes")
    with pytest.raises(FormError):
        form.set_language("français")


def test_the_last_saved_answers_fill_the_next_form() -> None:
    """ODK XForms, "Last-saved record"."""
    source = xform(
        "<street/>",
        """<instance id="last" src="jr://instance/last-saved"/>
        <setvalue event="odk-instance-first-load" ref="/data/street" value="instance('last')/data/street"/>""",
    )
    assert opened(source).get("/data/street") == ""
    earlier = "<data><street>湖滨路</street></data>"
    assert opened(source, attachments={"jr://instance/last-saved": earlier}).get("/data/street") == "湖滨路"


_MEDIA = """<itext><translation lang="English"><text id="well"><value>Well</value>
<value form="image">jr://images/well.png</value><value form="audio">jr://audio/well-en.mp3</value></text>
<text id="q"><value>Which?</value><value form="image">jr://images/q.png</value>
<value form="big-image">jr://images/q-big.png</value></text></translation>
<translation lang="中文"><text id="well"><value>井</value><value form="audio">jr://audio/well-zh.mp3</value></text>
<text id="q"><value>哪一个？</value></text></translation></itext>
<instance id="l"><root><item><name>w</name><id>well</id></item><item><name>n</name><id/></item></root></instance>"""


@pytest.mark.parametrize(
    "items",
    [
        """<itemset nodeset="instance('l')/root/item"><value ref="name"/><label ref="jr:itext(id)"/></itemset>""",
        """<item><label ref="jr:itext('well')"/><value>w</value></item><item><label/><value>n</value></item>""",
    ],
    ids=["itemset", "items"],
)
def test_pictures_and_sounds_of_labels_and_choices_follow_the_language(items: str) -> None:
    """ODK XForms, "Media"."""
    form = opened(xform("<a/>", _MEDIA, f"""<select1 ref="/data/a"><label ref="jr:itext('q')"/>{items}</select1>"""))
    assert (form.media("/data/a", "image"), form.media("/data/a", "big-image")) == (
        "jr://images/q.png", "jr://images/q-big.png",
    )  # fmt: skip
    assert form.media("/data/a", "video") is None
    assert form.choices("/data/a") == [
        Choice("w", "Well", image="jr://images/well.png", audio="jr://audio/well-en.mp3"), Choice("n", ""),
    ]  # fmt: skip

    form.set_language("中文")

    assert form.choices("/data/a")[0] == Choice("w", "井", image="jr://images/well.png", audio="jr://audio/well-zh.mp3")


def test_a_form_says_how_it_wants_to_be_shown() -> None:
    source = xform("<g><a/></g>", "", '<group ref="/data/g" appearance="field-list"><input ref="/data/g/a"/></group>')
    form = opened(source.replace("<h:body>", '<h:body class="pages theme-grid">'))

    assert form.styles == {"pages", "theme-grid"}
    assert form.body[0].appearance == "field-list"
    assert opened(source).styles == frozenset()
