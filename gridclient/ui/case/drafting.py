"""Writes the draft of the open report a little after the last change; what it says is on the disk when it is said."""

import asyncio
from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer, Signal

from gridclient.store import drafts
from gridclient.store.cache import Changes, Transaction
from gridclient.ui.case.printouts import OpenReport
from gridclient.ui.desk import Desk

_AFTER_MS = 400


class Drafting(QObject):
    """One report at a time; `lock` is held by whoever writes it, so that a late draft is not written over the next."""

    saved = Signal(str)  # when

    def __init__(self, desk: Desk, current: Callable[[], OpenReport | None], parent: QObject) -> None:
        super().__init__(parent)
        self._desk, self._current = desk, current
        self.lock = asyncio.Lock()
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(_AFTER_MS)
        self._timer.timeout.connect(self._due)

    def touch(self) -> None:
        """An answer changed: the draft is written soon."""
        self._timer.start()

    def stop(self) -> None:
        """What was not written yet is written in another way now."""
        self._timer.stop()

    def _due(self) -> None:
        self._desk.start(self.write())

    async def write_waiting(self) -> None:
        """Writes the draft if something in it was not written."""
        if self._timer.isActive():
            await self.write()

    async def write(self) -> None:
        """Writes the draft now, if the report can be changed."""
        self._timer.stop()
        async with self.lock:
            now = self._current()
            if now is None or not now.editable:
                return
            case_id, step_id, form = now.case_id, now.step.id, now.form.save()

            def save(tx: Transaction) -> Changes:
                return drafts.save_draft(tx, case_id, step_id, form)

            await self._desk.write(save)
        draft = await self._desk.read(lambda c: drafts.draft_of(c, case_id))
        after = self._current()
        if draft is not None and after is not None and after.case_id == case_id:
            self.saved.emit(draft.saved_at)
