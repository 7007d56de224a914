"""One case being worked on: its records, its pack, its form with all answers, and the open step. No widgets.

The form is opened from the draft where there is one, else from the answers that finished steps left on the case,
laid over what the city already knows about the person.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime

from sqlalchemy.engine import Connection

from gridclient import forms
from gridclient.domain.record import Fields, Kind
from gridclient.domain.zone import ZONE
from gridclient.forms import Control, Form
from gridclient.store import drafts, kept, shown
from gridclient.store.cache import read_setting
from gridclient.store.confidential import confidential_id, whole_case
from gridclient.store.drafts import Draft
from gridclient.store.known import AllKnown, all_known
from gridclient.store.shown import Shown
from gridclient.store.work import NotHere
from gridclient.text import tr
from gridclient.ui.forms.tongue import choose_language
from gridclient.workflow import Known, Pack, Step, answers_of, findings, known, next_step

Clock = Callable[[], datetime]
_LAST_SAVED = "jr://instance/last-saved"
_BLOB = re.compile(r"([0-9a-f]{64})\.[a-z0-9]{1,8}\Z")
_POSITION = re.compile(r"\[(\d+)\]")


@dataclass(frozen=True, slots=True)
class Around:
    """What a form is told of this PC: who fills it in, on what device, and the last report of its kind from here."""

    worker: str = ""
    device: str = ""
    last_saved: bytes = b""


def read_around(connection: Connection, pack: str) -> Around:
    """What the forms of a pack are told of this PC."""
    worker = read_setting(connection, "worker_number") or read_setting(connection, "worker") or ""
    return Around(worker, read_setting(connection, "device") or "", kept.last_of(connection, pack))


@dataclass(frozen=True, slots=True)
class CaseFile:
    """What the case page shows around the form."""

    case: Shown
    resident: Shown | None
    ident: Shown | None
    care: Shown | None
    draft: Draft | None
    found: AllKnown = field(default_factory=AllKnown)  # what fills the form
    around: Around = field(default_factory=Around)

    @property
    def records(self) -> frozenset[str]:
        """The ids of all that the page shows something of, also of what is not here yet."""
        here = (self.case, self.resident, self.ident, self.care)
        return frozenset({confidential_id(self.case.id), *(record.id for record in here if record is not None)})


def read_case(connection: Connection, case_id: str, today: date) -> CaseFile:
    """Reads a case and the person's files, as far as this worker has them; raises `NotHere`."""
    case = whole_case(connection, case_id)
    if case is None:
        raise NotHere
    person = read_person(connection, case.text("resident"))
    found = all_known(connection, case, today)
    around = read_around(connection, case.text("pack"))
    draft = drafts.draft_of(connection, case_id)
    return replace(person, case=case, draft=draft, found=found, around=around)


def read_person(connection: Connection, resident_id: str) -> CaseFile:
    """Reads a person's files without a case."""
    resident = shown.find(connection, resident_id) if resident_id else None
    ident = shown.about(connection, resident_id, Kind.IDENT) if resident_id else []
    care = shown.about(connection, resident_id, Kind.CARE) if resident_id else []
    nothing = Shown("", Kind.CASE, "", 0, {})
    return CaseFile(nothing, resident, ident[0] if ident else None, care[0] if care else None, None)


def open_form(pack: Pack, file: CaseFile, clock: Clock) -> Form:
    """The case's form with every answer that is known."""
    form = load_form(pack, clock, None if file.draft is None else file.draft.form, file.around)
    if file.draft is None:
        if pack.findings is not None:
            findings.begin(form, pack.findings)
        offered = {ref: each.value for ref, each in known_in(pack, file).items()}
        lay_answers(form, offered | answers_of(file.case.fields))
    return form


def known_in(pack: Pack, file: CaseFile) -> dict[str, Known]:
    """What the city already knows of what a case asks, by reference."""
    return known(pack, file.found.files, file.found.last, file.found.today)


def load_form(pack: Pack, clock: Clock, saved: bytes | None = None, around: Around | None = None) -> Form:
    """A pack's form as it was saved, or empty, in the window's language; its "today" is that of the desk's clock."""
    told = around or Around()
    form = forms.load(
        pack.form, attachments={_LAST_SAVED: told.last_saved} if told.last_saved else None, instance=saved, now=clock,
        tz=ZONE.key, properties={"username": told.worker, "deviceid": told.device}, missing="blank",
    )  # fmt: skip
    choose_language(form)
    return form


def lay_answers(form: Form, answers: Mapping[str, str]) -> None:
    """Sets answers by reference, making the repeats that they need; what the form no longer has is left out."""
    # Relevance may depend on a later answer, so what was refused at first is tried once more.
    left = dict(answers)
    for _ in range(2):
        for ref, value in list(left.items()):
            if not _exists(form, ref):
                continue
            if form.set(ref, value).status in ("ok", "constraint"):
                del left[ref]


def _exists(form: Form, ref: str) -> bool:
    for found in _POSITION.finditer(ref):
        ranged, number = ref[: found.start()], int(found[1])
        try:
            while form.count(ranged) < number:
                form.add_repeat(ranged)
        except (forms.UnknownReference, forms.FormError):
            return False
    try:
        form.get(ref)
    except forms.UnknownReference:
        return False
    return True


def answers_in(form: Form, group: str) -> dict[str, str]:
    """The answers of one step: every relevant question under its group that has one."""
    return {ref: value for ref in form.refs() if ref.startswith(group + "/") and (value := form.get(ref))}


def violations_in(form: Form, group: str) -> list[forms.Violation]:
    """What still stands in the way of finishing a step."""
    return [violation for violation in form.validate() if violation.ref.startswith(group + "/")]


def blobs_in(answers: Iterable[str]) -> tuple[str, ...]:
    """The hashes of photos, signatures and files among answers."""
    return tuple(found[1] for answer in answers if (found := _BLOB.fullmatch(answer)))


def step_now(pack: Pack, file: CaseFile) -> Step:
    """The step to show: where the draft was, else the first that is not done, else the last."""
    by_id = {step.id: step for step in pack.steps}
    if file.draft is not None and file.draft.step in by_id:
        return by_id[file.draft.step]
    return next_step(pack, file.case.fields) or pack.steps[-1]


def is_correcting(file: CaseFile) -> bool:
    """Whether what was sent is being corrected: it has a draft although it waits for review."""
    return file.case.text("state") == "review" and file.draft is not None


def without_positions(ref: str) -> str:
    """A reference as the form's definition writes it, without the positions of repeats."""
    return _POSITION.sub("", ref)


def in_words(form: Form, ref: str, value: str) -> str:
    """An answer as a person reads it: choices by their labels."""
    labels = {choice.value: choice.label for choice in form.choices(ref)} if _has_choices(form.body, ref) else {}
    if not labels:
        return value
    return tr(", ").join(labels.get(part, part) for part in value.split())


def _has_choices(controls: tuple[Control, ...], ref: str) -> bool:
    plain = without_positions(ref)
    return any(
        (control.ref == plain and control.kind in ("select1", "select", "rank")) or _has_choices(control.children, ref)
        for control in controls
    )


def last_answers(last: Fields) -> dict[str, str]:
    """The answers of another case of the same kind as its form writes them, without photos and signatures."""
    return {ref: value for ref, value in answers_of(last).items() if value and not blobs_in([value])}
