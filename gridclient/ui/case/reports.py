"""Reports as wholes: their ids, the versions that were sent, and answers taken over from another one. No widgets."""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy.engine import Connection

from gridclient.domain.record import Fields, Kind
from gridclient.forms import Form
from gridclient.store import shown
from gridclient.store.kept import KeptKind, kept_of, recently_sent
from gridclient.store.shown import Shown
from gridclient.ui.case import session
from gridclient.ui.case.session import CaseFile, Clock
from gridclient.ui.forms.outline import exists, questions_in
from gridclient.workflow import Pack, answers_of

_ID, _DEPRECATED = "instanceID", "deprecatedID"
_MOST = 30
_OWN_MOMENTS = frozenset({"date", "dateTime", "time"})


@dataclass(frozen=True, slots=True)
class Earlier:
    """A report that another one can begin from; `same` tells that it is about the same person or place."""

    id: str
    title: str
    at: str
    same: bool


def identity(form: Form) -> dict[str, str]:
    """The report's own id and that of the version it replaces, by reference (OpenRosa metadata)."""
    return {ref: form.get(ref) for ref in form.refs() if ref.endswith((_ID, _DEPRECATED)) and form.get(ref)}


def id_of(answers: Mapping[str, str]) -> str:
    """The report's id among its answers."""
    return next((value for ref, value in answers.items() if ref.endswith(_ID)), "")


def replaced_by(answers: Mapping[str, str]) -> str:
    """The id of the version that a report replaces, empty for a first one."""
    return next((value for ref, value in answers.items() if ref.endswith(_DEPRECATED)), "")


def as_sent(pack: Pack, form: Form, before: str, clock: Clock) -> Form:
    """The form as it is sent; when a version with the id `before` was sent, this one deprecates it."""
    form.finalize()
    own = id_of(identity(form))
    if not before or replaced_by(identity(form)) == before:
        return form
    xml = form.to_xml().replace(f">{own}<", f">{before}<", 1)
    return session.load_form(pack, clock, xml.encode())


def last_sent_id(connection: Connection, case: Shown) -> str:
    """The id of the version that was sent last, as far as this PC or the platform knows one."""
    sent = kept_of(connection, case.id, KeptKind.SENT)
    if sent:
        return sent[0].instance
    # A last step that was finished while another one was still open has an id, but nothing was sent.
    return id_of(answers_of(case.fields)) if case.text("submitted_at") else ""


def to_correct(pack: Pack, file: CaseFile, before: str, clock: Clock) -> Form:
    """What was sent, open to be corrected: with a new id, and the old one as the one it deprecates."""
    form = session.open_form(pack, file, clock)
    return as_sent(pack, form, before or id_of(identity(form)), clock)


def is_changed(pack: Pack, form: Form, case: Fields) -> bool:
    """Whether an answer is another one than the case has; what the form computes by itself is none."""
    asked = {control.ref for control in questions_in(form.body)}
    before = answers_of(case)
    now = {ref: value for step in pack.steps for ref, value in session.answers_in(form, step.group).items()}
    return any(
        now.get(ref, "") != before.get(ref, "")
        for ref in now.keys() | before.keys()
        if session.without_positions(ref) in asked and not (exists(form, ref) and form.readonly(ref))
    )


def earlier_reports(connection: Connection, case: Shown) -> list[Earlier]:
    """Reports of the same kind to begin from: about the same person or place first, then the last sent from this PC."""
    about = case.text("resident") or case.text("place")
    own = shown.about(connection, about, Kind.CASE) if about else []
    sent = [shown.find(connection, record) for record in recently_sent(connection, _MOST)]
    found: dict[str, Earlier] = {}
    for each in (*own, *sent):
        if each is None or each.id == case.id or each.text("pack") != case.text("pack"):
            continue
        if each.text("submitted_at") and answers_of(each.fields):
            found.setdefault(each.id, Earlier(each.id, each.text("title"), each.text("submitted_at"), each in own))
    return sorted(found.values(), key=lambda report: (report.same, report.at), reverse=True)[:_MOST]


def answers_to_copy(pack: Pack, form: Form, report: Fields, *, same: bool) -> dict[str, str]:
    """The answers that may be taken over from another report.

    Photos, signatures, moments and the report's own id stay behind; from a report about somebody else also all that
    belongs to the person's file.
    """
    kinds = {control.ref: control for control in questions_in(form.body)}
    personal: set[str] = set() if same else {*pack.prefill, *pack.updates}
    found: dict[str, str] = {}
    for ref, value in answers_of(report).items():
        control = kinds.get(session.without_positions(ref))
        if control is None or ref in personal or control.kind == "upload" or control.datatype in _OWN_MOMENTS:
            continue
        found[ref] = value
    return found
