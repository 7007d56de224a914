"""What a worker may read and write: the set of buckets, computed for every request from duties and organisation.

Nothing is cached, so a duty that ended is gone with the next request. Roles differ by buckets, not by masks:
identity numbers and phones (`ident:`) exist only for workers, and an administrator sees nobody's files.
"""

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from gridclient.domain.record import Bucket, care_bucket, grid_bucket, ident_bucket, street_bucket
from gridclient.platform.directory_tables import Account, Level, duty, org_unit

_STREET_DIGITS = 9
_WRITABLE: dict[str, frozenset[str]] = {
    "worker": frozenset({"grid", "care", "ident", "user"}),
    "supervisor": frozenset({"grid", "care", "user"}),
    "administrator": frozenset({"ref", "user"}),
}

# A code begins with its parent's, so a subtree is a range; digits sort alike in every collation.
_UNDER = org_unit.c.code.between(duty.c.unit_code, duty.c.unit_code.concat("9" * 15))
_UNITS = (
    sa.select(org_unit.c.code, org_unit.c.level)
    .select_from(duty.join(org_unit, _UNDER))
    .where(duty.c.area == sa.bindparam("area"), duty.c.worker_id == sa.bindparam("worker"))
)


def buckets(connection: Connection, account: Account) -> frozenset[Bucket]:
    """The buckets that the account may read at this moment."""
    found = {Bucket(f"user:{account.worker_id}")}
    for code, level in _units(connection, account):
        if len(code) >= _STREET_DIGITS:
            found.add(street_bucket(code[:_STREET_DIGITS]))
        if level == Level.GRID and account.role != "administrator":
            found.update((grid_bucket(code), care_bucket(code)))
            if account.role == "worker":
                found.add(ident_bucket(code))
    return frozenset(found)


def may_write(bucket: str, role: str) -> bool:
    """Whether the role may ever write to such a bucket; that it is in scope is a question apart."""
    return bucket.partition(":")[0] in _WRITABLE.get(role, frozenset())


def _units(connection: Connection, account: Account) -> list[tuple[str, str]]:
    """Codes and levels of all units at and under the account's duties, in one query."""
    mine = {"area": account.area, "worker": account.worker_id}
    return [(row.code, row.level) for row in connection.execute(_UNITS, mine)]
