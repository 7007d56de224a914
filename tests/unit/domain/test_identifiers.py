"""Numbers that people copy by hand."""

import pytest

from gridclient.domain import divisions
from gridclient.domain.identifiers import check_citizen_id, check_phone, check_uscc, citizen_id_check_digit


@pytest.mark.parametrize("number", ["11010519491231002X", "310101195001010022", "310104194001010019"[:17] + "6"])
def test_a_wrong_check_digit_refuses_and_a_right_one_passes(number: str) -> None:
    digits = "0123456789X"
    results = [check_citizen_id(number[:17] + last).result for last in digits]

    assert results.count("ok") == 1
    assert results.count("refused") == 10


def test_a_date_that_does_not_exist_refuses() -> None:
    assert check_citizen_id("31010419380229001X").result == "refused"


@pytest.mark.parametrize(
    ("number", "result"),
    [
        ("11010519491231002X", "ok"),
        ("310101195001010022", "ok"),
        ("310103194001010012", "warning"),
        ("310102193501010018", "warning"),
        ("310115194001010018", "ok"),
        ("310221194501010017", "warning"),
    ],
)
def test_elders_numbers_pass_although_their_region_may_be_gone(number: str, result: str) -> None:
    assert check_citizen_id(number).result == result


def test_a_small_x_at_the_end_is_a_capital() -> None:
    assert check_citizen_id("11010519491231002x").result == "ok"


@pytest.mark.parametrize(("born", "result"), [("18991231", "refused"), ("19000101", "ok"), ("29990101", "refused")])
def test_nobody_is_born_before_1900_or_in_the_future(born: str, result: str) -> None:
    first17 = f"310115{born}001"

    assert check_citizen_id(first17 + citizen_id_check_digit(first17)).result == result


def test_the_wrong_check_digit_of_the_vectors_refuses() -> None:
    assert check_citizen_id("110105194912310021").result == "refused"


def test_credit_codes_are_checked_by_alphabet_and_last_character() -> None:
    assert check_uscc("91110000600037341L").result == "ok"
    assert check_uscc("9111000060003734AL").result == "refused"
    assert check_uscc("91110000600037341I").result == "refused"


@pytest.mark.parametrize(
    "number",
    ["13800006120", "021-12345678", "02112345678", "010-12345678", "0512-1234567", "051212345678", "12345", "110"],
)
def test_phones_of_every_kind_pass(number: str) -> None:
    assert check_phone(number).result == "ok"


@pytest.mark.parametrize("number", ["", "1234567890123", "12800006120", "phone", "021-0000000", "0210000000"])
def test_what_is_no_phone_is_refused(number: str) -> None:
    assert check_phone(number).result == "refused"


def test_codes_know_their_level_and_parent() -> None:
    assert divisions.level_of("310115125001007") == "grid"
    assert divisions.parent_of("310115125001007") == "310115125001"
    assert divisions.parent_of("31") is None
    assert divisions.kind_of("310115125") == "镇"
    assert [divisions.kind_of(f"310115125{end}") for end in ("001", "199", "200", "399")] == ["居", "居", "村", "村"]
    assert divisions.kind_of("310115125001007") == ""
    with pytest.raises(divisions.BadCode):
        divisions.level_of("3101151")
    for code in ("310115000", "310115400", "310115125000", "310115125400"):
        with pytest.raises(divisions.BadCode):
            divisions.kind_of(code)
