"""Looks for open cases on this PC that may be about the same thing as a case, or as a report that is being written."""

from datetime import datetime, timedelta

from sqlalchemy.engine import Connection

from gridclient.domain.record import Fields, decode_fields, iso
from gridclient.store.reporting import Report
from gridclient.store.shown import find
from gridclient.workflow import Pack, begin
from gridclient.workflow.duplicates import Hint, among, hints
from gridclient.workflow.provisions import Duplicates


def find_duplicates(connection: Connection, pack: Pack, case_id: str) -> list[Hint]:
    """Hints for a case; empty when the pack has no rule, or nothing is near."""
    case = find(connection, case_id)
    return [] if case is None else _near(connection, pack, case_id, case.fields)


def find_same(connection: Connection, pack: Pack, report: Report, at: datetime) -> list[Hint]:
    """Hints for what is being reported, as if it were opened at this moment."""
    case = begin(pack, report.about, at)
    case[f"answers.{pack.steps[0].id}"] = {**report.answers}
    return _near(connection, pack, report.case_id, case)


def _near(connection: Connection, pack: Pack, case_id: str, case: Fields) -> list[Hint]:
    if pack.duplicates is None:
        return []
    rows = connection.exec_driver_sql(
        "SELECT b.id, coalesce(s.payload, b.payload) AS payload FROM shown s JOIN base b USING (rid) "
        "WHERE s.kind = 'case' AND s.state IS NOT 'closed' AND s.pack = ? AND b.id <> ? "
        "AND json_extract(CAST(coalesce(s.payload, b.payload) AS TEXT), '$.opened_at') >= ?",
        (pack.id, case_id, _earliest(case, pack.duplicates)),
    )
    return hints(pack, case, among(pack, ((row.id, decode_fields(row.payload)) for row in rows)))


def _earliest(case: Fields, rule: Duplicates) -> str:
    opened = str(case.get("opened_at") or "")
    return iso(datetime.fromisoformat(opened) - timedelta(hours=rule.hours)) if opened else ""
