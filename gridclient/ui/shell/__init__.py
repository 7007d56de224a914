"""The window around the pages."""

from gridclient.ui.shell.nav import NavItem
from gridclient.ui.shell.notice import Notice
from gridclient.ui.shell.pill import PillKind, PillState, SyncPill
from gridclient.ui.shell.window import MainWindow

__all__ = ["MainWindow", "NavItem", "Notice", "PillKind", "PillState", "SyncPill"]
