"""The desktop program: who gets in, the first download, and the window with its pages.

Connects what pages report with what is done about it. Everything that happens to the cache goes through `Desk`.
"""

import asyncio
import platform
import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtWidgets import QApplication, QMessageBox, QStackedWidget

from gridclient.errors import GridError
from gridclient.paths import FORMS
from gridclient.store import arrivals, keys
from gridclient.store.keys import Keyring
from gridclient.store.profile import Profile, profiles
from gridclient.store.unsent import read_unsent
from gridclient.sync import lost
from gridclient.sync.cycle import Progress
from gridclient.sync.http import Answered, CertificateProblem, DeviceRevoked, Offline
from gridclient.sync.sign_in import Credentials, Opened, PlainAddress, WrongPassword, sign_in, unlock
from gridclient.sync.thread import Ended, Failed
from gridclient.text import language, set_language, tr
from gridclient.ui import theme
from gridclient.ui.desk import Desk
from gridclient.ui.filling import Filling
from gridclient.ui.lock import IdleWatch, LockPage
from gridclient.ui.preferences import Preferences, keep, keep_zoom, read_preferences, read_zoom
from gridclient.ui.removal import ask_removal
from gridclient.ui.sign_in import (
    ErrorField,
    FirstSyncPage,
    ProfileCard,
    SignInPage,
    SignInRequest,
    UnlockRequest,
)
from gridclient.ui.when import CLOCK_OFF_S, clock_off_text, clock_text, moment_text
from gridclient.ui.workbench import Workbench
from gridclient.workflow import load_packs

_WIDTH, _HEIGHT = 1440, 900


def _now() -> datetime:
    return datetime.now(UTC)


class Desktop(QObject):
    """The program from its first screen to its last."""

    opened = Signal(object)  # Desk
    ready = Signal()  # the workbench is on the screen

    def __init__(
        self,
        root: Path,
        *,
        address: str = "",
        ring: Keyring | None = None,
        verify: str | bool = True,
        clock: Callable[[], datetime] = _now,
    ) -> None:
        super().__init__()
        self._root, self._address, self._ring = root, address, ring
        self._verify, self._clock = verify, clock
        self._packs = load_packs(FORMS)
        self._tasks: set[asyncio.Task[None]] = set()
        self._progress = Progress(0, 0, 0, 0, 0, "download")
        self._preferred = Preferences(language=language())
        self._zoom_at_start = read_zoom(root)
        self._idle = IdleWatch(self)
        self._idle.idle.connect(self.lock)
        self._removal: QMessageBox | None = None
        self.desk: Desk | None = None
        self.bench: Workbench | None = None
        self.frame = QStackedWidget()
        self.frame.resize(_WIDTH, _HEIGHT)
        self.sign_in = SignInPage(self.cards(), address=address, device_name=platform.node(), needs_pin=ring is None)
        self.sign_in.sign_in_wanted.connect(self._sign_in)
        self.sign_in.unlock_wanted.connect(self._unlock)
        self.sign_in.language_chosen.connect(self._change_language)
        self.first_sync = FirstSyncPage()
        self.first_sync.interrupt_wanted.connect(self._interrupt)
        self.first_sync.resume_wanted.connect(self._resume)
        self.first_sync.enter_wanted.connect(self._enter)
        self.frame.addWidget(self.sign_in)
        self.frame.addWidget(self.first_sync)
        self.frame.setWindowTitle(tr("Grid Workbench"))
        self.frame.setWindowIcon(theme.icon("layout-grid", "accent_ink"))

    def show(self) -> None:
        """Shows the sign-in screen."""
        self.frame.show()

    def come_to_front(self) -> None:
        """Shows the window above others: a second start asked for it."""
        self.frame.setWindowState(self.frame.windowState() & ~Qt.WindowState.WindowMinimized)
        self.frame.show()
        self.frame.raise_()
        self.frame.activateWindow()

    def sign_in_as(self, account: str, password: str, pin: str) -> None:
        """Signs in with the accounts of the demo, or unlocks a profile of them that is there already."""
        for card in self.cards():
            if card.account == account:
                self._unlock(UnlockRequest(card.id, pin if card.unlock == "pin" else password))
                return
        self._sign_in(SignInRequest(self._address, account, password, platform.node(), pin))

    def close(self) -> None:
        """Ends what runs and closes the profile."""
        for task in self._tasks:
            task.cancel()
        self._close_desk()
        self.frame.close()

    # --- getting in ----------------------------------------------------------------------------------------

    def cards(self) -> list[ProfileCard]:
        """The workers who have a profile on this PC."""
        now = self._clock()
        return [
            ProfileCard(
                facts.id, facts.name, facts.account, tr("used {when}", when=moment_text(facts.last_used_at, now)),
                read_unsent(profile), "pin" if facts.locked_by == "pin" else "password",
            )
            for profile, facts in ((profile, profile.facts) for profile in profiles(self._root))
        ]  # fmt: skip

    def _sign_in(self, request: object) -> None:
        assert isinstance(request, SignInRequest)
        who = Credentials(request.address, request.account, request.password, request.device_name, request.pin)
        self._start(lambda: sign_in(self._root, who, self._ring, verify=self._verify, clock=self._clock))

    def _unlock(self, request: object) -> None:
        assert isinstance(request, UnlockRequest)
        profile = Profile(self._root / "profiles" / request.profile_id)
        self._start(lambda: unlock(profile, request.secret, self._ring, verify=self._verify, clock=self._clock))

    def _start(self, work: Callable[[], Opened]) -> None:
        task = asyncio.ensure_future(self._get_in(work))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _get_in(self, work: Callable[[], Opened]) -> None:
        self.sign_in.set_busy(True)
        try:
            opened = await asyncio.get_running_loop().run_in_executor(None, work)
        except GridError as fault:
            self.sign_in.show_error(*_explain(fault))
            if isinstance(fault, Answered) and fault.server_time is not None:
                off_s = (fault.server_time - self._clock().astimezone(UTC)).total_seconds()
                self.sign_in.show_clock(clock_off_text(off_s) if abs(off_s) > CLOCK_OFF_S else "")
            return
        self.sign_in.set_busy(False)
        self._use(opened)

    def _use(self, opened: Opened) -> None:
        desk = Desk(opened, self._packs, self)
        self.desk = desk
        desk.sync_event.connect(self._synced)
        desk.failed.connect(self._failed)
        self._progress = Progress(0, 0, 0, 0, 0, "download")
        self._filling = Filling(opened.facts.name, self._clock())
        self.opened.emit(desk)
        if self._is_filling():
            self._show_first()
            self.frame.setCurrentWidget(self.first_sync)
        else:
            self._enter()
        desk.sync.start()

    def _synced(self, event: object) -> None:
        match event:
            case Failed(fault=DeviceRevoked() as revoked) if self.desk and lost.must_wipe(self.desk.opened, revoked):
                self._wipe(self.desk.opened.profile)
                return
            case Ended(report=report) if self.desk and report.removals_held and self._removal is None:
                self._removal = ask_removal(self.frame, self.desk, report.removals_held)
                self._removal.finished.connect(self._removal_answered)
            case _:
                pass
        if self.bench is not None or self.desk is None:
            return
        match event:
            case Progress():
                self._progress = event
                self._show_first()
            case Ended() if not self._is_filling():
                self._enter()
            case Ended():
                self._show_first(tr("You interrupted it; what came is kept."))
            case Failed(fault=fault):
                self._show_first(str(fault))
            case _:
                pass

    def _removal_answered(self) -> None:
        self._removal = None

    def _wipe(self, profile: Profile) -> None:
        """Obeys the platform's signed order: nothing of this worker's profile stays on the PC."""
        self._close_desk()
        profile.wipe(self._ring)
        self.sign_in.set_profiles(self.cards())
        self.sign_in.show_form()
        self.sign_in.show_error("", str(lost.Wiped()))
        self.frame.setCurrentWidget(self.sign_in)

    def _is_filling(self) -> bool:
        assert self.desk is not None
        with self.desk.cache.read() as connection:
            return arrivals.is_filling(connection)

    def _show_first(self, problem: str = "") -> None:
        assert self.desk is not None
        self.first_sync.show_progress(self._filling.standing(self._progress, self._clock(), problem))

    def _interrupt(self) -> None:
        if self.desk is not None:
            self.desk.sync.interrupt()
            self._show_first(tr("You interrupted it; what came is kept."))

    def _resume(self) -> None:
        if self.desk is not None:
            self.desk.sync.wake()

    def _enter(self) -> None:
        if self.desk is None or self.bench is not None:
            return
        with self.desk.cache.read() as connection:
            now = Preferences("dark" if theme.is_dark() else "light", language())
            self._prefer(read_preferences(connection, now))
        self.bench = Workbench(self.desk)
        window, settings = self.bench.window, self.bench.settings
        window.language_chosen.connect(self._language_chosen)
        window.dark_chosen.connect(self._dark_chosen)
        window.lock_wanted.connect(self.lock)
        for leave in (window.sign_out_wanted, window.switch_wanted, settings.switch_wanted):
            leave.connect(self.sign_out)
        settings.lock_wanted.connect(self.lock)
        settings.theme_chosen.connect(self._theme_chosen)
        settings.language_chosen.connect(self._language_chosen)
        settings.large_chosen.connect(self._large_chosen)
        settings.lock_minutes_chosen.connect(self._lock_minutes_chosen)
        settings.zoom_chosen.connect(self._zoom_chosen)
        self._show_choices()
        self.lock_page = LockPage(self.desk)
        self.lock_page.unlocked.connect(self._unlocked)
        self.lock_page.switch_wanted.connect(self.sign_out)
        self.lock_page.signed_out.connect(self.sign_out)
        self.frame.addWidget(window)
        self.frame.addWidget(self.lock_page)
        self.frame.setCurrentWidget(window)
        self.bench.take_focus()
        self._idle.watch(self.frame.windowHandle())
        self._idle.set_minutes(self._preferred.lock_minutes)
        self.desk.start(self.bench.restore())
        self.ready.emit()

    # --- preferences ---------------------------------------------------------------------------------------

    def _prefer(self, preferred: Preferences) -> None:
        """Wears what the worker prefers."""
        self._preferred = preferred
        self._wear()
        if preferred.language != language():
            self._change_language(preferred.language)

    def _wear(self) -> None:
        app = QApplication.instance()
        assert isinstance(app, QApplication)
        dark = self._preferred.theme == "dark"
        if self._preferred.theme == "system":
            dark = app.styleHints().colorScheme() == Qt.ColorScheme.Dark
        if (dark, self._preferred.large) == (theme.is_dark(), theme.is_large()):
            return
        is_resized = self._preferred.large != theme.is_large()
        theme.apply(app, dark=dark, large=self._preferred.large)
        if is_resized and self.bench is not None:
            self.bench.retranslate()  # what was laid out for the other size is made anew

    def _keep(self, name: str, value: str, preferred: Preferences) -> None:
        self._preferred = preferred
        if self.desk is not None:
            self.desk.start(self.desk.write(lambda tx: keep(tx, name, value)))
        self._show_choices()

    def _show_choices(self) -> None:
        if self.bench is not None:
            self.bench.settings.show_choices(self._preferred, read_zoom(self._root), self._zoom_at_start)

    def _theme_chosen(self, chosen: str) -> None:
        match chosen:
            case "light" | "dark" | "system":
                self._keep("theme", chosen, replace(self._preferred, theme=chosen))
                self._wear()
            case _:
                raise ValueError(chosen)

    def _dark_chosen(self, dark: bool) -> None:
        self._theme_chosen("dark" if dark else "light")

    def _language_chosen(self, name: str) -> None:
        self._keep("language", name, replace(self._preferred, language=name))
        self._change_language(name)
        self._show_choices()

    def _large_chosen(self, large: bool) -> None:
        self._keep("large", "1" if large else "", replace(self._preferred, large=large))
        self._wear()

    def _lock_minutes_chosen(self, minutes: int) -> None:
        self._keep("lock_minutes", str(minutes), replace(self._preferred, lock_minutes=minutes))
        self._idle.set_minutes(minutes)

    def _zoom_chosen(self, zoom: int) -> None:
        keep_zoom(self._root, zoom)
        self._show_choices()

    # --- the lock ------------------------------------------------------------------------------------------

    def lock(self) -> None:
        """Lays the lock over the work; what is under it stays as it is."""
        if self.bench is None or self.frame.currentWidget() is not self.bench.window:
            return
        self._idle.stop()
        if (sheet := QApplication.activeModalWidget()) is not None:
            sheet.hide()
        self.bench.palette.hide()
        self.lock_page.lock(self.bench.window.bar.pill.state().text)
        self.frame.setCurrentWidget(self.lock_page)
        self.lock_page.panel.field().edit.setFocus()

    def _unlocked(self) -> None:
        if self.bench is not None:
            self.frame.setCurrentWidget(self.bench.window)
            self._idle.set_minutes(self._preferred.lock_minutes)

    def sign_out(self) -> None:
        """Closes the profile; the sign-in screen shows nothing of it but the worker's name."""
        self._close_desk()
        self.sign_in.set_profiles(self.cards())
        self.sign_in.show_form()
        self.frame.setCurrentWidget(self.sign_in)

    def _close_desk(self) -> None:
        self._idle.stop()
        if self.bench is not None and self.desk is not None:
            with self.desk.cache.write() as tx:
                for name, value in self.bench.left_as().items():
                    keep(tx, name, value)
            self.frame.removeWidget(self.lock_page)
            self.lock_page.hide()
            self.lock_page.deleteLater()
            self.frame.removeWidget(self.bench.window)
            self.bench.window.hide()
            self.bench.window.deleteLater()
            self.bench = None
        if self.desk is not None:
            self.desk.close()
            self.desk.deleteLater()
            self.desk = None

    # --- everywhere ----------------------------------------------------------------------------------------

    def _change_language(self, name: str) -> None:
        set_language(name)
        self.frame.setWindowTitle(tr("Grid Workbench"))
        if self.desk is None:
            self.sign_in.set_profiles(self.cards())  # they say when they were used
        self.sign_in.retranslate()
        self.first_sync.retranslate()
        if self.bench is not None:
            self.bench.retranslate()
            self.lock_page.retranslate()

    def _failed(self, error: object) -> None:
        """A fault of a page's task is told to the worker; a bug goes to the top-level handler."""
        if isinstance(error, GridError):
            box = QMessageBox(QMessageBox.Icon.Warning, tr("Grid Workbench"), str(error), parent=self.frame)
            box.open()
        elif isinstance(error, BaseException):
            sys.excepthook(type(error), error, error.__traceback__)


def _explain(fault: GridError) -> tuple[ErrorField, str, str]:
    """Where a fault of signing in is shown, and in which words."""
    match fault:
        case keys.PinTooShort() | keys.WrongPin():
            return "pin", str(fault), ""
        case WrongPassword():
            return "password", str(fault), ""
        case PlainAddress() | CertificateProblem() | Offline():
            return "address", str(fault), ""
        case Answered(status=423):
            until = fault.problem.values.get("until", "")
            at = clock_text(until) if until else ""
            return "password", tr("Too many failed tries. The account is locked until {at}.", at=at), ""
        case Answered(status=401):
            left = fault.problem.values.get("left", "")
            return "password", tr("Account or password is wrong."), tr("{n} tries are left.", n=left) if left else ""
        case _:
            return "", str(fault), ""
