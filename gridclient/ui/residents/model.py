"""The residents' list as a paged model."""

from array import array
from collections.abc import Sequence

from PySide6.QtCore import QObject
from sqlalchemy.engine import Connection

from gridclient.domain.zone import ZONE
from gridclient.store import residents
from gridclient.store.residents import ResidentAsk, ResidentFilter, ResidentRow
from gridclient.text import tr
from gridclient.ui.desk import Desk
from gridclient.ui.paged import PAGE, PagedModel
from gridclient.ui.people_words import person_text, tag_text, visit_stand
from gridclient.ui.widgets import Mark, RowLook


class ResidentModel(PagedModel[ResidentRow, ResidentAsk]):
    """People by address."""

    def __init__(self, desk: Desk, parent: QObject | None = None) -> None:
        super().__init__(desk, ResidentAsk(ResidentFilter.CARE), parent)

    def read_first(self, connection: Connection) -> list[ResidentRow] | None:
        rids = residents.first_ids(connection, self.asked, PAGE)
        return None if rids is None else residents.rows(connection, rids)

    def read_ids(self, connection: Connection) -> "array[int]":
        return residents.ids(connection, self.asked)

    def read_rows(self, connection: Connection, rids: Sequence[int]) -> list[ResidentRow]:
        return residents.rows(connection, rids)

    def look(self, row: ResidentRow) -> RowLook:
        who = person_text(row.sex, row.birth, self.now.astimezone(ZONE).date())
        stand = visit_stand(row.last_visit_at, row.every_days, self.now) if row.tier else None
        marks = (Mark("git-merge", "bad", tr("conflict")),) if row.conflict else ()
        tag = row.tier if row.tier == "high" else row.living if row.living in ("alone", "empty_nest") else ""
        return RowLook(
            f"{row.name}　{who}", row.address, due_text=stand.text if stand else "",
            due_role=stand.role if stand else "text_2", marks=marks, tag=tag_text(tag) if tag else "",
            tag_role="warn" if tag in ("high", "alone") else "neutral",
        )  # fmt: skip
