"""Writes `resources/pinyin.txt`: a syllable a line, the characters that are usually read so, and those that may be.

The readings are those of pypinyin (MIT), which takes half a second to import; the program reads the small file
instead. Run it again when that library changes; `--check` tells whether the file is what it would write.
"""

import sys
import unicodedata
from collections import defaultdict
from pathlib import Path

from pypinyin.pinyin_dict import pinyin_dict

FILE = Path(__file__).resolve().parent.parent / "resources" / "pinyin.txt"
_CHARACTERS = range(0x4E00, 0xA000)


def table() -> str:
    """The file's text."""
    usual: defaultdict[str, list[str]] = defaultdict(list)
    other: defaultdict[str, list[str]] = defaultdict(list)
    for code in _CHARACTERS:
        said = list(dict.fromkeys(_plain(each) for each in pinyin_dict.get(code, "").split(",") if each))
        for place, syllable in enumerate(said):
            (other if place else usual)[syllable].append(chr(code))
    return "".join(f"{each} {''.join(usual[each])} {''.join(other[each])}\n" for each in sorted({*usual, *other}))


def _plain(syllable: str) -> str:
    """Without tones; ü is typed as v."""
    parts = unicodedata.normalize("NFD", syllable).replace("u\u0308", "v")
    return "".join(letter for letter in parts if letter.isascii() and letter.isalpha())


def main() -> int:
    """Writes the file, or compares it."""
    if "--check" not in sys.argv:
        FILE.write_text(table(), "utf-8")
    elif FILE.read_text("utf-8") != table():
        print("resources/pinyin.txt is not what pypinyin says. Run: .venv/bin/python packaging/pinyin.py")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
