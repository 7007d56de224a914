"""Whether a form holds together: what its binds, controls and actions name must be in the primary instance."""

from gridclient.forms.ast import Expr, Path, Step
from gridclient.forms.definition import Control, Definition, flat
from gridclient.forms.errors import FormError
from gridclient.forms.values import plain_number


def check(found: Definition) -> None:
    """Refuses what names nodes that are not there, and finds the templates and instances of repeats."""
    known = {node.template for node in found.root.walk()}
    known |= {each.template for node in found.root.walk() for each in node.attributes.values()}
    for ref in [ref for ref in found.binds if ref not in known]:
        found.warnings.append(f"{ref}: a bind names it, but there is no such node in the primary instance")
        del found.binds[ref]
    for control in flat(found.body):
        if control.ref and control.ref not in known:
            raise FormError(f"{control.ref}: there is no such node in the primary instance")
        if control.kind == "range":
            _check_range(control)
    for action in found.actions:
        if "[" not in action.place and action.place not in known:
            raise FormError(f"{action.place}: an action names it, but there is no such node in the primary instance")
    if f"/{found.root.name}" in found.repeats:
        raise FormError(f"/{found.root.name}: the whole form cannot be repeated")
    for node in found.root.walk():
        node.is_repeat = node.template in found.repeats
        if not node.is_repeat:
            continue
        is_template = "jr:template" in node.attributes
        if node.template not in found.templates or is_template:
            found.templates[node.template] = node
        if not is_template:
            there = found.instances.setdefault(node.template, [])
            if not there or there[0].parent is node.parent:
                there.append(node)
    for ref, count in found.repeats.items():
        found.repeats[ref] = _from_the_parent(count, ref, known) if count is not None else None


def _from_the_parent(count: Expr, ref: str, known: set[str]) -> Expr:
    """A count by a name that the repeat does not have is meant from where the repeat stands, as in Collect."""
    match count:
        case Path(steps=(Step(axis="child", test=name), *_), absolute=False, base=None):
            is_inner, is_outer = f"{ref}/{name}" in known, f"{ref.rpartition('/')[0]}/{name}" in known
            return Path((Step("parent", "node()"), *count.steps)) if is_outer and not is_inner else count
        case _:
            return count


def _check_range(control: Control) -> None:
    for name in ("start", "end", "step"):
        if plain_number(control.parameters.get(name, "")) is None:
            raise FormError(f"{control.ref}: its {name} is no number")
