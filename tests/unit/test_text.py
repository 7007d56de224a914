"""Texts in the active language: of one thing English speaks otherwise than of many."""

import pytest

from gridclient.text import set_language, tr


@pytest.mark.parametrize(
    ("n", "said"),
    [
        (0, "0 items"), (1, "1 item"), (2, "2 items"), (11, "11 items"), ("1", "1 item"), ("1,001", "1,001 items"),
    ],
)  # fmt: skip
def test_english_has_a_form_for_one(n: object, said: str) -> None:
    assert tr("{n} items", n=n) == said


def test_the_verb_follows_the_number() -> None:
    said = [tr("{n} cases wait for your review", n=n) for n in (1, 2)]

    assert said == ["1 case waits for your review", "2 cases wait for your review"]


def test_chinese_has_one_form_and_a_text_without_an_entry_stays_as_it_is() -> None:
    assert tr("{n} to upload", n=1) == "1 to upload"
    set_language("zh_CN")
    assert [tr("{n} items", n=n) for n in (1, 2)] == ["1 项", "2 项"]
