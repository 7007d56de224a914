"""Going about a page by key: from question to question by Tab and Enter, and to the one that waits for an answer."""

from collections.abc import Container, Iterator

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QWidget

from gridclient.forms import Form
from gridclient.ui.forms.area import FormArea
from gridclient.ui.forms.column import Slot
from gridclient.ui.forms.editor import focusable
from gridclient.ui.forms.outline import takes_answer
from gridclient.ui.forms.question import Question
from gridclient.ui.forms.repeats import RepeatTable


class Walk:
    """The ways through one page; widgets are made on the way."""

    def __init__(self, form: Form, area: FormArea) -> None:
        self._form, self._area, self._body = form, area, area.column

    def halts(self, within: str = "") -> Iterator[Slot]:
        """The questions that can be answered now, all or those beneath a reference."""
        for slot in self._body.slots:
            item = slot.item
            if not slot.shown or item.kind != "question" or not item.ref.startswith(f"{within}/"):
                continue
            if takes_answer(item) and not self._form.readonly(item.ref):
                yield slot

    def to(self, slot: Slot, last: bool = False) -> bool:
        """Puts the keyboard into something on the page, at its beginning or end; False where it has nothing to do."""
        widget = self._body.build(slot)
        self._area.reveal(slot)
        stops = _stops(widget)
        if not stops:
            return False
        if isinstance(widget, Question) and not last:
            widget.take_focus()
        else:
            reason = Qt.FocusReason.BacktabFocusReason if last else Qt.FocusReason.TabFocusReason
            stops[-1 if last else 0].setFocus(reason)
        return True

    def into(self, ref: str) -> None:
        """Goes to the first question beneath a reference."""
        for slot in self.halts(ref):
            self.to(slot)
            return

    def waiting(self, commented: Container[str]) -> str:
        """The first question with a comment, else the first without an answer, else the first; empty for none."""
        refs = [slot.item.ref for slot in self.halts()]
        noted = next((ref for ref in refs if ref in commented), "")
        return noted or next((ref for ref in refs if not self._form.get(ref)), "") or (refs[0] if refs else "")

    def on_from(self, widget: object) -> bool:
        """Enter: to what comes next on the page; False at its end."""
        here = next((place for place, slot in enumerate(self._body.slots) if slot.widget is widget), None)
        if here is None:
            return True
        return any(
            slot.shown and slot.item.kind in ("question", "add", "table") and self.to(slot)
            for slot in self._body.slots[here + 1 :]
        )

    def tab(self, forward: bool) -> bool:
        """Tab: to the next input of the same thing, or to the next thing; False at the end of the page."""
        focused = QApplication.focusWidget()
        slots = self._body.slots if forward else self._body.slots[::-1]
        here = next((n for n, slot in enumerate(slots) if slot.widget is not None and focused is not None
                     and (slot.widget is focused or slot.widget.isAncestorOf(focused))), None)  # fmt: skip
        if here is None:
            return False
        own = slots[here].widget
        stops = _stops(own) if own is not None else []
        at = stops.index(focused) if focused in stops else None
        if at is not None and 0 <= at + (1 if forward else -1) < len(stops):
            stops[at + (1 if forward else -1)].setFocus(Qt.FocusReason.TabFocusReason)
            return True
        return any(slot.shown and self.to(slot, last=not forward) for slot in slots[here + 1 :])


def _stops(widget: QWidget) -> list[QWidget]:
    """Where Tab halts inside something on the page."""
    if isinstance(widget, Question):
        return widget.stops()
    return [widget] if isinstance(widget, RepeatTable) else list(focusable(widget))
