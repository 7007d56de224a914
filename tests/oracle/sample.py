"""A random form and how to fill it: which templates take which answers, and which repeats may grow."""

from dataclasses import dataclass, field
from typing import Protocol, TypeAlias

from gridclient.forms import Form

Step: TypeAlias = tuple[str, str, str]  # `set` (`select` for several), `add` or `remove`; a reference; a value


@dataclass(frozen=True, slots=True)
class Sample:
    """A form, the type of each template that can be answered, and the repeats whose instances come and go."""

    xml: str
    inputs: dict[str, str]
    repeats: list[str] = field(default_factory=list[str])


class Source(Protocol):
    """Makes forms, and steps that fill them."""

    def form(self) -> Sample:
        """A form."""
        ...

    def step(self, form: Form, sample: Sample) -> Step:
        """What to do next with an open form."""
        ...


def do(form: Form, step: Step) -> None:
    """Does a step."""
    match step:
        case ("add", ref, _):
            form.add_repeat(ref)
        case ("remove", ref, _):
            form.remove_repeat(ref)
        case (_, ref, value):
            form.set(ref, value)
