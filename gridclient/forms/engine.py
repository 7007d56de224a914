"""Keeps an instance true: after each change exactly what depends on it is evaluated again, in order.

A *rule* is one expression of one node template: its relevance, calculation, choices, or what is only told about it
(required, readonly, constraint, label). Rules are ranked once, when the form is compiled.
"""

import re
from heapq import heappop, heappush

from gridclient.forms.context import Context, World
from gridclient.forms.datatypes import written
from gridclient.forms.errors import FormError, XPathError
from gridclient.forms.node import NONE, Node
from gridclient.forms.rules import Compiled, Link, Rule
from gridclient.forms.values import Nodes, Value, truth_of, words

_MOST_TURNS = 50
_OFTEN = 64
_LONGEST_TEXT = 1_000_000
# Pasted from a word processor, out of a list, or decoded (XML 1.0, section 2.2).
_UNWRITABLE = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


class Engine:
    """The instance of one open form and its upkeep."""

    def __init__(self, compiled: Compiled, world: World, root: Node) -> None:
        self.compiled, self.world, self.root = compiled, world, root
        self.changed: set[Node] = set()
        self.counts_changed = any(count is not None for count in compiled.definition.repeats.values())
        self.events: list[Node] = []
        self._heard = frozenset(
            step.action.source for step in compiled.steps if "xforms-value-changed" in step.action.events
        )
        self._queue: list[int] = []
        self._dirty: dict[int, dict[Node, None] | None] = {}
        self._single: dict[int, list[Node]] = {}
        self._chosen: dict[Node, tuple[list[Node], frozenset[str]]] = {}

    # --- finding nodes ---------------------------------------------------------------------------------------

    def nodes(self, template: str, within: Node | None = None) -> list[Node]:
        """The nodes of a template, all or those within one node."""
        start = within or self.root
        if template == start.template:
            return [start]
        return _descend([start], template[len(start.template) + 1 :].split("/"))

    def _of(self, rule: Rule) -> list[Node]:
        """The nodes that a rule is about; outside repeats they never change."""
        if not rule.single:
            return _descend([self.root], rule.names)
        found = self._single.get(rule.rank)
        if found is None:
            found = self._single[rule.rank] = _descend([self.root], rule.names)
        return found

    # --- what is dirty ---------------------------------------------------------------------------------------

    def touch(self, node: Node) -> None:
        """A node's value changed: everything that reads it is evaluated again."""
        self.changed.add(node)
        dirty = self._dirty
        for link in self.compiled.links.get(node.template, ()):
            rule = link.rule
            if not rule.single:
                self._mark(link, node)
            elif rule.is_text:
                self.changed.update(self._of(rule))
            elif rule.rank not in dirty:
                dirty[rule.rank] = dict.fromkeys(self._of(rule))
                heappush(self._queue, rule.rank)

    def touch_structure(self, node: Node) -> None:
        """A node appeared, went, or changed its relevance: what counts it is evaluated again too."""
        self.touch(node)
        for link in self.compiled.structure.get(node.template, ()):
            self._mark(link, node)

    def touch_subtree(self, node: Node) -> None:
        """A subtree appeared or went."""
        for each in node.walk():
            self.touch_structure(each)
            for attribute in each.attributes.values():
                self.touch_structure(attribute)

    def evaluate_all(self, node: Node) -> None:
        """Evaluates every rule about a subtree (it is new)."""
        by_ref = self.compiled.by_ref
        for each in node.walk():
            for rule in by_ref.get(each.template, ()):
                self._mark_nodes(rule, [each])
            for attribute in each.attributes.values():
                for rule in by_ref.get(attribute.template, ()):
                    self._mark_nodes(rule, [attribute])

    def evaluate_texts(self) -> None:
        """Evaluates again what depends on the language."""
        for rule in self.compiled.rules:
            if rule.speaks:
                self._mark_nodes(rule, self._of(rule))

    def _mark(self, link: Link, node: Node) -> None:
        rule = link.rule
        if link.up < 0:
            if rule.single:
                self._mark_nodes(rule, self._of(rule))
            else:
                self._mark_nodes(rule, None)
            return
        near: Node | None = node
        for _ in range(link.up):
            near = near.parent if near is not None else None
        if near is not None:
            self._mark_nodes(rule, _descend([near], link.down) if link.down else [near])

    def _mark_nodes(self, rule: Rule, nodes: list[Node] | None) -> None:
        rank, dirty = rule.rank, self._dirty
        known = dirty.get(rank, _CLEAN)
        if known is _CLEAN:
            dirty[rank] = None if nodes is None else dict.fromkeys(nodes)
            heappush(self._queue, rank)
        elif nodes is None:
            dirty[rank] = None
        elif known is not None:
            for node in nodes:
                known[node] = None

    # --- settling --------------------------------------------------------------------------------------------

    def settle(self) -> None:
        """Evaluates what is dirty, and what becomes dirty by it, until nothing is."""
        queue, dirty, rules = self._queue, self._dirty, self.compiled.rules
        context = Context(self.world, self.root, self.root)
        rounds: dict[int, int] = {}
        done = 0
        while queue:
            rank = heappop(queue)
            nodes = dirty.pop(rank, None)
            rule = rules[rank]
            if rule.kind == "count":
                self.counts_changed = True
                continue
            if nodes is None:
                nodes = dict.fromkeys(self._of(rule))
            rounds[rank] = turn = rounds.get(rank, 0) + 1
            # A chain through the instances of a repeat needs a turn for each of them.
            if turn > _MOST_TURNS and turn > _MOST_TURNS + 2 * len(self._of(rule)):
                queue.clear()
                dirty.clear()
                raise FormError(f"{rule.ref}: its {rule.kind} does not come to an end")
            try:
                for node in nodes:
                    context.node = context.current = node
                    done += 1
                    if done % _OFTEN == 0:
                        self.world.spend(0)
                    self._evaluate(rule, node, context)
            except XPathError as error:
                raise XPathError(f"{context.current.ref} {rule.kind}: {error}") from error

    def evaluate(self, rule: Rule, node: Node) -> Value:
        """The value of a rule at a node."""
        return rule.run(Context(self.world, node, node))

    def _evaluate(self, rule: Rule, node: Node, context: Context) -> None:
        kind = rule.kind
        if kind == "calculate":
            text = written(rule.run(context), rule.datatype, self.world.zone)
            if len(text) > _LONGEST_TEXT:
                raise XPathError(f"it gives more than {_LONGEST_TEXT:,} letters")
            self.put(node, text)
        elif kind == "relevant":
            value = truth_of(rule.run(context))
            if node.own_relevant != value:
                node.own_relevant = value
                self._spread_relevance(node, node.parent is None or node.parent.relevant)
        elif kind == "constraint":
            self._set_invalid(node, node.text != "" and not truth_of(rule.run(context)))
        elif kind == "required":
            value = truth_of(rule.run(context))
            if node.required != value:
                node.required = value
                self.changed.add(node)
        elif kind == "readonly":
            node.own_readonly = truth_of(rule.run(context))
            self._spread_readonly(node, node.parent is not None and node.parent.readonly)
        elif kind == "choices":
            self._choose(rule, node, context)
        else:
            self.changed.add(node)

    def put(self, node: Node, text: str) -> None:
        """Stores a value and touches what reads it, if it is another one; letters that XML cannot hold are left out."""
        if not text.isprintable():
            text = _UNWRITABLE.sub("", text)
        if node.text != text:
            node.text = text
            self.touch(node)
            if node.template in self._heard:
                self.events.append(node)

    def _set_invalid(self, node: Node, value: bool) -> None:
        if node.invalid != value:
            node.invalid = value
            self.changed.add(node)

    # --- choices ---------------------------------------------------------------------------------------------

    def _choose(self, rule: Rule, node: Node, context: Context) -> None:
        """Evaluates an itemset; answers that are no choices any more are taken away."""
        items = rule.run(context)
        found: Nodes = items if isinstance(items, list) else []
        before = self._chosen.get(node)
        if before is not None and before[0] is found and found and found[0].is_row:
            return
        self._chosen[node] = (found, self._values(node, found))
        self.changed.add(node)
        if node.text:
            there = self._chosen[node][1]
            single = self.compiled.kinds.get(node.template) == "select1"
            parts = [node.text] if single else words(node.text)
            if not all(part in there for part in parts):
                self.put(node, " ".join(part for part in parts if part in there))

    def _values(self, node: Node, items: Nodes) -> frozenset[str]:
        column = self.compiled.columns[f"{node.template} value"]
        return frozenset(column.texts(items, Context(self.world, node, node)))

    def chosen(self, node: Node) -> tuple[list[Node], frozenset[str]]:
        """The nodes of a select's itemset now, and their values."""
        found = self._chosen.get(node)
        if found is None:
            rule = self.compiled.named[node.template, "choices"]
            self._choose(rule, node, Context(self.world, node, node))
            found = self._chosen[node]
        return found

    def forget(self, node: Node) -> None:
        """A node went: nothing is kept about it."""
        for each in node.walk():
            self._chosen.pop(each, None)
            self.changed.discard(each)
            for gone in (each, *each.attributes.values()):
                for rule in self.compiled.by_ref.get(gone.template, ()):
                    waiting = self._dirty.get(rule.rank)
                    if waiting is not None:
                        waiting.pop(gone, None)

    # --- flags that are inherited ----------------------------------------------------------------------------

    def _spread_relevance(self, node: Node, above: bool) -> None:
        now = above and node.own_relevant
        if node.relevant == now:
            return
        node.relevant = now
        self.touch_structure(node)
        for attribute in node.attributes.values():
            attribute.relevant = now
            self.touch_structure(attribute)
        for child in node.children:
            self._spread_relevance(child, now)

    def _spread_readonly(self, node: Node, above: bool) -> None:
        now = above or node.own_readonly
        if node.readonly != now:
            node.readonly = now
            self.changed.add(node)
        for child in node.children:
            if child.readonly != (now or child.own_readonly):
                self._spread_readonly(child, now)


_CLEAN: dict[Node, None] = {}


def _descend(nodes: list[Node], names: tuple[str, ...] | list[str]) -> list[Node]:
    for name in names:
        if name[0] == "@":
            nodes = [node.attributes[name[1:]] for node in nodes if name[1:] in node.attributes]
        elif len(nodes) == 1:
            nodes = nodes[0].index.get(name, NONE)
        else:
            nodes = [child for node in nodes for child in node.index.get(name, NONE)]
    return nodes
