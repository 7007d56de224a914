"""Pictures and sounds of choices (XLSForm: `media::image` and so on of the sheet `choices`)."""

from gridclient.forms.ast import Call, Expr, Path, Step
from gridclient.forms.filling import Filling
from gridclient.forms.node import Node
from gridclient.forms.texts import spoken


def media_of_choices(filling: Filling, node: Node, form: str) -> dict[str, str]:
    """The addresses by the choices' values, in the active language; choices without one are left out."""
    definition = filling.definition
    fixed = definition.items.get(node.template)
    if fixed is not None:
        found = {value: filling.say(text, node, form) for value, text in fixed if text.itext}
        return {value: address for value, address in found.items() if address}
    itemset = definition.itemsets.get(node.template)
    if itemset is None or not any(form in forms for texts in definition.itext.values() for forms in texts.values()):
        return {}
    match itemset.label:
        case Call(name="jr:itext", args=(argument,)):
            value, identity = _child(itemset.value), _child(argument)
        case _:
            return {}
    addresses: dict[str, str] = {}
    for item in filling.engine.chosen(node)[0]:
        texts = {child.local: child.text for child in item.children}
        address = spoken(filling.compiled, texts.get(identity, ""), filling.language, form)
        if address is not None:
            addresses[texts.get(value, "")] = filling.say(address, node)
    return addresses


def _child(tree: Expr) -> str:
    """The name of the child that a path of one step means, empty for any other expression."""
    match tree:
        case Path(steps=(Step(axis="child", test=str() as name),)):
            return name
        case _:
            return ""
