"""Writes `resources/pinyin.txt`: the usual reading of each Chinese character that has one known, a line a syllable.

The readings are those of pypinyin (MIT), which takes half a second to import; the program reads the small file
instead. Run it again when that library changes; `--check` tells whether the file is what it would write.
"""

import sys
import unicodedata
from collections import defaultdict
from pathlib import Path

from pypinyin.pinyin_dict import pinyin_dict

FILE = Path(__file__).resolve().parent.parent / "resources" / "pinyin.txt"
_CHARACTERS = (0x3007, *range(0x3400, 0xA000), *range(0xF900, 0xFB00), *range(0x20000, 0x323B0))


def table() -> str:
    """The file's text."""
    readings: defaultdict[str, list[str]] = defaultdict(list)
    for code in _CHARACTERS:
        if said := pinyin_dict.get(code):
            readings[_plain(said.partition(",")[0])].append(chr(code))
    return "".join(f"{syllable} {''.join(signs)}\n" for syllable, signs in sorted(readings.items()))


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
