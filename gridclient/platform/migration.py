"""Takes the running cases of a pack to another of its versions, each in a transaction of its own."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from gridclient.domain.record import Kind, decode_fields, new_id
from gridclient.errors import GridError
from gridclient.platform import feed, watch
from gridclient.platform.recording import Change, canonical, remember
from gridclient.platform.service import Platform
from gridclient.workflow.migration import MIGRATE, migrated


class NoVersion(GridError):
    """There is no such version to go to."""

    text = "There is no version {version} of {id} on this platform."


@dataclass(slots=True)
class Migrated:
    """How many cases went over, and in which states those are that have no place."""

    moved: int = 0
    stranded: dict[str, int] = field(default_factory=dict[str, int])


def migrate(
    platform: Platform, pack_id: str, version: str, states: Mapping[str, str], *, by: str, is_trial: bool
) -> Migrated:
    """Takes every running case of a pack to a version; a trial only counts."""
    shelf, now, told = platform.packs, platform.clock(), Migrated()
    new = shelf.version(pack_id, version)
    if new is None:
        raise NoVersion(id=pack_id, version=version)
    with platform.database.write() as connection:
        for name in watch.behind(connection):
            while watch.read_on(connection, name, shelf, now)[1]:
                pass
        in_use = [running for pack, running in watch.in_use(connection) if pack == pack_id and running != version]
        cases = [case for running in sorted(in_use) for case in watch.running(connection, pack_id, running)]
    for bucket, record in cases:
        with platform.database.write() as connection:
            held = feed.lock(connection, bucket)
            stored = held.find(record)
            case = {} if stored is None or stored.payload is None else decode_fields(stored.payload)
            if stored is None or case.get("pack") != pack_id or case.get("pack_version") == version:
                continue  # done meanwhile by somebody else
            after = migrated(new, case, states, by, now)
            if after is None:
                state = str(case.get("state"))
                told.stranded[state] = told.stranded.get(state, 0) + 1
                continue
            told.moved += 1
            if is_trial:
                continue
            written = held.put(stored, Kind.CASE, record, canonical(after))
            remember(connection, written, case, after, Change(new_id(), by, MIGRATE, now))
            held.close()
    platform.bell.ring({bucket for bucket, _ in cases})
    return told
