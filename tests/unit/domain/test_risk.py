"""Scores with the factors that made them, tiers, and the cadence that follows."""

from datetime import date, timedelta

import pytest

from gridclient.domain.record import Value
from gridclient.domain.risk import Factor, Planned, Tier, planned, score, tier_of
from gridclient.domain.texts import Texts

FACTORS = [
    Factor("alone", Texts("lives alone", "独居"), 30, "living", ["alone"]),
    Factor("old", Texts("80 or older", "80 岁以上"), 20, "age", at_least=80),
    Factor("ill", Texts("illness", "慢病"), 25, "conditions", ["stroke", "dementia"]),
    Factor("no-alarm", Texts("no alarm", "无一键呼叫"), 5, "alarm", ["no"]),
]
TIERS = [
    Tier("general", Texts("general", "一般"), 0, 90),
    Tier("high", Texts("high", "高风险"), 50, 7),
    Tier("key", Texts("key", "重点"), 30, 30),
]
TODAY = date(2026, 11, 24)


def test_a_score_shows_the_factors_that_made_it_and_gives_the_tier() -> None:
    risk = score(FACTORS, {"living": "alone", "age": 84, "conditions": ["heart", "stroke"], "alarm": True})

    assert (risk.score, [factor.id for factor in risk.factors]) == (75, ["alone", "old", "ill"])
    assert tier_of(TIERS, risk).id == "high"


@pytest.mark.parametrize(
    ("facts", "tier"), [({"living": "alone"}, "key"), ({}, "general"), ({"alarm": False}, "general")]
)
def test_what_is_not_known_does_not_count(facts: dict[str, Value], tier: str) -> None:
    assert tier_of(TIERS, score(FACTORS, facts)).id == tier


def test_a_score_below_every_tier_is_in_the_lowest() -> None:
    high_only = [tier for tier in TIERS if tier.id != "general"]

    assert tier_of(high_only, score(FACTORS, {})).id == "key"


@pytest.mark.parametrize(
    ("last", "due", "status", "skipped"),
    [
        (None, TODAY, "due", 0),
        (TODAY - timedelta(days=3), TODAY + timedelta(days=4), "ahead", 0),
        (TODAY - timedelta(days=7), TODAY, "due", 0),
        (TODAY - timedelta(days=13), TODAY - timedelta(days=6), "overdue", 0),
        (TODAY - timedelta(days=14), TODAY - timedelta(days=7), "overdue", 1),
        (TODAY - timedelta(days=28), TODAY - timedelta(days=21), "overdue", 3),
    ],
)
def test_the_next_visit_follows_the_cadence_and_skipped_ones_are_counted(
    last: date | None, due: date, status: str, skipped: int
) -> None:
    assert planned(last, 7, TODAY) == Planned(due, status, skipped)  # type: ignore[arg-type]  # a literal
