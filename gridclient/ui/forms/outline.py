"""What stands on a page of a form, in order: questions, headings, repeats. No widgets.

A page shows one group of the form. Repeats are shown as a list (every instance below the other), as pages (one
instance at a time) or as a table; which, is the person's choice and is given from outside.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, TypeVar

from gridclient.forms import Control, Form, UnknownReference

_Told = TypeVar("_Told")
Mode = Literal["list", "pages", "table"]
ItemKind = Literal["question", "heading", "bar", "instance", "table", "add"]
_BESIDE = frozenset({"beside", "chip", "chip-ok", "chip-warn", "chip-bad"})
_FULL = 4  # quarters of the page's width


@dataclass(slots=True)
class View:
    """How one repeat is shown; `place` is the instance that stands alone, counted from 0."""

    mode: Mode = "list"
    place: int = 0


@dataclass(slots=True, eq=False)
class Item:
    """One thing on the page."""

    kind: ItemKind
    ref: str  # of the question, group or instance; of a bar, table or add button the repeat's range
    control: Control
    title: str = ""
    number: int = 0  # of an instance, from 1
    width: int = _FULL  # in quarters of the page
    beside: list[tuple[Control, str]] = field(default_factory=list[tuple[Control, str]])
    parents: tuple[str, ...] = ()  # the groups and instances around it, outermost first


@dataclass(slots=True)
class Box:
    """A card around the items from `first` to `last`."""

    ref: str
    first: int
    last: int
    depth: int


@dataclass(slots=True)
class Outline:
    """A page's items and the cards around them."""

    items: list[Item] = field(default_factory=list[Item])
    boxes: list[Box] = field(default_factory=list[Box])


def outline(form: Form, controls: Sequence[Control], within: str, views: Mapping[str, View]) -> Outline:
    """The page of some controls of a group; `within` is the reference of that group's instance."""
    found = Outline()
    _Walk(form, views, found).add_all(controls, within, ())
    return found


def find_group(controls: Sequence[Control], ref: str) -> Control | None:
    """The group at a reference as the form's definition writes it."""
    for control in controls:
        if control.ref == ref and control.kind == "group":
            return control
        found = find_group(control.children, ref)
        if found is not None:
            return found
    return None


def questions_in(controls: Sequence[Control]) -> Iterator[Control]:
    """The controls of questions, in document order."""
    for control in controls:
        if control.kind in ("group", "repeat"):
            yield from questions_in(control.children)
        else:
            yield control


def only_repeat(control: Control) -> Control | None:
    """The repeat of a group that exists only to give it a label."""
    inner = control.children
    return inner[0] if control.kind == "group" and len(inner) == 1 and inner[0].kind == "repeat" else None


def takes_answer(item: Item) -> bool:
    """Whether an item is a question with something to answer, not the head of a check list."""
    return item.kind == "question" and "label" not in words_of(item.control)


def is_beside(control: Control) -> bool:
    """Whether a control is a note that stands beside the answer before it: a unit or a mark."""
    is_note = control.datatype == "string" and control.kind == "input"
    return is_note and bool(words_of(control) & _BESIDE)


def words_of(control: Control) -> frozenset[str]:
    """The words of a control's appearance."""
    return frozenset(control.appearance.lower().split())


def exists(form: Form, ref: str) -> bool:
    """Whether the form has such a reference now."""
    try:
        form.relevant(ref)
    except UnknownReference:
        return False
    return True


def without(told: Mapping[str, _Told], instance: str) -> dict[str, _Told]:
    """What was told by reference after an instance went: the instances behind it have moved up."""
    range_ref, _, number = instance.removesuffix("]").rpartition("[")
    moved: dict[str, _Told] = {}
    for ref, value in told.items():
        inside = ref.startswith(range_ref + "[")
        here, _, rest = ref[len(range_ref) + 1 :].partition("]") if inside else ("0", "", "")
        if int(here) != int(number):
            moved[f"{range_ref}[{int(here) - 1}]{rest}" if int(here) > int(number) else ref] = value
    return moved


class _Walk:
    def __init__(self, form: Form, views: Mapping[str, View], found: Outline) -> None:
        self._form, self._views, self._found = form, views, found

    def add_all(self, controls: Sequence[Control], within: str, parents: tuple[str, ...]) -> None:
        for control in controls:
            self._add(control, within, parents)

    def _add(self, control: Control, within: str, parents: tuple[str, ...]) -> None:
        if (repeat := control if control.kind == "repeat" else only_repeat(control)) is not None:
            around = parents
            if repeat.ref != control.ref:
                around = (*parents, *self._instances(control.ref, within))
            self._add_repeat(repeat, within, around)
        elif control.kind == "group" and not control.ref:
            self.add_all(control.children, within, parents)
        else:
            for ref in self._instances(control.ref, within):
                if control.kind == "group":
                    self._add_group(control, ref, parents)
                else:
                    self._add_question(control, ref, parents)

    def _instances(self, ref: str, within: str) -> list[str]:
        return self._form.instances(ref, within) if within else self._form.instances(ref)

    def _add_group(self, control: Control, ref: str, parents: tuple[str, ...]) -> None:
        title = self._form.label(ref) or ""
        around = (*parents, ref)
        if not title:
            self.add_all(control.children, ref, around)
            return
        first = len(self._found.items)
        self._found.items.append(Item("heading", ref, control, title, parents=around))
        self.add_all(control.children, ref, around)
        self._box(ref, first, len(parents))

    def _add_question(self, control: Control, ref: str, parents: tuple[str, ...]) -> None:
        words, items = words_of(control), self._found.items
        if is_beside(control):
            before = items[-1] if items else None
            if before is not None and before.kind == "question" and before.parents == parents:
                before.beside.append((control, ref))
                return
        width = next(
            (int(word[1:]) for word in words if len(word) == 2 and word[0] == "w" and word[1].isdigit()), _FULL
        )
        items.append(Item("question", ref, control, width=min(max(width, 1), _FULL), parents=parents))

    def _add_repeat(self, control: Control, within: str, parents: tuple[str, ...]) -> None:
        items, form = self._found.items, self._form
        refs = self._instances(control.ref, within)
        range_ref = _range(control.ref, within)
        title = _title(form, control, refs)
        view = self._views.get(range_ref) or View()
        if len(refs) > 1 or view.mode != "list":
            items.append(Item("bar", range_ref, control, title, len(refs), parents=parents))
        if view.mode == "table":
            items.append(Item("table", range_ref, control, title, len(refs), parents=parents))
            return
        chosen = list(enumerate(refs, start=1))
        if view.mode == "pages" and refs:
            place = min(view.place, len(refs) - 1)
            chosen = chosen[place : place + 1]
        for number, ref in chosen:
            first = len(items)
            around = (*parents, ref)
            own = form.label(ref) or ""
            name = own if own and own != title else f"{title} {number}".strip()
            items.append(Item("instance", ref, control, name, number, parents=around))
            self.add_all(control.children, ref, around)
            self._box(ref, first, len(parents))
        if view.mode == "list" and form.can_change_count(range_ref):
            items.append(Item("add", range_ref, control, title, parents=parents))

    def _box(self, ref: str, first: int, depth: int) -> None:
        self._found.boxes.append(Box(ref, first, len(self._found.items) - 1, depth))


def _range(ref: str, within: str) -> str:
    """The range of a repeat as it stands in an instance: the reference of what is around it, and its own last names."""
    above = within or "/" + ref.split("/")[1]
    names = ref.split("/")[above.count("/") + 1 :]
    return "/".join([above, *names])


def _title(form: Form, control: Control, refs: Sequence[str]) -> str:
    """What one entry of a repeat is called; empty where its label tells the entries apart."""
    labels = {form.label(ref) or "" for ref in refs}
    if len(labels) != 1:
        return ""
    label = next(iter(labels))
    answers = {form.get(ref) for each in questions_in(control.children) for ref in form.instances(each.ref, refs[0])}
    return "" if any(answer and answer in label for answer in answers) else label
