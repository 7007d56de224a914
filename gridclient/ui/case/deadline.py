"""When a case is due, in the words of the clock that presses most."""

from datetime import datetime

from gridclient.domain.record import Fields
from gridclient.domain.words import time_left
from gridclient.text import tr
from gridclient.ui.when import due_text
from gridclient.workflow import Pack, clocks_of, pressing


def deadline_text(pack: Pack, case: Fields, now: datetime) -> str:
    """What is left and until when; of a case without clocks only the moment. Empty when nothing is due any more."""
    if pack.ends(case.get("state")):
        return ""
    timer = pressing(pack, clocks_of(case), now)
    if timer is not None:
        return time_left(timer, now, pack.calendar)
    due, role = due_text(str(case.get("due_at") or ""), now)
    # "overdue 2 h" says it alone; a moment needs the word before it.
    return due if role == "bad" or not due else tr("due {when}", when=due)
