"""An open profile in the frame: the first download, the workbench, what the worker prefers, and the lock.

Connects what pages report with what is done about it. Everything that happens to the cache goes through `Desk`.
"""

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtWidgets import QApplication, QMessageBox, QStackedWidget, QWidget

from gridclient.store import arrivals
from gridclient.store.cipher import CacheDamaged
from gridclient.sync import lost
from gridclient.sync.cycle import Progress
from gridclient.sync.sign_in import Opened
from gridclient.sync.thread import Ended, Failed
from gridclient.sync.troubles import DeviceRevoked
from gridclient.text import language, tr
from gridclient.ui import theme
from gridclient.ui.desk import Desk
from gridclient.ui.first_download import FirstDownload
from gridclient.ui.lock import IdleWatch, LockPage, bring_back, put_away
from gridclient.ui.preferences import Preferences, all_kept, keep, read_preferences
from gridclient.ui.removal import ask_removal
from gridclient.ui.settings.page import SettingsPage
from gridclient.ui.sign_in.first_sync import FirstSyncPage
from gridclient.ui.window_place import place_of, put
from gridclient.ui.workbench import Workbench
from gridclient.ui.zoom import ZOOMS, keep_zoom, read_zoom
from gridclient.workflow import Shelf

_WINDOW = "window"  # the preference that says its size and place


class Inside(QObject):
    """What a worker sees from the moment the profile is open until it is closed."""

    ready = Signal()  # the workbench is on the screen
    left = Signal()  # the worker wants out, or is put out by the lock
    wipe_ordered = Signal()  # by the platform, signed
    language_chosen = Signal(str)
    damaged = Signal()  # a part of the cache cannot be read
    window_wanted = Signal()  # the window is to come to the front
    failed = Signal(object)  # Exception: a fault or a bug in a page's task

    def __init__(self, opened: Opened, packs: Shelf, root: Path, frame: QStackedWidget, parent: QObject) -> None:
        super().__init__(parent)
        self._root, self._frame = root, frame
        self._removal: QMessageBox | None = None
        self._preferred = Preferences(language=language())
        self._progress = Progress(0, 0, 0, 0, 0, "download")
        self.desk = Desk(opened, packs, self)
        self._download = FirstDownload(opened.facts.name, self.desk.now())
        self.desk.sync_event.connect(self._synced)
        self.desk.failed.connect(self._failed)
        self.idle = IdleWatch(self)
        self.idle.idle.connect(self.lock)
        self.first_sync: FirstSyncPage | None = None
        self._is_stopping = False  # the worker interrupted the download, and the sync has not stood still yet
        self.bench: Workbench | None = None
        self._settings: SettingsPage | None = None
        self.lock_page: LockPage | None = None
        self._sheets: list[QWidget] = []  # under the lock
        self._waiting: list[Callable[[], object]] = []  # until it is unlocked
        self._hints = QApplication.styleHints()
        self._hints.colorSchemeChanged.connect(self._wear)

    def begin(self) -> None:
        """Goes to the workbench, or to the first download while the cache is being filled; then synchronises."""
        self.desk.start(self._begin())

    async def _begin(self) -> None:
        await self._look()
        self.desk.sync.start()

    def close(self) -> None:
        """Keeps how the worker leaves the lists, takes every page away, and closes the profile."""
        self.idle.stop()
        self._hints.colorSchemeChanged.disconnect(self._wear)
        if self.bench is not None:
            self.bench.windows.hide()
            with self.desk.cache.write() as tx:
                for name, value in (self.bench.left_as() | {_WINDOW: place_of(self._frame)}).items():
                    keep(tx, name, value)
        for page in (self.lock_page, self.bench.window if self.bench else None, self.first_sync):
            if page is not None:
                self._frame.removeWidget(page)
                page.hide()
                page.deleteLater()
        if self.bench is not None:
            self.bench.windows.end()
        self.bench = self._settings = None
        self.desk.close()

    def retranslate(self) -> None:
        """Says everything in the active language."""
        for page in (self.first_sync, self.bench, self.lock_page):
            if page is not None:
                page.retranslate()

    # --- the first download --------------------------------------------------------------------------------

    async def _look(self, problem: str = "") -> None:
        """Enters when the cache is filled; until then the page of the download says how it stands."""
        if not await self.desk.read(arrivals.is_filling):
            await self._enter()
            return
        if self.first_sync is None:
            self.first_sync = self._make_first()
            self._frame.addWidget(self.first_sync)
            self._frame.setCurrentWidget(self.first_sync)
        self._show_first(problem)

    def _make_first(self) -> FirstSyncPage:
        page = FirstSyncPage()
        page.interrupt_wanted.connect(self._interrupt)
        page.resume_wanted.connect(self.desk.sync.wake)
        return page

    def _synced(self, event: object) -> None:
        match event:
            case Failed(fault=DeviceRevoked() as revoked) if lost.must_wipe(self.desk.opened, revoked):
                self.wipe_ordered.emit()
                return
            case Failed(fault=CacheDamaged()):
                self.damaged.emit()
            case Ended(report=report) if report.removals_held and self._removal is None:
                self.when_unlocked(partial(self._ask_removal, report.removals_held))
            case _:
                pass
        if self.bench is not None:
            return
        match event:
            case Progress():
                self._progress = event
                if not self._is_stopping:
                    self._show_first()
            case Ended():
                self._is_stopping = False
                self.desk.start(self._look(tr("You interrupted it; what came is kept.")))
            case Failed(fault=fault):
                self._is_stopping = False
                self._show_first(str(fault))
            case _:
                pass

    def _failed(self, error: object) -> None:
        if isinstance(error, CacheDamaged):
            self.damaged.emit()
        else:
            self.failed.emit(error)

    def _ask_removal(self, records: int) -> None:
        if self._removal is None:
            self._removal = ask_removal(self._frame, self.desk, records)
            self._removal.finished.connect(self._removal_answered)

    def _removal_answered(self) -> None:
        self._removal = None

    def _show_first(self, problem: str = "") -> None:
        if self.first_sync is not None:
            self.first_sync.show_progress(self._download.standing(self._progress, self.desk.now(), problem))

    def _interrupt(self) -> None:
        self._is_stopping = True
        self.desk.sync.interrupt()
        self._show_first(tr("You interrupted it; what came is kept."))

    # --- the workbench -------------------------------------------------------------------------------------

    async def _enter(self) -> None:
        now = Preferences("dark" if theme.is_dark() else "light", language())
        preferred = await self.desk.read(lambda c: read_preferences(c, now))
        left = await self.desk.read(all_kept)
        if self.bench is not None:
            return
        self._prefer(preferred)
        put(self._frame, left.get(_WINDOW, ""))
        self.bench = Workbench(self.desk, left)
        self.bench.settings_made.connect(self._settings_made)
        window = self.bench.window
        window.language_chosen.connect(self._language_chosen)
        window.dark_chosen.connect(self._dark_chosen)
        window.lock_wanted.connect(self.lock)
        window.larger_wanted.connect(self._larger)
        window.smaller_wanted.connect(self._smaller)
        window.usual_size_wanted.connect(self._usual_size)
        self.bench.window_wanted.connect(self.window_wanted)
        for leave in (window.sign_out_wanted, window.switch_wanted):
            leave.connect(self.left)
        self._frame.addWidget(window)
        self._frame.setCurrentWidget(window)
        self.bench.take_focus()
        self.idle.set_minutes(self._preferred.lock_minutes)
        self.desk.start(self.bench.settle())
        self.ready.emit()

    # --- preferences ---------------------------------------------------------------------------------------

    def _prefer(self, preferred: Preferences) -> None:
        """Wears what the worker prefers."""
        self._preferred = preferred
        self._wear()
        if preferred.language != language():
            self.language_chosen.emit(preferred.language)

    def _wear(self) -> None:
        app = QApplication.instance()
        assert isinstance(app, QApplication)
        dark = self._preferred.theme == "dark"
        if self._preferred.theme == "system":
            dark = self._hints.colorScheme() == Qt.ColorScheme.Dark
        zoom, large = read_zoom(self._root), self._preferred.large
        if (dark, large, zoom) == (theme.is_dark(), theme.is_large(), theme.zoom()):
            return
        is_resized = (large, zoom) != (theme.is_large(), theme.zoom())
        theme.apply(app, dark=dark, large=large, zoom=zoom)
        if is_resized and self.bench is not None:
            self.bench.retranslate()  # what was laid out for the other size is made anew

    def _settings_made(self, page: SettingsPage) -> None:
        self._settings = page
        page.switch_wanted.connect(self.left)
        page.lock_wanted.connect(self.lock)
        page.theme_chosen.connect(self._theme_chosen)
        page.language_chosen.connect(self._language_chosen)
        page.large_chosen.connect(self._large_chosen)
        page.lock_minutes_chosen.connect(self._lock_minutes_chosen)
        page.zoom_chosen.connect(self._zoom_chosen)
        self._show_choices()

    def _show_choices(self) -> None:
        if self._settings is not None:
            self._settings.show_choices(self._preferred, theme.zoom())

    def _keep(self, name: str, value: str, preferred: Preferences) -> None:
        self._preferred = preferred
        self.desk.start(self.desk.write(lambda tx: keep(tx, name, value)))
        self._show_choices()

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
        self.language_chosen.emit(name)
        self._show_choices()

    def _large_chosen(self, large: bool) -> None:
        self._keep("large", "1" if large else "", replace(self._preferred, large=large))
        self._wear()

    def _lock_minutes_chosen(self, minutes: int) -> None:
        self._keep("lock_minutes", str(minutes), replace(self._preferred, lock_minutes=minutes))
        self.idle.set_minutes(minutes)

    def _zoom_chosen(self, zoom: int) -> None:
        keep_zoom(self._root, zoom)
        self._wear()
        self._show_choices()

    def _larger(self) -> None:
        self._zoom_chosen(min((each for each in ZOOMS if each > theme.zoom()), default=ZOOMS[-1]))

    def _smaller(self) -> None:
        self._zoom_chosen(max((each for each in ZOOMS if each < theme.zoom()), default=ZOOMS[0]))

    def _usual_size(self) -> None:
        self._zoom_chosen(ZOOMS[0])

    # --- the lock ------------------------------------------------------------------------------------------

    def lock(self) -> None:
        """Lays the lock over the work; what is under it stays as it is."""
        if self.bench is None or self._frame.currentWidget() is not self.bench.window:
            return
        self.idle.stop()
        self._sheets = put_away()
        self.bench.palette.hide()
        self.bench.windows.hide()
        if self.lock_page is None:
            self.lock_page = LockPage(self.desk)
            self.lock_page.unlocked.connect(self._unlocked)
            self.lock_page.switch_wanted.connect(self.left)
            self.lock_page.signed_out.connect(self.left)
            self._frame.addWidget(self.lock_page)
        self.lock_page.lock(self.bench.window.bar.pill.state().text)
        self._frame.setCurrentWidget(self.lock_page)
        self.lock_page.panel.field().edit.setFocus()

    def when_unlocked(self, act: Callable[[], object]) -> None:
        """Does it now, or as soon as nobody else can be in front of the screen."""
        is_locked = self.lock_page is not None and self._frame.currentWidget() is self.lock_page
        if is_locked:
            self._waiting.append(act)
        else:
            act()

    def _unlocked(self) -> None:
        if self.bench is not None:
            self._frame.setCurrentWidget(self.bench.window)
            self.bench.windows.show()
            bring_back(self._sheets)
            waiting, self._waiting = self._waiting, []
            for act in waiting:
                act()
            self.idle.set_minutes(self._preferred.lock_minutes)
