"""What leaves this PC of a filled form, whoever filled it: its answers, and with a whole report its id and its log.

Of a form with a public key nothing leaves until the report is whole, and then only encrypted (ODK XForms,
"Encryption"): the manifest and the encrypted files are files of the case, and nobody here can read them again.
"""

from dataclasses import dataclass

from gridclient.errors import GridError
from gridclient.forms import Form, FormError
from gridclient.forms.audit import FILE
from gridclient.store import blobs
from gridclient.store.attachments import AttachmentFile
from gridclient.store.cache import Transaction
from gridclient.ui.case import reports, session
from gridclient.ui.desk import Desk

_MANIFEST = "manifest.xml"


class NotSealed(GridError):
    """A report could not be encrypted, so it is not sent."""

    text = "The report cannot be encrypted, so it was not sent: {fault}"


@dataclass(frozen=True, slots=True)
class Filled:
    """A step of a case as it was filled in; `whole` is the report as it is sent, where this step ends it."""

    case_id: str
    group: str
    form: Form
    whole: Form | None = None
    log: str = ""  # of how it was filled in, where the form wants one and it goes along


def answers_to_send(tx: Transaction, files: AttachmentFile, filled: Filled) -> dict[str, str]:
    """The answers that the step sends, by reference; log and encrypted files become files of the case."""
    whole = filled.whole
    if filled.form.is_encrypted:
        return {} if whole is None or whole.validate() else reports.identity(whole) | _sealed(tx, files, filled, whole)
    answers = session.answers_in(filled.form, filled.group)
    return answers | (reports.identity(whole) if whole is not None else {}) | log_to_send(tx, files, filled)


def log_to_send(tx: Transaction, files: AttachmentFile, filled: Filled) -> dict[str, str]:
    """The answer that names the log, which becomes a file of the case; none where there is no log."""
    if not filled.log or filled.form.audit is None:
        return {}
    sha256, _ = blobs.attach_within(tx, files, filled.case_id, filled.log.encode(), "text/csv")
    return {filled.form.audit.node: f"{sha256}.csv"}


def _sealed(tx: Transaction, files: AttachmentFile, filled: Filled, whole: Form) -> dict[str, str]:
    """Encrypts a report; returns the answers that name what came of it."""
    given = {FILE: filled.log.encode()}
    for name in whole.files():
        for sha256 in session.blobs_in([name]):
            if (data := files.get(sha256)) is not None:
                given[name] = data
    try:
        sealed = whole.sealed(given)
    except FormError as error:
        raise NotSealed(fault=str(error)) from error
    root, found = whole.refs()[0], dict[str, str]()
    for name, data in ((_MANIFEST, sealed.manifest), *sealed.files.items()):
        sha256, _ = blobs.attach_within(tx, files, filled.case_id, data, "application/octet-stream")
        found[f"{root}/{name}"] = f"{sha256}.{name.rpartition('.')[2]}"
    return found


async def forget_plain(desk: Desk, case_id: str) -> None:
    """The report was sent encrypted: its photos and files go from this PC."""

    await desk.write(lambda tx: blobs.forget_drafts(tx, case_id))
    await desk.run(desk.cache.collect)
