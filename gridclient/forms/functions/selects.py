"""Answers of selects, and the texts of choices (ODK XForms, "select functions")."""

from gridclient.forms.context import LIBRARY, Closure, Context, register
from gridclient.forms.functions.arguments import text1, text2, whole
from gridclient.forms.rows import rows_with
from gridclient.forms.values import Value, text_of, words

_SPACE = " \t\r\n"

text2("selected", lambda text, value: value.strip(_SPACE) in (words(text) or [""]))  # nothing selected is the blank
LIBRARY["is-selected"] = LIBRARY["selected"]
text1("count-selected", lambda text: float(len(words(text))))


@register("selected-at", 2)
def _selected_at(c: Context, args: list[Closure]) -> Value:
    parts, place = words(text_of(args[0](c))), whole(c, args[1])
    return parts[place] if 0 <= place < len(parts) else ""


@register("jr:choice-name", 2)
def _choice_name(c: Context, args: list[Closure]) -> Value:
    return c.world.choice_label(c.node, text_of(args[1](c)).strip(), text_of(args[0](c)))


@register("jr:itext", 1)
def _itext(c: Context, args: list[Closure]) -> Value:
    return c.world.itext(text_of(args[0](c)))


@register("pulldata", 4)
def _pulldata(c: Context, args: list[Closure]) -> Value:
    """The wanted column of the first row whose key column has a value."""
    name, wanted, column, key = (text_of(arg(c)) for arg in args)
    for root in c.world.secondary(name).children:
        for row in rows_with(root, "item", column, key):
            return "".join(row.column(wanted)[:1])
    return ""
