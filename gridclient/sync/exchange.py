"""What the parts of a cycle share: the cache, the platform, whom to tell, and what was done so far."""

from collections.abc import Callable
from dataclasses import dataclass, field

from gridclient.store.cache import Cache, Changes
from gridclient.sync.http import Http


@dataclass(frozen=True, slots=True)
class Progress:
    """How far the first sync is: buckets, rows and bytes."""

    buckets_done: int
    buckets: int
    rows: int
    rows_total: int
    bytes: int
    stage: str  # "download", "index"


@dataclass(slots=True)
class Report:
    """What a cycle did."""

    pushed: int = 0
    results: dict[str, int] = field(default_factory=dict[str, int])
    blobs_sent: int = 0
    blobs_refused: int = 0
    rows: int = 0
    pages: int = 0
    bytes: int = 0
    mismatched: list[str] = field(default_factory=list[str])
    epoch_changed: bool = False
    damaged: bool = False  # a photo on this PC could not be read
    removals_held: int = 0  # records that would leave this PC; a person is asked first
    clock_offset_s: float = 0.0
    next_poll_s: float = 30.0
    heads: str = ""  # digest of the heads that were reached
    in_step: bool = False  # outbox empty, heads reached, checksums equal


@dataclass(slots=True)
class Exchange:
    """One conversation with the platform in progress."""

    cache: Cache
    http: Http
    changed: Callable[[Changes], None] = lambda changes: None
    progress: Callable[[Progress], None] = lambda progress: None
    stopped: Callable[[], bool] = lambda: False
    report: Report = field(default_factory=Report)
