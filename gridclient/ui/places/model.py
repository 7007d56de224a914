"""The list of places as a paged model: a heading for each street, and a line for each place."""

from array import array
from collections.abc import Sequence

from PySide6.QtCore import QModelIndex, QObject, QPersistentModelIndex, Qt
from sqlalchemy.engine import Connection

from gridclient.store import places
from gridclient.store.places import PlaceAsk, PlaceFilter, PlaceRow
from gridclient.text import tr
from gridclient.ui.desk import Desk
from gridclient.ui.paged import PagedModel
from gridclient.ui.places.words import check_stand, kind_text
from gridclient.ui.widgets import RowLook


class PlaceModel(PagedModel[PlaceRow, PlaceAsk]):
    """Places street by street."""

    def __init__(self, desk: Desk, parent: QObject | None = None) -> None:
        super().__init__(desk, PlaceAsk(PlaceFilter.ALL), parent)

    def read_ids(self, connection: Connection) -> "array[int]":
        return places.ids(connection, self.asked)

    def read_rows(self, connection: Connection, rids: Sequence[int]) -> list[PlaceRow]:
        return places.rows(connection, rids)

    def flags(self, index: QModelIndex | QPersistentModelIndex) -> Qt.ItemFlag:
        return Qt.ItemFlag.NoItemFlags if self.rid_at(index.row()) < 0 else super().flags(index)

    def look(self, row: PlaceRow) -> RowLook:
        if row.rid < 0:
            return RowLook(row.name or tr("without an address"), tr("{n} places", n=row.count), is_heading=True)
        stand = check_stand(row.last_check_at, row.every_days, self.now)
        tag = tr("{n} hazards", n=row.hazards) if row.hazards else kind_text(row.kind)
        detail = " · ".join(part for part in (row.address, row.owner) if part)
        return RowLook(
            row.name, detail, due_text=stand.text, due_role=stand.role, tag=tag,
            tag_role="warn" if row.hazards else "neutral",
        )  # fmt: skip
