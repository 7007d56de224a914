"""The letters that people type for names and places."""

import subprocess
import sys
from pathlib import Path

import pytest

from gridclient.domain.letters import initials, name_letters, place_letters

ROOT = Path(__file__).resolve().parents[3]


@pytest.mark.parametrize(
    ("name", "letters"),
    [
        ("王秀英", ["wxy", "wangxiuying", "xy", "xiuying"]),
        ("曾敏", ["zm", "zengmin", "min"]),  # céng everywhere but in a name
        ("吕长江", ["lcj", "lvchangjiang", "cj", "changjiang"]),
        ("Wang", []),
    ],
)
def test_a_name_is_typed_by_initials_or_whole_with_or_without_the_family_name(name: str, letters: list[str]) -> None:
    assert name_letters(name) == letters


def test_a_road_is_typed_without_the_district_before_it() -> None:
    assert {"zczl", "zuchongzhilu"} <= set(place_letters("浦东新区张江镇祖冲之路 1239 弄 8 号"))


def test_each_letter_stands_at_the_place_of_its_character() -> None:
    assert initials("8-3 王秀英 A") == "8-3 wxy A"


def test_the_readings_are_those_of_the_library_they_came_from() -> None:
    subprocess.run([sys.executable, ROOT / "packaging" / "pinyin.py", "--check"], check=True)
