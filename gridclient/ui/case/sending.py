"""What leaves this PC of a finished step: its answers, and with the last step the report's id and its log.

Of a form with a public key nothing leaves until the report is whole, and then only encrypted (ODK XForms,
"Encryption"): the manifest and the encrypted files are files of the case, and nobody here can read them again.
"""

from gridclient.errors import GridError
from gridclient.forms import Form, FormError
from gridclient.forms.audit import FILE
from gridclient.store import blobs
from gridclient.ui.case import audited, reports, session
from gridclient.ui.desk import Desk
from gridclient.ui.forms.auditing import Auditing
from gridclient.workflow import Step

_MANIFEST = "manifest.xml"


class NotSealed(GridError):
    """A report could not be encrypted, so it is not sent."""

    text = "The report cannot be encrypted, so it was not sent: {fault}"


async def answers_of_step(
    desk: Desk, case_id: str, step: Step, form: Form, sent: Form | None, audit: Auditing | None
) -> dict[str, str]:
    """The answers that a finished step sends, by reference; `sent` is the whole report where this step ends it."""
    if not form.is_encrypted:
        answers = session.answers_in(form, step.group)
        if sent is not None:
            answers |= reports.identity(sent) | await audited.finish(desk, case_id, form, audit)
        return answers
    if sent is None or sent.validate():
        return {}
    log = audited.log_of(form, audit)
    return reports.identity(sent) | await desk.run(lambda: _sealed(desk, case_id, sent, log))


def _sealed(desk: Desk, case_id: str, form: Form, log: str) -> dict[str, str]:
    """Encrypts a report; returns the answers that name what came of it. Blocking."""
    given = {FILE: log.encode()}
    for name in form.files():
        for sha256 in session.blobs_in([name]):
            if (data := desk.cache.files.get(sha256)) is not None:
                given[name] = data
    try:
        sealed = form.sealed(given)
    except FormError as error:
        raise NotSealed(fault=str(error)) from error
    root, found = form.refs()[0], dict[str, str]()
    for name, data in ((_MANIFEST, sealed.manifest), *sealed.files.items()):
        sha256, _ = blobs.attach(desk.cache, case_id, data, "application/octet-stream")
        found[f"{root}/{name}"] = f"{sha256}.{name.rpartition('.')[2]}"
    return found


async def forget_plain(desk: Desk, case_id: str) -> None:
    """The report was sent encrypted: its photos and files go from this PC."""

    await desk.write(lambda tx: blobs.forget_drafts(tx, case_id))
    await desk.run(desk.cache.collect)
