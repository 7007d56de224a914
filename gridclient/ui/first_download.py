"""The first download told as it goes: steps, data sets, speed, what is left, and what just happened."""

from dataclasses import dataclass, field
from datetime import datetime

from gridclient.domain.zone import ZONE
from gridclient.sync.cycle import Progress
from gridclient.text import tr
from gridclient.ui.sign_in.values import DataSet, FirstSyncProgress
from gridclient.ui.widgets import StepLook

_KEPT = 4


@dataclass(slots=True)
class FirstDownload:
    """What is remembered while the first download goes on."""

    worker: str
    began: datetime
    log: list[str] = field(default_factory=list[str])
    said: str = ""

    def standing(self, now: Progress, at: datetime, problem: str) -> FirstSyncProgress:
        """What the page shows; a problem is written into the log once."""
        if problem and problem != self.said:
            self.log.append(f"{_clock(at)}　{problem}")
        self.said = problem
        is_indexing = now.stage == "index"
        downloading = "paused" if problem else "ready" if is_indexing else "running"
        indexing = "paused" if problem and is_indexing else "running" if is_indexing else "queued"
        parts = (
            DataSet(
                tr("Cases and residents"), "database", now.rows, max(now.rows_total, now.rows),
                now.bytes, 0, downloading,
            ),
            DataSet(tr("Lists and search"), "search", 0, 0, 0, 0, indexing),
        )  # fmt: skip
        return FirstSyncProgress(
            self.worker, parts, self._steps(now, problem), running=not problem,
            speed_and_rest="" if problem else self._rest(now, at),
            problem=(tr("The download stopped; what came is kept."), problem) if problem else ("", ""),
            log=tuple(self.log[-_KEPT:]),
        )  # fmt: skip

    def _steps(self, now: Progress, problem: str) -> tuple[StepLook, ...]:
        is_indexing = now.stage == "index"
        stopped = tr("stopped") if problem else ""
        got = tr("{done} of {all} parts", done=now.buckets_done, all=now.buckets) if now.buckets else ""
        return (
            StepLook("sign-in", tr("Verifying who you are"), _clock(self.began), "done"),
            StepLook("device", tr("Registering this PC"), _clock(self.began), "done"),
            StepLook("download", tr("Downloading your area"), stopped or got, "done" if is_indexing else "current"),
            StepLook("index", tr("Building lists and search"), stopped if is_indexing else "",
                     "current" if is_indexing else "todo"),
            StepLook("verify", tr("Comparing checksums")),
        )  # fmt: skip

    def _rest(self, now: Progress, at: datetime) -> str:
        """How fast it goes and how long the rest takes, once a second's worth has come."""
        seconds = (at - self.began).total_seconds()
        if seconds < 1 or not now.rows or now.rows_total <= now.rows:
            return ""
        left = round((now.rows_total - now.rows) * seconds / now.rows)
        return tr("{speed} MB/s · about {n} s left", speed=f"{now.bytes / seconds / 1e6:.1f}", n=left)


def _clock(moment: datetime) -> str:
    return moment.astimezone(ZONE).strftime("%H:%M:%S")
