"""One form for many cases: what it asks, and how its answers finish and send each of them. No widgets.

What is a person's own (what the file gives and takes back, photos, signatures) is never asked here: each case keeps
what its own file and draft say, and one that still misses something is left as it was.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace

from gridclient.errors import GridError
from gridclient.forms import Control
from gridclient.store import blobs, kept, work
from gridclient.store.cache import Changes, Transaction
from gridclient.ui.case import audited, reports, session
from gridclient.ui.case.sending import Filled, answers_to_send
from gridclient.ui.desk import Desk
from gridclient.workflow import Pack, can_be_sent, is_done, own_steps


class Incomplete(GridError):
    """A case needs an answer that the one form does not give."""

    text = "{title} needs more than the one form: {question}"


class OnlyWhole(GridError):
    """The answers of a case's form leave the PC only encrypted, and the case is not sent after these steps."""

    text = "{title} is sent encrypted, and only as a whole: finish it by itself."


def shared(controls: Sequence[Control], pack: Pack) -> tuple[Control, ...]:
    """The questions of a form that can have one answer for many."""
    return tuple(_shared(controls, {*pack.prefill, *pack.updates}))


def _shared(controls: Sequence[Control], own: Collection[str]) -> Iterator[Control]:
    for control in controls:
        if control.ref in own or control.kind == "upload":
            continue
        children = tuple(_shared(control.children, own))
        if children or not control.children:
            yield replace(control, children=children)


def finish(tx: Transaction, desk: Desk, case_id: str, answers: Mapping[str, str]) -> Changes:
    """Finishes every open step of a case with these answers over its own, and sends it; all of it or nothing.

    Of a form with a key each report is encrypted by itself, and what it was made of goes with the next `Cache.collect`.
    """
    actor, files = desk.actor, desk.cache.files
    file = session.read_case(tx.connection, case_id, desk.today())
    pack = desk.pack_of(file.case.fields)
    form = session.open_form(pack, file, desk.now)
    log = audited.lay(form, answers, files, actor.worker_id)
    steps = own_steps(pack, file.case.fields)
    to_send = can_be_sent(pack, file.case.fields)
    if form.is_encrypted and not to_send:
        raise OnlyWhole(title=file.case.text("title"))
    sent = reports.as_sent(pack, form, reports.last_sent_id(tx.connection, file.case), desk.now) if to_send else None
    kept_log = audited.ended(log, form, whole=to_send)
    changes = Changes()
    for step in steps:
        # What is sealed is the whole report, also what stands outside the steps of this state.
        if left := form.validate() if form.is_encrypted else session.violations_in(form, step.group):
            question = form.label(left[0].ref) or left[0].message
            raise Incomplete(title=file.case.text("title"), question=question)
        if not is_done(pack, file.case.fields, step.id):
            ends = step is steps[-1]
            filled = Filled(case_id, step.group, form, sent if ends else None, kept_log if ends else "")
            given = answers_to_send(tx, files, filled)
            changes |= work.complete_step(
                tx, pack, case_id, step.id, given, actor, session.blobs_in(given.values())
            )  # fmt: skip
    if sent is not None:
        identity = reports.identity(sent)
        changes |= work.submit_case(tx, pack, case_id, actor)
        if form.is_encrypted:
            return changes | blobs.forget_drafts(tx, case_id)
        changes |= kept.keep_sent(tx, case_id, sent.save(), reports.id_of(identity), reports.replaced_by(identity))
    return changes
