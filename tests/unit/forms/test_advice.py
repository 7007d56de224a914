"""What is wrong with a workbook is told with its place, and with what was meant (XLSForm reference)."""

from pathlib import Path

import pytest

from gridclient import forms
from gridclient.forms import FormError, XPathError
from gridclient.forms.xpath import evaluate

from .samples import opened, xform

_CHOICES = "| choices |\n| | list_name | name | label |\n| | yn | yes | Yes |\n| | yn | no | No |\n"


def _refusal(tmp_path: Path, survey: str, choices: str = _CHOICES) -> str:
    path = tmp_path / "visit.md"
    path.write_text(f"| survey |\n{survey}\n{choices}", "utf-8")
    with pytest.raises(FormError) as found:
        forms.load(path)
    return str(found.value)


@pytest.mark.parametrize(
    ("row", "place", "said"),
    [
        ("number | a | A | |", "column type", "integer or decimal is meant perhaps"),
        ("txt | a | A | |", "column type", "unknown question type txt; text is meant perhaps"),
        ("select_one yno | a | A | |", "column type", "no list yno on the sheet choices; yn is meant perhaps"),
        ("text | a | A | ${zwei} = 1 |", "column relevant", "Could not find the name 'zwei'"),
        ("text | a | A | ${frist} = 1 |", "column relevant", "${first} is meant perhaps"),
        ("text | a | | |", "column label", "no label or hint"),
        ("text | 1a | A | |", "column name", "Names must begin with a letter"),
        ("text | first | A | |", "column name", "must be unique"),
        ("select_one_from_file homes.csv | a | A | |", "column type", "the attachment homes.csv is missing"),
        ("text | a | A | select(${first}, 'x') |", "column relevant", "selected() is meant perhaps"),
        ("text | a | A | selected('x') |", "column relevant", "selected() takes 2 arguments, not 1"),
        ("calculate | a | | | position(1)", "column calculation", "position() needs a node-set"),
    ],
)
def test_a_mistake_in_a_row_is_told_with_its_place_and_what_was_meant(
    tmp_path: Path, row: str, place: str, said: str
) -> None:
    survey = f"| | type | name | label | relevant | calculation |\n| | text | first | First | | |\n| | {row} |"

    told = _refusal(tmp_path, survey)

    assert told.startswith(f"visit.md: survey, row 3, {place}: ")
    assert said in told


def test_a_mistake_among_the_choices_names_their_sheet(tmp_path: Path) -> None:
    survey = "| | type | name | label |\n| | select_multiple yn | a | A |"

    assert _refusal(tmp_path, survey, f"{_CHOICES}| | yn | a b | Both |\n").startswith(
        "visit.md: choices, row 4, column name: "
    )


@pytest.mark.parametrize(
    ("expression", "advice"),
    [
        ("(1 = 1", "a ) is missing"),
        ("1 > 2)", "there is a ) too many"),
        ("{b} = 1", "an answer is written ${name}"),
        (". = 'x", "the text that begins with ' has no end"),
        ("（1 = 1）", "write ( instead of （"),
        ("1 == 1", "write = instead of =="),
        ("1 && 2", "write and instead of &&"),
        ("1 || 2", "write or instead of ||"),
        ("1 <> 2", "write != instead of <>"),
        ("1 => 2", "write >= instead of =>"),
        ("1 AND 2", "write and in small letters"),
        ("a / 2", "write div to divide"),
        ("5 % 2", "write mod instead of %"),
        ("a[b = ]", "something is missing before it"),
        ("concat('a',", "a ) is missing"),
        ("1 + ", "something is missing before it"),
    ],
)
def test_an_expression_that_cannot_be_read_says_what_to_write(expression: str, advice: str) -> None:
    with pytest.raises(XPathError) as found:
        evaluate(expression, "<data/>", result="boolean")

    assert f", {advice}, in: {expression.rstrip() if expression.endswith(' ') else expression}" in str(found.value)


def test_a_cycle_names_every_question_that_it_goes_through(tmp_path: Path) -> None:
    survey = """| | type | name | label | relevant | calculation |\n| | calculate | a | | | ${c} + 1 |
| | calculate | b | | | ${a} + 1 |\n| | calculate | c | | | ${b} + 1 |"""

    assert "its calculate depends on itself, through /data/c, /data/b" in _refusal(tmp_path, survey)


_LIST = "<instance id='towns'><root><item><name>a</name><district>n</district></item></root></instance>"


@pytest.mark.parametrize(
    ("rule", "remark"),
    [
        ("relevant=\"alone = 'yes'\"", "/data/age relevant: alone means nothing here; a text is written 'alone'"),
        ('relevant="/data/alon = 1"', "/data/age relevant: there is no /data/alon; /data/alone is meant perhaps"),
        ("constraint=\"regex(., '[')\"", "/data/age constraint: the pattern [ cannot be read"),
        (
            "calculate=\"instance('towns')/root/item[region = /data/alone]/name\"",
            "/data/age calculate: the list towns has no column region",
        ),
    ],
)
def test_what_means_nothing_is_remarked_and_the_form_runs(rule: str, remark: str) -> None:
    """XPath 1.0, section 2: a path to nothing is an empty node-set, so other clients run such forms too."""
    form = opened(xform("<alone/><age/>", f'{_LIST}<bind nodeset="/data/age" {rule}/>'))

    [told] = form.warnings
    assert told.startswith(remark)


def test_what_is_there_is_not_remarked() -> None:
    form = opened(
        xform(
            '<alone/><age/><r><n/></r><out k=""/>',
            f"""{_LIST}<bind nodeset="/data/age" relevant="../alone = 1" constraint="regex(., '[0-9]+')"
            calculate="count(instance('towns')/root/item[district = current()/../alone and position() = 1])"/>
            <bind nodeset="/data/r/n" relevant="count(//n) + count(../../*) + /data/out/@k > position(..)"/>""",
            '<repeat nodeset="/data/r"><input ref="/data/r/n"/></repeat>',
        )
    )

    assert form.warnings == ()
