"""The log of how a report is filled in, where its form asks for one: begun with the report, sent along with it.

Until the report is sent the log lies in its draft; then it is a file of the report like its photos.
"""

from collections.abc import Mapping, Sequence

from gridclient.forms import AuditLog, Event, Form
from gridclient.store.attachments import AttachmentFile
from gridclient.ui.case import session
from gridclient.ui.desk import Desk
from gridclient.ui.forms.auditing import Auditing


async def begin(desk: Desk, case_id: str, form: Form) -> Auditing | None:
    """Begins the log of this sitting, after what was sent with an earlier version; None where the form wants none.

    A log that was sent from another PC comes while the form is filled in; nobody waits for it.
    """
    if form.audit is None:
        return None
    sent = session.blobs_in([form.get(form.audit.node)])
    earlier = await desk.run(lambda: _earlier(form, desk.cache.files))
    audit = Auditing(form, desk.actor.worker_id, earlier)
    if sent and not earlier:
        desk.start(_go_on(desk, case_id, sent, audit.log))
    return audit


async def _go_on(desk: Desk, case_id: str, sent: Sequence[str], log: AuditLog) -> None:
    parts = [await desk.picture(case_id, sha256) for sha256 in sent]
    if found := b"".join(part or b"" for part in parts):
        log.go_on_after(found.decode())


def lay(form: Form, answers: Mapping[str, str], files: AttachmentFile, user: str) -> AuditLog | None:
    """Sets answers that no page of this form asked; its log, if it wants one, has them as a sitting of their own."""
    log = None if form.audit is None else form.audit_log(user=user, earlier=_earlier(form, files))
    if log is not None:
        log.see(*answers)
    session.lay_answers(form, answers)
    return log


def _earlier(form: Form, files: AttachmentFile) -> str:
    sent = () if form.audit is None else session.blobs_in([form.get(form.audit.node)])
    return "".join((files.get(sha256) or b"").decode() for sha256 in sent)


def leave(audit: Auditing | None, is_kept: bool) -> bool:
    """Another case is opened; returns whether a draft must be written for the log's sake."""
    if audit is None:
        return False
    changed = audit.log.changed
    audit.log.close(Event.FORM_EXIT)
    return changed or is_kept


def ended(log: AuditLog | None, form: Form, *, whole: bool, reason: str = "") -> str:
    """Ends a sitting and returns the log, empty where there is none; `whole` where the report is finished by it."""
    if log is None:
        return ""
    if reason and log.settings.reasons:
        log.give_reason(reason)
    if whole and form.validate():
        return log.close(Event.FORM_SAVE, Event.FINALIZE_ERROR)
    return log.close(Event.FORM_SAVE, Event.FORM_EXIT, *([Event.FORM_FINALIZE] if whole else []))
