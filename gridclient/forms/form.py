"""An open form: answers, and everything that follows from them. The interface of the engine.

References are absolute paths with a position at every repeat instance and nowhere else.
"""

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from typing import Literal

from gridclient.forms.compile import compile_tree
from gridclient.forms.context import Closure, Context
from gridclient.forms.datatypes import written
from gridclient.forms.definition import Control, Text
from gridclient.forms.engine import Engine
from gridclient.forms.errors import FormError, UnknownReference, XPathError
from gridclient.forms.instance import lay, new_document, new_repeat
from gridclient.forms.node import Node
from gridclient.forms.parser import parse
from gridclient.forms.preload import FIRST, LAST, begin_edit, preload
from gridclient.forms.rules import Compiled, Step
from gridclient.forms.saving import written_xml
from gridclient.forms.texts import say
from gridclient.forms.values import number_of, text_of, truth_of

Status = Literal["ok", "required", "constraint", "type", "readonly"]
_SELECTS = frozenset({"select1", "select", "rank"})
_MOST_STEPS = 20_000_000
_MOST_EVENTS = 10_000
_MOST_INSTANCES = 50_000


@dataclass(frozen=True, slots=True)
class SetResult:
    """What became of an answer, and every reference that may look different now."""

    status: Status
    message: str = ""
    changed: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Choice:
    """One choice of a select."""

    value: str
    label: str
    image: str | None = None


@dataclass(frozen=True, slots=True)
class Violation:
    """Something that stands in the way of finishing the form."""

    ref: str
    condition: Literal["required", "constraint"]
    message: str


class Form:
    """A form with its answers; the world in which its expressions are evaluated."""

    lenient = True

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
        self._compiled, self._definition = compiled, compiled.definition
        self.now, self.zone = now, zone
        self._properties = properties or {}
        self.languages = list(self._definition.languages)
        self.language = language or (self.languages[0] if self.languages else None)
        self.structure_version = 0
        self.seed = secrets.randbelow(2**31)
        self._steps_left = _MOST_STEPS
        self._paths: dict[str, Closure] = {}
        self._begin(instance)

    # --- the definition --------------------------------------------------------------------------------------

    @property
    def title(self) -> str:
        """The form's title."""
        return self._definition.title

    @property
    def form_id(self) -> str:
        """The form's id."""
        return self._definition.form_id

    @property
    def version(self) -> str:
        """The form's version."""
        return self._definition.version

    @property
    def questions(self) -> int:
        """How many body controls there are."""
        return self._definition.questions

    @property
    def body(self) -> tuple[Control, ...]:
        """The controls as they are written."""
        return self._definition.body

    @property
    def warnings(self) -> tuple[str, ...]:
        """What the form says that is ignored."""
        return tuple(self._definition.warnings)

    # --- the world of expressions ------------------------------------------------------------------------------

    def document(self) -> Node:
        """The node above the primary instance's root."""
        return self._document

    def secondary(self, name: str) -> Node:
        """The node above a secondary instance's root."""
        found = self._definition.secondary.get(name)
        if found is None:
            if name in (self.form_id, self._root.name):
                return self._document
            raise XPathError(f"there is no instance {name}")
        return found

    def itext(self, name: str) -> str:
        """A text in the active language."""
        if not name:
            return ""
        return say(self._compiled, Text(itext=name), Context(self, self._root, self._root), self.language)

    def choice_label(self, place: Node, path: str, value: str) -> str:
        """The label of a question's choice; empty where the question has no such choice."""
        run = self._paths.get(path)
        if run is None:
            run = self._paths[path] = compile_tree(parse(path), self._compiled.scope)
        nodes = run(Context(self, place, place))
        if not isinstance(nodes, list) or not nodes:
            return ""
        return next((label for one, label in self._labelled(nodes[0]) if one == value), "")

    def property(self, name: str) -> str:
        """What is known of device and user, and the form's version."""
        return self.version if name == "version" else self._properties.get(name, "")

    def spend(self, steps: int) -> None:
        """Counts what predicates look at, so that no evaluation goes on for ever."""
        self._steps_left -= steps
        if self._steps_left < 0:
            raise XPathError("an expression looks at too many nodes")

    # --- beginning ---------------------------------------------------------------------------------------------

    def _begin(self, instance: bytes | None) -> None:
        self._document = new_document(self._definition)
        self._root = self._document.children[0]
        self._engine = Engine(self._compiled, self, self._root)
        self._found: dict[str, Node] = {}
        self._steps_left = _MOST_STEPS
        if instance is None:
            self._preload(FIRST)
            self._fire("odk-instance-first-load")
            self._fire("xforms-ready")
        elif not lay(instance, self._root, self._definition):
            begin_edit(self._root, self._definition)
        self._fire("odk-instance-load")
        self._engine.evaluate_all(self._root)
        self._settle()
        self._engine.events.clear()

    def _preload(self, kinds: frozenset[str]) -> None:
        now = self.now().astimezone(self.zone)
        for ref, bind in self._definition.binds.items():
            if bind.preload[0]:
                preload(self._engine.nodes(ref), bind, now, self._properties, kinds)

    # --- actions -----------------------------------------------------------------------------------------------

    def _fire(self, event: str, within: Node | None = None) -> None:
        """Runs the actions of an event: all of them, or those that are written at or in a node."""
        for step in self._compiled.steps:
            source = step.action.source
            if event not in step.action.events:
                continue
            if within is None:
                places = self._engine.nodes(source) if source else [self._root]
            elif event == "odk-new-repeat":
                places = self._engine.nodes(source, within) if self._is_written_in(source, within.template) else []
            else:
                places = [within] if source == within.template else []
            for place in places:
                self._act(step, place)

    def _is_written_in(self, source: str, repeat: str) -> bool:
        nearest = [each for each in self._compiled.repeats if f"{source}/".startswith(f"{each}/")]
        return bool(nearest) and nearest[-1] == repeat

    def _act(self, step: Step, place: Node) -> None:
        targets = step.target(Context(self, place, place))
        for node in targets if isinstance(targets, list) else []:
            text = step.action.text
            if step.value is not None:
                bind = self._definition.binds.get(node.template)
                value = step.value(Context(self, node, node))
                text = written(value, bind.datatype if bind else "string", self.zone)
            self._engine.put(node, text)

    def _settle(self) -> None:
        """Brings everything up to date: values, counted repeats, and what follows from changed values."""
        engine, left = self._engine, _MOST_EVENTS
        engine.settle()
        while engine.counts_changed or engine.events:
            if engine.counts_changed:
                engine.counts_changed = False
                self._count_repeats()
            for node in _taken(engine.events):
                self._fire("xforms-value-changed", node)
                left -= 1
            if left < 0:
                raise FormError("the actions of this form do not come to an end")
            engine.settle()

    # --- repeats -----------------------------------------------------------------------------------------------

    def _count_repeats(self) -> None:
        """Makes or takes away instances of counted repeats; a blank count changes nothing."""
        for ref in self._compiled.repeats:
            rule = self._compiled.rule(ref, "count")
            if rule is None:
                continue
            above, _, name = ref.rpartition("/")
            for parent in self._engine.nodes(above):
                value = self._count_of(rule.run, parent, name)
                if value != value:
                    continue
                wanted = max(0, int(min(value, _MOST_INSTANCES + 1)))
                if wanted > _MOST_INSTANCES:
                    raise FormError(f"{ref}: more than {_MOST_INSTANCES} instances are asked for")
                while len(parent.named(name)) < wanted:
                    self._grow(parent, ref)
                while len(parent.named(name)) > wanted:
                    self._shrink(parent.named(name)[-1])

    def _count_of(self, run: Closure, parent: Node, name: str) -> float:
        """The count, evaluated as if it stood at an instance."""
        there = parent.named(name)
        place = there[0] if there else Node(name, parent)
        return number_of(run(Context(self, place, place)), self.zone)

    def _grow(self, parent: Node, template: str) -> Node:
        node = new_repeat(parent, template, self._definition)
        for each in node.walk():
            each.relevant, each.readonly = parent.relevant, parent.readonly
        self._restructured()
        self._fire("odk-new-repeat", node)
        self._engine.evaluate_all(node)
        self._engine.touch_subtree(node)
        self._count_within(node)
        return node

    def _count_within(self, node: Node) -> None:
        self._engine.counts_changed |= any(
            count is not None and ref.startswith(f"{node.template}/") for ref, count in self._definition.repeats.items()
        )

    def _shrink(self, node: Node) -> None:
        assert node.parent is not None
        parent = node.parent
        self._engine.touch_subtree(node)
        siblings = parent.named(node.name)
        after = siblings[siblings.index(node) + 1 :]
        parent.remove(node)
        self._engine.forget(node)
        self._restructured()
        for sibling in after:
            sibling.forget_ref()
        for sibling in parent.named(node.name):
            self._engine.evaluate_all(sibling)
            self._engine.touch_structure(sibling)

    def _restructured(self) -> None:
        self.structure_version += 1
        self._found.clear()

    def _range(self, range_ref: str) -> tuple[Node, str]:
        above, _, name = range_ref.rpartition("/")
        parent = self._find(above) if above else self._document
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
        if self._definition.repeats[template] is not None:
            raise FormError(f"{range_ref}: the number of instances is computed")
        self._start()
        node = self._grow(parent, template)
        self._settle()
        return node.ref

    def remove_repeat(self, instance_ref: str) -> None:
        """Takes an instance away."""
        node = self._find(instance_ref)
        if node.template not in self._definition.repeats:
            raise UnknownReference(instance_ref)
        if self._definition.repeats[node.template] is not None:
            raise FormError(f"{instance_ref}: the number of instances is computed")
        self._start()
        self._shrink(node)
        self._settle()

    def can_change_count(self, range_ref: str) -> bool:
        """Whether the user may add and remove instances."""
        _, template = self._range(range_ref)
        return self._definition.repeats[template] is None and template not in self._definition.fixed_repeats

    def _start(self) -> None:
        self._engine.changed = set()
        self._steps_left = _MOST_STEPS

    # --- finding -----------------------------------------------------------------------------------------------

    def _find(self, ref: str) -> Node:
        found = self._found.get(ref)
        if found is None:
            found = self._found[ref] = self._search(ref)
        return found

    def _search(self, ref: str) -> Node:
        node: Node | None = self._document
        for part in ref.split("/")[1:]:
            if part.startswith("@"):
                node = node.attributes.get(part[1:])
            else:
                name, _, position = part.partition("[")
                there = node.named(name)
                place = int(position[:-1]) if position[:-1].isdecimal() else 1
                node = there[place - 1] if 0 < place <= len(there) else None
            if node is None:
                raise UnknownReference(ref)
        if node is self._document:
            raise UnknownReference(ref)
        return node

    def refs(self) -> list[str]:
        """Every element of the instance, in document order."""
        return [node.ref for node in self._root.walk()]

    def instances(self, control_ref: str, within: str = "") -> list[str]:
        """The references that exist now for a control's template reference."""
        start = self._find(within) if within else self._root
        if not (control_ref + "/").startswith(start.template + "/"):
            start = self._root
        return [node.ref for node in self._engine.nodes(control_ref, start)]

    # --- answers -----------------------------------------------------------------------------------------------

    def get(self, ref: str) -> str:
        """The answer as it would be sent; empty for what is not relevant."""
        node = self._find(ref)
        return node.text if node.relevant else ""

    def set(self, ref: str, value: str) -> SetResult:
        """Answers a question; everything that follows is done when this returns."""
        node = self._find(ref)
        if node.readonly:
            return SetResult("readonly")
        if value:
            fitting = self._fitting(node, value)
            if fitting is None:
                return SetResult("type", self._type_message(node))
            value = fitting
        engine = self._engine
        engine.changed = set()
        self._steps_left = _MOST_STEPS
        if node.text != value:
            engine.put(node, value)
            self._settle()
        status: Status = "ok"
        message = ""
        if node.relevant and (node.invalid or (node.required and not value)):
            status = "constraint" if value else "required"
            message = self._message(node)
        return SetResult(status, message, frozenset([each.ref for each in engine.changed]))

    def _fitting(self, node: Node, value: str) -> str | None:
        """A value as the node's type writes it; None where it is none of the type or no choice."""
        kind = self._compiled.kinds.get(node.template)
        if kind in _SELECTS:
            there = self._values(node)
            parts = [value] if kind == "select1" else value.split()
            return (value if kind == "select1" else " ".join(parts)) if there.issuperset(parts) else None
        cast = self._compiled.casts.get(node.template)
        return cast(value) if cast is not None else value

    def _values(self, node: Node) -> frozenset[str]:
        if (node.template, "choices") in self._compiled.named:
            return self._engine.chosen(node)[1]
        return frozenset(value for value, _ in self._definition.items.get(node.template, ()))

    def _type_message(self, node: Node) -> str:
        bind = self._definition.binds.get(node.template)
        return f"{node.ref}: {bind.datatype if bind else 'string'} is expected"

    def relevant(self, ref: str) -> bool:
        """Whether the node counts now."""
        node = self._node_or_range(ref)
        if isinstance(node, Node):
            return node.relevant
        parent, template = node
        rule = self._compiled.rule(template, "relevant")
        place = Node(template.rpartition("/")[2], parent)
        return parent.relevant and (rule is None or truth_of(rule.run(Context(self, place, place))))

    def _node_or_range(self, ref: str) -> Node | tuple[Node, str]:
        try:
            return self._find(ref)
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
        return not isinstance(node, Node) or not node.relevant or not ((node.required and not node.text) or node.invalid)

    def message(self, ref: str) -> str:
        """Why the answer does not hold, or that one is needed, in the active language."""
        return self._message(self._find(ref))

    def _message(self, node: Node) -> str:
        bind = self._definition.binds.get(node.template)
        text = (bind.constraint_message if node.text else bind.required_message) if bind else None
        return self._say(text, node) if text is not None else ""

    def validate(self) -> list[Violation]:
        """Everything that stands in the way, in document order."""
        found: list[Violation] = []
        for node in self._root.walk():
            if not node.relevant:
                continue
            if node.required and not node.text and not node.children:
                found.append(Violation(node.ref, "required", self._message(node)))
            elif node.invalid:
                found.append(Violation(node.ref, "constraint", self._message(node)))
        return found

    # --- texts and choices ---------------------------------------------------------------------------------------

    def _say(self, text: Text, node: Node, form: str = "") -> str:
        return say(self._compiled, text, Context(self, node, node), self.language, form)

    def _text(self, ref: str, texts: dict[str, Text], form: str = "") -> str | None:
        node = self._find(ref)
        text = texts.get(node.template)
        return self._say(text, node, form) if text is not None else None

    def label(self, ref: str) -> str | None:
        """The label in the active language."""
        return self._text(ref, self._definition.labels)

    def hint(self, ref: str) -> str | None:
        """The hint in the active language."""
        return self._text(ref, self._definition.hints) or None

    def guidance(self, ref: str) -> str | None:
        """The guidance hint in the active language."""
        return self._text(ref, self._definition.hints, "guidance") or None

    def media(self, ref: str, form: str) -> str | None:
        """The address of a label's `image`, `audio`, `video` or `big-image`."""
        return self._text(ref, self._definition.labels, form) or None

    def choices(self, ref: str) -> list[Choice]:
        """The choices that there are now."""
        node = self._find(ref)
        fixed = self._definition.items.get(node.template)
        if fixed is not None:
            return [Choice(v, self._say(text, node), self._say(text, node, "image") or None) for v, text in fixed]
        return [Choice(value, label) for value, label in self._labelled(node)]

    def _labelled(self, node: Node) -> list[tuple[str, str]]:
        """Values and labels of a question's choices."""
        fixed = self._definition.items.get(node.template)
        if fixed is not None:
            return [(value, self._say(text, node)) for value, text in fixed]
        if (node.template, "choices") not in self._compiled.named:
            return []
        value = self._compiled.closures[f"{node.template} value"]
        label = self._compiled.closures[f"{node.template} label"]
        place = Context(self, node, node)
        found: list[tuple[str, str]] = []
        for item in self._engine.chosen(node)[0]:
            place.node = item
            found.append((text_of(value(place)), text_of(label(place))))
        return found

    def set_language(self, name: str) -> None:
        """Changes the language of every text."""
        if name not in self.languages:
            raise FormError(f"the form has no language {name}")
        self.language = name
        self._start()
        self._engine.evaluate_texts()
        self._settle()

    # --- saving ------------------------------------------------------------------------------------------------

    def new_instance(self) -> None:
        """Begins anew, with nothing answered."""
        self._begin(None)
        self.structure_version += 1

    def save(self) -> bytes:
        """A draft: the instance with every value, also of what is not relevant now."""
        return self.to_xml(relevant_only=False).encode()

    def to_xml(self, relevant_only: bool = True) -> str:
        """The instance as XML, without what is not relevant."""
        return written_xml(self._root, self._definition.namespaces, relevant_only=relevant_only)

    def finalize(self) -> list[Violation]:
        """Sets the end time and the instance's id, and says what still stands in the way."""
        self._start()
        self._preload(LAST)
        return self.validate()


def _taken(waiting: list[Node]) -> list[Node]:
    """What waits, once each; nothing waits afterwards."""
    found = list(dict.fromkeys(waiting))
    waiting.clear()
    return found


def utc_now() -> datetime:
    """This moment."""
    return datetime.now(UTC)
