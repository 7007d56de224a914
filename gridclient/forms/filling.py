"""One instance of a form being filled in: its nodes, their upkeep, actions and repeats.

It is the world in which the form's expressions are evaluated. What the outside may ask is in `form.py`.
"""

import secrets
from collections.abc import Callable, Mapping
from datetime import datetime, tzinfo

from gridclient.forms.compile import compile_tree
from gridclient.forms.context import Budget, Closure, Context
from gridclient.forms.datatypes import written
from gridclient.forms.definition import Text
from gridclient.forms.engine import Engine
from gridclient.forms.errors import FormError, UnknownReference, XPathError
from gridclient.forms.instance import lay, new_document, new_repeat, put_last
from gridclient.forms.node import Node
from gridclient.forms.parser import parse
from gridclient.forms.preload import FIRST, begin_edit, preload
from gridclient.forms.rules import MEDIA, Compiled, Step
from gridclient.forms.texts import say
from gridclient.forms.values import Nodes, number_of

_MOST_EVENTS = 10_000
_MOST_INSTANCES = 10_000
_MOST_MADE = 50_000


class Filling:
    """An instance of a form and everything that keeps it true."""

    lenient = True

    def __init__(
        self,
        compiled: Compiled,
        now: Callable[[], datetime],
        zone: tzinfo,
        language: str | None,
        properties: Mapping[str, str],
    ) -> None:
        self.compiled, self.definition = compiled, compiled.definition
        self.now, self.zone, self.language = now, zone, language
        self._properties = properties
        self._paths: dict[str, Closure] = {}
        self.seed = 0
        self.structure_version = 0

    def document(self) -> Node:
        """The node above the primary instance's root."""
        return self.top

    def secondary(self, name: str) -> Node:
        """The node above a secondary instance's root."""
        found = self.definition.secondary.get(name)
        if found is None:
            if name in (self.definition.form_id, self.root.name):
                return self.top
            raise XPathError(f"there is no instance {name}")
        return found

    def itext(self, name: str) -> str:
        """A text in the active language."""
        return self.say(Text(itext=name), self.root) if name else ""

    def choice_label(self, place: Node, path: str, value: str) -> str:
        """The label of a question's choice; empty where the question has no such choice."""
        run = self._paths.get(path)
        if run is None:
            run = self._paths[path] = compile_tree(parse(path), self.compiled.scope)
        nodes = run(Context(self, place, place))
        if not isinstance(nodes, list) or not nodes:
            return ""
        return next((label for one, label in self.labelled(nodes[0]) if one == value), "")

    def property(self, name: str) -> str:
        """What is known of device and user, and the form's version."""
        return self.definition.version if name == "version" else self._properties.get(name, "")

    def spend(self, steps: int) -> None:
        """Counts what predicates look at, so that no evaluation goes on for ever."""
        self._budget.spend(steps)

    def begin(self, instance: bytes | None) -> None:
        """Makes a new instance, or opens a saved one, and brings it up to date."""
        self.seed = secrets.randbelow(2**31)
        self.top = new_document(self.definition)
        self.root = self.top.children[0]
        self.engine = Engine(self.compiled, self, self.root)
        self._found: dict[str, Node] = {}
        self.fixed: dict[str, Nodes] = {}
        self._budget = Budget()
        self._made = 0
        self._spare: dict[tuple[Node, str], list[Node]] = {}
        self.is_saved = instance is not None
        self.log = ""  # of the sittings before, as the draft carries it
        if instance is None:
            self.preload(FIRST)
            self._fire("odk-instance-first-load")
            self._fire("xforms-ready")
        else:
            saved = lay(instance, self.root, self.definition)
            self.log = saved.log
            if not saved.is_draft:
                begin_edit(self.root, self.definition)
        self.fixed.clear()
        self._fire("odk-instance-load")
        # Only what actions changed runs further actions now: a first calculation is no change by the user.
        by_actions = list(self.engine.events)
        self.engine.evaluate_all(self.root)
        self.engine.settle()
        self.engine.events[:] = by_actions
        self.settle()

    def preload(self, kinds: frozenset[str]) -> None:
        """Gives the nodes of some preloads their values."""
        now = self.now().astimezone(self.zone)
        for ref, bind in self.definition.binds.items():
            if bind.preload[0]:
                preload(self.engine.nodes(ref), bind, now, self._properties, kinds)

    def identity(self) -> str:
        """The instance's id."""
        meta = next(child for child in self.root.children if child.local == "meta")
        return next(child.text for child in meta.children if child.local == "instanceID")

    def _fire(self, event: str, within: Node | None = None) -> None:
        """Runs the actions of an event: all of them, or those that are written at or in a node."""
        for step in self.compiled.steps:
            source = step.action.source
            if event not in step.action.events:
                continue
            if within is None:
                places = self.engine.nodes(source) if source else [self.root]
            elif event == "odk-new-repeat":
                places = self.engine.nodes(source, within) if self._is_written_in(source, within.template) else []
            else:
                places = [within] if source == within.template else []
            for place in places:
                self._act(step, place)

    def _is_written_in(self, source: str, repeat: str) -> bool:
        nearest = [each for each in self.compiled.repeats if f"{source}/".startswith(f"{each}/")]
        return bool(nearest) and nearest[-1] == repeat

    def _act(self, step: Step, place: Node) -> None:
        targets = step.target(Context(self, place, place))
        for node in targets if isinstance(targets, list) else []:
            text = step.action.text
            if step.value is not None:
                bind = self.definition.binds.get(node.template)
                value = step.value(Context(self, node, node))
                text = written(value, bind.datatype if bind else "string", self.zone)
            self.engine.put(node, text)

    def settle(self) -> None:
        """Brings everything up to date: values, counted repeats, and what follows from changed values."""
        engine, left = self.engine, _MOST_EVENTS
        engine.settle()
        while engine.counts_changed or engine.events:
            if engine.counts_changed:
                engine.counts_changed = False
                self._count_repeats()
                left -= 1
            for node in _taken(engine.events):
                self._fire("xforms-value-changed", node)
                left -= 1
            if left < 0:
                raise FormError("the actions and counts of this form do not come to an end")
            engine.settle()

    def _count_repeats(self) -> None:
        """Makes or takes away instances of counted repeats; a blank count changes nothing."""
        for ref in self.compiled.repeats:
            rule = self.compiled.rule(ref, "count")
            if rule is None:
                continue
            above, _, name = ref.rpartition("/")
            for parent in self.engine.nodes(above):
                value = self._count_of(rule.run, parent, name)
                if value != value:
                    continue
                wanted = int(max(0, min(value, _MOST_INSTANCES + 1)))
                if wanted > _MOST_INSTANCES:
                    raise FormError(f"{ref}: more than {_MOST_INSTANCES} instances are asked for")
                while len(parent.named(name)) < wanted:
                    self.grow(parent, ref)
                while len(parent.named(name)) > wanted:
                    node = parent.named(name)[-1]
                    self.shrink(node)
                    self._spare.setdefault((parent, name), []).append(node)

    def _count_of(self, run: Closure, parent: Node, name: str) -> float:
        """The count, evaluated as if it stood at an instance."""
        there = parent.named(name)
        place = there[0] if there else Node(name, parent)
        return number_of(run(Context(self, place, place)), self.zone)

    def grow(self, parent: Node, template: str) -> Node:
        """Adds an instance of a repeat after its siblings."""
        self._made += 1
        if self._made > _MOST_MADE:
            raise FormError(f"{template}: more than {_MOST_MADE} instances are made at once")
        spare = self._spare.get((parent, template.rpartition("/")[2]))
        is_new = not spare
        if spare:  # a count that falls and rises again brings back what was answered
            node = spare.pop()
            put_last(node, parent, self.definition)
            node.forget_ref()
        else:
            node = new_repeat(parent, template, self.definition)
        for each in node.walk():
            each.begin(parent.relevant, parent.readonly)
        self._restructured()
        if is_new:
            self._fire("odk-new-repeat", node)
        self.engine.evaluate_all(node)
        self.engine.touch_subtree(node)
        self._count_within(node)
        return node

    def _count_within(self, node: Node) -> None:
        self.engine.counts_changed |= any(
            count is not None and ref.startswith(f"{node.template}/") for ref, count in self.definition.repeats.items()
        )

    def shrink(self, node: Node) -> None:
        """Takes an instance of a repeat away."""
        assert node.parent is not None
        parent = node.parent
        self.engine.touch_subtree(node)
        siblings = parent.named(node.name)
        after = siblings[siblings.index(node) + 1 :]
        parent.remove(node)
        self.engine.forget(node)
        self._restructured()
        for sibling in after:
            sibling.forget_ref()
        for sibling in parent.named(node.name):
            self.engine.evaluate_all(sibling)
            self.engine.touch_structure(sibling)

    def _restructured(self) -> None:
        self.structure_version += 1
        self._found.clear()

    def start(self) -> None:
        """A new change begins: what it touches is counted from here."""
        self.engine.changed = set()
        self._budget.renew()
        self._made = 0

    def find(self, ref: str) -> Node:
        """The node of a reference."""
        found = self._found.get(ref)
        if found is None:
            found = self._found[ref] = self._search(ref)
        return found

    def _search(self, ref: str) -> Node:
        node: Node | None = self.top
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
        if node is self.top:
            raise UnknownReference(ref)
        return node

    def say(self, text: Text, node: Node, form: str = "") -> str:
        """A text as it stands at a node, in the active language."""
        return say(self.compiled, text, Context(self, node, node), self.language, form)

    def labelled(self, node: Node) -> list[tuple[str, str]]:
        """Values and labels of a question's choices."""
        fixed = self.definition.items.get(node.template)
        if fixed is not None:
            return [(value, self.say(text, node)) for value, text in fixed]
        if (node.template, "choices") not in self.compiled.named:
            return []
        items, place = self.engine.chosen(node)[0], Context(self, node, node)
        values = self.compiled.columns[f"{node.template} value"].texts(items, place)
        return list(zip(values, self.compiled.columns[f"{node.template} label"].texts(items, place), strict=True))

    def itext_ids(self, node: Node) -> list[str]:
        """The ids of the texts that label a question's choices, blank where a label is no such text."""
        fixed = self.definition.items.get(node.template)
        if fixed is not None:
            return [text.itext for _, text in fixed]
        items = self.engine.chosen(node)[0] if (node.template, "choices") in self.compiled.named else []
        column = self.compiled.columns.get(f"{node.template} itext")
        return column.texts(items, Context(self, node, node)) if column is not None else [""] * len(items)

    def media(self, name: str, node: Node) -> dict[str, str]:
        """The pictures and sounds of a text by its id, in the active language."""
        if name not in self.compiled.media:
            return {}
        said = {form: self.say(Text(itext=name), node, form) for form in MEDIA}
        return {form.replace("-", "_"): address for form, address in said.items() if address}

    def values(self, node: Node) -> frozenset[str]:
        """The values that a question's choices have now."""
        if (node.template, "choices") in self.compiled.named:
            return self.engine.chosen(node)[1]
        return frozenset(value for value, _ in self.definition.items.get(node.template, ()))


def _taken(waiting: list[Node]) -> list[Node]:
    """What waits, once each; nothing waits afterwards."""
    found = list(dict.fromkeys(waiting))
    waiting.clear()
    return found
