"""The words of a pack's rules: what a transition needs, and what it does besides moving the case.

Only shapes; `guards` judges them and `effects` carries them out. A rule whose refusal is about the pack's own matter
brings its text with it; the others are told in the program's words.
"""

from typing import Annotated, Literal

from msgspec import Meta, Struct

from gridclient.domain.texts import Texts

Name = Annotated[str, Meta(pattern=r"\A[a-z][a-z0-9-]*\Z")]
Ref = Annotated[str, Meta(pattern=r"\A(/[A-Za-z_][\w.-]*)+\Z")]
Taken = Literal["assignee", "unit", "standard", "level", "outcome", "hold_until", "duplicate_of"]


class _Guard(Struct, frozen=True, forbid_unknown_fields=True, tag_field="needs"):
    pass


class Done(_Guard, frozen=True, tag="done"):
    """A step was finished."""

    step: Name


class Answer(_Guard, frozen=True, tag="answer"):
    """An answer of a finished step is one of some values."""

    at: Ref
    one_of: Annotated[list[str], Meta(min_length=1)]
    text: Texts


class Answered(_Guard, frozen=True, tag="answered"):
    """A question of a finished step has an answer."""

    at: Ref
    text: Texts


class Given(_Guard, frozen=True, tag="given"):
    """The person names something that the transition takes."""

    field: Taken
    text: Texts


class Flagged(_Guard, frozen=True, tag="flag"):
    """A flag of the case is set, or is not."""

    name: Name
    text: Texts
    on: bool = True


class AtMost(_Guard, frozen=True, tag="at-most"):
    """A transition was taken fewer times than this."""

    times: Annotated[int, Meta(ge=1)]
    of: Name


class AnotherPerson(_Guard, frozen=True, tag="another-person"):
    """Whoever acts did not finish that step and did not take that transition (recorder and reviewer differ)."""

    than: Name


class Extendable(_Guard, frozen=True, tag="extendable"):
    """The clock may be extended now (延期)."""

    clock: Name


class Holdable(_Guard, frozen=True, tag="holdable"):
    """The clock may be put on hold now, until a day that is given (挂账)."""

    clock: Name


class HoldOver(_Guard, frozen=True, tag="hold-over"):
    """The hold of the clock has reached its latest day."""

    clock: Name


class Overdue(_Guard, frozen=True, tag="overdue"):
    """The clock's time is over, or was when it stopped."""

    clock: Name


class LevelAbove(_Guard, frozen=True, tag="level-above"):
    """There is a level above the one that has the case."""


Guard = (
    Literal["all_steps_done", "has_comments", "reason"] | Done | Answer | Answered | Given | Flagged | AtMost
    | AnotherPerson | Extendable | Holdable | HoldOver | Overdue | LevelAbove
)  # fmt: skip


class _Effect(Struct, frozen=True, forbid_unknown_fields=True, tag_field="do"):
    pass


class Note(_Effect, frozen=True, tag="note"):
    """Writes the moment, or who acts, into a field of the case."""

    field: Literal["submitted_at", "submitted_by", "reviewed_at", "reviewed_by", "closed_at"]
    of: Literal["moment", "actor"]


class Copy(_Effect, frozen=True, tag="copy"):
    """Copies an answer into a field of the case."""

    answer: Ref
    field: Taken


class Clear(_Effect, frozen=True, tag="clear"):
    """Empties a field of the case."""

    field: Taken


class Raise(_Effect, frozen=True, tag="raise-flag"):
    """Sets a flag of the case."""

    name: Name


class Lower(_Effect, frozen=True, tag="lower-flag"):
    """Takes a flag away."""

    name: Name


class Reopen(_Effect, frozen=True, tag="reopen"):
    """A step has to be done again; what was answered stays."""

    step: Name


class Extend(_Effect, frozen=True, tag="extend"):
    """Adds the original limit to a clock once more."""

    clock: Name


class Hold(_Effect, frozen=True, tag="hold"):
    """Puts a clock on hold until the day that is given."""

    clock: Name


class Resume(_Effect, frozen=True, tag="resume"):
    """Lets a clock go on."""

    clock: Name


class Renew(_Effect, frozen=True, tag="renew"):
    """Forgets a clock, so that it begins anew when its state is entered."""

    clock: Name


class Escalate(_Effect, frozen=True, tag="escalate"):
    """Hands the case to the next level above."""


Effect = Note | Copy | Clear | Raise | Lower | Reopen | Extend | Hold | Resume | Renew | Escalate
