"""What an open form answers: what became of an answer, the choices there are, what stands in the way."""

from dataclasses import dataclass
from typing import Literal

Status = Literal["ok", "required", "constraint", "type", "readonly"]


@dataclass(frozen=True, slots=True)
class SetResult:
    """What became of an answer, and every reference that may look different now."""

    status: Status
    message: str = ""
    changed: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Choice:
    """One choice of a select; pictures and sounds are addresses such as `jr://images/well.png`."""

    value: str
    label: str
    image: str | None = None
    audio: str | None = None
    video: str | None = None
    big_image: str | None = None


@dataclass(frozen=True, slots=True)
class Violation:
    """Something that stands in the way of finishing the form."""

    ref: str
    condition: Literal["required", "constraint"]
    message: str
