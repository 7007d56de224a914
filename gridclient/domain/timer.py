"""One running limit of a case: paused (挂账), extended (延期), stopped, and read as time used and time left.

A pause shifts the deadline by the time that it takes, counted as the limit counts, and ends by itself at its latest
day. An extension adds the original limit once more. Rework does not start a timer anew: it keeps the one that runs.
What a rule refuses is told in words; calling anyway is a bug and raises.
"""

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from gridclient.domain.calendar import CHINA, Calendar
from gridclient.domain.clock import Deadline, Light, Limit, due_second, light, local, second
from gridclient.text import tr

MOST_EXTENSIONS = 2
LONGEST_PAUSE = timedelta(days=365)


@dataclass(frozen=True, slots=True)
class Pause:
    """A time that does not count; without an end it runs until `latest` at most."""

    begin: datetime
    latest: datetime
    end: datetime | None = None

    def until(self, now: datetime) -> datetime:
        """The end of the pause as it stands at a moment; one that is open ends by itself at `latest`."""
        return max(self.begin, min(self.end or now, self.latest))


@dataclass(frozen=True, slots=True)
class Timer:
    """A limit that runs from a moment; moments are aware."""

    start: datetime
    limit: Limit
    extensions: int = 0
    pauses: tuple[Pause, ...] = ()
    stopped: datetime | None = None

    def is_paused(self, now: datetime) -> bool:
        """Whether the clock stands still at a moment."""
        return any(pause.end is None and pause.begin <= now < pause.latest for pause in self.pauses)

    def allowed_s(self, calendar: Calendar = CHINA) -> int:
        """The limit with its extensions, in seconds of its own kind of time."""
        return self.limit.seconds(calendar) * (1 + self.extensions)

    def used_s(self, now: datetime, calendar: Calendar = CHINA) -> int:
        """The time used so far, without the pauses."""
        end = self.stopped or now
        return max(0, self._between(self.start, end, calendar) - self._paused_s(end, calendar))

    def due(self, now: datetime, calendar: Calendar = CHINA) -> Deadline:
        """When the time is over; a pause that is open counts as if it ended now."""
        begin, seconds = second(self.start), self.allowed_s(calendar) + self._paused_s(now, calendar)
        end = due_second(begin, seconds, self.limit.works, calendar)
        return Deadline(local(end), self.limit.works and not calendar.is_known(begin, end))

    def light(self, now: datetime, calendar: Calendar = CHINA) -> Light:
        """The light of the time used; a timer that was stopped keeps the light it had."""
        if self.is_overdue(now, calendar):
            return "red"
        return light(self.used_s(now, calendar), self.allowed_s(calendar))

    def is_overdue(self, now: datetime, calendar: Calendar = CHINA) -> bool:
        """Whether the work went on after the deadline; in the evening of the last day it did."""
        end = self.stopped or now
        return end > self.due(end, calendar).due_at

    def paused(self, at: datetime, longest: timedelta = LONGEST_PAUSE, calendar: Calendar = CHINA) -> "Timer":
        """The timer with a pause that begins."""
        _must(self.refuses_pause(at, calendar))
        return replace(self, pauses=(*self.pauses, Pause(_utc(at), _utc(at + longest))))

    def resumed(self, at: datetime) -> "Timer":
        """The timer with its pause ended; one that ended by itself stays as it is."""
        if not self.is_paused(at):
            return self
        *earlier, last = self.pauses
        return replace(self, pauses=(*earlier, replace(last, end=_utc(at))))

    def extended(self, at: datetime, calendar: Calendar = CHINA) -> "Timer":
        """The timer with the original limit once more."""
        _must(self.refuses_extension(at, calendar))
        return replace(self, extensions=self.extensions + 1)

    def stopped_at(self, at: datetime) -> "Timer":
        """The timer as it is kept when its part of the work is done."""
        return replace(self.resumed(at), stopped=_utc(at))

    def restarted(self) -> "Timer":
        """The timer running on, as rework has it: the time it stood still since it was stopped counts."""
        return replace(self, stopped=None)

    def refuses_extension(self, at: datetime, calendar: Calendar = CHINA) -> str:
        """Why the limit cannot be extended now, in words; empty when it can."""
        if self.is_overdue(at, calendar):
            return tr("A limit is extended only before it is over; this one is.")
        if self.extensions >= MOST_EXTENSIONS:
            return tr("A limit is extended at most {n} times; this one was.", n=MOST_EXTENSIONS)
        return ""

    def refuses_pause(self, at: datetime, calendar: Calendar = CHINA) -> str:
        """Why the clock cannot be stopped for a while now, in words; empty when it can."""
        if self.pauses:
            return tr("A case is put on hold only once; this one was.")
        if self.is_overdue(at, calendar):
            return tr("A case is put on hold only before its limit is over; this one is.")
        return ""

    def _paused_s(self, now: datetime, calendar: Calendar) -> int:
        return sum(self._between(pause.begin, pause.until(now), calendar) for pause in self.pauses)

    def _between(self, begin: datetime, end: datetime, calendar: Calendar) -> int:
        from_, until = second(begin), second(end)
        if until <= from_:
            return 0
        return calendar.worked(until) - calendar.worked(from_) if self.limit.works else until - from_


def _must(refusal: str) -> None:
    if refusal:
        raise ValueError(refusal)


def _utc(moment: datetime) -> datetime:
    return moment.astimezone(UTC)
