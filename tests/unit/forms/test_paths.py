"""Location paths over plain XML (XPath 1.0, section 2)."""

import pytest

from gridclient.forms.xpath import XPathError, evaluate

STREET = """<street xmlns:g="urn:grid" name="东湖"><!-- north side -->
<house no="1"><person>林</person><person>陈</person></house><?mark here?>
<house no="2" g:kind="shop"><g:owner>赵</g:owner><person>周</person></house>
<lane><house no="3"/></lane></street>"""
FIRST, SECOND, LANE = "/*[1]/*[1]", "/*[1]/*[2]", "/*[1]/*[3]"


def nodes(expression: str, context: str = "/*[1]", xml: str = STREET) -> list[str]:
    found = evaluate(expression, xml, context, result="nodes", namespaces={"q": "urn:grid"})
    assert isinstance(found, list)
    return found


@pytest.mark.parametrize(
    ("expression", "context", "expected"),
    [
        ("child::house", "/*[1]", [FIRST, SECOND]),
        ("house[2]/@no", "/*[1]", [f"{SECOND}/@no"]),
        ("/street/*", "/", [FIRST, SECOND, LANE]),
        ("//house", "/", [FIRST, SECOND, f"{LANE}/*[1]"]),
        ("descendant::person", "/*[1]", [f"{FIRST}/*[1]", f"{FIRST}/*[2]", f"{SECOND}/*[2]"]),
        ("descendant-or-self::house", FIRST, [FIRST]),
        ("..", FIRST, ["/*[1]"]),
        ("ancestor::*", f"{FIRST}/*[1]", ["/*[1]", FIRST]),
        ("ancestor-or-self::node()", FIRST, ["/", "/*[1]", FIRST]),
        ("following-sibling::*", FIRST, [SECOND, LANE]),
        ("preceding-sibling::house[1]", LANE, [SECOND]),
        ("preceding-sibling::house", LANE, [FIRST, SECOND]),
        ("following::person", FIRST, [f"{SECOND}/*[2]"]),
        ("preceding::person[1]", SECOND, [f"{FIRST}/*[2]"]),
        ("attribute::*", SECOND, [f"{SECOND}/@no", f"{SECOND}/@g:kind"]),
        ("comment()", "/*[1]", ["/*[1]/comment()[1]"]),
        ("processing-instruction('mark')", "/*[1]", ["/*[1]/processing-instruction()[1]"]),
        ("processing-instruction('other')", "/*[1]", []),
        ("person/text()", FIRST, [f"{FIRST}/*[1]/text()[1]", f"{FIRST}/*[2]/text()[1]"]),
        ("self::house", LANE, []),
    ],
)
def test_each_axis_and_node_test_gives_its_nodes_in_document_order(
    expression: str, context: str, expected: list[str]
) -> None:
    """XPath 1.0, sections 2.2 and 2.3."""
    assert nodes(expression, context) == expected


def test_a_predicate_counts_from_the_context_node_on_reverse_axes() -> None:
    """XPath 1.0, section 2.4."""
    assert nodes("ancestor::*[1]", f"{FIRST}/*[1]") == [FIRST]
    assert nodes("(ancestor::*)[1]", f"{FIRST}/*[1]") == ["/*[1]"]


def test_predicates_filter_one_after_the_other() -> None:
    assert nodes("house[person][2]") == [SECOND]
    assert nodes("house[2][person='林']") == []
    assert nodes("house[position() = last()]") == [SECOND]


def test_a_prefix_means_its_namespace_whatever_the_document_calls_it() -> None:
    """XPath 1.0, section 2.3; Namespaces in XML."""
    assert nodes("house/q:owner") == nodes("house/g:owner") == [f"{SECOND}/*[1]"]
    assert nodes("house/owner") == []
    assert nodes("house/@q:*") == [f"{SECOND}/@g:kind"]
    assert evaluate("namespace-uri(house/q:owner)", STREET, "/*[1]", result="string",
                    namespaces={"q": "urn:grid"}) == "urn:grid"  # fmt: skip


def test_a_union_has_each_node_once_in_document_order() -> None:
    """XPath 1.0, section 3.3."""
    assert nodes("lane | house | house[1]") == [FIRST, SECOND, LANE]


def test_the_string_value_of_an_element_is_all_text_in_it() -> None:
    """XPath 1.0, section 5.2."""
    assert evaluate("string(house[1])", STREET, "/*[1]", result="string") == "林陈"


def test_operators_need_no_space_after_a_number() -> None:
    """XPath 1.0, section 3.7."""
    assert evaluate("4div2", "<a/>", result="number") == 2
    assert evaluate("1and1", "<a/>", result="boolean") is True
    assert evaluate("5 - -2", "<a/>", result="number") == 7


@pytest.mark.parametrize(
    "expression",
    ["", "house[", "1 +", "foo::bar", "unknown()", "$x", "//", "house/", "'open", "1 And 1", "@", "count(1)", "q:a",
     "boolean(1, 2)", "a | 1"],
)  # fmt: skip
def test_what_is_no_expression_is_refused_with_a_message(expression: str) -> None:
    with pytest.raises(XPathError, match=r"."):
        evaluate(expression, "<a/>", result="string")


def test_a_wrong_number_of_arguments_is_not_met_when_the_call_is_not_needed() -> None:
    assert evaluate("true() or substring()", "<a/>", result="boolean") is True


def test_equality_of_node_sets_holds_if_any_pair_is_equal() -> None:
    """XPath 1.0, section 3.4."""
    xml = "<a><x>1</x><x>2</x><y>2</y><y>3</y></a>"
    for expression, expected in {"x = y": True, "x != x": True, "x[1] = y": False, "x < 2": True, "z = z": False,
                                 "x = 2": True, "not(x = 5)": True}.items():  # fmt: skip
        assert evaluate(expression, xml, "/*[1]", result="boolean") is expected, expression
