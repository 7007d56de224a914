"""Lists of more than 5,000 rows lie in SQLite: the same answers as from nodes, in little memory."""

import gc
import json
import tracemalloc

import pytest

from gridclient import forms
from gridclient.forms import FormError

from .samples import computed, opened, xform

ROWS = 6_000
_NAMES = ["name", "label", "town", "floor"]


def row(n: int) -> list[str]:
    return [f"v{n}", f"{n} 号楼", f"t{n % 40}", f"{n % 7:02d}"]


def as_xml(attribute: str = "") -> str:
    """The list as XML; an attribute on the first row makes it a list of nodes."""
    rows = ("".join(f"<{name}>{text}</{name}>" for name, text in zip(_NAMES, row(n), strict=True)) for n in range(ROWS))
    items = "".join(f"<item>{cells}</item>" for cells in rows)
    return f"<root>{items.replace('<item>', f'<item{attribute}>', 1)}</root>"


def as_geojson() -> str:
    return json.dumps(
        {
            "type": "FeatureCollection",
            "features": [
                {"type": "Feature", "properties": dict(zip(_NAMES, row(n), strict=True)), "geometry": None}
                for n in range(ROWS)
            ],
        }
    )


CSV = "\n".join([",".join(_NAMES), *(",".join(row(n)) for n in range(ROWS))])
FILES = {"csv": CSV, "xml": as_xml(), "geojson": as_geojson(), "nodes": as_xml(' at="1"')}
LIST = "instance('l')/root/item"
EXPRESSIONS = {
    f"count({LIST})": "6000",
    f"{LIST}[name = 'v77']/label": "77 号楼",
    f"count({LIST}[town = 't3'])": "150",
    f"count({LIST}[town = /data/town])": "150",
    f"count({LIST}[floor = 3])": "857",
    f"count({LIST}[floor = '3'])": "0",
    f"count({LIST}[town = 't3' and floor = 3])": "22",
    f"count({LIST}[town = 't3'][floor = '03'])": "22",
    f"{LIST}[town = 't3'][2]/name": "v43",
    f"{LIST}[town = 't3' and position() = 44]/name": "v43",
    f"{LIST}[6000]/name": "v5999",
    f"count({LIST}[contains(label, '99')])": "114",
    f"count({LIST}[town = 't3' and contains(label, '99')])": "0",
    f"count({LIST}[gone = 'x'])": "0",
    f"count({LIST}[gone = 'x' or town = 't1'])": "150",
    f"count({LIST}[name = 'v1'] | {LIST}[town = 't1'])": "150",
    f"join(' ', ({LIST}[name = 'v9'] | {LIST}[name = 'v2'])/name)": "v2 v9",
    f"{LIST}[name = 'v9']/following-sibling::item[1]/name": "v10",
    f"{LIST}[name = 'v9']/../item[2]/name": "v1",
    f"count({LIST}[name = 'v9']/*)": "4",
    f"name({LIST}[name = 'v9']/*[2])": "label",
    f"position({LIST}[name = 'v9'])": "10",
    f"string({LIST}[name = 'v9'])": "v99 号楼t902",
    f"count({LIST}[. = 'v99 号楼t902'])": "1",
    f"sum({LIST}[floor = 6]/floor)": "5142",
    "pulldata('l', 'label', 'name', 'v5')": "5 号楼",
    "pulldata('l', 'label', 'name', 'gone')": "",
    f"join(' ', randomize({LIST}[town = 't3' and floor < 3], 7)/name)": "",
}


@pytest.mark.parametrize("kind", ["csv", "xml", "geojson", "inline"])
def test_a_long_list_gives_the_same_as_one_of_nodes(kind: str) -> None:
    # A feature has its geometry as one cell more.
    asked = [each for each in EXPRESSIONS if kind != "geojson" or "/*" not in each]

    def answers(model: str, files: dict[str, str]) -> list[str]:
        nodes = "".join(f"<q{n}/>" for n in range(len(asked)))
        binds = "".join(
            f'<bind nodeset="/data/q{n}" calculate="{expression.replace("<", "&lt;")}"/>'
            for n, expression in enumerate(asked)
        )
        form = opened(xform(f"{nodes}<town>t3</town>", model + binds), attachments=files)
        return [form.get(f"/data/q{n}") for n in range(len(asked))]

    if kind == "inline":
        found = answers(f'<instance id="l">{FILES["xml"]}</instance>', {})
    else:
        found = answers(f'<instance id="l" src="jr://file/l.{kind}"/>', {f"l.{kind}": FILES[kind]})

    plain = answers('<instance id="l" src="jr://file/l.xml"/>', {"l.xml": FILES["nodes"]})
    assert dict(zip(asked, found, strict=True)) == dict(zip(asked, plain, strict=True))
    for expression, value in zip(asked, found, strict=True):
        assert value == EXPRESSIONS[expression] or not EXPRESSIONS[expression], expression


def test_a_select_offers_all_rows_of_a_long_list_or_those_that_fit() -> None:
    source = xform(
        "<town/><house/><any/>",
        '<instance id="l" src="jr://file-csv/l.csv"/>',
        f"""<input ref="/data/town"/><select1 ref="/data/house"><itemset nodeset="{LIST}[town = /data/town]">
        <value ref="name"/><label ref="label"/></itemset></select1><select1 ref="/data/any"><itemset nodeset="{LIST}">
        <value ref="name"/><label ref="label"/></itemset></select1>""",
    )
    form = opened(source, attachments={"l.csv": CSV})
    form.set("/data/town", "t5")

    assert [(each.value, each.label) for each in form.choices("/data/house")][:2] == [
        ("v5", "5 号楼"),
        ("v45", "45 号楼"),
    ]
    assert [each.value for each in form.choices("/data/any")] == [f"v{n}" for n in range(ROWS)]
    assert (form.set("/data/house", "v45").status, form.set("/data/house", "v46").status) == ("ok", "type")


def test_a_cell_that_is_missing_is_no_node_and_one_that_is_blank_is() -> None:
    rows = "".join(f"<item><a>{n}</a>{'<b/>' if n % 2 else ''}</item>" for n in range(ROWS))
    model = f'<instance id="l"><root>{rows}</root></instance>'

    assert computed(f"count({LIST}/b)", "", model) == "3000"
    assert computed(f"count({LIST}[b = ''])", "", model) == "3000"
    assert computed(f"count({LIST}[count(*) = 2])", "", model) == "3000"
    assert computed(f"count({LIST}[string-length(.) > 3 and not(b)])", "", model) == "2500"
    assert computed(f"count({LIST}[2]/*) * 10 + count({LIST}[1]/*)", "", model) == "21"


def test_short_lines_and_quoted_ones_keep_their_columns() -> None:
    lines = "\ufeffname;label;\n" + "".join(f'v{n};"{n}; ""x"""\n' if n % 2 else f"v{n}\n" for n in range(ROWS))
    model = '<instance id="l" src="jr://file/l.csv"/>'

    assert computed(f"{LIST}[name = 'v7']/label", "", model, **{"l.csv": lines}) == '7; "x"'
    assert computed(f"count({LIST}[name = 'v8']/label)", "", model, **{"l.csv": lines}) == "0"


def test_fifty_thousand_rows_take_little_memory_of_the_program() -> None:
    lines = "\n".join(["name,label,town", *(f"v{n},Village {n},t{n % 500}" for n in range(50_000))])
    source = xform("<a/>", '<instance id="l" src="jr://file/l.csv"/>', '<input ref="/data/a"/>')
    gc.collect()
    tracemalloc.start()
    try:
        form = forms.load(source, attachments={"l.csv": lines})
        gc.collect()
        kept = tracemalloc.get_traced_memory()[0]
    finally:
        tracemalloc.stop()

    assert form.get("/data/a") == ""
    assert kept < 2 * 2**20


def test_text_that_is_no_unicode_is_refused_by_name() -> None:
    features = [{"type": "Feature", "properties": {"name": f"v{n}\ud800"}, "geometry": None} for n in range(ROWS)]
    broken = json.dumps({"type": "FeatureCollection", "features": features})

    with pytest.raises(FormError, match=r"l\.geojson"):
        computed("1", "", '<instance id="l" src="jr://file/l.geojson"/>', **{"l.geojson": broken})
