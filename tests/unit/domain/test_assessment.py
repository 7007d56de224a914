"""GB/T 42195-2022: sums, borders of the levels, and what raises them. The numbers are copied from the standard's table
of items (26 items, 90 points; levels from 90, 66, 46, 30 and 0)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gridclient.domain.assessment import DIMENSIONS, ITEMS, MOST, Circumstances, Level, assess, missing_text
from gridclient.text import set_language

FULL = {item.code: item.most for item in ITEMS}
_SCORES = st.fixed_dictionaries({item.code: st.integers(0, item.most) for item in ITEMS})
_CIRCUMSTANCES = st.builds(Circumstances, st.booleans(), st.booleans(), st.integers(0, 5))


def _total(points: int) -> dict[str, int | None]:
    """Scores that add up to so many points."""
    scores: dict[str, int | None] = {}
    for item in ITEMS:
        scores[item.code] = min(item.most, points)
        points -= min(item.most, points)
    assert points == 0
    return scores


def test_the_items_and_their_greatest_sums_are_those_of_the_standard() -> None:
    assert [(each.code, len(each.items), each.most) for each in DIMENSIONS] == [
        ("B1", 8, 32), ("B2", 4, 15), ("B3", 9, 28), ("B4", 5, 15),
    ]  # fmt: skip
    assert (len(ITEMS), MOST) == (26, 90)
    assert [item.code for item in ITEMS if item.most != 4] == ["B2.4", "B3.7", "B3.8", "B3.9", "B4.1", "B4.2", "B4.4"]


@pytest.mark.parametrize(
    ("total", "level"),
    [
        (90, Level.INTACT), (89, Level.MILD), (66, Level.MILD), (65, Level.MODERATE), (46, Level.MODERATE),
        (45, Level.SEVERE), (30, Level.SEVERE), (29, Level.COMPLETE), (0, Level.COMPLETE),
    ],
)  # fmt: skip
def test_each_border_of_the_levels(total: int, level: Level) -> None:
    result = assess(_total(total))

    assert (result.total, result.by_score, result.level) == (total, level, level)
    assert sum(result.sums.values()) == total


def test_scenario_14_dementia_raises_66_to_moderate_with_its_basis_and_coma_decides_alone() -> None:
    dementia = assess(_total(66), Circumstances(dementia_or_disorder=True))

    assert (dementia.by_score, dementia.level) == (Level.MILD, Level.MODERATE)
    assert dementia.basis == (
        "66 of 90 points: Mild disability",
        "Dementia (F00–F03) or another mental disorder (F04–F99) diagnosed: one level up",
    )
    coma = assess(FULL, Circumstances(coma=True))
    assert (coma.by_score, coma.level) == (Level.INTACT, Level.COMPLETE)
    assert coma.basis[-1] == "Coma: complete disability, whatever the score"


def test_scenario_15_a_blank_item_gives_no_level_and_is_named() -> None:
    result = assess({**FULL, "B3.4": None})

    assert (result.total, result.level, result.sums) == (None, None, {})
    assert [item.code for item in result.missing] == ["B3.4"]
    assert missing_text(result) == "No level yet; not answered: Memory"
    set_language("zh_CN")
    assert missing_text(result) == "暂不定级，尚未作答：记忆"


def test_risk_events_raise_the_level_from_the_second_on() -> None:
    assert assess(_total(70), Circumstances(events=1)).level is Level.MILD
    assert assess(_total(70), Circumstances(events=2)).level is Level.MODERATE


def test_whether_both_circumstances_add_is_a_choice_that_is_told_as_open() -> None:
    both = Circumstances(dementia_or_disorder=True, events=2)

    assert assess(_total(70), both).level is Level.MODERATE
    assert assess(_total(70), both, both_add=True).level is Level.SEVERE
    assert assess(_total(70), both).to_verify == (
        "To be verified: whether a diagnosis and risk events raise the level by one each",
    )
    assert assess({**FULL, "B1.7": 3}).to_verify == (
        "To be verified: the second option of bowel control (once a week or once a day)",
    )
    assert assess(FULL).to_verify == ()


@pytest.mark.parametrize(("code", "value"), [("B1.1", 5), ("B3.7", 2), ("B1.1", -1), ("B9.9", 1)])
def test_a_score_that_no_item_can_have_is_a_fault(code: str, value: int) -> None:
    with pytest.raises(ValueError, match=code):
        assess({**FULL, code: value})


@given(scores=_SCORES, found=_CIRCUMSTANCES, both=st.booleans())
def test_circumstances_never_lower_the_level(scores: dict[str, int | None], found: Circumstances, both: bool) -> None:
    result = assess(scores, found, both_add=both)

    assert result.by_score is not None
    assert result.level is not None
    assert result.by_score <= result.level <= Level.COMPLETE
    assert (len(result.basis) > 1) >= (result.level != result.by_score)


@given(scores=_SCORES, item=st.sampled_from(ITEMS))
def test_a_better_answer_never_gives_a_worse_level(scores: dict[str, int | None], item: object) -> None:
    code = getattr(item, "code", "")
    worse, better = assess({**scores, code: 0}), assess(scores)

    assert better.level is not None
    assert worse.level is not None
    assert better.level <= worse.level
