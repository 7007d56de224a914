"""The case about a file that its worker goes on with, or begins where no plan made one: one button for both."""

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import QObject, QPoint, Signal
from PySide6.QtWidgets import QMenu, QPushButton

from gridclient.store.cache import Changes, Transaction
from gridclient.store.shown import Shown
from gridclient.store.unplanned import begin_case
from gridclient.text import pick
from gridclient.ui.desk import Desk
from gridclient.workflow import Pack


class NextCase(QObject):
    """Serves the button of a file."""

    opened = Signal(str)  # case id

    def __init__(self, desk: Desk, button: QPushButton) -> None:
        super().__init__(button)
        self._desk, self._button = desk, button
        self._subject: Shown | None = None
        self._case = ""
        self._packs: Sequence[Pack] = ()
        self.menu = QMenu(button)
        button.clicked.connect(self.act)

    def offer(self, subject: Shown, case_id: str, packs: Sequence[Pack], *, go_on: str, begin: str) -> None:
        """Offers to go on with a case, else to begin one by any of the packs; nothing without both."""
        self._subject, self._case, self._packs = subject, case_id, packs
        self._button.setText(go_on if case_id else begin)
        self._button.setVisible(self.is_offered)

    @property
    def is_offered(self) -> bool:
        """Whether there is something to go on with or to begin."""
        return bool(self._case or self._packs)

    def act(self) -> None:
        """Opens the case, or begins it; where there are several kinds, asks which."""
        if self._case:
            self.opened.emit(self._case)
        elif len(self._packs) == 1:
            self._begin(self._packs[0])
        elif self._packs:
            self.menu.clear()
            for pack in self._packs:
                self.menu.addAction(pick(pack.title)).triggered.connect(partial(self._begin, pack))
            self.menu.popup(self._button.mapToGlobal(QPoint(0, self._button.height() + 2)))
            self.menu.setActiveAction(self.menu.actions()[0])

    def _begin(self, pack: Pack, _checked: bool = False) -> None:
        if self._subject is not None:
            self._desk.start(self._begin_about(self._subject, pack))

    async def _begin_about(self, subject: Shown, pack: Pack) -> None:
        actor, begun = self._desk.actor, list[str]()

        def begin(tx: Transaction) -> Changes:
            case_id, changes = begin_case(tx, pack, subject, actor)
            begun.append(case_id)
            return changes

        await self._desk.write(begin)
        self.opened.emit(begun[0])
