"""Says the texts of an open form: labels, hints, messages and choices, in the active language."""

from gridclient.forms.context import Context
from gridclient.forms.definition import Text
from gridclient.forms.rules import Compiled
from gridclient.forms.values import text_of

_SPOKEN = ("", "long", "short")


def say(compiled: Compiled, text: Text, place: Context, language: str | None, form: str = "") -> str:
    """A text in a language, its outputs filled in; `form` asks for another form of an itext, such as `guidance`."""
    chosen = text
    if text.itext:
        found = spoken(compiled, text.itext, language, form)
        if found is None:
            return ""
        chosen = found
    elif form:
        return ""
    parts = compiled.said[id(chosen)].parts
    return "".join([part if isinstance(part, str) else text_of(part(place)) for part in parts]).strip()


def spoken(compiled: Compiled, name: str, language: str | None, form: str) -> Text | None:
    """The form of an itext to say, from the default language where the active one has none."""
    definition = compiled.definition
    for each in (language, definition.default_language, *definition.languages[:1]):
        forms = definition.itext.get(each or "", {}).get(name)
        if forms:
            wanted = (form,) if form else _SPOKEN
            found = next((forms[kind] for kind in wanted if kind in forms), None)
            if found is not None:
                return found
    return None
