"""Damaged packs, a few hundred of the ten thousand that `python -m tests.fuzz.packs` plays."""

from tests.fuzz.packs import run


def test_a_damaged_pack_is_refused_by_name_and_place_and_crashes_nothing() -> None:
    report = run(150, 7)

    assert report.crashes == []
    assert report.nameless == []
    assert report.refused > 75
