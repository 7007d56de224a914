"""Writes the log that a form asks for while it is filled in, from what happens on its pages.

A question counts as seen while it has the keyboard: on a page of many, that is the one that somebody works on.
"""

from typing import cast

from PySide6.QtCore import QObject

from gridclient.forms import AuditLog, Event, Form
from gridclient.ui.forms.page import FormPage


class Auditing(QObject):
    """The log of one sitting, over all pages that are shown in it."""

    def __init__(self, form: Form, user: str, earlier: str = "", parent: QObject | None = None) -> None:
        """Begins the log; the form must want one (`Form.audit`). `earlier` is a log that was sent already."""
        super().__init__(parent)
        self.log: AuditLog = form.audit_log(user=user, earlier=earlier)

    def follow(self, page: FormPage) -> None:
        """From now on writes down what happens on this page too."""
        page.entered.connect(self._entered)
        page.jumped.connect(self._jumped)
        page.entries.added.connect(self._added)
        page.entries.removed.connect(self._removed)
        page.faults.told.connect(self._refused)
        if ref := page.current_ref():
            self._entered(ref)

    def _entered(self, ref: str) -> None:
        self.log.see(*([ref] if ref else []))

    def _jumped(self, ref: str) -> None:
        self.log.note(Event.JUMP, ref)

    def _added(self, ref: object) -> None:
        self.log.repeat(Event.ADD_REPEAT, str(ref))

    def _removed(self, ref: object) -> None:
        self.log.repeat(Event.DELETE_REPEAT, str(ref))

    def _refused(self, refs: object) -> None:
        for ref in cast("list[str]", refs):
            self.log.note(Event.CONSTRAINT_ERROR, ref)
