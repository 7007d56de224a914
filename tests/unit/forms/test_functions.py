"""The function library by function, in plain XPath (XPath 1.0, section 4; ODK XForms, "XPath functions")."""

import math

import pytest

from gridclient.forms.xpath import XPathError, evaluate

from .samples import NOW, ZONE

LIST = "<a><n>3</n><n>-1</n><n>2.5</n><e/><w>b a</w><p xml:lang='zh-CN' id='k'>x</p></a>"


def text(expression: str) -> str:
    return str(evaluate(expression, LIST, "/*[1]", result="string", now=NOW, tz=ZONE))


STRINGS = {
    "concat('a', 1, true())": "a1true",
    "concat(n, '!')": "3-12.5!",
    "join('-', n, 'x')": "3--1-2.5-x",
    "substring('12345', 2, 3)": "234",
    "substring('12345', 1.5, 2.6)": "234",
    "substring('12345', 0 div 0, 3)": "",
    "substring('12345', -1 div 0)": "12345",
    "substr('hello', 1)": "ello",
    "substr('hello', -2)": "lo",
    "substr('hello', 1, -1)": "ell",
    "substring-before('1999/04/01', '/')": "1999",
    "substring-after('1999/04/01', '/')": "04/01",
    "substring-before('', '')": "",
    "translate('bar', 'abc', 'AB')": "BAr",
    "normalize-space('  a   b ')": "a b",
    "normalize-space('\u3000林\u00a0 秀英\t')": "\u3000林\u00a0 秀英",
    "string-length('网格')": "2",
    "contains('网格员', '格')": "true",
    "starts-with('abc', 'b')": "false",
    "ends-with('abc', 'bc')": "true",
    "digest('abc', 'MD5', 'hex')": "900150983cd24fb0d6963f7d28e17f72",
    "digest('abc', 'SHA-1')": "qZk+NkcGgWq6PiVxeFDCbJzQ2J0=",
    "digest('abc', 'sha256', 'HEX')": "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
    "base64-decode('572R5qC8')": "网格",
    "base64-decode('***')": "",
    "string-length(uuid())": "36",
    "string-length(uuid(12))": "12",
    "regex('12345', '[0-9]{3}')": "true",
    "regex('ab', '^[0-9]')": "false",
}


@pytest.mark.parametrize(("expression", "expected"), STRINGS.items(), ids=list(STRINGS))
def test_string_functions(expression: str, expected: str) -> None:
    """XPath 1.0, section 4.2; ODK XForms, "string functions"."""
    assert text(expression) == expected


NUMBERS = {
    "1 div 0": "Infinity",
    "-1 div 0": "-Infinity",
    "0 div 0": "NaN",
    "5 mod 2": "1",
    "-5 mod 2": "-1",
    "1.5 mod 0.5": "0",
    "0.1 + 0.2": "0.30000000000000004",
    "1000000 * 1000000 * 1000000": "1000000000000000000",
    "0.00001": "0.00001",
    "number('  12 ')": "12",
    "number('1e3')": "NaN",
    "number('')": "NaN",
    "number(true())": "1",
    "int(-1.9)": "-1",
    "round(-1.5)": "-2",
    "round(1.2345, 2)": "1.23",
    "round(1250, -2)": "1300",
    "floor(-1.5)": "-2",
    "ceiling(1.2)": "2",
    "abs(-3)": "3",
    "pow(2, 10)": "1024",
    "pow(0, -1)": "Infinity",
    "sqrt(-1)": "NaN",
    "log(0)": "-Infinity",
    "log10(1000)": "3",
    "exp10(2)": "100",
    "exp(1000)": "Infinity",
    "round(pi(), 4)": "3.1416",
    "round(atan2(1, 1), 4)": "0.7854",
    "asin(2)": "NaN",
    "sum(n)": "4.5",
    "sum(n | e)": "NaN",
    "max(n)": "3",
    "min(n, -7)": "-7",
    "min()": "NaN",
    "count(n)": "3",
    "count-non-empty(*)": "5",
}


@pytest.mark.parametrize(("expression", "expected"), NUMBERS.items(), ids=list(NUMBERS))
def test_number_functions_and_how_numbers_are_written(expression: str, expected: str) -> None:
    """XPath 1.0, sections 3.5, 4.2 and 4.4; ODK XForms, "number functions"."""
    assert text(expression) == expected


CONDITIONS = {
    "if(n > 2, 'yes', unknown)": "yes",
    "coalesce(e, 'none')": "none",
    "coalesce(1 div '', 0)": "0",
    "boolean-from-string('1')": "true",
    "boolean-from-string('yes')": "false",
    "boolean('false')": "true",
    "checklist(2, 2, true(), 1 = 1, false())": "true",
    "checklist(-1, 1, true(), true())": "false",
    "weighted-checklist(3, 5, true(), 4, false(), 9)": "true",
    "selected(w, 'a')": "true",
    "selected('ab c', 'a')": "false",
    "selected('a\u3000b c', 'a')": "false",
    "selected(e, '')": "true",
    "selected('a', '')": "false",
    "count-selected(' a \n b ')": "2",
    "selected-at(w, 1)": "a",
    "selected-at(w, 9)": "",
    "count-selected(w)": "2",
    "name(p)": "p",
    "local-name(p/@xml:lang)": "lang",
    "string(id('k'))": "x",
    "p[lang('zh')] = 'x'": "true",
    "p[lang('en')] = 'x'": "false",
    "position(n[2])": "2",
}


@pytest.mark.parametrize(("expression", "expected"), CONDITIONS.items(), ids=list(CONDITIONS))
def test_conditions_selects_and_nodes(expression: str, expected: str) -> None:
    """XPath 1.0, sections 4.1 and 4.3; ODK XForms, "boolean functions", "select functions"."""
    assert text(expression) == expected


DATES = {
    "today()": "2026-11-24",
    "now()": "2026-11-24T10:21:30.000+08:00",
    "date('2024-02-29')": "2024-02-29",
    "date('2023-02-29')": "NaN",
    "date('1970-1-2')": "1970-01-02",
    "date(today() + 10)": "2026-12-04",
    "date-time('2024-05-01T12:00:00Z')": "2024-05-01T20:00:00.000+08:00",
    "format-date('2024-05-06', '%e.%n.%Y %a %b')": "6.5.2024 Mon May",
    "format-date-time('2024-05-06T07:08:09.010', '%y%m%d %H:%M:%S.%3 %h')": "240506 07:08:09.010 7",
    "format-date('no date', '%Y')": "",
    "decimal-date-time('1970-01-02T08:00:00+08:00')": "1",
    "decimal-time('06:00:00.000+08:00')": "0.25",
    "decimal-time('06:00:60.000+08:00')": "NaN",
    "today() - date('2026-11-20')": "4",
    "'2026-11-24' = today()": "true",
    "'2026-11-25' > today()": "true",
    "date('')": "",
}


@pytest.mark.parametrize(("expression", "expected"), DATES.items(), ids=list(DATES))
def test_dates_are_local_and_count_in_days(expression: str, expected: str) -> None:
    """ODK XForms, "date and time functions"."""
    assert text(expression) == expected


PLACES = {
    "distance('38.25 21.75;38.26 21.75')": 1113.19,
    "distance('38.25 21.75 0 0', '38.26 21.75 0 0')": 1113.19,
    "area('0 0;0 0.01;0.01 0.01;0.01 0')": (6378100 * math.radians(0.01)) ** 2,
    "area('')": 0.0,
}


@pytest.mark.parametrize(("expression", "expected"), PLACES.items(), ids=list(PLACES))
def test_lengths_and_areas_on_the_ground(expression: str, expected: float) -> None:
    """ODK XForms, "geographic functions"; a sphere of 6,378,100 m."""
    found = evaluate(expression, LIST, result="number")
    assert isinstance(found, float)
    assert math.isclose(found, expected, rel_tol=1e-5)


def test_a_point_is_inside_or_outside_a_closed_shape() -> None:
    """ODK XForms, `geofence`."""
    shape = "'0 0;0 1;1 1;1 0;0 0'"
    assert text(f"geofence('0.5 0.5', {shape})") == "true"
    assert text(f"geofence('2 0.5', {shape})") == "false"
    assert text("geofence('0.5 0.5', '0 0;0 1;1 1')") == "false"


def test_a_trace_intersects_itself_where_it_crosses_or_folds_back() -> None:
    """ODK XForms, `intersects`."""
    assert text("intersects('0 0;1 1;1 0;0 1')") == "true"
    assert text("intersects('0 0;0 1;1 1;1 0;0 0')") == "false"
    assert text("intersects('0 0;0 2;0 1')") == "true"


def test_a_seed_gives_the_same_order_in_every_client() -> None:
    """ODK XForms, `randomize`; Park and Miller's generator."""
    xml = "<a>" + "".join(f"<i>{letter}</i>" for letter in "ABCDEFGH") + "</a>"
    order = evaluate("join('', randomize(i, 1234))", xml, "/*[1]", result="string")
    assert order == evaluate("join('', randomize(i, '1234'))", xml, "/*[1]", result="string") == "GFEDAHBC"
    assert order != evaluate("join('', randomize(i, 'street'))", xml, "/*[1]", result="string")


@pytest.mark.parametrize("expression", ["digest('a', 'CRC')", "distance('here')", "uuid(/nothing)", "regex('a', '(')"])
def test_arguments_that_make_no_sense_are_refused(expression: str) -> None:
    with pytest.raises(XPathError):
        text(expression)
