"""Merges two edits of one record that were made apart.

Pure: no clock, no storage. The platform judges a push with it and the client lays its pending edits over a
new base with it, so both always agree. The caller decides what to do with conflicts.
"""

from dataclasses import dataclass

from gridclient.domain.record import Fields, Value

EVIDENCE = "evidence."


@dataclass(frozen=True, slots=True)
class Conflict:
    """One field that both sides changed to different values."""

    field: str
    base: Value
    mine: Value
    theirs: Value


def merge(base: Fields, mine: Fields, theirs: Fields) -> tuple[dict[str, Value], list[Conflict]]:
    """Keeps every change that only one side made; the rest are conflicts.

    `mine` names the fields that the author set, `base` what the author saw there (an absent field is null).
    A conflicting field keeps their value, so the cache always equals the platform.
    """
    merged: dict[str, Value] = dict(theirs)
    conflicts: list[Conflict] = []
    for name, ours in mine.items():
        old, new = base.get(name), theirs.get(name)
        if same(ours, old) or same(ours, new):
            continue
        if same(new, old) or (name.startswith(EVIDENCE) and _is_later(ours, new)):
            merged[name] = ours
        elif name.startswith(EVIDENCE):
            continue  # somebody confirmed it later; there is nothing to choose
        else:
            conflicts.append(Conflict(name, old, ours, new))
    return merged, conflicts


def _is_later(ours: Value, theirs: Value) -> bool:
    if not isinstance(ours, dict) or not isinstance(theirs, dict):
        return isinstance(ours, dict)
    return str(ours.get("at")) > str(theirs.get("at"))


def same(left: Value, right: Value) -> bool:
    """Whether two values are one and the same JSON value (`1`, `1.0` and `true` are three)."""
    if type(left) is not type(right):
        return False
    if isinstance(left, list) and isinstance(right, list):
        return len(left) == len(right) and all(map(same, left, right))
    if isinstance(left, dict) and isinstance(right, dict):
        return left.keys() == right.keys() and all(same(value, right[name]) for name, value in left.items())
    return left == right
