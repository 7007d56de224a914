"""What is hostile or broken is refused in time, with words that name the place."""

import tracemalloc
from pathlib import Path

import pytest

from gridclient import forms
from gridclient.forms import FormError, XPathError
from gridclient.forms.patterns import holds
from gridclient.forms.xpath import evaluate

from .samples import Lines, opened, xform

CYCLE = xform("<a/><b/>", '<bind nodeset="/data/a" calculate="/data/b"/><bind nodeset="/data/b" calculate="../a"/>')


def test_a_form_of_a_hundred_megabytes_is_refused_before_it_is_read(tmp_path: Path) -> None:
    path = tmp_path / "huge.xml"
    with path.open("wb") as file:
        file.truncate(100 * 2**20)
    tracemalloc.start()

    with Lines() as work, pytest.raises(FormError, match="larger than"):
        forms.load(path)

    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert most < 2**20
    assert work.count < 200


def test_a_form_that_nests_ten_thousand_deep_is_refused_before_it_is_looked_at() -> None:
    with Lines() as work, pytest.raises(FormError, match=r"deep|depth"):
        opened(xform("<a>" * 10_000 + "</a>" * 10_000))

    assert work.count < 200


def test_entities_are_not_resolved(tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("classified", "utf-8")
    source = f'<!DOCTYPE x [<!ENTITY a SYSTEM "{secret.as_uri()}">]>' + xform("<a>&a;</a>")

    assert "classified" not in opened(source).to_xml()


@pytest.mark.parametrize(
    ("pattern", "text", "expected"),
    [("(a+)+b", "a" * 5000, False), ("(a|a)*b", "a" * 5000, False), ("a?" * 40 + "a" * 40, "a" * 40, True),
     ("(x+x+)+y", "x" * 3000 + "y", True), ("[一-龥]{2,4}", "网格员", True), (r"1[3-9]\d{9}", "13800001111", True)],
)  # fmt: skip
def test_no_pattern_takes_more_steps_than_its_length_for_each_letter(pattern: str, text: str, expected: bool) -> None:
    with Lines() as work:
        assert holds(pattern, text, whole=True) is expected

    assert work.count < 64 * len(pattern) * len(text)


def test_a_pattern_that_could_take_for_ever_is_refused() -> None:
    with pytest.raises(XPathError, match="too long"):
        holds("(?=(a+)+b)", "a" * 50, whole=True)


@pytest.mark.parametrize(
    "expression",
    ["(" * 5000 + "1" + ")" * 5000, "+".join(["1"] * 5000), "-" * 5000 + "1", "a" + "[1" * 3000 + "]" * 3000,
     "count(//*[count(//*[count(//*) > 1]) > 1])"],
    ids=["brackets", "sum", "minus", "predicates", "nested searches"],
)  # fmt: skip
def test_an_expression_without_end_is_stopped(expression: str) -> None:
    with pytest.raises(XPathError):
        evaluate(expression, f"<a>{'<b/>' * 3000}</a>", result="number")


def test_a_calculation_without_end_is_stopped_with_its_name() -> None:
    endless = xform(
        "<r><a/></r><r><a/></r>",
        '<bind nodeset="/data/r/a" calculate="sum(/data/r[position() != position(current()/..)]/a) + 1"/>',
        '<repeat nodeset="/data/r"><input ref="/data/r/a"/></repeat>',
    )
    with pytest.raises(FormError, match=r"/data/r/a.* does not come to an end"):
        opened(endless)


class Looks:
    """A clock that is a second further each time that somebody looks at it."""

    def __init__(self) -> None:
        self.looks = 0

    def monotonic(self) -> float:
        """The seconds."""
        self.looks += 1
        return float(self.looks)


@pytest.mark.parametrize(
    "calculation",
    ["string-length(join('', ../../r/c))", "count(/data/r[c != current()/../../r[position() &gt; 1]/c])"],
    ids=["each reads all", "each pair"],
)
def test_what_takes_too_long_is_stopped_by_the_clock_and_named(
    calculation: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = Looks()
    monkeypatch.setattr("gridclient.forms.context.time", clock)
    source = xform(
        "<r><c/><d/></r>",
        f'<bind nodeset="/data/r/d" calculate="{calculation}"/>',
        '<repeat nodeset="/data/r" jr:count="9000"><input ref="/data/r/c"/></repeat>',
    )

    with pytest.raises(FormError, match=r"/data/r.*/d calculate: the expressions take longer than 10 s"):
        opened(source)

    assert clock.looks == 12  # the first begins the time, and the one after ten seconds ends it


def test_actions_that_change_each_other_are_stopped() -> None:
    def changing(name: str, other: str) -> str:
        return f"""<input ref="/data/{name}"><setvalue event="xforms-value-changed" ref="/data/{other}"
        value="/data/{name} + 1"/></input>"""

    form = opened(xform("<a/><b/>", "", changing("a", "b") + changing("b", "a")))

    with pytest.raises(FormError, match="actions and counts of this form do not come to an end"):
        form.set("/data/a", "1")


def test_a_count_that_contradicts_itself_is_stopped() -> None:
    source = xform("<r><a/></r>", "", '<repeat nodeset="/data/r" jr:count="count(/data/r) = 0"/>')

    with Lines() as work, pytest.raises(FormError, match="actions and counts of this form do not come to an end"):
        opened(source)

    assert work.count < 4_000_000


def test_a_text_that_grows_by_itself_is_stopped() -> None:
    source = xform(
        "<r><a>12345678</a></r>" * 40,
        '<bind nodeset="/data/r/a" calculate="string(/data/.)"/>',
        '<repeat nodeset="/data/r"><input ref="/data/r/a"/></repeat>',
    )
    with pytest.raises(FormError, match=r"/data/r\[\d+\]/a calculate: it gives more than 1,000,000 letters"):
        opened(source)


@pytest.mark.parametrize(
    ("source", "named"),
    [
        ("<h:html", "well-formed"),
        ("<html/>", "no model"),
        (xform("<a/>", '<bind nodeset="/data/a" calculate="1 +"/>'), "/data/a calculate"),
        (xform("<a/>", '<bind nodeset="/data/a" constraint="agee(.)"/>'), r"/data/a constraint: unknown function agee"),
        (xform("<a/>", '<bind nodeset="/data/a" relevant="/data/a = 1"/>'), "/data/a: its relevant depends on itself"),
        (CYCLE, "depends on itself"),
        (xform("<a/>", '<bind nodeset="/data/a" calculate=". + 1"/>'), "/data/a: its calculate depends on itself"),
        (xform("<a/>", '<bind nodeset="/data/a" required="/data/a = 1"/>'), "/data/a: its required depends on itself"),
        (xform("<a/>", '<bind nodeset="/data/a" readonly="../a = 1"/>'), "/data/a: its readonly depends on itself"),
        (xform("<r><a/></r>", '<bind nodeset="/data/r/a" calculate="/data/r/a + 1"/>',
               '<repeat nodeset="/data/r"><input ref="/data/r/a"/></repeat>'), "/data/r/a: its calculate depends"),
        (xform("<a/><b/>", """<bind nodeset="/data/a" calculate="jr:choice-name('x', '/data/b')"/>""",
               '<input ref="/data/b"/>'), r"/data/a calculate: jr:choice-name\(\) names /data/b, which has no choices"),
        (xform("<a/>", '<setgeopoint event="odk-instance-load" ref="/data/a"/>'), "belongs into the namespace"),
        (xform("<a/>", "", '<range ref="/data/a" start="1" end="x" step="1"/>'), "/data/a: its end is no number"),
        (xform("<a/>", '<setvalue event="odk-instance-load" ref="/data/b"/>'), "/data/b: an action names it"),
        (xform("<a/>", '<setvalue event="odk-new-repeat" ref="/data/a"/>'), "/data/a: .* belongs into its repeat"),
        (xform("<a/>", "<itext><translation/></itext>"), "no lang"),
        (xform("<a/>", "", '<input ref="/data/b"/>'), "/data/b: there is no such node"),
        (xform("<a/>", "", "<input ref=\"/data/a\"><label ref=\"jr:itext('no')\"/></input>"), "no itext no"),
        (xform("<a/>", '<submission method="carrier-pigeon"/>'), "carrier-pigeon"),
        (xform("<n>99999999</n><r/>", "", '<repeat nodeset="/data/r" jr:count="/data/n"/>'), "/data/r: more than"),
    ],
)  # fmt: skip
def test_what_is_wrong_with_a_form_is_named(source: str, named: str) -> None:
    with pytest.raises(FormError, match=named):
        opened(source)


def test_a_bind_without_a_node_is_told_and_ignored() -> None:
    form = opened(xform("<a/>", '<bind nodeset="/data/gone" required="true()"/>'))

    assert form.warnings == ("/data/gone: a bind names it, but there is no such node in the primary instance",)


def test_a_question_without_choices_is_told() -> None:
    form = opened(xform("<a/>", "", '<select1 ref="/data/a"><label>A</label></select1>'))

    assert form.choices("/data/a") == []
    assert form.warnings == ("/data/a: it has no choices",)


@pytest.mark.parametrize("letter", ["\x00", "\x0b", "\ufffe", "\ud83d"])
def test_letters_that_xml_cannot_hold_are_left_out_of_an_answer(letter: str) -> None:
    """XML 1.0, section 2.2: a vertical tab pasted from a word processor must not cost the draft."""
    form = opened(
        xform("<a/><b/>", '<bind nodeset="/data/b" calculate="/data/a"/>', '<input ref="/data/a"/>'),
    )

    assert form.set("/data/a", f"one{letter}two\nthree 😀").status == "ok"

    assert form.get("/data/b") == "onetwo\nthree 😀"
    assert opened(xform("<a/><b/>"), saved=form.save()).get("/data/a") == "onetwo\nthree 😀"


def test_a_workbook_that_is_wrong_is_refused_with_sheet_and_row(tmp_path: Path) -> None:
    path = tmp_path / "bad.md"
    path.write_text("| survey | | | |\n| | type | name | label |\n| | text | a b | A |\n", "utf-8")

    with pytest.raises(FormError, match=r"bad\.md: survey, row 2, column name: "):
        forms.load(path)


def test_an_expression_that_is_wrong_is_refused_with_sheet_row_and_column(tmp_path: Path) -> None:
    path = tmp_path / "bad.md"
    path.write_text(
        "| survey | | | | |\n| | type | name | label | relevant |\n| | text | a | A | |\n"
        "| | text | b | B | ${a} = ( |\n",
        "utf-8",
    )

    with pytest.raises(FormError, match=r"bad\.md: survey, row 3, column relevant: /data/b relevant: unexpected"):
        forms.load(path)


def test_a_file_that_is_no_workbook_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "bad.xlsx"
    path.write_bytes(b"PK\x03\x04 not really")

    with pytest.raises(FormError, match=r"bad\.xlsx"):
        forms.load(path)


def test_an_action_that_never_happens_and_a_message_without_a_text_are_told_and_ignored() -> None:
    form = opened(
        xform(
            "<a/>",
            """<bind nodeset="/data/a" required="true()" jr:requiredMsg="jr:itext('gone')"/>""",
            '<input ref="/data/a"/><setvalue event="odk-new-repeat" ref="/data/a" value="1"/>',
        )
    )

    assert form.get("/data/a") == ""
    assert (form.set("/data/a", "").status, form.message("/data/a")) == ("required", "")
    assert form.warnings == (
        "/data/a setvalue: odk-new-repeat belongs into a repeat, so this never happens",
        "/data/a message: there is no itext gone",
    )


def test_a_sheet_that_takes_the_converter_by_surprise_is_refused_with_its_name(tmp_path: Path) -> None:
    path = tmp_path / "odd.md"
    rows = ("begin_repeat | r | R", "text | a | A", "xml-external | list |", "end_repeat | |")
    path.write_text("\n".join(["| survey |", "| | type | name | label |", *(f"| | {row} |" for row in rows)]), "utf-8")

    with pytest.raises(FormError, match=r"odd\.md: this is no XLSForm"):
        forms.load(path)


_PASSWORD = r"^(?=.*[a-z])(?=.*[A-Z])(?=.*\d)(?=.*[@$!%*?&])[A-Za-z\d@$!%*?&]{8,}$"


@pytest.mark.parametrize(
    ("pattern", "text", "expected"),
    [
        (_PASSWORD, "aB1@aaaa", True),
        (_PASSWORD, "aB1aaaaa", False),
        (_PASSWORD, "x" * 3000, False),
        (r"^(?!0+$)\d{3,}$", "000", False),
        (r"(?=a)b|c", "c", True),
        (r"(?=[|)])\|", "|", True),
    ],
)
def test_what_is_looked_for_ahead_at_the_start_is_matched_without_waiting(
    pattern: str, text: str, expected: bool
) -> None:
    """ODK XForms, `regex`."""
    assert holds(pattern, text, whole=True) is expected


@pytest.mark.parametrize(
    ("pattern", "text", "expected"),
    [
        (r"\d", "１", False),
        (r"[\w.]+", "a.b_1", True),
        (r"\w", "é", False),
        (r"\D[^\d]", "网格", True),
        (r"[\p{L} ]+", "网 é", True),
        (r"\p{Lu}\pN", "A1", True),
        (r"\P{L}", "网", False),
        (r"[\p{IsHan}·]{2,}", "阿依·古丽", True),
        (r"\p{script=Han}", "a", False),
        (r"\p{Alpha}[\p{Punct}]", "a[", True),
        (r"(?<year>\d{4})", "2026", True),
        (r"[[&&a]\z", "[", True),
        (r"[]a]+", "]a", True),
    ],
)
def test_a_pattern_means_what_it_means_in_other_clients(pattern: str, text: str, expected: bool) -> None:
    """ODK XForms, `regex`: written for Java's dialect or a browser's."""
    assert holds(pattern, text, whole=True) is expected


@pytest.mark.parametrize(
    ("datatype", "value", "status"),
    [
        ("time", "22:02:00.000+08:00", "ok"), ("time", "22:02:00+25:00", "type"), ("time", "24:00:00", "type"),
        ("time", "2026-04-22T22:02:00", "type"),
        ("dateTime", "2026-04-22T14:30:00Z", "ok"), ("dateTime", "2026-04-22", "ok"),
        ("dateTime", "2026-04-22 14:30:00Z", "type"), ("date", "2026-04-22 14:30", "type"),
        ("date", "2026-04-22", "ok"), ("date", "2026-02-29", "type"), ("date", "2026-04-22T14:30:00Z", "type"),
        ("date", "2026-04-22T14:30:00+x", "type"), ("dateTime", "2026-04-22T14:30:00+0700", "type"),
        ("time", "22:02:00+07", "type"),
    ],
)  # fmt: skip
def test_a_moment_is_written_as_xml_schema_has_it(datatype: str, value: str, status: str) -> None:
    """ODK XForms, "Data Types": `date`, `time` and `dateTime` are those of XML Schema."""
    form = opened(xform("<a/>", f'<bind nodeset="/data/a" type="{datatype}"/>', '<input ref="/data/a"/>'))

    assert form.set("/data/a", value).status == status
    assert form.get("/data/a") == (value if status == "ok" else "")


@pytest.mark.parametrize(
    ("datatype", "value", "kept"),
    [
        ("int", "2147483647", "2147483647"), ("int", "-2147483648", "-2147483648"), ("int", "2147483648", ""),
        ("int", "-2147483649", ""), ("long", "13800000612", "13800000612"), ("long", "1.5", ""),
    ],
)  # fmt: skip
def test_a_whole_number_is_as_large_as_xml_schema_lets_it_be(datatype: str, value: str, kept: str) -> None:
    """ODK XForms, "Data Types": `int` is that of XML Schema, of 32 bits."""
    form = opened(xform("<a/>", f'<bind nodeset="/data/a" type="{datatype}"/>', '<input ref="/data/a"/>'))

    assert form.set("/data/a", value).status == ("ok" if kept else "type")
    assert form.get("/data/a") == kept
