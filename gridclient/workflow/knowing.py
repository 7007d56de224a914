"""One capture, many tables (一表通): what is known already fills a form, with its source and day; what a person
confirms goes back to the files, with its evidence. Pure.

A known value is only offered. It becomes an answer when somebody finishes the step that shows it.
"""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from gridclient.domain.merge import EVIDENCE, same
from gridclient.domain.people import age
from gridclient.domain.record import Fields, Value, iso
from gridclient.workflow.pack import Pack

DERIVED = frozenset({"resident.age", "household.size", "household.head_name"})
_DONE_AT = ("closed_at", "submitted_at", "opened_at")


@dataclass(frozen=True, slots=True)
class Known:
    """A value that is offered: from which file and field, or from which kind of case; confirmed when, by whom."""

    value: str
    source: str  # `resident.phone`, or `last/elderly-visit/data/…`
    at: str = ""
    by: str = ""
    until: str = ""  # the last day on which it may be used without asking again
    is_expired: bool = False


def known(pack: Pack, files: Mapping[str, Fields], last: Mapping[str, Fields], today: date) -> dict[str, Known]:
    """What the city already knows, by reference of the question that asks for it.

    `files` are records by kind, `last` the latest case of other packs about the same person or place.
    """
    found: dict[str, Known] = {}
    for ref, source in pack.prefill.items():
        each = _last(source, last) if source.startswith("last/") else _filed(source, files, today)
        if each is not None and each.value:
            found[ref] = each
    return found


def _filed(source: str, files: Mapping[str, Fields], today: date) -> Known | None:
    kind, _, name = source.partition(".")
    file = files.get(kind, {})
    value = file.get(name)
    if value is None:
        return None
    said = file.get(EVIDENCE + name)
    proof: Fields = said if isinstance(said, dict) and same(said.get("value"), value) else {}
    until = str(proof.get("until") or "")
    expired = bool(until) and until < today.isoformat()
    return Known(_text(value), source, str(proof.get("at") or ""), str(proof.get("by") or ""), until, expired)


def _last(source: str, last: Mapping[str, Fields]) -> Known | None:
    pack_id, _, rest = source.removeprefix("last/").partition("/")
    case, ref = last.get(pack_id, {}), "/" + rest
    for name, answers in case.items():
        if name.startswith("answers.") and isinstance(answers, dict) and ref in answers:
            done = case.get("done." + name.partition(".")[2])
            by = str(done.get("by") or "") if isinstance(done, dict) else ""
            at = next((str(case[each]) for each in _DONE_AT if case.get(each)), "")
            return Known(_text(answers[ref]), source, at, by)
    return None


def derived(resident: Fields, household: Fields, names: Mapping[str, str], today: date) -> dict[str, Fields]:
    """What follows from the files and is asked for in forms: age, size of the household, its head by name."""
    person: dict[str, Value] = {}
    with suppress(ValueError):
        person["age"] = age(date.fromisoformat(str(resident.get("birth"))), today)
    home: dict[str, Value] = {}
    members = household.get("members")
    if isinstance(members, list):
        home["size"] = len(members)
    if head := names.get(str(household.get("head"))):
        home["head_name"] = head
    return {"resident": {**resident, **person}, "household": {**household, **home}}


def updates(pack: Pack, step_id: str, answers: Mapping[str, str]) -> dict[tuple[str, str], Value]:
    """What confirmed answers of a step say about the files, as `(kind, field) → value`."""
    group = pack.step(step_id).group
    found: dict[tuple[str, str], Value] = {}
    for ref, target in pack.updates.items():
        if ref.startswith(group + "/") and ref in answers:
            kind, _, name = target.partition(".")
            found[kind, name] = answers[ref]
    return found


def evidence(pack: Pack, case_id: str, kind: str, name: str, value: Value, by: str, at: datetime) -> Value:
    """Who confirmed a value of a file, where and until when it may be used without asking again."""
    found: dict[str, Value] = {
        "value": value, "pack": pack.id, "case": case_id, "by": by, "at": iso(at),
    }  # fmt: skip
    if days := pack.valid_days.get(f"{kind}.{name}"):
        found["until"] = (at.date() + timedelta(days=days)).isoformat()
    return found


def _text(value: Value) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return " ".join(str(each) for each in value)
    return str(value)
