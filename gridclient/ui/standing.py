"""How this PC stands with the platform and what waits for its worker: the pill, the counts and the bell's sentences.

Read in one go from the cache; what is shown follows from it alone, and from the fault that the last cycle met.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy.engine import Connection

from gridclient import __version__
from gridclient.errors import GridError
from gridclient.protocol.versions import is_newer
from gridclient.store import blobs, lists, outbox, room
from gridclient.store.arranging import Narrow
from gridclient.store.arrivals import held_removals
from gridclient.store.cache import read_setting
from gridclient.store.lists import Ask, QueueFilter
from gridclient.sync.cycle import UpgradeNeeded
from gridclient.sync.troubles import Offline
from gridclient.text import tr
from gridclient.ui.desk import Desk
from gridclient.ui.pages import CONFLICTS, INSPECTIONS, QUEUE, REVIEW, VISITS
from gridclient.ui.shell import Notice, PillState
from gridclient.ui.tray import Waiting
from gridclient.ui.when import CLOCK_OFF_S, clock_off_text, clock_text
from gridclient.workflow.door import protocol


@dataclass(frozen=True, slots=True)
class Standing:
    """What the cache says at one moment.

    `counts` by page, and `returned`, `refused`, `held` (photos that cannot be sent), `unsent`, and a supervisor's
    `alarms` (doors that nobody opens) beside them.
    """

    counts: Mapping[str, int]
    in_step: bool  # outbox empty, heads and checksums equal to the platform's
    synced_at: str  # empty before the first sync
    removals_held: int  # records that leave this PC when a person agrees
    clock_off_s: float  # the platform's time minus the PC's
    place: str  # the worker's grids by name
    free_mb: int  # room on the disk of the profile
    newest: str = ""  # version of the program that the platform asks for; often the one that runs


def read_standing(connection: Connection, desk: Desk) -> Standing:
    """Reads it for the worker of a desk."""
    work = desk.packs.work_of(desk.actor.role)
    counts = {
        QUEUE: lists.count(connection, Ask(QueueFilter.OPEN, work=work, me=desk.actor.queue_of)),
        VISITS: lists.count(connection, Ask(QueueFilter.OPEN, pack="elderly-visit", work=work)),
        INSPECTIONS: lists.count(connection, Ask(QueueFilter.OPEN, pack="corridor-inspection", work=work)),
        CONFLICTS: lists.count_open_conflicts(connection),
        "returned": lists.count(connection, Ask(QueueFilter.RETURNED, me=desk.actor.queue_of)),
        "refused": outbox.outcome_counts(connection).get("rejected", 0),
        "held": len(blobs.held_back(connection, desk.cache.files)),
        "unsent": outbox.waiting(connection).count + len(blobs.to_upload(connection)),
    }
    if desk.actor.role == "supervisor":
        counts[REVIEW] = lists.count(connection, Ask(QueueFilter.REVIEW))
        alarmed = {kept.state for pack in desk.packs.values() if (kept := protocol(pack)) is not None}
        narrow = Narrow(states=tuple(sorted(alarmed)))
        counts["alarms"] = lists.count(connection, Ask(QueueFilter.OPEN, work=work, narrow=narrow))
    return Standing(
        counts,
        read_setting(connection, "in_step") is not None,
        read_setting(connection, "synced_at") or "",
        held_removals(connection),
        float(read_setting(connection, "clock_offset_s") or 0),
        _place(connection),
        room.free_mb(desk.opened.profile.folder),
        read_setting(connection, "newest_client") or "",
    )


def pill(standing: Standing, fault: GridError | None, *, is_running: bool) -> PillState:
    """What the pill says; `fault` is what ended the last cycle, None when it came through or none has ended yet."""
    unsent = standing.counts["unsent"]
    last = tr("last sync {at}", at=clock_text(standing.synced_at)) if standing.synced_at else ""
    if isinstance(fault, Offline):
        return PillState("offline", tr("Offline · {n} to upload", n=unsent) if unsent else tr("Offline"), last)
    if fault is not None:
        return PillState("problem", str(fault), last)
    if held := standing.counts["held"]:
        return PillState("problem", tr("{n} photos cannot be sent", n=held), last)
    if unsent:
        return PillState("pending", tr("{n} to upload", n=unsent), last)
    if open_conflicts := standing.counts[CONFLICTS]:
        return PillState("conflict", tr("{n} conflicts to decide", n=open_conflicts), last)
    if abs(standing.clock_off_s) > CLOCK_OFF_S:
        return PillState("problem", clock_off_text(standing.clock_off_s), last)
    if standing.in_step:
        return PillState("synced", tr("In step"), last)
    if is_running or not last:
        return PillState("syncing", tr("Synchronising"), last)
    if standing.removals_held:
        return PillState("problem", tr("{n} records wait to leave this PC", n=standing.removals_held), last)
    return PillState("problem", tr("Not in step yet"), last)


def notice(standing: Standing, fault: GridError | None) -> Notice | None:
    """What stands above every page, the gravest first; None when nothing does."""
    if standing.free_mb < room.LEAST_FREE_MB:
        said = tr("At least {n} MB should be free, or work can no longer be saved here.", n=room.LEAST_FREE_MB)
        title = tr("Only {n} MB are free on the disk of this PC", n=standing.free_mb)
        return Notice("bad", title, said, tr("What to do"), "help")
    if isinstance(fault, UpgradeNeeded):
        said = tr("Go on working; everything is kept on this PC and uploaded after the update.")
        return Notice("warn", tr("The platform needs a newer version of this program"), said, tr("What to do"), "help")
    if abs(standing.clock_off_s) > CLOCK_OFF_S:
        said = tr("After setting it, synchronise: the difference is measured anew.")
        return Notice("warn", clock_off_text(standing.clock_off_s), said, tr("Synchronise now"), "sync")
    if is_newer(standing.newest, __version__):
        said = tr("Go on working; install it when it suits you. What is not uploaded stays on this PC.")
        title = tr("Version {version} of this program is there", version=standing.newest)
        return Notice("info", title, said, tr("What to do"), "help", once=True)
    return None


def waiting(counts: Mapping[str, int]) -> dict[str, Waiting]:
    """What waits for this worker: how much of it, in words without names."""
    n = {name: counts.get(name, 0) for name in ("alarms", REVIEW, "returned", CONFLICTS, "refused")}
    return {
        "alarms": Waiting(n["alarms"], tr("{n} doors that nobody opens", n=n["alarms"])),
        REVIEW: Waiting(n[REVIEW], tr("{n} cases wait for your review", n=n[REVIEW])),
        "returned": Waiting(n["returned"], tr("{n} cases came back with comments", n=n["returned"])),
        CONFLICTS: Waiting(n[CONFLICTS], tr("{n} conflicts to decide", n=n[CONFLICTS])),
        "refused": Waiting(n["refused"], tr("{n} changes were refused", n=n["refused"])),
    }


def _place(connection: Connection) -> str:
    known = [cell.name for cell in lists.cells(connection) if cell.name]
    return tr(", ").join(known[:2]) + (tr(" and {n} more", n=len(known) - 2) if len(known) > 2 else "")
