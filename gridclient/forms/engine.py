"""Keeps an instance true: after each change exactly what depends on it is evaluated again, in order.

A *rule* is one expression of one node template: its relevance, calculation, choices, or what is only told about it
(required, readonly, constraint, label). Rules are ranked once, when the form is compiled.
"""

import heapq
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from gridclient.forms.ast import Expr
from gridclient.forms.compile import Closure, Context, World, compile_tree
from gridclient.forms.depend import Read, ranks, reads
from gridclient.forms.errors import FormError, XPathError
from gridclient.forms.node import Node
from gridclient.forms.values import Value, text_of, truth_of
from gridclient.forms.xform import Definition, Text, flat

VALUE_KINDS = ("relevant", "calculate", "choices", "count")


@dataclass(slots=True)
class Rule:
    """One expression about one template."""

    kind: str
    ref: str
    run: Closure
    rank: int = 0


@dataclass(slots=True)
class Compiled:
    """A definition with its closures and its index of who reads what."""

    definition: Definition
    rules: dict[tuple[str, str], Rule] = field(default_factory=dict[tuple[str, str], Rule])
    readers: dict[str, list[tuple[Rule, str]]] = field(default_factory=dict[str, list[tuple[Rule, str]]])
    by_ref: dict[str, list[Rule]] = field(default_factory=dict[str, list[Rule]])

    def rule(self, ref: str, kind: str) -> Rule | None:
        """The rule of a kind about a template."""
        return self.rules.get((ref, kind))


def compile_form(definition: Definition) -> Compiled:
    """Compiles every expression; raises `FormError` for what cannot be run."""
    compiled = Compiled(definition)
    edges: dict[tuple[str, str], set[tuple[str, str]]] = {}
    read_by: list[tuple[Rule, list[Read]]] = []
    for ref, kind, tree in _expressions(definition):
        try:
            rule = Rule(kind, ref, compile_tree(tree))
        except XPathError as error:
            raise FormError(f"{ref} {kind}: {error}") from error
        compiled.rules[ref, kind] = rule
        compiled.by_ref.setdefault(ref, []).append(rule)
        read_by.append((rule, list(reads(tree, ref))))
    for rule, found in read_by:
        key = (rule.ref, rule.kind)
        needs: set[tuple[str, str]] = set()
        for read in found:
            compiled.readers.setdefault(read.path, []).append((rule, read.anchor))
            if rule.kind in VALUE_KINDS:
                needs |= _makers(compiled, read.path, rule)
        edges[key] = needs - {key} if rule.kind != "relevant" else needs
    for key, rank in ranks(edges).items():
        compiled.rules[key].rank = rank
    # What is only told comes after everything that has a value.
    for rule in compiled.rules.values():
        if rule.kind not in VALUE_KINDS:
            rule.rank += len(edges)
    return compiled


def _expressions(definition: Definition) -> Iterator[tuple[str, str, Expr]]:
    for ref, bind in definition.binds.items():
        for kind in ("relevant", "calculate", "required", "readonly", "constraint"):
            tree = getattr(bind, kind)
            if tree is not None:
                yield ref, kind, tree
    for ref, itemset in definition.itemsets.items():
        yield ref, "choices", itemset.nodes
    for ref, count in definition.repeats.items():
        if count is not None:
            yield ref, "count", count
    for kind, texts in (("label", definition.labels), ("hint", definition.hints)):
        for ref, text in texts.items():
            for number, part in enumerate(_parts(definition, text)):
                yield ref, f"{kind}{number}", part


def _parts(definition: Definition, text: Text) -> list[Expr]:
    found = [part for part in text.parts if not isinstance(part, str)]
    for texts in definition.itext.values():
        for form in texts.get(text.itext, {}).values():
            found += [part for part in form.parts if not isinstance(part, str)]
    return found


def _makers(compiled: Compiled, path: str, reader: Rule) -> set[tuple[str, str]]:
    """The rules that decide the value at a path: its own, and the relevance of what it lies in."""
    found: set[tuple[str, str]] = set()
    for kind in ("calculate", "relevant", "choices"):
        if (path, kind) in compiled.rules and not (path == reader.ref and reader.kind != "relevant"):
            found.add((path, kind))
    above = path.rpartition("/")[0]
    while above:
        if (above, "relevant") in compiled.rules:
            found.add((above, "relevant"))
        above = above.rpartition("/")[0]
    return found


class Engine:
    """The instance of one open form and its upkeep."""

    def __init__(self, compiled: Compiled, world: World, root: Node) -> None:
        self.compiled, self.world, self.root = compiled, world, root
        self.changed: set[Node] = set()
        self._queue: list[tuple[int, str, str]] = []
        self._dirty: dict[tuple[str, str], dict[int, Node] | None] = {}
        self._repeats = sorted(compiled.definition.repeats, key=len)
        self._calculated: set[int] = set()

    # --- finding nodes ---------------------------------------------------------------------------------------

    def nodes(self, template: str, within: Node | None = None) -> list[Node]:
        """The nodes of a template, all or those within one node."""
        start = within or self.root
        if template == start.template:
            return [start]
        found = [start]
        for name in template[len(start.template) + 1 :].split("/"):
            found = [child for node in found for child in node.named(name)]
        return found

    # --- what is dirty ---------------------------------------------------------------------------------------

    def touch(self, node: Node) -> None:
        """A node's value changed: everything that reads it is evaluated again."""
        self.changed.add(node)
        readers = self.compiled.readers
        path = node.template
        for rule in self.compiled.by_ref.get(path, ()):
            if rule.kind in ("constraint", "required"):
                self._mark(rule, node)
        while path:
            for rule, anchor in readers.get(path, ()):
                self._mark_near(rule, anchor, node)
            path = path.rpartition("/")[0]

    def touch_subtree(self, node: Node) -> None:
        """A subtree appeared, went, or changed its relevance."""
        for each in node.walk():
            self.touch(each)

    def evaluate_all(self, node: Node) -> None:
        """Evaluates every rule about a subtree (it is new)."""
        for each in node.walk():
            for rule in self.compiled.by_ref.get(each.template, ()):
                self._mark(rule, each)

    def _mark(self, rule: Rule, node: Node | None) -> None:
        key = (rule.ref, rule.kind)
        if key not in self._dirty:
            self._dirty[key] = None if node is None else {id(node): node}
            heapq.heappush(self._queue, (rule.rank, rule.ref, rule.kind))
        elif node is None:
            self._dirty[key] = None
        elif (known := self._dirty[key]) is not None:
            known[id(node)] = node

    def _mark_near(self, rule: Rule, anchor: str, node: Node) -> None:
        shared = None
        for repeat in self._repeats:
            if not (_under(anchor, repeat) and _under(node.template, repeat) and _under(rule.ref, repeat)):
                continue
            shared = repeat
        if shared is None:
            if any(_under(rule.ref, repeat) for repeat in self._repeats):
                self._mark(rule, None)
            else:
                for each in self.nodes(rule.ref):
                    self._mark(rule, each)
            return
        near: Node = node
        while near.template != shared and near.parent is not None:
            near = near.parent
        for each in self.nodes(rule.ref, near):
            self._mark(rule, each)

    # --- settling --------------------------------------------------------------------------------------------

    def settle(self) -> None:
        """Evaluates what is dirty, and what becomes dirty by it, until nothing is."""
        guard = 0
        while self._queue:
            _, ref, kind = heapq.heappop(self._queue)
            found = self._dirty.pop((ref, kind), None)
            rule = self.compiled.rules[ref, kind]
            for node in self.nodes(ref) if found is None else list(found.values()):
                self._evaluate(rule, node)
            guard += 1
            if guard > 200_000:
                raise FormError(f"{ref}: its {kind} does not come to an end")

    def evaluate(self, rule: Rule, node: Node) -> Value:
        """The value of a rule at a node."""
        return rule.run(Context(self.world, node, node))

    def _evaluate(self, rule: Rule, node: Node) -> None:
        value = rule.run(Context(self.world, node, node))
        match rule.kind:
            case "relevant":
                if node.own_relevant != truth_of(value):
                    node.own_relevant = not node.own_relevant
                    self._spread_relevance(node, node.parent is None or node.parent.relevant)
            case "calculate":
                self.put(node, text_of(value))
            case "required":
                self._set_flag(node, "required", truth_of(value))
            case "readonly":
                self._spread_readonly(node, truth_of(value))
            case "constraint":
                self._set_flag(node, "invalid", node.text != "" and not truth_of(value))
            case "choices":
                self.drop_lost_choices(node, value)
            case "count":
                pass  # the form makes the instances
            case _:
                self.changed.add(node)

    def put(self, node: Node, text: str) -> None:
        """Stores a value and touches what reads it, if it is another one."""
        if node.text != text:
            node.text = text
            self.touch(node)

    def drop_lost_choices(self, node: Node, value: Value) -> None:
        """Takes answers away that are no choices any more."""
        self.changed.add(node)
        itemset = self.compiled.definition.itemsets[node.template]
        if not node.text or not isinstance(value, list):
            return
        there = {child.value for item in value if isinstance(item, Node) for child in item.named(itemset.value)}
        kept = " ".join(part for part in node.text.split() if part in there)
        self.put(node, kept)

    def _set_flag(self, node: Node, name: str, value: bool) -> None:
        if getattr(node, name) != value:
            setattr(node, name, value)
            self.changed.add(node)

    def _spread_relevance(self, node: Node, above: bool) -> None:
        now = above and node.own_relevant
        if node.relevant == now:
            return
        node.relevant = now
        self.touch(node)
        for child in node.children:
            self._spread_relevance(child, now)

    def _spread_readonly(self, node: Node, own: bool) -> None:
        node.own_readonly = own
        above = node.parent is not None and node.parent.readonly
        self._readonly(node, above)

    def _readonly(self, node: Node, above: bool) -> None:
        now = above or node.own_readonly
        if node.readonly != now:
            node.readonly = now
            self.changed.add(node)
        for child in node.children:
            self._readonly(child, now)


def _under(path: str, above: str) -> bool:
    return path == above or path.startswith(above + "/")


def controls_by_ref(definition: Definition) -> dict[str, str]:
    """The kind of control of every reference that has one."""
    return {control.ref: control.kind for control in flat(definition.body) if control.ref}


def touched(nodes: Iterable[Node]) -> frozenset[str]:
    """The references of changed nodes that are still there."""
    return frozenset(node.ref for node in nodes if node.parent is not None)
