"""The risk that brought a planned case sooner, with the factors that made it. No widgets.

The score raises a cadence and nothing else; so whoever sees it sees of what it is made.
"""

from typing import cast

from gridclient.domain.record import Fields
from gridclient.text import pick, tr
from gridclient.workflow import Pack


def risk_text(pack: Pack, case: Fields) -> str:
    """For example “risk 68 (exit blocked +30, somebody lives there +30)”; empty for a case without a score."""
    risk = case.get("risk")
    if pack.risk is None or not isinstance(risk, dict):
        return ""
    ids = cast("list[str]", risk.get("factors") or [])
    factors = {factor.id: factor for factor in pack.risk.factors}
    said = tr(", ").join(
        tr("{factor} +{points}", factor=pick(factors[name].title), points=factors[name].points)
        for name in ids if name in factors
    )  # fmt: skip
    return tr("risk {score}: {factors}", score=risk.get("score"), factors=said or "—")
