"""What a form is, apart from any answers: the outcome of reading an XForm."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from gridclient.forms.ast import Expr
from gridclient.forms.audit import Settings
from gridclient.forms.node import Node

SELECTS = frozenset({"select1", "select", "rank"})  # the controls that have choices


@dataclass(frozen=True, slots=True)
class Control:
    """A body control, group or repeat as it is written in the form."""

    kind: str
    ref: str
    appearance: str = ""
    datatype: str = "string"
    mediatype: str = ""
    parameters: Mapping[str, str] = field(default_factory=dict[str, str])
    children: tuple["Control", ...] = ()


@dataclass(slots=True)
class Text:
    """A text with places that expressions fill: literal parts and trees in turn, or the id of an itext."""

    parts: list[str | Expr] = field(default_factory=list[str | Expr])
    itext: str = ""


@dataclass(slots=True)
class Itemset:
    """Choices that come from nodes: which, and where value and label stand in each."""

    nodes: Expr
    value: Expr
    label: Expr


@dataclass(slots=True)
class Bind:
    """What the model says about one node."""

    ref: str
    datatype: str = "string"
    relevant: Expr | None = None
    required: Expr | None = None
    readonly: Expr | None = None
    constraint: Expr | None = None
    calculate: Expr | None = None
    constraint_message: Text | None = None
    required_message: Text | None = None
    preload: tuple[str, str] = ("", "")
    saveto: str = ""
    max_pixels: str = ""  # the longer side of a picture


@dataclass(frozen=True, slots=True)
class Action:
    """A `setvalue` or `setgeopoint`: when, where, what; `source` is the control or repeat that it is written in."""

    events: tuple[str, ...]
    ref: Expr
    value: Expr | None
    text: str
    source: str = ""
    place: str = ""


@dataclass(slots=True)
class Definition:
    """A form as it was written. `warnings` tell what is ignored."""

    title: str
    form_id: str
    version: str
    root: Node
    namespaces: dict[str | None, str]
    binds: dict[str, Bind] = field(default_factory=dict[str, Bind])
    body: tuple[Control, ...] = ()
    styles: frozenset[str] = frozenset()
    labels: dict[str, Text] = field(default_factory=dict[str, Text])
    hints: dict[str, Text] = field(default_factory=dict[str, Text])
    itemsets: dict[str, Itemset] = field(default_factory=dict[str, Itemset])
    items: dict[str, list[tuple[str, Text]]] = field(default_factory=dict[str, list[tuple[str, Text]]])
    repeats: dict[str, Expr | None] = field(default_factory=dict[str, Expr | None])
    fixed_repeats: set[str] = field(default_factory=set[str])
    templates: dict[str, Node] = field(default_factory=dict[str, Node])
    instances: dict[str, list[Node]] = field(default_factory=dict[str, list[Node]])  # of a repeat, as they are written
    actions: list[Action] = field(default_factory=list[Action])
    languages: list[str] = field(default_factory=list[str])
    default_language: str | None = None
    itext: dict[str, dict[str, dict[str, Text]]] = field(default_factory=dict[str, dict[str, dict[str, Text]]])
    secondary: dict[str, Node] = field(default_factory=dict[str, Node])
    questions: int = 0
    submission: Mapping[str, str] = field(default_factory=dict[str, str])
    audit: Settings | None = None
    style: str = ""
    warnings: list[str] = field(default_factory=list[str])


def flat(controls: tuple[Control, ...]) -> list[Control]:
    """Controls and everything in them, in document order."""
    return [each for control in controls for each in (control, *flat(control.children))]
