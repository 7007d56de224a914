"""Texts that a person sees: English in the source, other languages from `resources/locale/<language>/*.po`.

One catalogue file per area keeps translations beside the people who know the area. A text without
a translation is shown in English; `make check` refuses such a text in a shipped language. English texts
are written for many things; what they say of one is in a catalogue of its own.
"""

from functools import cache
from typing import Protocol

from gridclient.paths import RESOURCES

LANGUAGES = ("en", "zh_CN")
_active = "en"


def set_language(name: str) -> None:
    """Chooses the language of every text from now on; texts already shown are their owner's to refresh."""
    global _active
    if name not in LANGUAGES:
        raise ValueError(f"no such language: {name}")
    _active = name


def language() -> str:
    """The active language, `en` or `zh_CN`."""
    return _active


def tr(text: str, **values: object) -> str:
    """Gives the text in the active language, its `{names}` filled in; of one (`n`) it speaks as the language does."""
    if _active != "en" or "n" in values:
        forms = _catalogue(_active).get(text, (text,))
        text = forms[0] if str(values.get("n")) == "1" else forms[-1]
    return text.format(**values) if values else text


def read_ahead() -> None:
    """Reads the active language's catalogue, which takes a moment, before a text of it is asked for."""
    _catalogue(_active)


class Translated(Protocol):
    """A text that came as data in several languages."""

    def pick(self, language: str) -> str:
        """The text in a language such as `zh_CN`."""
        ...


def pick(texts: Translated) -> str:
    """Chooses from a text that came as data the one in the active language."""
    return texts.pick(_active)


@cache
def _catalogue(name: str) -> dict[str, tuple[str, ...]]:
    """The forms of each text: one, or one for one thing and one for many."""
    from babel.messages.pofile import read_po  # English without a count needs no catalogue

    found: dict[str, tuple[str, ...]] = {}
    for path in sorted((RESOURCES / "locale" / name).glob("*.po")):
        with path.open("rb") as file:
            for message in read_po(file):
                texts, forms = (each if isinstance(each, tuple) else (each,) for each in (message.id, message.string))
                if texts[0] and all(forms):
                    found[str(texts[0])] = tuple(map(str, forms))
    return found
