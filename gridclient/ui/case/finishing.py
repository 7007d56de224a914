"""Finishes steps of a case and sends it, each in one transaction. No widgets."""

from dataclasses import dataclass

from gridclient.forms import Form, Violation
from gridclient.store import drafts, work
from gridclient.store.cache import Changes, Transaction
from gridclient.store.kept import keep_sent
from gridclient.ui.case import audited, reports, sending, session
from gridclient.ui.case.session import CaseFile
from gridclient.ui.case.stand import Stand
from gridclient.ui.desk import Desk
from gridclient.ui.forms.auditing import Auditing
from gridclient.workflow import Pack, Step, can_be_sent, is_done, next_step, own_steps


@dataclass(frozen=True, slots=True)
class Finished:
    """The case after one of its steps: what to show next, and the form as it is sent if that step was the last."""

    file: CaseFile
    following: Step
    to_send: Form | None


async def read_again(desk: Desk, case_id: str) -> CaseFile:
    """The case as it is now; raises `NotHere`."""
    today = desk.today()
    return await desk.read(lambda c: session.read_case(c, case_id, today))


async def finish_step(desk: Desk, stand: Stand, form: Form, audit: Auditing | None) -> Finished:
    """Records the answers of the open step, and opens the draft of the step that follows."""
    pack, step, case, actor = stand.pack, stand.step, stand.file.case, desk.actor
    last = stand.ends_state and can_be_sent(pack, case.fields)
    sent = form
    if last:
        before = await desk.read(lambda c: reports.last_sent_id(c, case))
        sent = reports.as_sent(pack, form, before, desk.now)
    log = audited.ended(audit.log, form, whole=last) if audit is not None and stand.ends_state else ""
    filled = sending.Filled(case.id, step.group, form, sent if last else None, log)
    own = own_steps(pack, case.fields)
    following = step if stand.ends_state else own[own.index(step) + 1]
    draft = form.save()

    def save(tx: Transaction) -> Changes:
        answers = sending.answers_to_send(tx, desk.cache.files, filled)
        hashes = session.blobs_in(answers.values())
        changes = work.complete_step(tx, pack, case.id, step.id, answers, actor, hashes)
        return changes | drafts.save_draft(tx, case.id, following.id, draft)

    await desk.write(save)
    file = await read_again(desk, case.id)
    if stand.ends_state and not last:
        # After the last step of a state that is not sent, what was skipped comes next; then a move does.
        following = next_step(pack, file.case.fields) or following
    return Finished(file, following, sent if last else None)


def step_left(pack: Pack, file: CaseFile, form: Form) -> tuple[Step, list[Violation]] | None:
    """The first step that keeps the case from being sent, with what is missing in it; None when nothing does."""
    for step in own_steps(pack, file.case.fields):
        left = session.violations_in(form, step.group)
        if left or not (step.optional or is_done(pack, file.case.fields, step.id)):
            return step, left
    return None


async def submit(desk: Desk, pack: Pack, case_id: str, form: Form) -> CaseFile:
    """Sends the case for review and keeps the version that was sent, unless only who has the key may read it."""
    identity, sent, actor = reports.identity(form), form.save(), desk.actor

    def send(tx: Transaction) -> Changes:
        changes = work.submit_case(tx, pack, case_id, actor)
        if form.is_encrypted:
            return changes
        return changes | keep_sent(tx, case_id, sent, reports.id_of(identity), reports.replaced_by(identity))

    await desk.write(send)
    if form.is_encrypted:
        await sending.forget_plain(desk, case_id)
    return await read_again(desk, case_id)
