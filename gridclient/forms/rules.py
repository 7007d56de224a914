"""A form's rules, compiled: each expression of each node, who reads what, and the order of evaluation."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from gridclient.forms.ast import Call, Expr, Literal, Path, walk
from gridclient.forms.ast import Step as PathStep
from gridclient.forms.compile import compile_tree
from gridclient.forms.context import Closure, Context
from gridclient.forms.datatypes import Cast, cast_of
from gridclient.forms.definition import SELECTS, Action, Definition, Text, flat
from gridclient.forms.depend import Read, Reader, ranks, under
from gridclient.forms.errors import FormError, XPathError
from gridclient.forms.longlist import LongList
from gridclient.forms.parser import parse
from gridclient.forms.scope import Scope, is_named_child
from gridclient.forms.values import Nodes, text_of

_MAKERS = ("calculate", "relevant", "choices", "count")
_NEVER_OF_ITSELF = frozenset({"calculate", "required", "readonly"})
_KINDS = ("relevant", "calculate", "required", "readonly", "constraint")


@dataclass(eq=False, slots=True)
class Rule:
    """One expression about one template; `names` are the steps to it, and if it is `single` no repeat is among them."""

    kind: str
    ref: str
    tree: Expr
    run: Closure
    names: tuple[str, ...]
    single: bool
    rank: int = 0
    speaks: bool = False
    datatype: str = "string"
    is_text: bool = False  # of a label or hint: what it says is asked for when it is shown


@dataclass(frozen=True, slots=True)
class Link:
    """From a changed node to a rule that reads it: levels up to what both share, and names down to the rule's nodes.

    Without a shared instance (`up` negative) every node of the rule is concerned.
    """

    rule: Rule
    up: int
    down: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Said:
    """A text that is ready to be said: literal parts and closures, or the id of an itext."""

    parts: tuple[str | Closure, ...]
    itext: str = ""


@dataclass(frozen=True, slots=True)
class Step:
    """An action that is ready to run."""

    action: Action
    target: Closure
    value: Closure | None


@dataclass(frozen=True, slots=True)
class Column:
    """Where the values or labels of an itemset stand in each of its nodes: in a child of a name, or anywhere."""

    name: str
    run: Closure

    def texts(self, items: Nodes, place: Context) -> list[str]:
        """The text of each item."""
        above = items[0].parent if items else None
        if self.name and isinstance(above, LongList) and (many := above.texts(items, self.name)) is not None:
            return many
        if self.name:
            return [(item.column(self.name) or _BLANK)[0] for item in items]
        found: list[str] = []
        for item in items:
            place.node = item
            found.append(text_of(self.run(place)))
        return found


_BLANK = [""]
MEDIA = ("image", "audio", "video", "big-image")


@dataclass(slots=True)
class Compiled:
    """A definition with its rules and indexes."""

    definition: Definition
    scope: Scope
    rules: list[Rule] = field(default_factory=list[Rule])  # by rank
    named: dict[tuple[str, str], Rule] = field(default_factory=dict[tuple[str, str], Rule])
    by_ref: dict[str, list[Rule]] = field(default_factory=dict[str, list[Rule]])
    links: dict[str, tuple[Link, ...]] = field(default_factory=dict[str, tuple[Link, ...]])
    structure: dict[str, tuple[Link, ...]] = field(default_factory=dict[str, tuple[Link, ...]])
    casts: dict[str, Cast] = field(default_factory=dict[str, Cast])
    kinds: dict[str, str] = field(default_factory=dict[str, str])
    said: dict[int, Said] = field(default_factory=dict[int, Said])
    steps: list[Step] = field(default_factory=list[Step])
    columns: dict[str, Column] = field(default_factory=dict[str, Column])
    repeats: list[str] = field(default_factory=list[str])
    media: frozenset[str] = frozenset()  # the ids of texts with pictures or sounds

    def rule(self, ref: str, kind: str) -> Rule | None:
        """The rule of a kind about a template."""
        return self.named.get((ref, kind))


def compile_form(definition: Definition) -> Compiled:
    """Compiles every expression; raises `FormError` for what cannot be run."""
    spaces = {prefix: uri for prefix, uri in definition.namespaces.items() if prefix}
    compiled = Compiled(definition, Scope(frozenset(definition.repeats), spaces, fixed=True))
    compiled.repeats = sorted(definition.repeats, key=len)
    compiled.kinds = {control.ref: control.kind for control in flat(definition.body) if control.ref}
    for control in flat(definition.body):
        if control.kind != "group" or control.ref not in compiled.kinds:
            compiled.kinds[control.ref] = control.kind
    for ref, bind in definition.binds.items():
        compiled.casts[ref] = cast_of(bind.datatype)
    found = [_rule(compiled, ref, kind, tree) for ref, kind, tree in _expressions(definition)]
    _rank(compiled, found)
    _compile_texts(compiled)
    for action in definition.actions:
        value = compile_at(compiled, action.value, f"{action.place} setvalue") if action.value is not None else None
        compiled.steps.append(Step(action, compile_at(compiled, action.ref, "setvalue"), value))
    return compiled


def compile_at(compiled: Compiled, tree: Expr, place: str) -> Closure:
    """The closure of an expression of the form; an error names the place."""
    try:
        return compile_tree(tree, compiled.scope)
    except XPathError as error:
        raise FormError(f"{place}: {error}") from error


def _rule(compiled: Compiled, ref: str, kind: str, tree: Expr) -> Rule:
    single = not any(under(ref, repeat) for repeat in compiled.repeats)
    names = tuple(ref.split("/")[2:])
    run = compile_at(compiled, tree, f"{ref} {kind}")
    bind = compiled.definition.binds.get(ref)
    datatype = bind.datatype if bind is not None else "string"
    return Rule(kind, ref, tree, run, names, single, 0, _speaks(tree), datatype, kind.startswith(("label", "hint")))


_SPEAKING = frozenset({"jr:choice-name", "jr:itext", "format-date", "format-date-time"})


def _speaks(tree: Expr) -> bool:
    """Whether an expression gives another value in another language."""
    return any(isinstance(each, Call) and each.name in _SPEAKING for each in walk(tree))


def _expressions(definition: Definition) -> Iterator[tuple[str, str, Expr]]:
    for ref, bind in definition.binds.items():
        for kind in _KINDS:
            tree: Expr | None = getattr(bind, kind)
            if tree is not None:
                yield ref, kind, tree
    for ref, itemset in definition.itemsets.items():
        yield ref, "choices", itemset.nodes
    for ref, count in definition.repeats.items():
        if count is not None:
            yield ref, "count", count
    for kind, texts in (("label", definition.labels), ("hint", definition.hints)):
        for ref, text in texts.items():
            for number, part in enumerate(parts_of(definition, text)):
                yield ref, f"{kind}{number}", part


def parts_of(definition: Definition, text: Text) -> list[Expr]:
    found = [part for part in text.parts if not isinstance(part, str)]
    for texts in definition.itext.values():
        for form in texts.get(text.itext, {}).values():
            found += [part for part in form.parts if not isinstance(part, str)]
    return found


def reader_of(compiled: Compiled) -> Reader:
    """What finds the reads of the form's expressions."""

    def choices(ref: str) -> Expr | None:
        itemset = compiled.definition.itemsets.get(ref)
        return itemset.nodes if itemset is not None else None

    return Reader(compiled.scope, choices)


def _rank(compiled: Compiled, found: list[Rule]) -> None:
    """Orders the rules, and links every template to the rules that read it."""
    compiled.named = {(rule.ref, rule.kind): rule for rule in found}
    for rule in found:
        compiled.by_ref.setdefault(rule.ref, []).append(rule)
    numbers = {id(rule): number for number, rule in enumerate(found)}

    reader = reader_of(compiled)
    reads = [reader.reads(rule.tree, rule.ref) for rule in found]
    for rule in found:
        _check_choice_names(compiled, rule, reader)
    edges: dict[int, list[int]] = {}
    for number, rule in enumerate(found):
        makers = {} if rule.kind not in _MAKERS else dict.fromkeys(
            numbers[id(maker)] for read in reads[number] for maker in _makers(compiled, read, rule)
        )  # fmt: skip
        if rule.kind != "relevant":
            makers.pop(number, None)
        if rule.kind in _NEVER_OF_ITSELF and any(_is_itself(compiled, rule, read) for read in reads[number]):
            raise FormError(f"{rule.ref}: its {rule.kind} depends on itself")
        edges[number] = list(makers)
    order = ranks(edges, lambda number: f"{found[number].ref}: its {found[number].kind}")
    # What is only told comes after everything that has a value.
    order.sort(key=lambda number: found[number].kind not in _MAKERS)
    compiled.rules = [found[number] for number in order]
    for rank, rule in enumerate(compiled.rules):
        rule.rank = rank
    _link(compiled, [(rule, read) for rule, of_rule in zip(found, reads, strict=True) for read in of_rule])


def _check_choice_names(compiled: Compiled, rule: Rule, reader: Reader) -> None:
    """Refuses `jr:choice-name()` of a question that is not there, or has no choices."""
    for call in walk(rule.tree):
        match call:
            case Call(name="jr:choice-name", args=(_, Literal(value=path))):
                try:
                    named = reader.reads(parse(path.strip()), rule.ref)[-1:]
                except XPathError as error:
                    raise FormError(f"{rule.ref} {rule.kind}: {error}") from error
                for read in named:
                    if not read.beneath and compiled.kinds.get(read.path) not in SELECTS:
                        raise FormError(f"{rule.ref} {rule.kind}: jr:choice-name() names {path}, which has no choices")
            case _:
                pass


def _is_itself(compiled: Compiled, rule: Rule, read: Read) -> bool:
    """Whether a rule reads the very node that it is about, not another instance of it."""
    nearest = next((repeat for repeat in reversed(compiled.repeats) if under(rule.ref, repeat)), "")
    is_here = not nearest or under(read.anchor, nearest)
    return read.path == rule.ref and is_here and not (read.counted or read.beneath or read.once)


def _makers(compiled: Compiled, read: Read, reader: Rule) -> Iterator[Rule]:
    """The rules that decide what is read: the value's own, and the relevance of what it lies in."""
    if read.counted and read.path == reader.ref:
        return  # its own place among its siblings is decided by nothing
    paths = [read.path]
    if read.beneath:
        paths += [ref for ref in compiled.by_ref if ref != reader.ref and under(ref, read.path)]
    for path in paths:
        for kind in ("calculate", "relevant", "choices"):
            rule = compiled.named.get((path, kind))
            if rule is not None and not (path == reader.ref and reader.kind != "relevant"):
                yield rule
    above = read.path.rpartition("/")[0]
    while above:
        rule = compiled.named.get((above, "relevant"))
        if rule is not None and not (reader.kind == "relevant" and under(reader.ref, above)):
            yield rule
        above = above.rpartition("/")[0]


def _link(compiled: Compiled, reads: list[tuple[Rule, Read]]) -> None:
    """Links each template to its readers; a reader of a group reads what is in it."""
    values: dict[str, list[tuple[Rule, str]]] = {}
    counted: dict[str, list[tuple[Rule, str]]] = {}
    for rule, read in reads:
        (counted if read.counted else values).setdefault(read.path, []).append((rule, read.anchor))
    for node in compiled.definition.root.walk():
        for each in (node, *node.attributes.values()):
            if each.template in compiled.links:
                continue
            links: dict[Link, None] = {}
            path = each.template
            for rule in compiled.by_ref.get(path, ()):
                if rule.kind == "constraint":
                    links[Link(rule, 0, ())] = None
            above = path
            while above:
                for rule, anchor in values.get(above, ()):
                    links[_link_to(compiled, rule, anchor, path)] = None
                above = above.rpartition("/")[0]
            compiled.links[path] = tuple(links)
            compiled.structure[path] = tuple(
                _link_to(compiled, rule, anchor, path) for rule, anchor in counted.get(path, ())
            )


def _link_to(compiled: Compiled, rule: Rule, anchor: str, path: str) -> Link:
    shared = next(
        (r for r in reversed(compiled.repeats) if under(anchor, r) and under(path, r) and under(rule.ref, r)), None
    )
    if shared is None:
        return Link(rule, -1, ())
    up = path.count("/") - shared.count("/")
    return Link(rule, up, tuple(rule.ref[len(shared) :].split("/")[1:]))


def _compile_texts(compiled: Compiled) -> None:
    definition = compiled.definition
    for kind, texts in (("label", definition.labels), ("hint", definition.hints)):
        for ref, text in texts.items():
            compiled.said[id(text)] = _said(compiled, text, f"{ref} {kind}")
    for ref, items in definition.items.items():
        for value, text in items:
            compiled.said[id(text)] = _said(compiled, text, f"{ref} choice {value}")
    for bind in definition.binds.values():
        for text in (bind.constraint_message, bind.required_message):
            if text is not None:
                place = f"{bind.ref} message"
                if text.itext and not _is_there(definition, text.itext):
                    definition.warnings.append(f"{place}: there is no itext {text.itext}")  # as in Collect
                    text.itext, text.parts = "", [""]
                compiled.said[id(text)] = _said(compiled, text, place)
    compiled.media = frozenset(
        name for texts in definition.itext.values() for name, forms in texts.items() if any(map(forms.get, MEDIA))
    )
    for texts in definition.itext.values():
        for name, forms in texts.items():
            for text in forms.values():
                compiled.said[id(text)] = _said(compiled, text, f"itext {name}")
    for ref, itemset in definition.itemsets.items():
        compiled.columns[f"{ref} value"] = _column(compiled, itemset.value, f"{ref} itemset value")
        compiled.columns[f"{ref} label"] = _column(compiled, itemset.label, f"{ref} itemset label")
        match itemset.label:
            case Call(name="jr:itext", args=(name,)):
                compiled.columns[f"{ref} itext"] = _column(compiled, name, f"{ref} itemset label")
            case _:
                pass


def _column(compiled: Compiled, tree: Expr, place: str) -> Column:
    run = compile_at(compiled, tree, place)
    match tree:
        case Path(steps=(PathStep(predicates=()) as step,), absolute=False, base=None) if is_named_child(step):
            return Column(step.test, run)
        case _:
            return Column("", run)


def _said(compiled: Compiled, text: Text, place: str) -> Said:
    if text.itext and not _is_there(compiled.definition, text.itext):
        raise FormError(f"{place}: there is no itext {text.itext}")
    parts = tuple(part if isinstance(part, str) else compile_at(compiled, part, place) for part in text.parts)
    return Said(parts, text.itext)


def _is_there(definition: Definition, name: str) -> bool:
    return any(name in texts for texts in definition.itext.values())
