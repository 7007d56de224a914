"""Says what was just done, and takes it back: before it is uploaded, edit and return leave the outbox together."""

from PySide6.QtCore import QObject, Signal

from gridclient.domain.record import Kind
from gridclient.store import undo, work
from gridclient.store.importing import Imported
from gridclient.store.undo import Deed, Done
from gridclient.text import tr
from gridclient.ui.desk import Desk
from gridclient.ui.fields import kind_text, what_text
from gridclient.ui.shell.undo_bar import UndoBar


class Undoing(QObject):
    """The undo bar of a window, told by its desk."""

    undone = Signal(object)  # Deed: what was taken back

    def __init__(self, desk: Desk, bar: UndoBar, parent: QObject) -> None:
        super().__init__(parent)
        self._desk, self._bar = desk, bar
        desk.edited.connect(self._edited)

    def take_back(self) -> None:
        """Takes the last edit back, or says why it cannot be."""
        self._desk.start(self._take_back())

    def _edited(self, done: object) -> None:
        if isinstance(done, Imported):
            self._bar.tell_done(tr("Imported: {n} rows", n=done.rows))
        else:
            assert isinstance(done, Done)
            self._desk.start(self._tell(done))

    async def _tell(self, done: Done) -> None:
        deed = await self._desk.read(lambda c: undo.deed(c, done))
        if deed is not None:
            self._bar.tell_done(_words(deed))

    async def _take_back(self) -> None:
        done = self._desk.last_done
        deed = await self._desk.read(lambda c: undo.deed(c, done)) if isinstance(done, Done) else None
        try:
            undone = await self._desk.undo()
        except (undo.AlreadyUploaded, undo.BuiltUpon, undo.ChangedSince) as refusal:
            self._bar.tell(str(refusal), is_fault=True)
            return
        self._bar.tell(tr("Undone.") if undone else tr("There is nothing to undo."))
        if deed is not None:
            self.undone.emit(deed)


def _words(deed: Deed) -> str:
    title = deed.title or kind_text(deed.kind)
    if deed.what == "create" and deed.kind is Kind.CASE:
        number = work.provisional_number(deed.record)
        if deed.source == "worker":
            return tr("Begun as {number}: {title}", number=number, title=title)
        return tr("Reported as {number}: {title}", number=number, title=title)
    if deed.cases > 1:
        return tr("{what}: {title} and {n} more", what=what_text(deed.what), title=title, n=deed.cases - 1)
    return tr("{what}: {title}", what=what_text(deed.what), title=title)
