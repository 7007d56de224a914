"""What a worker sees of an urging: a line above the list, and a sheet in which it is answered."""

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from gridclient.store import lists, urging
from gridclient.store.cache import Changes
from gridclient.store.urging import NothingToReply, Urge
from gridclient.text import tr
from gridclient.ui.desk import Desk
from gridclient.ui.when import moment_text
from gridclient.ui.widgets import Banner
from gridclient.ui.widgets.sheets import ReasonSheet


class Replies(QObject):
    """The urgings of the worker's own cases that wait, the oldest first."""

    def __init__(self, desk: Desk, over: QWidget) -> None:
        super().__init__(over)
        self._desk, self._over = desk, over
        self._urges: list[Urge] = []
        self._names: dict[str, str] = {}
        self.sheet: ReasonSheet | None = None
        self.banner = Banner("warn", icon="flag")
        self.banner.action_wanted.connect(self.ask)
        self.banner.hide()
        desk.changed.connect(self._changed)
        desk.start(self._read())

    def _changed(self, changes: Changes) -> None:
        if changes.areas & {"case", "scope", "outbox"}:
            self._desk.start(self._read())

    async def _read(self) -> None:
        me = self._desk.actor.worker_id
        found = await self._desk.read(lambda c: urging.urges(c, self._desk.packs, me))
        self._urges = [urge for urge in found if urge.waits]
        if self._urges:
            self._names = await self._desk.read(lists.worker_names)
        self.show()

    def show(self) -> None:
        """Says how many wait and what the oldest one says; nothing without any."""
        self.banner.setVisible(bool(self._urges))
        if self._urges:
            first = self._urges[0]
            title = tr("{n} urgings wait for your reply", n=len(self._urges))
            self.banner.say("warn", title, self._said(first), tr("Reply…"), "flag")

    def _said(self, urge: Urge) -> str:
        who, when = self._names.get(urge.by) or urge.by, moment_text(urge.at, self._desk.now())
        return tr("{title}: “{words}” ({who}, {when})", title=urge.title, words=urge.text, who=who, when=when)

    def ask(self) -> None:
        """Asks for the reply to the oldest one."""
        if not self._urges:
            return
        urge = self._urges[0]
        sheet = ReasonSheet(
            tr("Reply: {title}", title=urge.title), self._said(urge), tr("Send"), self._over, label=tr("Reply")
        )

        def send(text: str) -> None:
            self._desk.start(self._send(urge, text))

        sheet.given.connect(send)
        sheet.finished.connect(self._closed)
        self.sheet = sheet
        sheet.open()

    async def _send(self, urge: Urge, text: str) -> None:
        actor = self._desk.actor
        try:
            await self._desk.write(lambda tx: urging.reply(tx, urge.case, text, actor))
        except NothingToReply:
            await self._read()  # somebody else was quicker, or it was taken back: the line says what is left

    def _closed(self) -> None:
        self.sheet = None
