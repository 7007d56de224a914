"""Looks for open cases on this PC that may be about the same thing as one."""

from datetime import datetime, timedelta

from sqlalchemy.engine import Connection

from gridclient.domain.record import iso
from gridclient.store.shown import Shown, decode_fields, find
from gridclient.workflow import Pack
from gridclient.workflow.duplicates import Hint, among, hints
from gridclient.workflow.pack import Duplicates


def find_duplicates(connection: Connection, pack: Pack, case_id: str) -> list[Hint]:
    """Hints for a case; empty when the pack has no rule, or nothing is near."""
    case = find(connection, case_id)
    if case is None or pack.duplicates is None:
        return []
    rows = connection.exec_driver_sql(
        "SELECT b.id, coalesce(s.payload, b.payload) AS payload FROM shown s JOIN base b USING (rid) "
        "WHERE s.kind = 'case' AND s.state IS NOT 'closed' AND s.pack = ? AND b.id <> ? "
        "AND json_extract(CAST(coalesce(s.payload, b.payload) AS TEXT), '$.opened_at') >= ?",
        (pack.id, case_id, _earliest(case, pack.duplicates)),
    )
    return hints(pack, case.fields, among(pack, ((row.id, decode_fields(row.payload)) for row in rows)))


def _earliest(case: Shown, rule: Duplicates) -> str:
    opened = case.text("opened_at")
    return iso(datetime.fromisoformat(opened) - timedelta(hours=rule.hours)) if opened else ""
