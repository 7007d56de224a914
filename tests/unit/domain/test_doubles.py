"""Which two files may be of one person."""

import pytest

from gridclient.domain.doubles import Facts, Reason, double_of, similar, united


def _facts(**said: str) -> Facts:
    usual = {"id": "a", "name": "王秀英", "birth": "1942-03-05", "address": "", "number": "", "phone": ""}
    return Facts(**{**usual, **said})


@pytest.mark.parametrize(
    ("other", "reasons"),
    [
        ({}, (Reason.BIRTH,)),
        ({"name": "王秀瑛", "birth": "1942-05-03"}, ()),
        ({"name": "王秀瑛", "birth": "1942-05-03", "phone": "138"}, (Reason.PHONE,)),
        ({"name": "陈敏", "birth": "", "phone": "138"}, ()),
        ({"name": "陈敏", "number": "1"}, (Reason.NUMBER,)),
        ({"number": "1", "phone": "138"}, (Reason.NUMBER, Reason.BIRTH, Reason.PHONE)),
        ({"number": "2", "phone": "138"}, ()),
    ],
)
def test_what_is_alike_is_named_and_two_numbers_are_two_people(
    other: dict[str, str], reasons: tuple[Reason, ...]
) -> None:
    found = double_of(_facts(number="1", phone="138"), _facts(id="b", **other))

    assert (found.reasons if found else ()) == reasons


@pytest.mark.parametrize(
    ("name", "other", "alike"),
    [("王秀英", "王秀瑛", True), ("王秀英", "汪秀英", True), ("王秀英", "王桂英", True), ("王英", "王敏", False),
     ("", "", False), ("陈志强", "陈志强", True), ("王秀英", "李秀英", False)],
)  # fmt: skip
def test_names_are_alike_by_sound_or_but_for_one_character(name: str, other: str, alike: bool) -> None:
    assert similar(name, other) is alike


def test_what_only_the_other_file_says_is_kept() -> None:
    assert united({"name": "王秀英", "note": "a"}, {"note": "b", "tags": ["elder"]}, {"note": "b"}) == {
        "note": "b", "tags": ["elder"],
    }  # fmt: skip
