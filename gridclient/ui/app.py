"""The desktop program's door: the frame, the workers of this PC, and who gets in.

The first screen needs Qt and little else. What an open profile needs (the cache, the sync, every page) is imported
while the worker types; from then on `Inside` has the frame.
"""

import sys
from collections.abc import Callable, Coroutine
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QEvent, QObject, QSysInfo, Qt, QTimer, Signal
from PySide6.QtWidgets import QApplication, QMessageBox, QStackedWidget

from gridclient.domain.zone import utc_now
from gridclient.errors import GridError
from gridclient.store.facts import known_profiles, read_unsent
from gridclient.text import read_ahead, set_language, tr
from gridclient.ui import theme
from gridclient.ui.sign_in.page import SignInPage
from gridclient.ui.sign_in.values import ProfileCard, SignInRequest, UnlockRequest
from gridclient.ui.when import moment_text

if TYPE_CHECKING:  # what is imported once the first screen is painted
    import asyncio

    from gridclient.store.keys import Keyring
    from gridclient.store.rescue import Rescued
    from gridclient.sync.sign_in import Opened
    from gridclient.ui.desk import Desk
    from gridclient.ui.inside import Inside
    from gridclient.ui.workbench import Workbench
    from gridclient.workflow import Shelf

_WIDTH, _HEIGHT = 1440, 900
_LEAST = (600, 340)


def _no_ring() -> "Keyring | None":
    return None


class Desktop(QObject):
    """The program from its first screen to its last."""

    painted = Signal()  # the first screen
    opened = Signal(object)  # Desk
    ready = Signal()  # the workbench is on the screen
    _knows_ring = Signal(bool)  # sent from the thread behind: whether a PIN is needed

    def __init__(
        self,
        root: Path,
        *,
        address: str = "",
        find_ring: "Callable[[], Keyring | None]" = _no_ring,
        verify: str | bool = True,
        clock: Callable[[], datetime] = utc_now,
        begin_within_s: float = 0.0,
    ) -> None:
        super().__init__()
        self._begin_within_s = begin_within_s
        self._root, self._address, self._find_ring = root, address, find_ring
        self._verify, self._clock = verify, clock
        self._tasks: set[asyncio.Task[None]] = set()
        self._behind = ThreadPoolExecutor(1, thread_name_prefix="gridclient-start")
        self._prepared: Future[Prepared] | None = None
        self._entering = False
        self._rescued: Rescued | None = None
        self._rescue = ""  # the profile whose cache is rebuilt when it is unlocked next
        self._question: QMessageBox | None = None
        self._asked: SignInRequest | None = None  # by whoever signs in at the platform
        self.inside: Inside | None = None
        self.frame = QStackedWidget()
        self.frame.setMinimumSize(*_LEAST)  # a page too wide for a moment must not push it off the screen
        self.frame.resize(_WIDTH, _HEIGHT)
        self.sign_in = SignInPage(self.cards(), address=address, device_name=QSysInfo.machineHostName())
        self.sign_in.sign_in_wanted.connect(self._sign_in)
        self.sign_in.unlock_wanted.connect(self._unlock)
        self.sign_in.language_chosen.connect(self.change_language)
        self._knows_ring.connect(self.sign_in.form.set_needs_pin, Qt.ConnectionType.QueuedConnection)
        self.frame.addWidget(self.sign_in)
        self.frame.setWindowTitle(tr("Grid Workbench"))
        self.frame.setWindowIcon(theme.icon("layout-grid", "accent_ink"))

    @property
    def desk(self) -> "Desk | None":
        """The open profile, None on the sign-in screen."""
        return self.inside.desk if self.inside else None

    @property
    def bench(self) -> "Workbench | None":
        """The workbench, None before it is on the screen."""
        return self.inside.bench if self.inside else None

    def show(self) -> None:
        """Shows the sign-in screen, and once it is painted makes ready what comes after it."""
        self.sign_in.installEventFilter(self)  # the thread behind takes its turns from whoever paints
        self.frame.show()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Paint:
            watched.removeEventFilter(self)
            QTimer.singleShot(0, self, self.painted.emit)
            QTimer.singleShot(0, self, self._make_ready)
        return False

    def come_to_front(self) -> None:
        """Shows the window above others: a second start asked for it."""
        self.frame.setWindowState(self.frame.windowState() & ~Qt.WindowState.WindowMinimized)
        self.frame.show()
        self.frame.raise_()
        self.frame.activateWindow()

    def leave(self) -> None:
        """Ends the program as closing the window does, also when the window is hidden."""
        self.frame.close()
        QApplication.quit()

    def sign_in_as(self, account: str, password: str, pin: str) -> None:
        """Signs in with the accounts of the demo, or unlocks a profile of them that is there already."""
        for card in self.cards():
            if card.account == account:
                self._unlock(UnlockRequest(card.id, pin if card.unlock == "pin" else password))
                return
        self._sign_in(SignInRequest(self._address, account, password, QSysInfo.machineHostName(), pin))

    def close(self) -> None:
        """Ends what runs and closes the profile."""
        for task in self._tasks:
            task.cancel()
        self._behind.shutdown(cancel_futures=True)
        self._close_inside()
        self.frame.close()

    # --- getting in ----------------------------------------------------------------------------------------

    def cards(self) -> list[ProfileCard]:
        """The workers who have a profile on this PC."""
        now = self._clock()
        return [
            ProfileCard(
                facts.id, facts.name, facts.account, tr("used {when}", when=moment_text(facts.last_used_at, now)),
                read_unsent(folder), "pin" if facts.locked_by == "pin" else "password",
            )
            for folder, facts in known_profiles(self._root)
        ]  # fmt: skip

    def _make_ready(self) -> "Future[Prepared]":
        """Begins, once, what every way in needs."""
        if self._prepared is None:
            self._prepared = self._behind.submit(_prepare, self._find_ring)
            self._prepared.add_done_callback(self._tell_prepared)
        return self._prepared

    def _tell_prepared(self, prepared: "Future[Prepared]") -> None:
        """On the thread behind: a PC without a keyring asks for a PIN at the first sign-in."""
        if not prepared.cancelled() and prepared.exception() is None:
            self._knows_ring.emit(prepared.result().ring is None)

    def _sign_in(self, request: object, anew: bool = False) -> None:
        assert isinstance(request, SignInRequest)
        self._asked = request

        def work(ring: "Keyring | None") -> "Opened":
            from gridclient.sync.sign_in import Credentials, sign_in

            who = Credentials(request.address, request.account, request.password, request.device_name, request.pin)
            return sign_in(self._root, who, ring, anew=anew, verify=self._verify, clock=self._clock)

        self._let_in(work)

    def _ask_anew(self, asked: SignInRequest) -> None:
        """Nobody may know the PIN any more; nothing is set aside unless the worker says so."""
        from gridclient.store.profile import profile_of
        from gridclient.ui.sign_in.anew import ask_anew

        waiting = read_unsent(profile_of(self._root, asked.address, asked.account).folder)
        ask_anew(self.frame, waiting).accepted.connect(lambda: self._sign_in(asked, anew=True))

    def _unlock(self, request: object) -> None:
        assert isinstance(request, UnlockRequest)
        self._asked = None

        def work(ring: "Keyring | None") -> "Opened":
            from gridclient.store.profile import Profile
            from gridclient.sync.sign_in import rescue_profile, unlock

            profile = Profile(self._root / "profiles" / request.profile_id)
            if self._rescue == request.profile_id:
                self._rescued = rescue_profile(profile, request.secret, ring, clock=self._clock)
                self._rescue = ""
            return unlock(profile, request.secret, ring, verify=self._verify, clock=self._clock)

        self._let_in(work, request.profile_id)

    def _let_in(self, work: "Callable[[Keyring | None], Opened]", profile_id: str = "") -> None:
        """Lets one worker in at a time: the sixth digit asks, and so does Enter after it."""
        if not self._entering and self.inside is None:
            self._entering = True
            self.sign_in.set_busy(True)
            self._start(self._get_in(work, profile_id))

    def _start(self, work: Coroutine[Any, Any, None]) -> None:
        import asyncio

        task = asyncio.ensure_future(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _get_in(self, work: "Callable[[Keyring | None], Opened]", profile_id: str) -> None:
        import asyncio

        try:
            prepared = await asyncio.wrap_future(self._make_ready())
            opened = await asyncio.wrap_future(self._behind.submit(work, prepared.ring))
        except GridError as fault:
            from gridclient.store.cipher import CacheDamaged
            from gridclient.store.keys import WrongPin
            from gridclient.store.tries import TriesUsedUp
            from gridclient.ui.sign_in.explain import explain, explain_clock

            if isinstance(fault, CacheDamaged):
                self._rescue = profile_id  # the PIN once more, and it is rebuilt
            self.sign_in.show_error(*explain(fault))
            self.sign_in.show_clock(explain_clock(fault, self._clock()))
            if self._asked is not None and isinstance(fault, WrongPin | TriesUsedUp):
                self._ask_anew(self._asked)
        else:
            self.sign_in.set_busy(False)
            self._use(opened, prepared)
        finally:
            self._entering = False

    def _use(self, opened: "Opened", prepared: "Prepared") -> None:
        from gridclient.ui.inside import Inside

        self.inside = Inside(opened, prepared.packs, self._root, self.frame, self)
        self.inside.desk.sync.begin_within(self._begin_within_s)
        self.inside.ready.connect(self.ready)
        self.inside.left.connect(self.sign_out)
        self.inside.window_wanted.connect(self.come_to_front)
        self.inside.wipe_ordered.connect(self._wipe)
        self.inside.language_chosen.connect(self.change_language)
        self.inside.damaged.connect(partial(self.inside.when_unlocked, self._ask_rescue))
        self.inside.failed.connect(self._failed)
        self.opened.emit(self.inside.desk)
        self.inside.begin()
        if self._rescued is not None:
            from gridclient.ui.damage import tell_rescued

            tell_rescued(self.frame, self._rescued)
            self._rescued = None

    # --- getting out ---------------------------------------------------------------------------------------

    def lock(self) -> None:
        """Lays the lock over the work."""
        if self.inside is not None:
            self.inside.lock()

    def sign_out(self) -> None:
        """Closes the profile; the sign-in screen shows nothing of it but the worker's name."""
        self._close_inside()
        self.sign_in.set_profiles(self.cards())
        self.sign_in.show_form()
        self.frame.setCurrentWidget(self.sign_in)

    def _wipe(self) -> None:
        """Obeys the platform's signed order: nothing of this worker's profile stays on the PC."""
        from gridclient.sync.lost import Wiped

        if self.inside is None or self._prepared is None:
            return
        profile = self.inside.desk.opened.profile
        self._close_inside()
        profile.wipe(self._prepared.result().ring)
        self.sign_out()
        self.sign_in.show_error("", str(Wiped()))

    def _ask_rescue(self) -> None:
        from gridclient.ui.damage import ask_rescue

        if self._question is None:
            self._question = ask_rescue(self.frame)
            self._question.finished.connect(self._rescue_answered)

    def _rescue_answered(self) -> None:
        """Asks for the PIN or password again: the key is not kept while a profile is open."""
        from gridclient.ui.damage import rescue_agreed

        question, self._question = self._question, None
        if question is None or self.inside is None or not rescue_agreed(question):
            return
        self._rescue = self.inside.desk.opened.facts.id
        self.sign_out()
        self.sign_in.choose(next(card for card in self.cards() if card.id == self._rescue))

    def _close_inside(self) -> None:
        if self.inside is not None:
            self.inside.close()
            self.inside.deleteLater()
            self.inside = None

    # --- everywhere ----------------------------------------------------------------------------------------

    def change_language(self, name: str) -> None:
        """Says everything in another language, at once."""
        set_language(name)
        self.frame.setWindowTitle(tr("Grid Workbench"))
        if self.inside is None:
            self.sign_in.set_profiles(self.cards())  # they say when they were used
        self.sign_in.retranslate()
        if self.inside is not None:
            self.inside.retranslate()

    def _failed(self, error: object) -> None:
        """A fault of a page's task is told to the worker; a bug goes to the top-level handler."""
        if isinstance(error, GridError):
            tell = partial(self._tell_fault, str(error))
            tell() if self.inside is None else self.inside.when_unlocked(tell)
        elif isinstance(error, BaseException):
            sys.excepthook(type(error), error, error.__traceback__)

    def _tell_fault(self, text: str) -> None:
        QMessageBox(QMessageBox.Icon.Warning, tr("Grid Workbench"), text, parent=self.frame).open()


@dataclass(frozen=True, slots=True)
class Prepared:
    """What every way in needs."""

    ring: "Keyring | None"
    packs: "Shelf"


def _prepare(find_ring: "Callable[[], Keyring | None]") -> Prepared:
    """Imports and reads all that an open profile needs, packs and texts too; nothing of it is waited for again."""
    import_module("gridclient.ui.inside")
    from gridclient.paths import FORMS
    from gridclient.workflow import load_packs

    read_ahead()
    return Prepared(find_ring(), load_packs(FORMS))
