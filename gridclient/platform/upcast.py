"""Brings mutations of older programs to the fields of today: an outbox waits as long as its PC stays in a drawer.

A release that renames or splits fields of a record adds one step here and raises `SCHEMA_VERSION`; clients never
rewrite what they queued.
"""

from collections.abc import Callable, Mapping, Sequence

import msgspec

from gridclient.protocol.messages import SCHEMA_VERSION, Mutation

Step = Callable[[Mutation], Mutation]

STEPS: Sequence[Step] = ()  # the first brings schema 1 to 2; there has been no other schema yet
assert len(STEPS) == SCHEMA_VERSION - 1


def upcast(mutation: Mutation, steps: Sequence[Step] = STEPS) -> Mutation:
    """The same change as today's program would have queued it; a newer program's stays as it is."""
    for step in steps[mutation.schema - 1 :]:
        mutation = msgspec.structs.replace(step(mutation), schema=mutation.schema + 1)
    return mutation


def renamed(mutation: Mutation, kind: str, old: str, new: str) -> Mutation:
    """A step for a field of a kind that has another name since; everything else stays."""
    if mutation.kind != kind:
        return mutation

    def fields(found: Mapping[str, object]) -> dict[str, object]:
        return {new if name == old else name: value for name, value in found.items()}

    return msgspec.structs.replace(mutation, base=fields(mutation.base), set=fields(mutation.set))
