"""Texts that a person sees: English in the source, other languages from `resources/locale/<language>/*.po`.

One catalogue file per area keeps translations beside the people who know the area. A text without
a translation is shown in English; `make check` refuses such a text in a shipped language.
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
    """Gives the text in the active language, its `{names}` filled in."""
    found = text if _active == "en" else _catalogue(_active).get(text, text)
    return found.format(**values) if values else found


class Translated(Protocol):
    """A text that came as data in several languages."""

    def pick(self, language: str) -> str:
        """The text in a language such as `zh_CN`."""
        ...


def pick(texts: Translated) -> str:
    """Chooses from a text that came as data the one in the active language."""
    return texts.pick(_active)


@cache
def _catalogue(name: str) -> dict[str, str]:
    from babel.messages.pofile import read_po  # English needs no catalogue

    found: dict[str, str] = {}
    for path in sorted((RESOURCES / "locale" / name).glob("*.po")):
        with path.open("rb") as file:
            for message in read_po(file):
                if message.id and message.string:
                    found[str(message.id)] = str(message.string)
    return found
