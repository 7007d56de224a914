"""Packs: a form, its steps, the states of a case and who may move it, as data in one folder.

Reads `pack.yaml` and nothing else; a pack that cannot be run is refused with the file and the key that is wrong.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal

import msgspec
import yaml
from msgspec import Meta, Struct

from gridclient.errors import GridError

Role = Literal["worker", "supervisor"]
State = Literal["open", "doing", "review", "returned", "closed"]
Guard = Literal["all_steps_done", "has_comments"]
Unit = Literal["urgent_hour", "work_hour", "work_day", "natural_day"]
FileKind = Literal["resident", "ident", "care"]
Name = Annotated[str, Meta(pattern=r"\A[a-z][a-z0-9-]*\Z")]
Ref = Annotated[str, Meta(pattern=r"\A(/[A-Za-z_][\w.-]*)+\Z")]
FileField = Annotated[str, Meta(pattern=r"\A(resident|ident|care)\.[a-z_]+\Z")]


class PackError(GridError):
    """A pack that cannot be run."""

    text = "The pack {file} cannot be used: {reason}"


class Texts(Struct, frozen=True, forbid_unknown_fields=True):
    """A text in every language of the program."""

    en: str
    zh: str

    def pick(self, language: str) -> str:
        """The text in a language such as `zh_CN`."""
        return self.zh if language.startswith("zh") else self.en


class Step(Struct, frozen=True, forbid_unknown_fields=True):
    """One step: the group of the form that it shows, and who does it."""

    id: Name
    title: Texts
    group: Ref
    role: Role = "worker"
    optional: bool = False


class Transition(Struct, frozen=True, forbid_unknown_fields=True, rename={"source": "from", "to": "to"}):
    """A move of the case: by whom, from which states, to which, and what must hold.

    `to` is one state for all, or one for some states; a state that is not named stays as it is.
    """

    name: Name
    role: Role
    source: list[State]
    to: State | dict[State, State]
    guards: list[Guard] = []

    def target(self, state: str) -> str:
        """The state that a case in `state` has afterwards."""
        return self.to.get(state, state) if isinstance(self.to, dict) else self.to  # type: ignore[call-overload]


class Deadline(Struct, frozen=True, forbid_unknown_fields=True):
    """How long a case may take from its opening, in the clock's units."""

    unit: Unit
    amount: Annotated[float, Meta(gt=0)]


class _File(Struct, frozen=True, forbid_unknown_fields=True):
    id: Name
    version: str
    title: Texts
    category: Texts
    form: str
    steps: Annotated[list[Step], Meta(min_length=1)]
    transitions: Annotated[list[Transition], Meta(min_length=1)]
    deadline: Deadline
    prefill: dict[Ref, FileField] = {}
    updates: dict[Ref, FileField] = {}


@dataclass(frozen=True, slots=True)
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

    def step(self, step_id: str) -> Step:
        """The step with this id; KeyError when there is none."""
        for step in self.steps:
            if step.id == step_id:
                return step
        raise KeyError(step_id)

    def transition(self, name: str) -> Transition | None:
        """The transition with this name."""
        return next((found for found in self.transitions if found.name == name), None)


def load_pack(folder: Path) -> Pack:
    """Reads the pack in a folder; raises `PackError`."""
    path = folder / "pack.yaml"
    try:
        found = msgspec.convert(yaml.safe_load(path.read_bytes()), _File)
    except FileNotFoundError as error:
        raise PackError(file=str(path), reason="the file is missing") from error
    except (yaml.YAMLError, msgspec.ValidationError) as error:
        raise PackError(file=str(path), reason=str(error)) from error
    form = folder / found.form
    if not form.is_file():
        raise PackError(file=str(path), reason=f"form: {found.form} is missing")
    for what, names in (
        ("steps", [step.id for step in found.steps]),
        ("transitions", [transition.name for transition in found.transitions]),
    ):
        if twice := {name for name in names if names.count(name) > 1}:
            raise PackError(file=str(path), reason=f"{what}: {', '.join(sorted(twice))} is there twice")
    return Pack(
        found.id, found.version, found.title, found.category, form, tuple(found.steps), tuple(found.transitions),
        found.deadline, found.prefill, found.updates,
    )  # fmt: skip


def load_packs(root: Path) -> dict[str, Pack]:
    """Reads every pack under a folder, by id."""
    packs = [load_pack(path.parent) for path in sorted(root.glob("*/pack.yaml"))]
    return {pack.id: pack for pack in packs}
