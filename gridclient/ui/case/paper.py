"""What is printed of a case: the answers, a sheet to take along, or a notice of what was found. No widgets.

What identifies a person stays masked as on the screen: the paper is read by whoever holds it.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from gridclient.domain.masking import mask_phone
from gridclient.domain.zone import ZONE
from gridclient.forms import Control, Form
from gridclient.text import language, pick, tr
from gridclient.ui.case import session
from gridclient.ui.case.session import CaseFile
from gridclient.ui.fields import masked_answer
from gridclient.ui.forms.outline import exists, questions_in, words_of
from gridclient.ui.forms.said import CHOSEN, label_of, said
from gridclient.ui.queue.words import state_in
from gridclient.workflow import Pack
from gridclient.workflow.findings import entry_of, is_item

_BOX, _TICKED = "☐", "☑"
_FEW = 12  # choices that are printed one by one


@dataclass(frozen=True, slots=True)
class Line:
    """A question and its answer, the head of some, or what follows from them; `pictures` are hashes of photos."""

    ref: str
    question: str
    answer: str = ""
    pictures: tuple[str, ...] = ()
    is_heading: bool = False
    is_result: bool = False


@dataclass(frozen=True, slots=True)
class Section:
    """Lines under a heading."""

    title: str
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Paper:
    """A document: the office above it, what it is, whom it concerns, and its content in order."""

    office: str
    title: str
    number: str
    case: str = ""  # whose photos it shows
    facts: tuple[tuple[str, str], ...] = ()
    opening: tuple[str, ...] = ()
    sections: tuple[Section, ...] = ()
    closing: tuple[str, ...] = ()
    signatures: tuple[str, ...] = ()

    def hashes(self) -> tuple[str, ...]:
        """The photos that are needed to print it."""
        return tuple(sha256 for section in self.sections for line in section.lines for sha256 in line.pictures)


def report(office: str, pack: Pack, file: CaseFile, form: Form, now: datetime) -> Paper:
    """The answers as they are, step by step."""
    local = now.astimezone(ZONE)
    facts = (*_facts(file), (tr("State"), state_in(pack, file.case.text("state"))),
             (tr("Printed"), f"{day_of(now)} {local:%H:%M}"))  # fmt: skip
    sections = (
        Section(pick(step.title), tuple(_masked(pack, line) for line in _answered(form, step.group)))
        for step in pack.steps
    )
    return Paper(
        office, pick(pack.title), file.case.text("number"), file.case.id, facts,
        sections=tuple(section for section in sections if section.lines),
        signatures=(tr("Grid worker"), tr("Checked by"), tr("Date")),
    )  # fmt: skip


def visit_sheet(office: str, pack: Pack, file: CaseFile, form: Form, last: Mapping[str, str]) -> Paper:
    """Every question with its choices to tick or a line to write on, for a visit without the PC."""
    sections = (
        Section(pick(step.title), tuple(_masked(pack, line) for line in _to_fill(form, step.group, last)))
        for step in pack.steps
    )
    return Paper(
        office, tr("{form}: sheet for the visit", form=pick(pack.title)), file.case.text("number"), file.case.id,
        _facts(file),
        sections=tuple(section for section in sections if section.lines),
        signatures=(tr("Grid worker"), tr("Visited person or family"), tr("Date")),
    )  # fmt: skip


def notice(office: str, pack: Pack, file: CaseFile, form: Form, now: datetime) -> Paper:
    """What was found and has to be put right, to hand over on the spot; it informs and advises, it is no penalty."""
    opening = (
        tr("On {day} our grid worker checked this place and found what is listed below.", day=day_of(now)),
        tr("Please put it right within the time that is given; it will be checked again."),
    )
    closing = (
        tr("This notice informs and advises; it is not a penalty. What is not put right is handed to the authority in "
           "charge."),
        tr("If the signature is refused, two witnesses sign instead."),
    )  # fmt: skip
    found = tuple(findings(pack, form)) or (Line("", tr("Nothing was found that has to be put right.")),)
    return Paper(
        office, tr("Notice of safety hazards"), file.case.text("number"), file.case.id,
        ((tr("To"), file.case.text("title")), (tr("Address"), file.case.text("address"))),
        opening, (Section(tr("To be put right"), found),), closing,
        (tr("Informed person"), tr("Grid worker"), tr("Witness"), tr("Date")),
    )  # fmt: skip


def can_notify(form: Form) -> bool:
    """Whether the form checks items, so that a notice can be made of it."""
    return any(is_item(form, ref) for each in questions_in(form.body) for ref in _selects(form, each))


def findings(pack: Pack, form: Form) -> Iterator[Line]:
    """The items that failed and have no entry of their own, then each entry that was not put right on the spot."""
    number, rule = 0, pack.findings
    for step in pack.steps:
        for control in questions_in(_children(form, step.group)):
            for ref in _selects(form, control):
                has_entry = rule is not None and entry_of(form, rule, ref) != ""
                if form.get(ref) == "no" and "[" not in ref and is_item(form, ref) and not has_entry:
                    number += 1
                    yield Line(ref, f"{number}　{label_of(form, control, ref)}", tr("Not in order"))
        for repeat in _repeats(_children(form, step.group)):
            for ref in form.instances(repeat.ref):
                fixed = exists(form, f"{ref}/fixed") and form.get(f"{ref}/fixed") == "yes"
                if not fixed and form.relevant(ref):
                    yield from _entry(form, repeat, ref)


def count_findings(pack: Pack, form: Form) -> int:
    """How many items and entries the notice lists."""
    return sum(1 for line in findings(pack, form) if line.is_heading or is_item(form, line.ref))


def day_of(now: datetime) -> str:
    """A day as documents write it."""
    day = now.astimezone(ZONE)
    return f"{day.year}年{day.month}月{day.day}日" if language() == "zh_CN" else f"{day.day} {day:%B %Y}"


def _facts(file: CaseFile) -> tuple[tuple[str, str], ...]:
    case, person = file.case, file.resident
    name = (tr("Resident"), person.text("name")) if person is not None else (tr("Case"), case.text("title"))
    found = [name, (tr("Address"), case.text("address"))]
    if file.ident is not None and (phone := file.ident.text("phone")):
        found.append((tr("Phone"), mask_phone(phone)))
    return tuple(found)


def _masked(pack: Pack, line: Line) -> Line:
    return replace(line, answer=masked_answer(pack, line.ref, line.answer))


def _answered(form: Form, group: str) -> Iterator[Line]:
    yield from _lines(form, _children(form, group), group)


def _lines(form: Form, controls: Sequence[Control], within: str) -> Iterator[Line]:
    for control in controls:
        if control.kind == "group" and not control.ref:
            yield from _lines(form, control.children, within)
            continue
        for ref in form.instances(control.ref, within):
            if not form.relevant(ref):
                continue
            match control.kind:
                case "repeat":
                    yield from _entry(form, control, ref)
                case "group":
                    yield from _under(form.label(ref) or "", list(_lines(form, control.children, ref)))
                case _ if value := form.get(ref):
                    pictures = session.blobs_in([value])
                    text = "" if pictures else said(form, control, ref, value)
                    yield Line(ref, label_of(form, control, ref), text, pictures)
                case "input" if form.readonly(ref) and form.follows(ref):
                    yield Line(ref, label_of(form, control, ref), is_result=True)  # a note that says what follows
                case _:
                    pass


def _entry(form: Form, repeat: Control, ref: str) -> Iterator[Line]:
    number = ref.rpartition("[")[2].removesuffix("]")
    name = form.label(ref) or tr("Entry")
    yield from _under(f"{name} {number}", list(_lines(form, repeat.children, ref)))


def _under(title: str, lines: list[Line]) -> Iterator[Line]:
    if lines and title:
        yield Line("", title, is_heading=True)
    yield from lines


def _to_fill(form: Form, group: str, last: Mapping[str, str]) -> Iterator[Line]:
    """The questions of a step as they are filled in by hand; a question that depends on another is printed too."""
    for control in questions_in(_children(form, group)):
        refs = form.instances(control.ref)
        if not refs or control.kind in ("upload", "trigger") or "label" in words_of(control):
            continue
        ref = refs[0]
        if control.kind == "input" and form.readonly(ref):
            continue  # a note
        before = said(form, control, ref, last[ref]) if last.get(ref) else ""
        question = label_of(form, control, ref)
        asked = tr("{question} (last time: {answer})", question=question, answer=before) if before else question
        yield Line(ref, asked, _blank(form, control, ref))


def _blank(form: Form, control: Control, ref: str) -> str:
    value = form.get(ref)
    if control.kind in CHOSEN and 0 < len(choices := form.choices(ref)) <= _FEW:
        ticked = value.split()
        return "　".join(f"{_TICKED if c.value in ticked else _BOX} {c.label}" for c in choices)
    return said(form, control, ref, value) or "____________________"


def _children(form: Form, group: str) -> tuple[Control, ...]:
    found = _find(form.body, group)
    return found.children if found is not None else ()


def _find(controls: Sequence[Control], ref: str) -> Control | None:
    for control in controls:
        if control.ref == ref and control.kind in ("group", "repeat"):
            return control
        if (found := _find(control.children, ref)) is not None:
            return found
    return None


def _repeats(controls: Sequence[Control]) -> Iterator[Control]:
    for control in controls:
        if control.kind == "repeat":
            yield control
        elif control.kind == "group":
            yield from _repeats(control.children)


def _selects(form: Form, control: Control) -> list[str]:
    if control.kind != "select1" or "label" in words_of(control):
        return []
    return [ref for ref in form.instances(control.ref) if form.relevant(ref)]
