"""Cases that a case opens when it enters a state: a hazard that has to be put right, a complaint after a bad rating.

Pure. The platform asks after each change and writes them beside the case, in the same transaction.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from gridclient.domain.clock import Limit
from gridclient.domain.record import Fields, RecordId, Value, iso
from gridclient.domain.timer import Timer
from gridclient.domain.zone import ZONE
from gridclient.workflow.clocks import clocks_of, kept
from gridclient.workflow.guards import answers_of, trail_of
from gridclient.workflow.moves import begin
from gridclient.workflow.pack import Pack
from gridclient.workflow.plans import child_id
from gridclient.workflow.provisions import Opening
from gridclient.workflow.shelf import Shelf

_INHERITED = ("resident", "household", "place", "address", "grid", "assignee")
_EVENING = time(18)


@dataclass(frozen=True, slots=True)
class Opened:
    """One case to be written."""

    id: RecordId
    fields: dict[str, Value]


def opened_by(
    shelf: Shelf, pack: Pack, case_id: str, before: Fields, after: Fields, by: str, now: datetime
) -> Iterator[Opened]:
    """The cases that a change of a case opens."""
    state = after.get("state")
    if before.get("state") == state:
        return
    for number, opening in enumerate(pack.opens):
        other = shelf.here(opening.pack, str(after.get("grid") or ""))
        if state not in opening.entering or other is None:
            continue
        answers = answers_of(after)
        for instance in _instances(opening, answers):
            if _fits(opening, answers, instance):
                found = child_id(case_id, len(trail_of(after)), number, instance)
                yield Opened(found, _child(opening, other, case_id, after, instance, by, now))


def _instances(opening: Opening, answers: dict[str, str]) -> list[str]:
    """The parts of the repeat that have answers, in their order; one empty name where the opening has no repeat."""
    if opening.each is None:
        return [""]
    part = re.compile(re.escape(opening.each) + r"(?:\[(\d+)\])?/")
    found = {int(match[1] or 1): match[0][:-1] for ref in answers if (match := part.match(ref))}
    return [found[number] for number in sorted(found)]


def _answer(answers: dict[str, str], instance: str, name: str) -> str:
    return answers.get(f"{instance}/{name}" if instance and not name.startswith("/") else name, "")


def _fits(opening: Opening, answers: dict[str, str], instance: str) -> bool:
    return all(_answer(answers, instance, name) in values for name, values in opening.only.items())


def _child(
    opening: Opening, pack: Pack, parent: str, case: Fields, instance: str, by: str, now: datetime
) -> dict[str, Value]:
    answers = answers_of(case)
    fields: dict[str, Value] = {name: case[name] for name in _INHERITED if case.get(name)}
    title = opening.title.zh.replace("{title}", str(case.get("title") or ""))
    fields |= {
        "title": title, "category": pack.category.zh, "source": "case", "parent": parent,
    }  # fmt: skip
    if opening.step is not None:
        copied = {
            ref: str(case.get(name.removeprefix("case.")) or "") if name.startswith("case.")
            else _answer(answers, instance, name)
            for ref, name in opening.copy.items()
        }  # fmt: skip
        fields[f"answers.{opening.step}"] = {ref: value for ref, value in copied.items() if value}
        fields[f"done.{opening.step}"] = {"at": iso(now), "by": by}
    child = begin(pack, fields, now)
    if opening.state is not None:
        child["state"] = opening.state
    if pack.ends(child["state"]):
        child["closed_at"] = iso(now)
    elif opening.due is not None and (until := _answer(answers, instance, opening.due)):
        _limit(pack, child, datetime.combine(date.fromisoformat(until[:10]), _EVENING, ZONE), now)
    return child


def _limit(pack: Pack, child: dict[str, Value], until: datetime, now: datetime) -> None:
    """Lets the clock of the first state run until the moment that a person set."""
    clock = pack.states[0].clock
    days = max(until - now, timedelta()) / timedelta(days=1)
    if clock is not None:
        clocks = clocks_of(child) | {clock.name: Timer(now.astimezone(UTC), Limit(days, "natural_day"))}
        child["clocks"] = kept(clocks)
    child["due_at"] = iso(until)
