"""Between the flat fields of a record and the values that the domain speaks of.

Reading ignores fields that a value does not have, because a newer program may have sent them; a field of the wrong type
is refused. Writing leaves out what is not known.
"""

from datetime import UTC, datetime
from typing import TypeVar, cast

import msgspec

from gridclient.domain.record import Fields, Value

T = TypeVar("T")


class BadFields(ValueError):
    """A record's fields that are not those of its kind."""


def read(kind: type[T], fields: Fields) -> T:
    """The value of a record's fields; raises `BadFields`, which names the field."""
    try:
        return msgspec.convert(dict(fields), kind)
    except msgspec.ValidationError as error:
        raise BadFields(str(error)) from error


def write(value: object) -> dict[str, Value]:
    """The fields of a value; moments in UTC and whole seconds, nothing for what is not known."""
    plain = cast("dict[str, Value]", msgspec.to_builtins(value, builtin_types=(datetime,)))
    return {name: _plain(each) for name, each in plain.items() if each is not None}


def _plain(value: object) -> Value:
    if isinstance(value, datetime):
        return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    return cast(Value, value)
