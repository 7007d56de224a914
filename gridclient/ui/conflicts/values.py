"""A conflict as the desk shows it: what it is about, its fields with three values each, and who changed them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import cast

from sqlalchemy.engine import Connection

from gridclient.domain.record import Value
from gridclient.store import lists, shown
from gridclient.store.shown import Shown
from gridclient.ui.fields import kind_text


@dataclass(frozen=True, slots=True)
class Sides:
    """One field that two people changed apart."""

    name: str
    base: Value
    mine: Value
    theirs: Value
    their_by: str
    their_at: str


@dataclass(frozen=True, slots=True)
class Later:
    """A decision that somebody took apart when the conflict was decided already."""

    by: str
    at: str
    note: str


@dataclass(frozen=True, slots=True)
class ConflictFile:
    """A conflict and what it is about."""

    conflict: Shown
    title: str
    place: str

    @property
    def is_open(self) -> bool:
        """Whether it waits for a decision."""
        return self.conflict.text("state") == "open"

    @property
    def fields(self) -> tuple[Sides, ...]:
        """The fields to decide, in the order of their names."""
        found = cast("Mapping[str, Mapping[str, Value]]", self.conflict.fields.get("fields") or {})
        return tuple(
            Sides(
                name, sides.get("base"), sides.get("mine"), sides.get("theirs"), str(sides.get("their_by") or ""),
                str(sides.get("their_at") or ""),
            )
            for name, sides in sorted(found.items())
        )  # fmt: skip

    @property
    def choices(self) -> Mapping[str, Value]:
        """What was chosen, once it is decided."""
        return cast("Mapping[str, Value]", self.conflict.fields.get("choices") or {})

    @property
    def later(self) -> tuple[Later, ...]:
        """Who decided it once more, not knowing that it was decided."""
        found = cast("list[Mapping[str, Value]]", self.conflict.fields.get("later") or [])
        return tuple(
            Later(str(each.get("by") or ""), str(each.get("resolved_at") or ""), str(each.get("note") or ""))
            for each in found
        )


def read_conflicts(connection: Connection) -> list[ConflictFile]:
    """The conflicts of this worker's scope, undecided ones first."""
    found: list[ConflictFile] = []
    for conflict_id in lists.conflicts(connection):
        conflict = shown.find(connection, conflict_id)
        if conflict is not None:
            found.append(ConflictFile(conflict, *_named(connection, conflict)))
    return found


def _named(connection: Connection, conflict: Shown) -> tuple[str, str]:
    target = shown.find(connection, conflict.text("record"))
    owner = shown.find(connection, target.text("resident")) if target and target.text("resident") else target
    name = owner.text("name") or owner.text("title") if owner else conflict.text("title")
    return f"{name} · {kind_text(conflict.text('record_kind'))}", owner.text("address") if owner else ""
