"""An open form: answers, and everything that follows from them. The interface of the engine.

References are absolute paths with a position at every repeat instance and nowhere else.
"""

import re
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, tzinfo
from typing import Literal

from gridclient.forms.compile import Context, compile_tree
from gridclient.forms.engine import Compiled, Engine, controls_by_ref, touched
from gridclient.forms.errors import FormError, UnknownReference, XPathError
from gridclient.forms.node import Node
from gridclient.forms.values import number_of, text_of
from gridclient.forms.xform import Action, Control, Element, Text, etree, parse_xml, tree

Status = Literal["ok", "required", "constraint", "type", "readonly"]
_POSITION = re.compile(r"\[(\d+)\]")
_INTEGER, _DECIMAL = re.compile(r"-?\d{1,18}\Z"), re.compile(r"-?(\d+(\.\d*)?|\.\d+)\Z")


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
        self._compiled, self._definition = compiled, compiled.definition
        self.now, self.zone = now, zone
        self._properties = properties or {}
        self.languages = list(self._definition.languages)
        self.language = language or (self.languages[0] if self.languages else None)
        self._kinds = controls_by_ref(self._definition)
        self.structure_version = 0
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

    # --- the world of expressions ------------------------------------------------------------------------------

    def document(self) -> Node:
        """The node above the primary instance's root."""
        return self._document

    def secondary(self, name: str) -> Node:
        """The node above a secondary instance's root."""
        found = self._definition.secondary.get(name)
        if found is None:
            raise XPathError(f"there is no instance {name}")
        return found

    def itext(self, name: str) -> str:
        """A text in the active language."""
        return self._say(Text(itext=name), self._root)

    def choice_label(self, ref: str, value: str) -> str:
        """The label of a question's choice."""
        nodes = self._engine.nodes(_POSITION.sub("", ref))
        return next((c.label for c in self.choices(nodes[0].ref) if c.value == value), value) if nodes else value

    # --- beginning ---------------------------------------------------------------------------------------------

    def _begin(self, instance: bytes | None) -> None:
        self._document = Node("", None)
        self._root = self._copy(self._definition.root, self._document)
        self._document.add(self._root)
        self._engine = Engine(self._compiled, self, self._root)
        if instance is not None:
            self._lay(tree(parse_xml(instance), None), self._root)
        else:
            self._preload("start", "today", "deviceid", "username", "email", "phonenumber", "uid")
            self._fire("odk-instance-first-load", self._root)
        self._fire("odk-instance-load", self._root)
        self._engine.evaluate_all(self._root)
        self._settle()

    def _copy(self, source: Node, parent: Node) -> Node:
        node = Node(source.name, parent, source.text)
        node.attributes = dict(source.attributes)
        node.is_repeat = source.is_repeat
        seen: set[str] = set()
        for child in source.children:
            if child.is_repeat and (child.template in seen or "jr:template" in child.attributes):
                if "jr:template" not in child.attributes:
                    node.add(self._copy(child, node))
                continue
            seen.add(child.template)
            if child.is_repeat and self._definition.repeats.get(child.template) is not None:
                continue  # jr:count makes its instances
            node.add(self._copy(child, node))
        return node

    def _lay(self, saved: Node, node: Node) -> None:
        if not saved.children:
            node.text = saved.text
            return
        seen: dict[str, int] = {}
        for child in saved.children:
            place = seen.get(child.name, 0)
            seen[child.name] = place + 1
            there = node.named(child.name)
            if place >= len(there):
                template = self._definition.templates.get(f"{node.template}/{child.name}")
                if template is None:
                    continue  # the form no longer has it
                node.add(self._copy(template, node))
                there = node.named(child.name)
            self._lay(child, there[place])
        for name, found in list(node.index.items()):
            if found and found[0].is_repeat:
                for extra in found[seen.get(name, 0) :]:
                    node.remove(extra)

    def _preload(self, *kinds: str) -> None:
        now = self.now().astimezone(self.zone)
        values = {
            "start": now.isoformat(timespec="milliseconds"), "end": now.isoformat(timespec="milliseconds"),
            "today": now.date().isoformat(), "uid": f"uuid:{uuid.uuid4()}",
        }  # fmt: skip
        for ref, bind in self._definition.binds.items():
            kind, parameter = bind.preload
            if kind in ("timestamp", "date"):
                kind = parameter
            if kind == "property":
                kind = parameter
            if kind in kinds:
                for node in self._engine.nodes(ref):
                    if kind != "uid" or not node.text:
                        node.text = values.get(kind, self._properties.get(kind, ""))

    def _fire(self, event: str, within: Node, source: str = "") -> None:
        for action in self._definition.actions:
            if event in action.events and (not source or action.source == source):
                self._act(action, within)

    def _act(self, action: Action, within: Node) -> None:
        start = within if action.ref.startswith(within.template + "/") else self._root
        for node in self._engine.nodes(action.ref, start):
            text = action.text
            if action.value is not None:
                text = text_of(compile_tree(action.value)(Context(self, node, node)))
            self._engine.put(node, text)

    def _settle(self) -> None:
        self._engine.settle()
        while self._count_repeats():
            self._engine.settle()

    def _count_repeats(self) -> bool:
        """Makes or takes away instances of counted repeats; True when something changed."""
        changed = False
        for ref, count in self._definition.repeats.items():
            rule = self._compiled.rule(ref, "count")
            if count is None or rule is None:
                continue
            above, _, name = ref.rpartition("/")
            for parent in self._engine.nodes(above):
                wanted = number_of(rule.run(Context(self, parent, parent)), self.zone)
                wanted = max(0, int(wanted)) if wanted == wanted else 0
                while len(parent.named(name)) != wanted:
                    changed = True
                    if len(parent.named(name)) < wanted:
                        self._grow(parent, ref)
                    else:
                        self._shrink(parent.named(name)[-1])
        return changed

    def _grow(self, parent: Node, template: str) -> Node:
        source = self._definition.templates[template]
        node = self._copy(source, parent)
        name = template.rpartition("/")[2]
        siblings = parent.named(name)
        at = parent.children.index(siblings[-1]) + 1 if siblings else self._place_of(parent, name)
        parent.add(node, at)
        for each in node.walk():
            each.relevant = parent.relevant
            each.readonly = parent.readonly
        self.structure_version += 1
        self._fire("odk-new-repeat", node)
        self._engine.evaluate_all(node)
        self._engine.touch_subtree(node)
        for sibling in siblings:
            self._engine.touch(sibling)
        return node

    def _place_of(self, parent: Node, name: str) -> int:
        """Where the first instance of a repeat belongs among its siblings."""
        pattern = next(node for node in self._definition.root.walk() if node.template == parent.template)
        names = [child.name for child in pattern.children]
        before = set(names[: names.index(name)])
        return sum(child.name in before for child in parent.children)

    def _shrink(self, node: Node) -> None:
        assert node.parent is not None
        self.structure_version += 1
        parent = node.parent
        self._engine.touch_subtree(node)
        parent.remove(node)
        for each in node.walk():
            self._engine.changed.discard(each)
        for sibling in parent.named(node.name):
            self._engine.evaluate_all(sibling)
            self._engine.touch_subtree(sibling)

    # --- finding -----------------------------------------------------------------------------------------------

    def _find(self, ref: str) -> Node:
        node: Node | None = None
        for part in ref.split("/")[1:]:
            name, _, position = part.partition("[")
            if node is None:
                node = self._root if name == self._root.name else None
            else:
                there = node.named(name)
                place = int(position[:-1]) if position else 1
                node = there[place - 1] if 0 < place <= len(there) else None
            if node is None:
                raise UnknownReference(ref)
        if node is None:
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
        if value and not self._fits(node, value):
            return SetResult("type", self._type_message(node))
        self._engine.changed = set()
        if node.text != value:
            self._engine.put(node, value)
            self._fire("xforms-value-changed", node.parent or node, node.template)
            self._settle()
        status: Status = "ok"
        if node.relevant and not value and node.required:
            status = "required"
        elif node.relevant and node.invalid:
            status = "constraint"
        message = self.message(ref) if status != "ok" else ""
        return SetResult(status, message, touched(self._engine.changed))

    def _fits(self, node: Node, value: str) -> bool:
        bind = self._definition.binds.get(node.template)
        kind = self._kinds.get(node.template)
        if kind in ("select1", "select", "rank"):
            there = {choice.value for choice in self.choices(node.ref)}
            return all(part in there for part in ([value] if kind == "select1" else value.split()))
        try:
            match bind.datatype if bind else "string":
                case "int" | "integer" | "long":
                    return _INTEGER.match(value) is not None
                case "decimal" | "double" | "float":
                    return _DECIMAL.match(value) is not None
                case "date":
                    date.fromisoformat(value[:10])
                case "dateTime":
                    datetime.fromisoformat(value)
                case "time":
                    time.fromisoformat(value)
                case "geopoint":
                    numbers = [float(part) for part in value.split()]
                    return 2 <= len(numbers) <= 4 and abs(numbers[0]) <= 90 and abs(numbers[1]) <= 180
                case _:
                    return True
        except ValueError:
            return False
        return True

    def _type_message(self, node: Node) -> str:
        bind = self._definition.binds.get(node.template)
        return f"{node.ref}: {bind.datatype if bind else 'string'} is expected"

    def relevant(self, ref: str) -> bool:
        """Whether the node counts now."""
        return self._find(ref).relevant

    def readonly(self, ref: str) -> bool:
        """Whether the answer may not be changed now."""
        node = self._find(ref)
        return node.readonly

    def required(self, ref: str) -> bool:
        """Whether an answer is needed now."""
        return self._find(ref).required

    def valid(self, ref: str) -> bool:
        """False when an answer is missing, or does not hold."""
        node = self._find(ref)
        return not node.relevant or not ((node.required and not node.text) or node.invalid)

    def message(self, ref: str) -> str:
        """Why the answer does not hold, or that one is needed, in the active language."""
        node = self._find(ref)
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
                found.append(Violation(node.ref, "required", self.message(node.ref)))
            elif node.invalid:
                found.append(Violation(node.ref, "constraint", self.message(node.ref)))
        return found

    # --- texts and choices ---------------------------------------------------------------------------------------

    def label(self, ref: str) -> str | None:
        """The label in the active language."""
        node = self._find(ref)
        text = self._definition.labels.get(node.template)
        return self._say(text, node) if text is not None else None

    def hint(self, ref: str) -> str | None:
        """The hint in the active language."""
        node = self._find(ref)
        text = self._definition.hints.get(node.template)
        return (self._say(text, node) or None) if text is not None else None

    def guidance(self, ref: str) -> str | None:
        """The guidance hint in the active language."""
        node = self._find(ref)
        text = self._definition.hints.get(node.template)
        return (self._say(text, node, "guidance") or None) if text is not None else None

    def _say(self, text: Text, node: Node, form: str = "") -> str:
        parts = text.parts
        if text.itext:
            forms = self._definition.itext.get(self.language or "", {}).get(text.itext, {})
            chosen = forms.get(form) or (forms.get("long") or forms.get("short") if not form else None)
            parts = chosen.parts if chosen is not None else []
        elif form:
            return ""
        context = Context(self, node, node)
        said = "".join(p if isinstance(p, str) else text_of(compile_tree(p)(context)) for p in parts)
        return said.strip()

    def choices(self, ref: str) -> list[Choice]:
        """The choices that there are now."""
        node = self._find(ref)
        fixed = self._definition.items.get(node.template)
        if fixed is not None:
            return [Choice(value, self._say(text, node)) for value, text in fixed]
        itemset = self._definition.itemsets.get(node.template)
        rule = self._compiled.rule(node.template, "choices")
        if itemset is None or rule is None:
            return []
        found: list[Choice] = []
        label = compile_tree(itemset.label)
        items = self._engine.evaluate(rule, node)
        for item in items if isinstance(items, list) else []:
            if isinstance(item, Node):
                value = next((child.value for child in item.named(itemset.value)), "")
                found.append(Choice(value, text_of(label(Context(self, item, node)))))
        return found

    def set_language(self, name: str) -> None:
        """Changes the language of every text."""
        if name not in self.languages:
            raise FormError(f"the form has no language {name}")
        self.language = name

    # --- repeats -----------------------------------------------------------------------------------------------

    def _repeat(self, range_ref: str) -> tuple[Node, str]:
        above, _, name = range_ref.rpartition("/")
        parent = self._find(above)
        template = f"{parent.template}/{name}"
        if template not in self._definition.repeats:
            raise UnknownReference(range_ref)
        return parent, name

    def count(self, range_ref: str) -> int:
        """How many instances a repeat has."""
        parent, name = self._repeat(range_ref)
        return len(parent.named(name))

    def add_repeat(self, range_ref: str) -> str:
        """Adds an instance at the end and returns its reference."""
        parent, name = self._repeat(range_ref)
        template = f"{parent.template}/{name}"
        if self._definition.repeats[template] is not None:
            raise FormError(f"{range_ref}: the number of instances is computed")
        self._engine.changed = set()
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
        self._engine.changed = set()
        self._shrink(node)
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
        spaces: dict[str | None, str] = {
            p: uri for p, uri in self._definition.namespaces.items() if p in ("orx", "odk", "entities", "jr")
        }
        default = self._definition.namespaces.get(None)
        if default and default != "http://www.w3.org/2002/xforms":
            spaces[None] = default
        element = self._element(self._root, spaces, relevant_only)
        return etree.tostring(element, encoding="unicode")

    def _element(self, node: Node, spaces: dict[str | None, str], relevant_only: bool) -> Element:
        prefix, _, local = node.name.rpartition(":")
        uri = spaces.get(prefix or None)
        element = etree.Element(f"{{{uri}}}{local}" if uri else local, nsmap=spaces if node is self._root else None)
        for name, value in node.attributes.items():
            if not name.startswith("jr:") or not relevant_only:
                element.set(name.rpartition(":")[2], value)
        if node.children:
            for child in node.children:
                if child.relevant or not relevant_only:
                    element.append(self._element(child, spaces, relevant_only))
        elif node.text:
            element.text = node.text
        return element

    def finalize(self) -> list[Violation]:
        """Sets the end time and the instance's id, and says what still stands in the way."""
        self._preload("end", "uid")
        return self.validate()


def utc_now() -> datetime:
    """This moment."""
    return datetime.now(UTC)
