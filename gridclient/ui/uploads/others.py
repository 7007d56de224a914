"""For a supervisor: who still has work that was not uploaded, how much, and how old it is."""

from collections.abc import Sequence
from datetime import datetime

from gridclient.protocol.messages import UnsentDevice
from gridclient.text import tr
from gridclient.ui.uploads.lines import add_line
from gridclient.ui.when import moment_text
from gridclient.ui.widgets import Card
from gridclient.ui.widgets.layouts import clear


class OthersCard(Card):
    """A line for each device, the oldest work first."""

    def show_devices(self, devices: Sequence[UnsentDevice], now: datetime) -> None:
        """Shows what the platform last told."""
        self.set_title(tr("Not uploaded yet by others"))
        clear(self.body)
        if not devices:
            add_line(self, True, tr("Nobody has work left to upload"), "")
        for each in devices:
            since = moment_text(each.oldest, now)
            told = tr("{n} to upload", n=each.count)
            age = tr("{n} to upload, the oldest from {at}", n=each.count, at=since) if since else told
            seen = tr("last seen {at}", at=moment_text(each.seen_at, now))
            add_line(self, False, tr("{worker} · {device}", worker=each.worker, device=each.device), f"{age}\n{seen}")
