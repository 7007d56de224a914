"""Laws of moves: what is offered can be taken, every refusal is a sentence, and client and platform always agree."""

from dataclasses import replace
from datetime import timedelta

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gridclient.domain.clock import Limit
from gridclient.domain.record import Fields, Value, iso
from gridclient.domain.texts import Texts
from gridclient.paths import FORMS
from gridclient.platform.judge import Author, Verdict, judge
from gridclient.protocol.messages import Mutation
from gridclient.text import LANGUAGES, set_language
from gridclient.workflow import Asked, Shelf, allowed, choices, due_moves, load_pack, take
from gridclient.workflow.guards import refused
from gridclient.workflow.rules import (
    AnotherPerson,
    Answer,
    Answered,
    AtMost,
    Done,
    Extendable,
    Flagged,
    Given,
    Guard,
    Holdable,
    HoldOver,
    LevelAbove,
    Overdue,
)
from gridclient.workflow.standards import standard_on
from gridclient.workflow.timed import wakes_at
from tests.unit.workflow.walking import MORNING, Walk

PACK = load_pack(FORMS / "urban-event")
TEXT = Texts("Not yet.", "还不行。")
NOBODY = Asked("w-lin", MORNING)
ANSWERS = {
    "source": ["patrol", "public"], "is_true": ["yes", "no"], "standard": ["litter", "manhole-loose"],
    "result": ["pass", "fail"], "met": ["yes", "no"], "unit": ["city"], "outcome": ["late"],
}  # fmt: skip
PEOPLE = {"worker": ["w-lin", "w-chen"], "supervisor": ["w-zhao", "w-qian"]}
ID = "01928c3e-0000-7000-8000-000000000001"
_HOLDS = ("ask-hold", "hold")  # the moves that say until when


@settings(max_examples=40, deadline=None)
@given(data=st.data())
def test_a_case_led_at_random_never_gets_stuck_and_the_platform_agrees_with_every_move(data: st.DataObject) -> None:
    walk = Walk(PACK)
    for _ in range(data.draw(st.integers(1, 25))):
        walk.wait(minutes=data.draw(st.sampled_from([1, 20, 300, 3000])))
        for step in PACK.steps:
            if walk.state in step.states and data.draw(st.booleans()):
                names = {ref: values for ref, values in ANSWERS.items() if _asks(step.group, ref)}
                answers = {name: data.draw(st.sampled_from(values)) for name, values in names.items()}
                walk.step(step.id, data.draw(st.sampled_from(["w-lin", "w-chen"])), **answers)
        for name in due_moves(PACK, walk.case, walk.now):
            walk.by_itself(name)
        offered = [(role, move.name) for role in PEOPLE for move in choices(PACK, walk.case, role)]
        state = PACK.state(walk.state)
        assert state is not None
        if not offered:  # only an end may have nothing to offer, or a step has to be done first
            assert state.end or walk.state in {s for step in PACK.steps for s in step.states}
            continue
        role, name = data.draw(st.sampled_from(offered))
        by = data.draw(st.sampled_from(PEOPLE[role]))
        until = iso(walk.now + timedelta(days=3))
        asked = walk.asked(by, "because", hold_until=until, assignee="w-chen")
        before = dict(walk.case)
        if refusal := allowed(PACK, walk.case, role, name, asked):
            sent: Fields = {"trail": _trail(name), **({"hold_until": until} if name in _HOLDS else {})}
            assert _push(before, role, by, name, iso(walk.now), sent).detail == refusal
            continue
        fields = take(PACK, walk.case, role, name, asked)
        verdict = _push(before, role, by, name, iso(walk.now), _changed(before, fields))
        assert verdict.status == "applied"
        assert _present(verdict.fields or {}) == _present({**before, **fields})
        walk.case = _present({**before, **fields})
        _is_looked_at_in_time(walk)


def _is_looked_at_in_time(walk: Walk) -> None:
    """The moment at which the platform looks again is the first at which something happens by itself."""
    wake = wakes_at(PACK, walk.case, walk.now)
    if wake is None:
        assert due_moves(PACK, walk.case, walk.now + timedelta(days=400)) == []
        return
    assert due_moves(PACK, walk.case, max(wake, walk.now)) != []
    if wake > walk.now + timedelta(seconds=2):
        assert due_moves(PACK, walk.case, wake - timedelta(seconds=2)) == []


def _asks(group: str, name: str) -> bool:
    owner = {"source": "report", "is_true": "verify", "standard": "accept", "unit": "dispatch", "result": "check"}
    return group == f"/data/{owner.get(name, 'close')}"


def _trail(name: str) -> list[Value]:
    return [{"do": name, "reason": "because"}]


def _changed(before: Fields, fields: Fields) -> dict[str, Value]:
    return {name: value for name, value in fields.items() if value != before.get(name)}


def _present(fields: Fields) -> dict[str, Value]:
    return {name: value for name, value in fields.items() if value is not None}


def _push(case: Fields, role: str, by: str, name: str, at: str, changes: Fields) -> Verdict:
    """What the platform makes of a move, which reached it as JSON."""
    if name in _HOLDS and "hold_until" not in changes:
        changes = {**changes, "hold_until": case.get("hold_until")}
    mutation = Mutation(
        mid=ID, dseq=1, op="transition", bucket="grid:310115125001001", record=ID, kind="case",
        set=msgspec.json.decode(msgspec.json.encode(changes)), transition=name, authored_at=at,
    )  # fmt: skip
    current = msgspec.json.decode(msgspec.json.encode(_present(case)))
    return judge(mutation, current, False, Author(role, True, True, by), Shelf.holding([PACK]))


def test_a_move_that_also_sets_what_is_not_its_own_is_rejected() -> None:
    walk = Walk(PACK)
    walk.step("report", source="patrol")
    fields = take(PACK, walk.case, "worker", "report-found", walk.asked("w-lin"))

    forged = {**_changed(walk.case, fields), "flag.exempt": True}

    verdict = _push(walk.case, "worker", "w-lin", "report-found", iso(walk.now), forged)
    assert (verdict.status, verdict.detail) == ("rejected", "flag.exempt")


def test_a_forged_clock_or_state_is_not_taken_over() -> None:
    walk = Walk(PACK)
    walk.step("report", source="public")
    fields = take(PACK, walk.case, "worker", "report", walk.asked("w-lin"))

    forged = {**_changed(walk.case, fields), "due_at": "2099-01-01T00:00:00Z", "state": "closed"}
    verdict = _push(walk.case, "worker", "w-lin", "report", iso(walk.now), forged)

    assert verdict.fields is not None
    assert (verdict.fields["state"], verdict.fields["due_at"]) == ("verifying", fields["due_at"])


def test_a_step_of_another_role_is_rejected() -> None:
    walk = Walk(PACK)
    changes: Fields = {"answers.accept": {}, "done.accept": {"at": iso(walk.now), "by": "w-lin"}}

    verdict = _push(walk.case, "worker", "w-lin", "advance", iso(walk.now), changes)

    assert (verdict.status, verdict.detail) == ("rejected", "answers.accept, done.accept")


def test_a_step_of_another_state_goes_to_review_with_the_reason() -> None:
    walk = Walk(PACK)
    changes: Fields = {"answers.check": {}, "done.check": {"at": iso(walk.now), "by": "w-lin"}}

    verdict = _push(walk.case, "worker", "w-lin", "advance", iso(walk.now), changes)

    assert verdict.status == "review"
    assert verdict.detail == "This step does not belong to the present state: Being reported."


@pytest.mark.parametrize("at", ["", "yesterday", "2026-11-24T02:00:00"])
def test_a_transition_without_a_sound_moment_is_rejected(at: str) -> None:
    assert _push(Walk(PACK).case, "worker", "w-lin", "report", at, {"state": "verifying"}).status == "rejected"


@pytest.mark.parametrize(
    "guard",
    [
        "all_steps_done", "has_comments", "reason", Done("report"), Answer("/data/report/source", ["patrol"], TEXT),
        Answered("/data/report/source", TEXT), Given("unit", TEXT), Flagged("denied", TEXT),
        Flagged("supervised", TEXT, on=False), AtMost(1, "appeal"), AnotherPerson("report"), Extendable("handle"),
        Holdable("handle"), HoldOver("handle"), Overdue("handle"), LevelAbove(),
    ],
    ids=str,
)  # fmt: skip
def test_the_refusal_of_every_guard_is_a_text_in_both_languages(guard: Guard) -> None:
    case: dict[str, Value] = {
        "state": "draft", "level": "district", "flag.supervised": True, "trail": [
            {"do": "appeal", "by": "w-lin"}, {"do": "report", "by": "w-lin"},
        ],
    }  # fmt: skip

    said: list[str] = []
    for language in LANGUAGES:
        set_language(language)
        said.append(refused(PACK, case, guard, NOBODY))

    english, chinese = said
    assert english
    assert english.isascii()
    assert any("\u4e00" <= letter <= "\u9fff" for letter in chinese)


@pytest.mark.parametrize(
    "spoilt",
    [
        {"trail": "none"}, {"trail": [1, None, {"do": 3}]}, {"clocks": "none"}, {"clocks": {"handle": {}}},
        {"opened_at": "then"}, {"opened_at": None}, {"level": 7}, {"done.report": "yes"}, {"answers.report": []},
    ],
    ids=str,
)  # fmt: skip
def test_a_case_with_senseless_fields_is_judged_without_a_fault(spoilt: Fields) -> None:
    case = {**Walk(PACK).case, **spoilt}
    for state in PACK.states:
        for role in PEOPLE:
            for transition in PACK.transitions:
                here: dict[str, Value] = {**case, "state": state.id}
                said = _push(here, role, "w-lin", transition.name, iso(MORNING), {"trail": _trail(transition.name)})
                assert said.status in ("applied", "review", "rejected")


def test_a_standard_is_the_one_in_force_on_the_day() -> None:
    old = PACK.standards[0]
    new = replace(old, valid_from=old.valid_from + timedelta(days=90), limit=Limit(9, "work_day"))
    standards = (new, old)

    assert standard_on(standards, old.id, old.valid_from) == old
    assert standard_on(standards, old.id, new.valid_from - timedelta(days=1)) == old
    assert standard_on(standards, old.id, new.valid_from) == new
    assert standard_on(standards, old.id, old.valid_from - timedelta(days=1)) is None
    assert standard_on(standards, "unknown", new.valid_from) is None
