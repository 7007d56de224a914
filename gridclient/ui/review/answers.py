"""A case's answers as a reviewer reads them: in words, beside those of the last visit, changes told apart."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Literal

from gridclient.forms import Form
from gridclient.store.reviews import changed_refs
from gridclient.text import pick, tr
from gridclient.ui.case import session
from gridclient.ui.fields import masked_answer
from gridclient.ui.forms.source import Source
from gridclient.workflow import Pack

Change = Literal["same", "changed", "new", "up", "down", "none"]


@dataclass(frozen=True, slots=True)
class Answer:
    """One question of a case as the reviewer reads it; a heading has no reference."""

    ref: str
    question: str
    text: str = ""
    last: str = ""
    change: Change = "none"
    by: float = 0.0  # how much a number went up or down
    blobs: tuple[str, ...] = ()
    filed: str = ""  # what the file says, where that is something else
    filed_from: str = ""  # which file, confirmed when and by whom
    is_withheld: bool = False  # only grid workers may read it

    @property
    def is_heading(self) -> bool:
        """Whether this is the name of a step."""
        return not self.ref

    @property
    def is_changed(self) -> bool:
        """Whether it differs from the last visit."""
        return self.change in ("changed", "new", "up", "down")


def filed_text(answer: Answer) -> str:
    """What the file says instead, from where and since when; empty where it says the same or nothing."""
    return tr("The file says {value} ({source})", value=answer.filed, source=answer.filed_from) if answer.filed else ""


def change_text(answer: Answer) -> tuple[str, str]:
    """What changed, in words, and its picture."""
    match answer.change:
        case "changed":
            return tr("changed"), "diff"
        case "new":
            return tr("new"), "circle-plus"
        case "up":
            return tr("up {n}", n=f"{answer.by:g}"), "trending-up"
        case "down":
            return tr("down {n}", n=f"{answer.by:g}"), "trending-down"
        case _:
            return "", ""


def answers_of(
    pack: Pack, form: Form, before: Mapping[str, str] | None, filed: Mapping[str, Source] | None = None
) -> list[Answer]:
    """Every answered question with its step as a heading.

    `before` are the last visit's answers, None without one; `filed` is what the files say, by reference.
    """
    found: list[Answer] = []
    for step in pack.steps:
        own = _of_step(pack, form, step.group, before)
        if own:
            compared = (_beside_file(form, answer, (filed or {}).get(answer.ref)) for answer in own)
            found += [Answer("", pick(step.title)), *(_masked(pack, answer) for answer in compared)]
    return found


def _beside_file(form: Form, answer: Answer, source: Source | None) -> Answer:
    """The answer with what the file says, where that is something else."""
    if source is None or not changed_refs({answer.ref: form.get(answer.ref)}, {answer.ref: source.value}):
        return answer
    return replace(answer, filed=session.in_words(form, answer.ref, source.value), filed_from=source.text)


def _masked(pack: Pack, answer: Answer) -> Answer:
    if answer.is_withheld:
        return answer
    text, last, filed = (masked_answer(pack, answer.ref, each) for each in (answer.text, answer.last, answer.filed))
    return replace(answer, text=text, last=last, filed=filed)


def _of_step(pack: Pack, form: Form, group: str, before: Mapping[str, str] | None) -> list[Answer]:
    now = session.answers_in(form, group)
    changed = changed_refs(now, before) if before is not None else set[str]()
    found: list[Answer] = []
    for ref in form.refs() if now else ():
        value, label = now.get(ref, ""), form.label(ref)
        if label is None or not ref.startswith(group + "/"):
            continue
        if not value:
            if session.without_positions(ref) in pack.confidential:
                found.append(Answer(ref, label, tr("Only grid workers may read this answer"), is_withheld=True))
            continue
        last = (before or {}).get(ref, "")
        change, by = _change(ref in changed, value, last) if before is not None else ("none", 0.0)
        said = session.in_words(form, ref, last) if last else ""
        text = session.in_words(form, ref, value)
        found.append(Answer(ref, label, text, said, change, by, session.blobs_in([value])))
    return found


def _change(changed: bool, value: str, last: str) -> tuple[Change, float]:
    if not changed:
        return "same", 0.0
    if not last:
        return "new", 0.0
    try:
        by = float(value) - float(last)
    except ValueError:
        return "changed", 0.0
    return ("up" if by > 0 else "down"), abs(by)
