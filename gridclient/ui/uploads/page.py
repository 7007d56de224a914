"""The list of outcomes: everything this worker ever changed and what became of it. Nothing vanishes silently."""

from collections.abc import Mapping
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QFileDialog,
    QFrame,
    QHBoxLayout,
    QListWidget,
    QListWidgetItem,
    QWidget,
)
from sqlalchemy.engine import Connection

from gridclient.errors import GridError
from gridclient.store import blobs, lists, outbox
from gridclient.store.cache import Changes, read_setting
from gridclient.store.others import read_others
from gridclient.store.outbox import PAGE, OutcomeRow
from gridclient.store.payloads import payload_of
from gridclient.sync.cycle import Report
from gridclient.sync.thread import Ended, Failed
from gridclient.text import tr
from gridclient.ui import theme
from gridclient.ui.desk import Desk
from gridclient.ui.fields import kind_text, what_text
from gridclient.ui.uploads.side import SidePanel, Standing
from gridclient.ui.uploads.table import UPLOAD_LOOK, UploadDelegate, UploadHeader, UploadLook
from gridclient.ui.uploads.words import ICONS, TONES, status_text, why_text
from gridclient.ui.when import moment_text
from gridclient.ui.widgets import ChipLook, IconLabel, KeyCap, ListPane, primary_button, text_label

_STATUSES = ("", "pending", "wait", "quarantined", "conflict", "review", "rejected", "applied")


class UploadsPage(QWidget):
    """Outcomes, newest first, with chips that count and filter them."""

    sync_wanted = Signal()
    conflict_wanted = Signal()
    case_wanted = Signal(str)

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        theme.set_role(self, "canvas")
        self._desk = desk
        self._status = ""
        self._rows: list[OutcomeRow] = []
        self._most = PAGE  # rows to read
        self._report: Report | None = None
        self._fault: GridError | None = None
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        self.pane = self._list_pane()
        row.addWidget(self.pane, 1)
        self.side = SidePanel(desk)
        self.side.export_wanted.connect(self._export)
        self.side.conflict_wanted.connect(self.conflict_wanted)
        self.side.retry_wanted.connect(self.sync_wanted)
        self.side.case_wanted.connect(self.case_wanted)
        row.addWidget(self.side)
        desk.changed.connect(self._changed)
        desk.sync_event.connect(self._synced)
        self.retranslate()

    def _list_pane(self) -> ListPane:
        self.list = QListWidget()
        self.list.setItemDelegate(UploadDelegate(self.list))
        self.list.setUniformItemSizes(True)
        self.list.setMouseTracking(True)
        self.list.itemActivated.connect(self._activated)
        self.list.currentRowChanged.connect(self._chosen)
        self.list.verticalScrollBar().valueChanged.connect(self._scrolled)
        pane = ListPane(self.list, "cloud-upload")
        pane.again_wanted.connect(self.reload)
        pane.empty.action_wanted.connect(self._desk.sync.wake)
        pane.chips.chosen.connect(self._choose)
        self.sync_now = primary_button("", "refresh-cw")
        self.sync_now.clicked.connect(self.sync_wanted)
        for each in (KeyCap("F5"), self.sync_now):
            pane.head.addWidget(each)
        self._header = UploadHeader(self.list)
        pane.above.addWidget(self._header)
        foot = QFrame()
        theme.set_role(foot, "footer")
        line = QHBoxLayout(foot)
        line.setContentsMargins(20, 9, 20, 9)
        line.addWidget(IconLabel("info"))
        self._promise = text_label("", "small", wrap=True)
        line.addWidget(self._promise, 1)
        pane.column.addWidget(foot)
        return pane

    # --- reading -------------------------------------------------------------------------------------------

    def reload(self) -> None:
        """Reads the outcomes and the standing anew."""
        self._desk.start(self._load(), self.pane.say_fault)

    async def _load(self) -> None:
        keep, status, most = self._mid(), self._status, self._most
        self._rows = await self._desk.read(lambda c: outbox.outcome_rows(c, status, most))
        counted = await self._desk.read(outbox.outcome_counts)
        self._show_chips({**counted, "": sum(counted.values())})
        self.list.blockSignals(True)
        self.list.clear()
        for row in self._rows:
            self._add_line(row)
        place = next((n for n, row in enumerate(self._rows) if row.mid == keep), -1)
        self.list.setCurrentRow(place)
        self.list.blockSignals(False)
        self.pane.show_rows(bool(self._rows))
        self.side.show_row(self._rows[place] if place >= 0 else None)
        await self._load_standing()
        await self._load_others()

    async def _load_standing(self) -> None:
        self.side.show_standing(await self._desk.read(self._standing))

    async def _load_others(self) -> None:
        self.side.others.show_others(await self._desk.read(read_others), self._desk.now())

    def _add_line(self, row: OutcomeRow) -> None:
        look, item = self._look(row), QListWidgetItem()
        item.setData(UPLOAD_LOOK, look)
        item.setData(Qt.ItemDataRole.AccessibleTextRole, look.spoken)
        item.setToolTip(f"{look.title}\n{look.why}".strip())
        self.list.addItem(item)

    def _scrolled(self, value: int) -> None:
        if 0 < value == self.list.verticalScrollBar().maximum() and len(self._rows) == self._most:
            self._desk.start(self._load_older())

    async def _load_older(self) -> None:
        """Reads the page that follows the last row."""
        shown, status = self._rows, self._status
        older = await self._desk.read(lambda c: outbox.outcome_rows(c, status, after=shown[-1].dseq))
        if shown is not self._rows:
            return  # the list was read anew meanwhile
        self._rows = [*shown, *older]
        self._most += PAGE
        for row in older:
            self._add_line(row)

    def _show_chips(self, counted: Mapping[str, int]) -> None:
        # What the platform cannot take is rare: its chip is there only when it has something to show.
        rare = set[str]() if counted.get("quarantined") or self._status == "quarantined" else {"quarantined"}
        self.pane.chips.set_chips([
            ChipLook(status, status_text(status), counted.get(status, 0), ICONS.get(status, ""))
            for status in _STATUSES if status not in rare
        ])  # fmt: skip

    def _standing(self, connection: Connection) -> Standing:
        synced_at = read_setting(connection, "synced_at") or ""
        conflicts = lists.count_open_conflicts(connection)
        return Standing(
            outbox.waiting(connection).count, len(blobs.to_upload(connection)),
            read_setting(connection, "in_step") is not None, conflicts,
            moment_text(synced_at, self._desk.now()), self._report,
            blobs.held_back(connection, self._desk.cache.files), str(self._fault or ""),
        )  # fmt: skip

    def _look(self, row: OutcomeRow) -> UploadLook:
        resolved = row.status == "conflict" and not row.conflict_open
        what = f"{what_text(row.what)} · {kind_text(row.kind)}"
        detail = " · ".join(part for part in (what, row.place) if part) if row.title else row.place
        return UploadLook(
            moment_text(row.decided_at or row.authored_at, self._desk.now()), row.title or what, detail,
            tr("Resolved") if resolved else status_text(row.status),
            "ok" if resolved else TONES.get(row.status, "neutral"),
            "check" if resolved else ICONS.get(row.status, ""), why_text(row),
            tr("Decide") if row.conflict_open else "",
        )  # fmt: skip

    def choose_refused(self) -> None:
        """Makes the latest refused edit the current row, when there is one."""
        place = next((n for n, row in enumerate(self._rows) if row.status == "rejected"), -1)
        self.list.setCurrentRow(place)

    # --- acting --------------------------------------------------------------------------------------------

    def _mid(self) -> str:
        place = self.list.currentRow()
        return self._rows[place].mid if 0 <= place < len(self._rows) else ""

    def _choose(self, status: str) -> None:
        self._status, self._most = status, PAGE
        self.reload()

    def _chosen(self, place: int) -> None:
        self.side.show_row(self._rows[place] if 0 <= place < len(self._rows) else None)

    def _activated(self, item: QListWidgetItem) -> None:
        if self._rows[self.list.row(item)].conflict_open:
            self.conflict_wanted.emit()

    def _export(self, mid: str) -> None:
        name = tr("edit") + f"-{mid[:8]}.json"
        path, _ = QFileDialog.getSaveFileName(self, tr("Export this edit"), name, "JSON (*.json)")
        if path:
            self._desk.start(self.export(mid, Path(path)))

    async def export(self, mid: str, path: Path) -> None:
        """Writes an edit's payload to a file that its author chose."""
        body = await self._desk.read(lambda c: payload_of(c, mid))
        await self._desk.run(lambda: path.write_bytes(body))

    def _changed(self, changes: Changes) -> None:
        if changes.areas & {"outcomes", "outbox", "conflict"}:
            self.reload()
        elif "unsent" in changes.areas:
            self._desk.start(self._load_others())

    def _synced(self, event: object) -> None:
        """A cycle tells what it changed by itself; its end is only how this PC stands."""
        match event:
            case Ended(report=report):
                self._report, self._fault = report, None
            case Failed(fault=fault):
                self._fault = fault
            case _:
                return
        self._desk.start(self._load_standing())

    def retranslate(self) -> None:
        """Says the page's words in the active language."""
        self.pane.title.setText(tr("Uploads"))
        self.pane.detail.set_text(self._desk.opened.facts.name)
        self.side.by_file.retranslate()
        self.side.held.retranslate()
        self.sync_now.setText(tr("Synchronise now"))
        self.list.setAccessibleName(tr("Outcomes"))
        self._header.update()
        self._show_chips({})
        self.pane.empty.say(
            tr("Nothing here yet"), tr("Every change you make is listed here with what became of it."),
            tr("Synchronise now"), "cloud-upload",
        )  # fmt: skip
        self._promise.setText(tr("Every change has an outcome; none vanishes silently."))
        self.reload()
