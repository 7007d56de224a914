"""Checks that every text a person sees can be translated, and that each shipped language has all of them.

A text is the first argument of `tr()`, always a literal so that it can be found here, or the `text` of a
`GridError`. Refuses a text without a translation, a fuzzy one, placeholders that differ, and values that a text
has no place for; a translation that nothing uses is only told. `--missing` prints what is missing as .po entries.
English has a catalogue only of what it says of one thing.
"""

import ast
import re
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

from babel.messages.pofile import PoFileError, read_po

ROOT = Path(__file__).resolve().parent.parent
LOCALES = ("zh_CN", "en")
COUNTS_ONLY = {"en"}  # the source's own language: only what it says of one thing is in a catalogue
NOT_LITERAL_ALLOWED = {"gridclient/errors.py"}  # gives a GridError its text, which is checked where it is written
_PLACEHOLDER = re.compile(r"\{(\w*)[^{}]*\}")


@dataclass(frozen=True, slots=True)
class Text:
    """A text in the source and where it stands."""

    file: str
    line: int
    english: str


@dataclass(frozen=True, slots=True)
class Found:
    """What the source says: its texts, and what is wrong with how they are given."""

    texts: list[Text]
    faults: list[str]


def texts_of(sources: Mapping[str, str]) -> Found:
    """Finds the texts in modules, given as `{file: source}`."""
    trees = {file: ast.parse(source, file) for file, source in sources.items()}
    found = Found([], [])
    grid_errors = _subclasses_of("GridError", trees.values())
    for file, tree in trees.items():
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and _name(node.func) == "tr":
                _take_call(file, node, found)
            elif isinstance(node, ast.ClassDef) and node.name in grid_errors:
                _take_error(file, node, found)
    return found


def missing(texts: Sequence[Text], translations: Mapping[str, str]) -> list[Text]:
    """The texts without a translation, each once."""
    first = {text.english: text for text in reversed(texts)}
    return sorted((text for text in first.values() if not translations.get(text.english)), key=_place)


def main(arguments: Sequence[str]) -> int:
    """Prints every fault and returns 1 when there is one."""
    files = sorted((ROOT / "gridclient").rglob("*.py"))
    found = texts_of({file.relative_to(ROOT).as_posix(): file.read_text("utf-8") for file in files})
    faults = list(found.faults)
    for locale in LOCALES:
        translations: dict[str, str] = {}
        for po in sorted((ROOT / "resources" / "locale" / locale).glob("*.po")):
            faults += _read(po, translations)
        lacking = [] if locale in COUNTS_ONLY else missing(found.texts, translations)
        if "--missing" in arguments:
            _print_entries(lacking)
            continue
        faults += [f"{text.file}:{text.line}: not in {locale}: {text.english!r}" for text in lacking]
        for english in sorted(translations.keys() - {text.english for text in found.texts}):
            print(f"note: {locale}: nothing uses {english!r}")
    if "--missing" in arguments:
        return 0
    for fault in faults:
        print(fault)
    print(f"Texts: {len({text.english for text in found.texts})}, faults: {len(faults)}.")
    return 1 if faults else 0


def _take_call(file: str, call: ast.Call, found: Found) -> None:
    english = _literal(call.args[0]) if call.args else None
    if english is None:
        if file not in NOT_LITERAL_ALLOWED:
            found.faults.append(f"{file}:{call.lineno}: tr() needs a literal text")
        return
    given = {keyword.arg for keyword in call.keywords}
    if None not in given and given != _places(english):
        found.faults.append(f"{file}:{call.lineno}: values do not fit the text: {english!r}")
    found.texts.append(Text(file, call.lineno, english))


def _take_error(file: str, error: ast.ClassDef, found: Found) -> None:
    for item in error.body:
        match item:
            case (
                ast.Assign(targets=[ast.Name(id="text")], value=value)
                | ast.AnnAssign(target=ast.Name(id="text"), value=ast.expr() as value)
            ):
                english = _literal(value)
                if english is None:
                    found.faults.append(f"{file}:{item.lineno}: the text of {error.name} must be a literal")
                else:
                    found.texts.append(Text(file, item.lineno, english))
            case _:
                pass


def _subclasses_of(root: str, trees: Iterable[ast.Module]) -> set[str]:
    """The names of a class and of all that inherit from it, over all modules."""
    classes = [node for tree in trees for node in ast.walk(tree) if isinstance(node, ast.ClassDef)]
    known = {root}
    while grown := {c.name for c in classes if any(_name(base) in known for base in c.bases)} - known:
        known |= grown
    return known


def _read(po: Path, translations: dict[str, str]) -> Iterator[str]:
    """Adds a catalogue's entries to the translations and tells what is wrong with them."""
    with po.open("rb") as file:
        try:
            messages = [message for message in read_po(file, abort_invalid=True) if message.id]
        except PoFileError as error:
            yield f"{po.name}: {error}"
            return
    for message in messages:
        english = str(message.id[0] if isinstance(message.id, tuple) else message.id)
        forms = message.string if isinstance(message.string, tuple) else (message.string or "",)
        translated = str(forms[-1])
        if message.fuzzy:
            yield f"{po.name}: fuzzy: {english!r}"
        if translated and not _fits(english, [str(form) for form in forms]):
            yield f"{po.name}: placeholders differ: {english!r}"
        if translated and translations.setdefault(english, translated) != translated:
            yield f"{po.name}: translated otherwise in another file: {english!r}"


def _fits(english: str, forms: Sequence[str]) -> bool:
    """Whether a translation has the text's placeholders; a form for one thing may leave its number out."""
    wanted = _places(english)
    return _places(forms[-1]) == wanted and all(_places(form) | {"n"} == wanted | {"n"} for form in forms)


def _print_entries(texts: Sequence[Text]) -> None:
    for file, group in groupby(texts, key=lambda text: text.file):
        print(f"# {file}")
        for text in group:
            escaped = text.english.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
            print(f'msgid "{escaped}"\nmsgstr ""\n')


def _literal(node: ast.expr) -> str | None:
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else None


def _name(node: ast.expr) -> str:
    match node:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name
        case _:
            return ""


def _places(text: str) -> set[str]:
    return set(_PLACEHOLDER.findall(text))


def _place(text: Text) -> tuple[str, int]:
    return text.file, text.line


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
