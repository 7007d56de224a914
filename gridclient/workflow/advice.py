"""Advice of a program: a proposed answer with its confidence and reason. Pure.

It never moves a case and is never an answer by itself: a named person finishes the step, and the case keeps whether
they took the advice or decided otherwise.
"""

from collections.abc import Mapping
from typing import Annotated

import msgspec
from msgspec import Meta, Struct

from gridclient.domain.record import Fields, Value


class Advice(Struct, frozen=True, kw_only=True):
    """One proposal about one question."""

    at: str
    value: str
    confidence: Annotated[float, Meta(ge=0, le=1)]
    reason: str
    by: str  # the program and its version


def advice_of(case: Fields) -> list[Advice]:
    """What programs proposed for a case; what cannot be read counts as none."""
    try:
        return msgspec.convert(case.get("advice") or [], list[Advice])
    except msgspec.ValidationError:
        return []


def heeded(case: Fields, group: str, answers: Mapping[str, str]) -> dict[str, Value]:
    """For each advised question of a step, whether the person took the proposal."""
    return {
        each.at: "taken" if answers.get(each.at) == each.value else "overridden"
        for each in advice_of(case)
        if each.at.startswith(group + "/")
    }
