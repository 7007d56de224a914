"""Items of a check list that failed, and the entries in which each is recorded. Pure.

An item that is answered with no gets an entry of its own; one that is answered otherwise after all loses it, unless
somebody has written into it meanwhile.
"""

from collections.abc import Iterable, Iterator

from gridclient.forms import Form
from gridclient.forms.xform import flat
from gridclient.text import tr
from gridclient.workflow.provisions import Findings

_ITEM = {"yes", "no", "na"}


def is_item(form: Form, ref: str) -> bool:
    """Whether a question is an item of a check list: it holds, it does not, or it does not apply."""
    return {choice.value for choice in form.choices(ref)} == _ITEM


def has_items(form: Form, group: str) -> bool:
    """Whether a group is a check list."""
    return any(ref.startswith(f"{group}/") and is_item(form, ref) for ref in form.refs())


def items(form: Form, refs: Iterable[str]) -> list[str]:
    """The items among some questions; the line that only names the columns is none."""
    heads = {control.ref for control in flat(form.body) if "label" in control.appearance.split()}
    return [ref for ref in refs if ref not in heads and is_item(form, ref)]


def passable(form: Form, items: Iterable[str]) -> list[str]:
    """The items nobody has answered that can be told to hold without looking again: none that then asks for a photo."""
    uploads = [control.ref for control in flat(form.body) if control.kind == "upload"]
    left: list[str] = []
    for ref in items:
        if form.get(ref) or form.readonly(ref) or not form.relevant(ref):
            continue
        before = _asked(form, uploads)
        form.set(ref, "yes")
        if _asked(form, uploads) <= before:
            left.append(ref)
        form.set(ref, "")
    return left


def told(form: Form, rule: Findings) -> list[str]:
    """What is wrong, entry by entry."""
    return [form.get(f"{entry}/{rule.what}") or form.get(f"{entry}/{rule.item}") for entry in entries(form, rule)]


def _asked(form: Form, uploads: Iterable[str]) -> set[str]:
    """The photos that are asked for now."""
    there = set(form.refs())
    return {ref for ref in uploads if ref in there and form.relevant(ref) and not form.get(ref)}


def entries(form: Form, rule: Findings) -> list[str]:
    """The entries, by reference."""
    return [f"{rule.each}[{number}]" for number in range(1, form.count(rule.each) + 1)]


def entry_of(form: Form, rule: Findings, ref: str) -> str:
    """The entry of an item; empty when it has none."""
    name = ref.rpartition("/")[2]
    return next((entry for entry in entries(form, rule) if form.get(f"{entry}/{rule.item}") == name), "")


def photos(form: Form, rule: Findings) -> dict[str, int]:
    """How many photos belong to each item that failed, by the item's name."""
    names, found = set(form.files()), dict[str, int]()
    for entry in entries(form, rule):
        taken = sum(answer in names for answer in _answers(form, entry))
        item = form.get(f"{entry}/{rule.item}")
        found[item] = found.get(item, 0) + taken
    return found


def begin(form: Form, rule: Findings) -> None:
    """Takes away the empty entry that every repeat begins with: what was not found need not be filled in."""
    for entry in reversed(entries(form, rule)):
        if not any(_answers(form, entry)):
            form.remove_repeat(entry)


def follow(form: Form, rule: Findings, ref: str) -> bool:
    """After an answer to an item: makes its entry, or takes it away. Tells whether the entries are others now."""
    entry = entry_of(form, rule, ref)
    said = tr("Not as it should be: {item}", item=form.label(ref) or ref)
    if form.get(ref) == "no" and not entry:
        made = form.add_repeat(rule.each)
        form.set(f"{made}/{rule.item}", ref.rpartition("/")[2])
        form.set(f"{made}/{rule.what}", said)
        return True
    if form.get(ref) != "no" and entry and set(_answers(form, entry)) <= {ref.rpartition("/")[2], said}:
        form.remove_repeat(entry)
        return True
    return False


def _answers(form: Form, entry: str) -> Iterator[str]:
    return (answer for ref in form.refs() if ref.startswith(f"{entry}/") and (answer := form.get(ref)))
