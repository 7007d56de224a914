"""Location paths as closures (XPath 1.0, section 2): steps, node tests, predicates.

The common shapes have their own closures: names only, `..` and names, and a secondary instance's rows picked by an
equality, which goes through a hash index.
"""

from collections.abc import Callable
from typing import Protocol, TypeAlias

from gridclient.forms.ast import Expr, Filter, Path, Step
from gridclient.forms.axes import AXES, REVERSE, in_document_order
from gridclient.forms.context import Closure, Context
from gridclient.forms.errors import XPathError
from gridclient.forms.node import NONE, Kind, Node
from gridclient.forms.rows import keep, keep_of, picker_of
from gridclient.forms.scope import Scope, is_named_child, repeats_on, start_of
from gridclient.forms.values import Nodes, Value

Test: TypeAlias = Callable[[Node], bool]
Walk: TypeAlias = Callable[[Nodes, Context], Nodes]
_ORDERED = frozenset({"child", "self", "attribute"})


class Compile(Protocol):
    """Turns a tree into a closure."""

    def __call__(self, tree: Expr, scope: Scope = ..., *, whole: bool = ...) -> Closure: ...


def compile_filter(tree: Filter, scope: Scope, compile_tree: Compile) -> Closure:
    """A primary expression with predicates (XPath 1.0, section 3.3)."""
    base = compile_tree(tree.base, scope)
    tests = [compile_tree(predicate, scope) for predicate in tree.predicates]

    def run(context: Context) -> Value:
        nodes = _nodes(base(context))
        for test in tests:
            nodes = keep(nodes, test, context)
        return nodes

    return run


def compile_path(tree: Path, scope: Scope, compile_tree: Compile, *, whole: bool = False) -> Closure:
    """A location path, from the root, the context node, or the nodes of another expression."""
    if tree.base is not None:
        base, walk = compile_tree(tree.base, scope), compile_steps(tree.steps, scope, compile_tree)
        return lambda context: walk(_nodes(base(context)), context)
    if not tree.absolute:
        return _relative(tree.steps, scope, compile_tree)
    repeats = repeats_on(tree, scope, whole=whole) if scope.repeats else {}
    if not repeats:
        walk = compile_steps(tree.steps, scope, compile_tree)
        if scope.fixed and not repeats_on(tree, scope, whole=True) and _is_plain(tree.steps):
            return _fixed("/".join(step.test for step in tree.steps), walk)
        return lambda context: walk([context.world.document()], context)
    start = start_of(repeats)
    walks = {taken: compile_steps(tree.steps[taken:], scope, compile_tree) for taken in (0, *repeats.values())}

    def run(context: Context) -> Value:
        node, taken = start(context)
        return walks[taken]([node], context)

    return run


def _fixed(path: str, walk: Walk) -> Closure:
    """A path outside all repeats leads to the same nodes as long as the form is open."""

    def run(context: Context) -> Value:
        nodes = context.world.fixed.get(path)
        if nodes is None:
            nodes = context.world.fixed[path] = walk([context.world.document()], context)
        return nodes

    return run


def _is_plain(steps: tuple[Step, ...]) -> bool:
    return all(is_named_child(step) and not step.predicates for step in steps)


def _relative(steps: tuple[Step, ...], scope: Scope, compile_tree: Compile) -> Closure:
    ups = 0
    while ups < len(steps) and steps[ups] == Step("parent", "node()"):
        ups += 1
    walk = compile_steps(steps[ups:], scope, compile_tree)
    if steps == (Step("self", "node()"),):
        return lambda context: [context.node]
    if not ups:
        return lambda context: walk([context.node], context)

    def run(context: Context) -> Value:
        node = context.node
        for _ in range(ups):
            if node.parent is None:
                return []
            node = node.parent
        return walk([node], context)

    return run


def _nodes(value: Value) -> Nodes:
    if not isinstance(value, list):
        raise XPathError("a path goes on from nodes only")
    return value


def compile_steps(steps: tuple[Step, ...], scope: Scope, compile_tree: Compile) -> Walk:
    """The walk along some steps."""
    if scope.plain and _is_plain(steps):
        return _along([step.test for step in steps])
    walks = [_step(step, scope, compile_tree) for step in _joined(steps)]

    def run(nodes: Nodes, context: Context) -> Nodes:
        for walk in walks:
            nodes = walk(nodes, context)
        return nodes

    return run


def _joined(steps: tuple[Step, ...]) -> list[Step]:
    """`//name` as one walk over the descendants, where no position depends on the step between."""
    found: list[Step] = []
    for step in steps:
        if found and found[-1] == Step("descendant-or-self", "node()") and step.axis == "child" and not step.predicates:
            found[-1] = Step("descendant", step.test)
        else:
            found.append(step)
    return found


def _along(names: list[str]) -> Walk:
    def run(nodes: Nodes, context: Context) -> Nodes:
        del context
        for name in names:
            if len(nodes) == 1:
                nodes = nodes[0].index.get(name, NONE)
            else:
                nodes = [child for node in nodes for child in node.index.get(name, NONE)]
        return nodes

    return run


def _step(step: Step, scope: Scope, compile_tree: Compile) -> Walk:
    axis, test = AXES[step.axis], _test(step, scope)
    tests = [compile_tree(predicate, scope) for predicate in step.predicates]
    picker = picker_of(step, scope, compile_tree) if is_named_child(step) and scope.plain else None
    name = step.test if is_named_child(step) and scope.plain else None
    reverse = step.axis in REVERSE

    def reach(node: Node, context: Context) -> Nodes:
        left = tests
        if name is not None and tests:
            reached, left = keep_of(node, name, tests[0], context), tests[1:]
        elif name is not None:
            reached = node.index.get(name, NONE)
        else:
            reached = axis(node)
            context.world.spend(len(reached))
            if test is not None:
                reached = [each for each in reached if test(each)]
        for predicate in left:
            reached = keep(reached, predicate, context)
        return reached[::-1] if reverse else reached

    def run(nodes: Nodes, context: Context) -> Nodes:
        if len(nodes) == 1:
            only = nodes[0]
            if picker is not None and only.lookup is not None:
                return picker.pick(only, context)
            return reach(only, context)
        found = [each for node in nodes for each in reach(node, context)]
        return found if step.axis in _ORDERED and _is_level(nodes) else in_document_order(found)

    return run


def _is_level(nodes: Nodes) -> bool:
    """Whether none of the nodes, in order, can lie within another: they share their template."""
    first = nodes[0].template if nodes else ""
    return all(node.template == first for node in nodes)


def _test(step: Step, scope: Scope) -> Test | None:
    """The node test of a step (XPath 1.0, section 2.3); None lets every node pass."""
    principal = {"attribute": Kind.ATTRIBUTE, "namespace": Kind.NAMESPACE}.get(step.axis, Kind.ELEMENT)
    test = step.test
    kinds = {"text()": Kind.TEXT, "comment()": Kind.COMMENT, "processing-instruction()": Kind.INSTRUCTION}
    if test == "node()":
        return None
    if test in kinds:
        kind, target = kinds[test], step.target
        return lambda node: node.kind is kind and (not target or node.name == target)
    if test == "*":
        return lambda node: node.kind is principal
    prefix, _, local = test.rpartition(":")
    if scope.plain or principal is Kind.NAMESPACE:
        if local == "*":
            return lambda node: node.kind is principal and node.name.startswith(f"{prefix}:")
        return lambda node: node.name == test and node.kind is principal
    uris = frozenset({scope.namespaces.get(prefix)}) if prefix else scope.default_uris
    if prefix and prefix not in scope.namespaces:
        raise XPathError(f"the prefix {prefix} is not declared")
    if local == "*":
        return lambda node: node.kind is principal and node.uri in uris
    return lambda node: node.kind is principal and node.uri in uris and node.local == local
