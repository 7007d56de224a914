"""A text that came as data, in every language of the program."""

from msgspec import Struct


class Texts(Struct, frozen=True, forbid_unknown_fields=True):
    """English and Chinese of one text; `gridclient.text.pick` chooses the active one."""

    en: str
    zh: str

    def pick(self, language: str) -> str:
        """The text in a language such as `zh_CN`."""
        return self.zh if language.startswith("zh") else self.en
