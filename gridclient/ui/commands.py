"""What can be done from anywhere: one list for the palette, the help and the menus."""

from collections.abc import Sequence

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QAction

from gridclient.text import tr
from gridclient.ui import theme
from gridclient.ui.shell import MainWindow, NavItem


class Command(QAction):
    """An action with its icon and its keys, which are only shown: the window itself listens to them."""

    def __init__(self, text: str, icon: str, keys: str = "", parent: QObject | None = None) -> None:
        super().__init__(text, parent)
        self.setData(icon)
        theme.set_icon(self, icon)
        if keys:
            self.setShortcut(keys)
            self.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)


class PageCommand(Command):
    """Leads to a page."""

    wanted = Signal(str)  # page id

    def __init__(self, text: str, icon: str, page_id: str, keys: str = "", parent: QObject | None = None) -> None:
        super().__init__(text, icon, keys, parent)
        self._page_id = page_id
        self.triggered.connect(self._want)

    def _want(self) -> None:
        self.wanted.emit(self._page_id)


def window_commands(window: MainWindow, pages: Sequence[NavItem], *, can_report: bool) -> list[Command]:
    """What a window asks for by its own signals, newly made in the active language."""
    found: list[Command] = []
    for place, page in enumerate(pages, 1):
        to_page = PageCommand(tr("Go to {page}", page=page.text), page.icon, page.id, f"Alt+{place}", window)
        to_page.wanted.connect(window.page_chosen)
        found.append(to_page)
    report = [(tr("Report an event"), "flag", "Ctrl+N", window.report_wanted)] if can_report else []
    for text, icon, keys, wanted in (
        (tr("Search and commands"), "search", "Ctrl+K", window.search_wanted),
        *report,
        (tr("Synchronise now"), "refresh-cw", "F5", window.sync_wanted),
        (tr("Narrow or widen the list"), "panel-left", "F8", window.narrow_wanted),
        (tr("Undo the last change"), "undo-2", "Ctrl+Z", window.undo_wanted),
        (tr("Uploads"), "cloud-upload", "", window.pill_clicked),
        (tr("Everything larger"), "zoom-in", "Ctrl+=", window.larger_wanted),
        (tr("Everything smaller"), "zoom-out", "Ctrl+-", window.smaller_wanted),
        (tr("Zoom of 100 %"), "monitor", "Ctrl+0", window.usual_size_wanted),
        (tr("Lock the screen"), "lock", "Ctrl+L", window.lock_wanted),
        (tr("Settings"), "settings", "Ctrl+,", window.settings_wanted),
        (tr("Help and shortcuts"), "circle-question-mark", "F1", window.help_wanted),
        (tr("Shortcuts"), "list", "?", window.keys_wanted),
        (tr("Switch worker"), "users", "", window.switch_wanted),
    ):
        command = Command(text, icon, keys, window)
        command.triggered.connect(wanted)
        found.append(command)
    return found
