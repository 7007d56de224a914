"""The log of how a report is filled in, where its form asks for one: begun with the report, sent along with it.

Until the report is sent the log lies in its draft; then it is a file of the report like its photos.
"""

from gridclient.forms import Event, Form
from gridclient.store import blobs
from gridclient.ui.case import session
from gridclient.ui.desk import Desk
from gridclient.ui.forms.auditing import Auditing


async def begin(desk: Desk, form: Form) -> Auditing | None:
    """Begins the log of this sitting, after what was sent with an earlier version; None where the form wants none."""
    if form.audit is None:
        return None
    earlier = b""
    for sha256 in session.blobs_in([form.get(form.audit.node)]):
        earlier = await desk.run(lambda h=sha256: desk.cache.files.get(h)) or b""
    return Auditing(form, desk.actor.worker_id, earlier.decode())


def leave(audit: Auditing | None, is_kept: bool) -> bool:
    """Another case is opened; returns whether a draft must be written for the log's sake."""
    if audit is None:
        return False
    changed = audit.log.changed
    audit.close(Event.FORM_EXIT)
    return changed or is_kept


def log_of(form: Form, audit: Auditing | None, reason: str = "") -> str:
    """Ends the log of a finished report and returns it; empty where there is none."""
    if audit is None or form.audit is None:
        return ""
    if reason and form.audit.reasons:
        audit.log.give_reason(reason)
    ends = (Event.FORM_SAVE, Event.FORM_EXIT, Event.FORM_FINALIZE)
    return audit.close(*(ends if not form.validate() else (Event.FORM_SAVE, Event.FINALIZE_ERROR)))


async def finish(desk: Desk, case_id: str, form: Form, audit: Auditing | None, reason: str = "") -> dict[str, str]:
    """Keeps the log as a file of the case; returns the answer that names it, by reference."""
    log = log_of(form, audit, reason)
    if not log or form.audit is None:
        return {}
    sha256, changes = await desk.run(lambda: blobs.attach(desk.cache, case_id, log.encode(), "text/csv"))
    desk.tell(changes)
    return {form.audit.node: f"{sha256}.csv"}
