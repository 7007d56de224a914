"""The entries of a page's repeats: how they are shown, how one gets from one to the other, and how they come and go."""

from collections.abc import Callable, Mapping

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtWidgets import QApplication, QWidget

from gridclient.forms import Form, FormError
from gridclient.ui.forms.outline import Mode, View
from gridclient.ui.forms.walking import Walk


class Entries(QObject):
    """The repeats of one page; the page is laid out anew through `build`."""

    added = Signal(object)  # ref of the new entry
    removed = Signal(object)  # the ref that the entry had

    def __init__(self, form: Form, walk: Walk, build: Callable[[], None], page: QWidget) -> None:
        super().__init__(page)
        self._form, self._walk, self._build, self._page = form, walk, build, page
        self._views: dict[str, View] = {}

    @property
    def views(self) -> Mapping[str, View]:
        """How each repeat is shown for which somebody chose."""
        return self._views

    def refs(self, range_ref: str) -> list[str]:
        """The references of a repeat's entries."""
        return [f"{range_ref}[{n}]" for n in range(1, self._form.count(range_ref) + 1)]

    def show(self, range_ref: str, mode: Mode, place: int = 0) -> None:
        """Shows a repeat as a list, as pages, or as a table."""
        focused = QApplication.focusWidget()
        had = focused.objectName() if focused is not None and self._page.isAncestorOf(focused) else ""
        self._views[range_ref] = View(mode, place)
        self._build()
        # The bar is another one now, and the keyboard stays with what it was on, or goes to the table.
        wanted = range_ref if mode == "table" else had
        if had.startswith(f"{range_ref}:"):
            for widget in self._page.findChildren(QWidget, wanted):
                if not widget.isHidden():
                    widget.setFocus(Qt.FocusReason.TabFocusReason)

    def open_around(self, ref: str) -> None:
        """Shows the entries that a question stands in."""
        for range_ref, view in self._views.items():
            if ref.startswith(range_ref + "["):
                place = int(ref[len(range_ref) + 1 :].partition("]")[0])
                self._views[range_ref] = View("pages" if view.mode == "table" else view.mode, place - 1)
        self._build()

    def add(self, range_ref: str) -> str:
        """Adds an entry and puts the keyboard into its first question; empty when the form counts them itself."""
        try:
            ref = self._form.add_repeat(range_ref)
        except FormError:
            return ""
        view = self._views.get(range_ref)
        if view is not None and view.mode != "list":
            self._views[range_ref] = View("pages", len(self.refs(range_ref)) - 1)
        self._build()
        self.added.emit(ref)
        self._walk.into(ref)
        return ref

    def remove(self, ref: str) -> None:
        """Takes an entry away, unless the form counts them itself."""
        try:
            self._form.remove_repeat(ref)
        except FormError:
            return
        self.removed.emit(ref)

    def remove_at(self, ref: str) -> None:
        """Takes away the entry around a question, and goes to the one that took its place; the last one stays."""
        range_ref, place = _entry_around(ref)
        count = self._form.count(range_ref) if range_ref else 0
        if count > 1 and self._form.can_change_count(range_ref):
            self.remove(f"{range_ref}[{place + 1}]")
            self.go_to(range_ref, min(place, count - 2))

    def step_from(self, ref: str, step: int) -> None:
        """Goes from the entry around a question to the next, or to the one before."""
        range_ref, place = _entry_around(ref)
        if range_ref and 0 <= place + step < self._form.count(range_ref):
            self.go_to(range_ref, place + step)

    def go_to(self, range_ref: str, place: int) -> None:
        """Goes to an entry, showing it where entries stand alone."""
        view = self._views.get(range_ref)
        if view is not None and view.mode != "list":
            self.show(range_ref, "pages", place)
        self._walk.into(self.refs(range_ref)[place])

    def adder(self, range_ref: str) -> Callable[[], None]:
        """What adds an entry to a repeat."""

        def add() -> None:
            self.add(range_ref)

        return add

    def opener(self, range_ref: str) -> Callable[[int], None]:
        """What opens an entry of a repeat by its place."""

        def show(place: int) -> None:
            self.show(range_ref, "pages", place)
            self.go_to(range_ref, place)

        return show


def _entry_around(ref: str) -> tuple[str, int]:
    """The innermost repeat around a question, and which of its entries this is."""
    range_ref, _, rest = ref.rpartition("[")
    number = rest.partition("]")[0]
    return (range_ref, int(number) - 1) if number.isdigit() else ("", 0)
