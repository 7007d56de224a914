"""An open form: answers, and everything that follows from them. The interface of the engine.

References are absolute paths with a position at every repeat instance and nowhere else.
"""

import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, tzinfo

from gridclient.forms.audit import FILE, AuditLog
from gridclient.forms.context import Context
from gridclient.forms.definition import SELECTS, Text
from gridclient.forms.described import Described
from gridclient.forms.entities import Entity, entities_of
from gridclient.forms.errors import FormError, UnknownReference
from gridclient.forms.filling import Filling
from gridclient.forms.node import Node
from gridclient.forms.outcomes import Choice, SetResult, Status, Violation
from gridclient.forms.pictured import media_of_choices
from gridclient.forms.preload import LAST
from gridclient.forms.remarks import remarks
from gridclient.forms.rules import Compiled, parts_of
from gridclient.forms.saving import Sealed, draft_xml, written_xml
from gridclient.forms.submitting import files_of, sealed
from gridclient.forms.values import truth_of, words


class Form(Described):
    """A form with its answers."""

    def __init__(
        self,
        compiled: Compiled,
        *,
        now: Callable[[], datetime],
        zone: tzinfo,
        language: str | None = None,
        properties: dict[str, str] | None = None,
        instance: bytes | None = None,
    ) -> None:
        super().__init__(compiled.definition)
        chosen = language or (self.languages[0] if self.languages else None)
        self._filling = Filling(compiled, now, zone, chosen, properties or {})
        self._filling.begin(instance)
        self._log: AuditLog | None = None

    @property
    def language(self) -> str | None:
        """The active language."""
        return self._filling.language

    @property
    def warnings(self) -> tuple[str, ...]:
        """What the form says that is ignored, and what is probably a mistake; looked for when it is asked."""
        return (*self._definition.warnings, *remarks(self._filling.compiled))

    @property
    def structure_version(self) -> int:
        """Another number whenever instances came or went."""
        return self._filling.structure_version

    def clock(self) -> datetime:
        """This moment at the form's clock, in its time zone."""
        return self._filling.now().astimezone(self._filling.zone)

    def _range(self, range_ref: str) -> tuple[Node, str]:
        above, _, name = range_ref.rpartition("/")
        parent = self._filling.find(above) if above else self._filling.top
        template = f"{parent.template}/{name}"
        if template not in self._definition.repeats:
            raise UnknownReference(range_ref)
        return parent, template

    def count(self, range_ref: str) -> int:
        """How many instances a repeat has."""
        parent, template = self._range(range_ref)
        return len(parent.named(template.rpartition("/")[2]))

    def add_repeat(self, range_ref: str) -> str:
        """Adds an instance at the end and returns its reference."""
        parent, template = self._range(range_ref)
        self._check_count(template, range_ref)
        self._filling.start()
        node = self._filling.grow(parent, template)
        self._filling.settle()
        return node.ref

    def remove_repeat(self, instance_ref: str) -> None:
        """Takes an instance away."""
        node = self._filling.find(instance_ref)
        if node.template not in self._definition.repeats:
            raise UnknownReference(instance_ref)
        self._check_count(node.template, instance_ref)
        self._filling.start()
        self._filling.shrink(node)
        self._filling.settle()

    def _check_count(self, template: str, ref: str) -> None:
        if self._definition.repeats[template] is not None:
            raise FormError(f"{ref}: the number of instances is computed")
        if template in self._definition.fixed_repeats:
            raise FormError(f"{ref}: the form lets nobody add or take away instances")

    def can_change_count(self, range_ref: str) -> bool:
        """Whether the user may add and remove instances."""
        _, template = self._range(range_ref)
        return self._definition.repeats[template] is None and template not in self._definition.fixed_repeats

    def refs(self) -> list[str]:
        """Every element of the instance, in document order."""
        return [node.ref for node in self._filling.root.walk()]

    def instances(self, control_ref: str, within: str = "") -> list[str]:
        """The references that exist now for a control's template reference."""
        start = self._filling.find(within) if within else self._filling.root
        if not (control_ref + "/").startswith(start.template + "/"):
            start = self._filling.root
        return [node.ref for node in self._filling.engine.nodes(control_ref, start)]

    def get(self, ref: str) -> str:
        """The answer as it would be sent; empty for what is not relevant."""
        node = self._filling.find(ref)
        return node.text if node.relevant else ""

    def _answer(self, ref: str) -> str:
        """The answer, blank where its repeat instance is gone."""
        try:
            return self.get(ref)
        except UnknownReference:
            return ""

    def set(self, ref: str, value: str) -> SetResult:
        """Answers a question; everything that follows is done when this returns."""
        node = self._filling.find(ref)
        if node.readonly:
            return SetResult("readonly")
        if value:
            fitting = self._fitting(node, value)
            if fitting is None:
                return SetResult("type", self._type_message(node))
            value = fitting
        engine = self._filling.engine
        self._filling.start()
        if node.text != value:
            engine.put(node, value)
            self._filling.settle()
        status: Status = "ok"
        message = ""
        if node.relevant and (node.invalid or (node.required and not value)):
            status = "constraint" if value else "required"
            message = self._message(node)
        return SetResult(status, message, frozenset([each.ref for each in engine.changed]))

    def _fitting(self, node: Node, value: str) -> str | None:
        """A value as the node's type writes it; None where it is none of the type or no choice."""
        kind = self._filling.compiled.kinds.get(node.template)
        if kind in SELECTS:
            there = self._filling.values(node)
            parts = [value] if kind == "select1" else words(value)
            return (value if kind == "select1" else " ".join(parts)) if there.issuperset(parts) else None
        cast = self._filling.compiled.casts.get(node.template)
        return cast(value) if cast is not None else value

    def _type_message(self, node: Node) -> str:
        bind = self._definition.binds.get(node.template)
        return f"{node.ref}: {bind.datatype if bind else 'string'} is expected"

    def relevant(self, ref: str) -> bool:
        """Whether the node counts now."""
        node = self._node_or_range(ref)
        if isinstance(node, Node):
            return node.relevant
        parent, template = node
        rule = self._filling.compiled.rule(template, "relevant")
        place = Node(template.rpartition("/")[2], parent)
        return parent.relevant and (rule is None or truth_of(rule.run(Context(self._filling, place, place))))

    def _node_or_range(self, ref: str) -> Node | tuple[Node, str]:
        try:
            return self._filling.find(ref)
        except UnknownReference:
            if ref.endswith("]"):
                raise
            return self._range(ref)

    def readonly(self, ref: str) -> bool:
        """Whether the answer may not be changed now."""
        node = self._node_or_range(ref)
        return node.readonly if isinstance(node, Node) else node[0].readonly

    def required(self, ref: str) -> bool:
        """Whether an answer is needed now."""
        node = self._node_or_range(ref)
        return isinstance(node, Node) and node.required

    def valid(self, ref: str) -> bool:
        """False when an answer is missing, or does not hold."""
        node = self._node_or_range(ref)
        return (
            not isinstance(node, Node) or not node.relevant or not ((node.required and not node.text) or node.invalid)
        )

    def message(self, ref: str) -> str:
        """Why the answer does not hold, or that one is needed, in the active language."""
        return self._message(self._filling.find(ref))

    def _message(self, node: Node) -> str:
        bind = self._definition.binds.get(node.template)
        text = (bind.constraint_message if node.text else bind.required_message) if bind else None
        return self._filling.say(text, node) if text is not None else ""

    def validate(self) -> list[Violation]:
        """Everything that stands in the way, in document order."""
        found: list[Violation] = []
        for node in self._filling.root.walk():
            if not node.relevant:
                continue
            if node.required and not node.text and not node.children:
                found.append(Violation(node.ref, "required", self._message(node)))
            elif node.invalid:
                found.append(Violation(node.ref, "constraint", self._message(node)))
        return found

    def _text(self, ref: str, texts: dict[str, Text], form: str = "") -> str | None:
        node = self._filling.find(ref)
        text = texts.get(node.template)
        return self._filling.say(text, node, form) if text is not None else None

    def label(self, ref: str) -> str | None:
        """The label in the active language."""
        return self._text(ref, self._definition.labels)

    def follows(self, ref: str) -> bool:
        """Whether the words of a question, or that it is asked, follow from answers."""
        template = self._filling.find(ref).template
        bind, label = self._definition.binds.get(template), self._definition.labels.get(template)
        asked = bind is not None and bind.relevant is not None
        return asked or (label is not None and bool(parts_of(self._definition, label)))

    def hint(self, ref: str) -> str | None:
        """The hint in the active language."""
        return self._text(ref, self._definition.hints) or None

    def guidance(self, ref: str) -> str | None:
        """The guidance hint in the active language."""
        return self._text(ref, self._definition.hints, "guidance") or None

    def media(self, ref: str, form: str) -> str | None:
        """The address of a label's `image`, `audio`, `video` or `big-image`."""
        return self._text(ref, self._definition.labels, form) or None

    def choice_media(self, ref: str, form: str = "image") -> dict[str, str]:
        """The addresses of the choices' pictures (`image`) or sounds (`audio`), by the choices' values."""
        return media_of_choices(self._filling, self._filling.find(ref), form)

    def choices(self, ref: str) -> list[Choice]:
        """The choices that there are now."""
        node = self._filling.find(ref)
        labelled = self._filling.labelled(node)
        if not self._filling.compiled.media:
            return [Choice(value, label) for value, label in labelled]
        media = (self._filling.media(name, node) for name in self._filling.itext_ids(node))
        return [Choice(value, label, **shown) for (value, label), shown in zip(labelled, media, strict=True)]

    def set_language(self, name: str) -> None:
        """Changes the language of every text."""
        if name not in self.languages:
            raise FormError(f"the form has no language {name}")
        self._filling.language = name
        self._filling.start()
        self._filling.engine.evaluate_texts()
        self._filling.settle()

    def new_instance(self) -> None:
        """Begins anew, with nothing answered."""
        self._filling.begin(None)
        self._filling.structure_version += 1
        self._log = None

    def save(self) -> bytes:
        """A draft: the instance with every value, also of what is not relevant now, and the log as far as it got."""
        log = self._log.to_csv() if self._log is not None else self._filling.log
        return draft_xml(self._filling.root, self._definition.namespaces, log).encode()

    def to_xml(self, relevant_only: bool = True) -> str:
        """The instance as XML, without what is not relevant."""
        return written_xml(self._filling.root, self._definition.namespaces, relevant_only=relevant_only)

    def entities(self) -> list[Entity]:
        """What the answers create or change in lists of entities."""
        return entities_of(self._filling.root, self._definition)

    def files(self) -> list[str]:
        """The names of the files that belong to the answers, in document order."""
        return files_of(self._filling)

    def sealed(self, attachments: Mapping[str, bytes]) -> Sealed:
        """The submission, encrypted with the files that belong to it; raises `FormError` without its key or a file."""
        return sealed(self._filling, attachments)

    def audit_log(
        self, *, user: str = "", earlier: str = "", elapsed: Callable[[], float] = time.monotonic
    ) -> AuditLog:
        """Begins the log of this sitting, to be kept as `audit.csv` beside the answers; raises `FormError`.

        It goes on after the log in the draft that was opened, or after an `earlier` one.
        """
        if self.audit is None:
            raise FormError("the form wants no log")
        log = AuditLog(self.audit, self._answer, self._filling.now(), elapsed, user=user,
                             resumed=self._filling.is_saved, earlier=earlier or self._filling.log)  # fmt: skip
        self._filling.start()
        self._filling.engine.put(self._filling.find(self.audit.node), FILE)
        self._filling.settle()
        self._log = log
        return log

    def finalize(self) -> list[Violation]:
        """Sets the end time and the instance's id, and says what still stands in the way."""
        self._filling.start()
        self._filling.preload(LAST)
        return self.validate()


def utc_now() -> datetime:
    """This moment."""
    return datetime.now(UTC)
