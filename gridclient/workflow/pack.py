"""Packs: a form, its steps, the states of a case, who may move it and how long each part may take, as data.

Reads a folder with `pack.yaml`; a pack that cannot be run is refused with the file, the line and the key that is
wrong. A pack without roles or states has the plain ones: a worker does it, a supervisor approves it.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Annotated, Literal

import msgspec
from msgspec import Meta, Struct

from gridclient.domain.calendar import CHINA, Calendar
from gridclient.domain.clock import Limit, Unit
from gridclient.domain.texts import Texts
from gridclient.errors import GridError
from gridclient.workflow.faults import Fault, Faults, Source
from gridclient.workflow.provisions import (
    PHOTOS,
    SAMPLE_PERCENT,
    Days,
    Duplicates,
    FileField,
    FileName,
    Findings,
    KnownField,
    Opening,
    Photos,
    Plan,
    Visits,
)
from gridclient.workflow.rules import Effect, Guard, Name, Ref, Taken
from gridclient.workflow.standards import Standard, read_standards, standard_on

Account = Literal["worker", "supervisor", "administrator"]
EARLIER = "earlier"  # the folder beside the packs that keeps their earlier versions
CLOCK_ROLE = "clock"  # takes a transition by itself when its time has come


class PackError(GridError):
    """A pack that cannot be run."""

    text = "The pack {file} cannot be used: {reason}"


class Role(Struct, frozen=True, forbid_unknown_fields=True):
    """A part that somebody plays in a case, and the accounts that may play it."""

    id: Name
    title: Texts
    accounts: Annotated[list[Account], Meta(min_length=1)]


class Deadline(Struct, frozen=True, forbid_unknown_fields=True):
    """How long a case may take from its opening, in the clock's units."""

    unit: Unit
    amount: Annotated[float, Meta(gt=0)]

    def limit(self) -> Limit:
        """The same as the clock counts it."""
        return Limit(self.amount, self.unit)


StateLimit = Deadline | Literal["standard"]


class StateClock(Struct, frozen=True, forbid_unknown_fields=True):
    """The clock that runs in a state; states that name the same one share its deadline."""

    name: Name
    limit: StateLimit


class State(Struct, frozen=True, forbid_unknown_fields=True):
    """Where a case can be; `end`: nothing has to happen any more."""

    id: Name
    title: Texts
    end: bool = False
    clock: StateClock | None = None


class Step(Struct, frozen=True, forbid_unknown_fields=True):
    """One step: the group of the form that it shows, who does it, and in which states (any, when none is named)."""

    id: Name
    title: Texts
    group: Ref
    role: Name = "worker"
    optional: bool = False
    states: list[Name] = []


class Transition(Struct, frozen=True, forbid_unknown_fields=True, rename={"source": "from", "to": "to"}):
    """A move of the case: by whom, from which states, to which, what must hold, and what it does besides.

    `to` is one state for all, or one for some states; a state that is not named stays as it is.
    """

    name: Name
    role: Name | list[Name]
    source: Annotated[list[Name], Meta(min_length=1)]
    to: Name | dict[Name, Name]
    guards: list[Guard] = []
    title: Texts | None = None
    takes: list[Taken] = []
    effects: list[Effect] = []

    @property
    def roles(self) -> tuple[str, ...]:
        """The roles that may take it."""
        return (self.role,) if isinstance(self.role, str) else tuple(self.role)

    def target(self, state: str) -> str:
        """The state that a case in `state` has afterwards."""
        return self.to.get(state, state) if isinstance(self.to, dict) else self.to


class _File(Struct, frozen=True, forbid_unknown_fields=True):
    id: Name
    version: str
    title: Texts
    category: Texts
    form: FileName
    steps: Annotated[list[Step], Meta(min_length=1)]
    transitions: Annotated[list[Transition], Meta(min_length=1)]
    deadline: Deadline
    prefill: dict[Ref, KnownField] = {}
    updates: dict[Ref, FileField] = {}
    valid_days: dict[FileField, Annotated[int, Meta(ge=1)]] = {}
    roles: tuple[Role, ...] = (
        Role("worker", Texts("Grid worker", "网格员"), ["worker"]),
        Role("supervisor", Texts("Supervisor", "督查员"), ["supervisor"]),
    )
    states: Annotated[tuple[State, ...], Meta(min_length=1)] = (
        State("open", Texts("To do", "待办")), State("doing", Texts("Begun", "进行中")),
        State("review", Texts("In review", "待审核")), State("returned", Texts("Returned", "已退回")),
        State("closed", Texts("Done", "已办结"), end=True),
    )  # fmt: skip
    levels: list[Name] = []
    standards: FileName | None = None
    calendar: Days = Days()
    risk: Visits | None = None
    photos: Photos = PHOTOS
    plan: Plan | None = None
    opens: list[Opening] = []
    duplicates: Duplicates | None = None
    findings: Findings | None = None
    evidence_in: list[Name] = []  # states in which the evidence goes along
    sample_percent: Annotated[float, Meta(ge=0, le=100)] = SAMPLE_PERCENT  # looked at although nothing changed
    to_verify: list[Texts] = []


@dataclass(frozen=True)
class Pack:
    """A pack that was checked; a running case keeps the version that it began with."""

    id: str
    version: str
    title: Texts
    category: Texts
    form: Path
    steps: tuple[Step, ...]
    transitions: tuple[Transition, ...]
    deadline: Deadline
    prefill: Mapping[str, str]
    updates: Mapping[str, str]
    valid_days: Mapping[str, int]
    roles: tuple[Role, ...]
    states: tuple[State, ...]
    levels: tuple[str, ...] = ()
    standards_file: Path | None = None
    calendar: Calendar = CHINA
    risk: Visits | None = None
    photos: Photos = PHOTOS
    plan: Plan | None = None
    opens: tuple[Opening, ...] = ()
    duplicates: Duplicates | None = None
    findings: Findings | None = None
    evidence_in: tuple[str, ...] = ()
    sample_percent: float = SAMPLE_PERCENT
    to_verify: tuple[Texts, ...] = ()
    """What the interface marks as “to be verified”."""

    @cached_property
    def standards(self) -> tuple[Standard, ...]:
        """The event standards, read when they are first asked for; raises `Faults`."""
        return () if self.standards_file is None else read_standards(self.standards_file)

    @cached_property
    def _transitions(self) -> dict[str, Transition]:
        return {transition.name: transition for transition in self.transitions}

    @cached_property
    def _states(self) -> dict[str, State]:
        return {state.id: state for state in self.states}

    @cached_property
    def _accounts(self) -> dict[str, frozenset[str]]:
        return {role.id: frozenset[str](role.accounts) for role in self.roles}

    @cached_property
    def confidential(self) -> frozenset[str]:
        """The questions whose answers belong to an identity: only whoever may read identities gets them."""
        asked = (*self.prefill.items(), *self.updates.items())
        return frozenset(ref for ref, field in asked if field.startswith("ident."))

    @cached_property
    def timed(self) -> tuple[Transition, ...]:
        """The transitions that no person takes."""
        return tuple(transition for transition in self.transitions if CLOCK_ROLE in transition.roles)

    def step(self, step_id: str) -> Step:
        """The step with this id; KeyError when there is none."""
        for step in self.steps:
            if step.id == step_id:
                return step
        raise KeyError(step_id)

    def state(self, state_id: str) -> State | None:
        """The state with this id."""
        return self._states.get(state_id)

    def transition(self, name: str) -> Transition | None:
        """The transition with this name."""
        return self._transitions.get(name)

    def ends(self, state_id: object) -> bool:
        """Whether nothing has to happen any more in this state."""
        state = self._states.get(str(state_id))
        return state is not None and state.end

    def work_of(self, account: str) -> frozenset[str]:
        """The states in which an account's role has something to do: a step of its own, or a way onwards."""
        found: set[str] = set()
        for state in self.states:
            if state.end:
                continue
            steps = (step for step in self.steps if state.id in step.states and self.plays(account, step.role))
            moves = (
                t for t in self.transitions if state.id in t.source and t.target(state.id) != state.id
                and self.may_take(account, t)
            )  # fmt: skip
            if any(steps) or any(moves):
                found.add(state.id)
        return frozenset(found)

    def plays(self, account: str, role: str) -> bool:
        """Whether an account's role may play a role of this pack."""
        return account in self._accounts.get(role, ())

    def may_take(self, account: str, transition: Transition) -> bool:
        """Whether an account's role may ever take a transition."""
        return any(self.plays(account, role) for role in transition.roles)

    def standard(self, standard_id: str, day: date) -> Standard | None:
        """The event standard in force on a day."""
        return standard_on(self.standards, standard_id, day)


def load_pack(folder: Path, *, whole: bool = True) -> Pack:
    """Reads the pack in a folder; raises `PackError` with the first fault."""
    try:
        return read_pack(folder, whole=whole)
    except Faults as found:
        first = found.faults[0]
        reason = f"{first.place}: {first.text}" if first.place else first.text
        raise PackError(file=str(folder / first.file), reason=reason) from found


def read_pack(folder: Path, *, whole: bool = True) -> Pack:
    """Reads the pack in a folder, with its worksheets if `whole`; raises `Faults` with every fault of its shape."""
    path = folder / "pack.yaml"
    try:
        text = path.read_bytes()
    except OSError as error:
        raise Faults([Fault(path.name, "", "the file is missing")]) from error
    source = Source(path.name, text)
    found = _parse(source)
    faults = [source.fault(key, what) for key, what in _faults(found, folder)]
    if faults:
        raise Faults(faults)
    pack = Pack(
        found.id, found.version, found.title, found.category, folder / found.form, tuple(found.steps),
        tuple(found.transitions), found.deadline, found.prefill, found.updates, found.valid_days, found.roles,
        found.states, tuple(found.levels), folder / found.standards if found.standards else None,
        CHINA if found.calendar == Days() else found.calendar.calendar(), found.risk, found.photos, found.plan,
        tuple(found.opens), found.duplicates, found.findings, tuple(found.evidence_in),
        found.sample_percent, tuple(found.to_verify),
    )  # fmt: skip
    if whole:
        _ = pack.standards
    return pack


def _parse(source: Source) -> _File:
    try:
        return msgspec.convert(source.read(), _File)
    except msgspec.ValidationError as error:
        text, _, path = str(error).partition(" - at `$")
        raise Faults([source.fault(path.removesuffix("`").removeprefix("."), text)]) from error
    except RecursionError as error:
        raise Faults([source.fault("", "it contains itself")]) from error


def _faults(found: _File, folder: Path) -> Iterator[tuple[str, str]]:
    if not (folder / found.form).is_file():
        yield "form", f"{found.form} is missing"
    if found.standards is not None and not (folder / found.standards).is_file():
        yield "standards", f"{found.standards} is missing"
    for what, names in (
        ("roles", [role.id for role in found.roles]),
        ("states", [state.id for state in found.states]),
        ("steps", [step.id for step in found.steps]),
        ("transitions", [transition.name for transition in found.transitions]),
        ("levels", found.levels),
    ):
        for place, name in enumerate(names):
            if name in names[:place]:
                yield f"{what}[{place}]", f"{name} is there twice"
    try:
        found.calendar.calendar()
    except ValueError as error:
        yield "calendar", str(error)
