"""Checks that every text a person sees can be translated, and is translated completely.

Fails on a `tr()` whose text is not a literal, on a text without a translation, on a fuzzy one, and on
placeholders that differ. `--missing` prints what is missing as .po entries.
"""

import ast
import re
import sys
from collections.abc import Iterator
from pathlib import Path

from babel.messages.pofile import read_po

ROOT = Path(__file__).resolve().parent.parent
_PLACEHOLDER = re.compile(r"\{(\w*)[^}]*\}")
_NOT_LITERAL_ALLOWED = {"gridclient/errors.py", "gridclient/text.py"}


def texts_in(path: Path) -> Iterator[tuple[int, str | None]]:
    """The texts of a module with their lines; None where a text is not a literal."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "tr":
            first = node.args[0]
            is_text = isinstance(first, ast.Constant) and isinstance(first.value, str)
            yield node.lineno, str(first.value) if is_text else None  # type: ignore[attr-defined]  # a Constant
        elif isinstance(node, ast.ClassDef):
            for item in node.body:
                if (
                    isinstance(item, ast.Assign)
                    and isinstance(item.targets[0], ast.Name)
                    and item.targets[0].id == "text"
                    and isinstance(item.value, ast.Constant)
                    and isinstance(item.value.value, str)
                ):
                    yield item.lineno, item.value.value


def main() -> int:
    """Prints every fault and returns 1 when there is one."""
    faults: list[str] = []
    translated: dict[str, str] = {}
    for po in sorted((ROOT / "resources" / "locale" / "zh_CN").glob("*.po")):
        with po.open("rb") as file:
            for message in read_po(file):
                if not message.id:
                    continue
                source, target = str(message.id), str(message.string or "")
                if message.fuzzy:
                    faults.append(f"{po.name}: fuzzy: {source}")
                if set(_PLACEHOLDER.findall(source)) != set(_PLACEHOLDER.findall(target)) and target:
                    faults.append(f"{po.name}: placeholders differ: {source}")
                if target and translated.get(source, target) != target:
                    faults.append(f"{po.name}: translated in two ways: {source}")
                if target:
                    translated[source] = target
    missing: dict[str, list[str]] = {}
    used: set[str] = set()
    for path in sorted((ROOT / "gridclient").rglob("*.py")):
        name = path.relative_to(ROOT).as_posix()
        for line, text in texts_in(path):
            if text is None:
                if name not in _NOT_LITERAL_ALLOWED:
                    faults.append(f"{name}:{line}: tr() needs a literal text")
                continue
            used.add(text)
            if text not in translated:
                missing.setdefault(name, []).append(text)
    if "--missing" in sys.argv:
        for name, texts in missing.items():
            print(f"# {name}")
            for text in dict.fromkeys(texts):
                print(f'msgid "{_escaped(text)}"\nmsgstr ""\n')
        return 0
    faults += [f"{name}: not translated: {text}" for name, texts in missing.items() for text in dict.fromkeys(texts)]
    faults += [f"translated, but not used: {text}" for text in sorted(translated.keys() - used)]
    for fault in faults:
        print(fault)
    print(f"{len(used)} texts, {len(faults)} faults")
    return 1 if faults else 0


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")


if __name__ == "__main__":
    sys.exit(main())
