"""The log of how a form was filled in (ODK XForms, "Client Audit Logs"; ODK documentation, "Form Audit Log").

Only the time of the beginning is the PC's: every later time adds what has passed since then, so that a changed clock
does not bend the log. A log with answers is personal data: it is kept where the answers are.
"""

import csv
import io
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from gridclient.forms.errors import FormError

FILE = "audit.csv"
_PLACE = ("latitude", "longitude", "accuracy")


class Event(StrEnum):
    """What can happen to a form while it is filled in."""

    FORM_START = "form start"
    FORM_RESUME = "form resume"
    QUESTION = "question"
    JUMP = "jump"
    ADD_REPEAT = "add repeat"
    DELETE_REPEAT = "delete repeat"
    END_SCREEN = "end screen"
    FORM_SAVE = "form save"
    FORM_EXIT = "form exit"
    FORM_FINALIZE = "form finalize"
    SAVE_ERROR = "save error"
    FINALIZE_ERROR = "finalize error"
    CONSTRAINT_ERROR = "constraint error"
    CHANGE_REASON = "change reason"
    NO_LOCATION = "location providers disabled"


@dataclass(frozen=True, slots=True)
class Settings:
    """What a form wants in its log; `node` is where the log's file is named. Reasons are asked on a later edit."""

    node: str
    location: bool = False
    values: bool = False
    user: bool = False
    reasons: bool = False

    @property
    def columns(self) -> list[str]:
        """The columns of the log, in Collect's order."""
        found = ["event", "node", "start", "end", *(_PLACE if self.location else ())]
        found += ["old-value", "new-value"] if self.values else []
        return found + ["user"] * self.user + ["change-reason"] * self.reasons


def settings_of(node: str, attributes: Mapping[str, str]) -> Settings:
    """What the bind of an `audit` node asks for."""
    location = ("location-priority", "location-min-interval", "location-max-age")
    return Settings(
        node,
        location=all(attributes.get(name) for name in location),
        values=attributes.get("track-changes") == "true",
        user=attributes.get("identify-user") == "true",
        reasons=attributes.get("track-changes-reasons") == "on-form-edit",
    )


@dataclass(frozen=True, slots=True)
class _Line:
    event: str
    node: str
    start: int
    end: int | None = None
    old: str = ""
    new: str = ""
    reason: str = ""


class AuditLog:
    """The log of one sitting, after the lines of those before."""

    def __init__(
        self,
        settings: Settings,
        answer: Callable[[str], str],
        began: datetime,
        elapsed: Callable[[], float],
        *,
        user: str = "",
        resumed: bool = False,
        earlier: str = "",
    ) -> None:
        if settings.user and not user.strip():
            raise FormError("this form asks who fills it in")
        self.settings = settings
        self._answer, self._elapsed, self._user, self._resumed = answer, elapsed, user.strip(), resumed
        self._began_ms = round(began.timestamp() * 1000) - round(elapsed() * 1000)
        self._columns, self._earlier = _continued(settings.columns, earlier)
        self._lines: list[_Line] = []
        self._open: list[int] = []  # the places of lines whose end is yet to come
        self._changed = False
        self.note(Event.FORM_RESUME if resumed else Event.FORM_START)
        if settings.location:
            self.note(Event.NO_LOCATION)  # a PC does not know where it is

    def _now_ms(self) -> int:
        return self._began_ms + round(self._elapsed() * 1000)

    def go_on_after(self, earlier: str) -> None:
        """Puts a log that came only now before the lines of this sitting."""
        self._columns, self._earlier = _continued(self.settings.columns, earlier)

    def note(self, event: Event, node: str = "") -> None:
        """Something happened at a moment: a save, an error, a jump."""
        if event is Event.FORM_EXIT:
            self.leave()
        self._lines.append(_Line(event, node, self._now_ms()))

    def see(self, *refs: str) -> None:
        """These questions are on the screen now, and those before are not any more."""
        if refs and [line.node for line in self._shown()] == list(refs):
            return
        self.leave()
        now = self._now_ms()
        self._begin(_Line(Event.QUESTION, ref, now, None, self._answer(ref)) for ref in refs)

    def see_end(self) -> None:
        """The end of the form is on the screen."""
        self.leave()
        self._begin([_Line(Event.END_SCREEN, "", self._now_ms())])

    def _begin(self, lines: Iterable[_Line]) -> None:
        before = len(self._lines)
        self._lines += lines
        self._open = list(range(before, len(self._lines)))

    def _shown(self) -> list[_Line]:
        return [self._lines[place] for place in self._open]

    def leave(self) -> None:
        """Nothing of the form is on the screen any more: what was seen gets its end and its new answer."""
        now = self._now_ms()
        for place in self._open:
            line = self._lines[place] = self._closed(self._lines[place], now)
            self._changed |= line.new != line.old
        self._open = []

    def _closed(self, line: _Line, now: int) -> _Line:
        new = self._answer(line.node) if line.event == Event.QUESTION else ""
        return replace(line, end=now, old="") if new == line.old else replace(line, end=now, new=new)

    def repeat(self, event: Event, node: str) -> None:
        """An instance of a repeat was added or taken away."""
        now = self._now_ms()
        self._changed = True
        self._lines.append(_Line(event, node, now, now))

    def close(self, *events: Event) -> str:
        """Ends what is on the screen and notes how the sitting ends; returns the whole log."""
        self.leave()
        for event in events:
            self.note(event)
        return self.to_csv()

    @property
    def changed(self) -> bool:
        """Whether an answer is another one than when the form was opened in this sitting."""
        shown = (line for line in self._shown() if line.event == Event.QUESTION)
        return self._changed or any(self._answer(line.node) != line.old for line in shown)

    @property
    def wants_reason(self) -> bool:
        """Whether a reason is needed before the changes are saved."""
        given = any(line.event == Event.CHANGE_REASON for line in self._lines)
        return self.settings.reasons and self._resumed and self.changed and not given

    def give_reason(self, reason: str) -> None:
        """Says why a filled form was changed; raises `FormError` for a blank."""
        if not reason.strip():
            raise FormError("a reason is needed to save the changes")
        self._lines.append(_Line(Event.CHANGE_REASON, "", self._now_ms(), reason=reason.strip()))

    def to_csv(self) -> str:
        """The log with the lines of earlier sittings; what is on the screen is told as if it were left now."""
        now, shown = self._now_ms(), set(self._open)
        lines = (self._closed(line, now) if at in shown else line for at, line in enumerate(self._lines))
        rows = map(self._row, lines)
        return self._earlier + "".join(_written([row.get(column, "") for column in self._columns]) for row in rows)

    def _row(self, line: _Line) -> dict[str, str]:
        row = {"event": line.event, "node": line.node, "start": str(line.start)}
        row["end"] = "" if line.end is None else str(line.end)
        if self.settings.values and line.end is not None:
            row |= {"old-value": line.old, "new-value": line.new}
        if self.settings.user:
            row["user"] = self._user
        return row | ({"change-reason": line.reason} if self.settings.reasons else {})


def _continued(columns: list[str], earlier: str) -> tuple[list[str], str]:
    """The columns of a log, and what it has before this sitting; an earlier log of other columns gets those too."""
    head = _written(columns)
    if not earlier or earlier.startswith(head):
        return columns, earlier or head
    rows = list(csv.DictReader(io.StringIO(earlier, newline="")))
    columns = list(dict.fromkeys([*columns, *(name for row in rows for name in row if name)]))
    lines = [columns, *([row.get(column) or "" for column in columns] for row in rows)]
    return columns, "".join(map(_written, lines))


def _written(cells: list[str]) -> str:
    return ",".join(map(_escaped, cells)) + "\n"


def _escaped(value: str) -> str:
    """Commas and line ends are quoted, and quotes are doubled in such a cell only (section "CSV Format")."""
    if not any(letter in value for letter in ",\n\r"):
        return value
    return '"' + value.replace('"', '""') + '"'
