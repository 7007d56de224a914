"""Records as they travel and rest: an identity, a place in the feed, and a flat object of fields.

A record is opaque to storage and transport. What its fields mean is told by `cases`, `people` and `places`;
this module only knows identity, buckets and versions.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from typing import NewType, TypeAlias, cast

import msgspec
import uuid_utils

Value: TypeAlias = "str | int | float | bool | list[Value] | dict[str, Value] | None"
Fields: TypeAlias = Mapping[str, Value]

RecordId = NewType("RecordId", str)
WorkerId = NewType("WorkerId", str)
Bucket = NewType("Bucket", str)

_fields = msgspec.json.Decoder(dict[str, object]).decode


class Kind(StrEnum):
    """What a record is about; the closed set of both sides."""

    RESIDENT = "resident"
    CARE = "care"
    IDENT = "ident"
    CONFIDENTIAL = "confidential"
    HOUSEHOLD = "household"
    PLACE = "place"
    CASE = "case"
    WORKER = "worker"
    TEAM = "team"
    GRID = "grid"
    CONFLICT = "conflict"
    REVIEW = "review"
    READING = "reading"


@dataclass(frozen=True, slots=True)
class Record:
    """One record: the platform's version `ver` of its fields; `ver` 0 was not on the platform yet."""

    id: RecordId
    kind: Kind
    bucket: Bucket
    fields: Fields = field(default_factory=dict[str, Value])
    ver: int = 0


def decode_fields(payload: bytes) -> dict[str, Value]:
    """The fields of a payload, a JSON object."""
    return cast("dict[str, Value]", _fields(payload))


def new_id() -> RecordId:
    """A fresh UUIDv7 as text; unique without asking anybody, and never used for order."""
    return RecordId(str(uuid_utils.uuid7()))


def grid_bucket(cell: str) -> Bucket:
    """The bucket of a grid cell's core files and cases (15-digit cell code)."""
    return Bucket(f"grid:{cell}")


def care_bucket(cell: str) -> Bucket:
    """The bucket of a grid cell's health records and care tiers."""
    return Bucket(f"care:{cell}")


def ident_bucket(cell: str) -> Bucket:
    """The bucket of a grid cell's full identity numbers and phones."""
    return Bucket(f"ident:{cell}")


def street_bucket(street: str) -> Bucket:
    """The bucket of a street's workers, teams and grids (9-digit division code)."""
    return Bucket(f"ref:{street}")


def iso(moment: datetime) -> str:
    """An aware moment as records keep it: UTC, whole seconds, `2026-11-24T02:21:00Z`."""
    if moment.tzinfo is None:
        raise ValueError("a moment in a record needs a time zone")
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
