"""What is wrong with a pack, and where: file, key or sheet, row and column."""

import re
from dataclasses import dataclass
from functools import cached_property
from typing import cast

import yaml

Loader = yaml.CSafeLoader if yaml.__with_libyaml__ else yaml.SafeLoader
_STEP = re.compile(r"\.?([^.\[\]]+)|\[(\d+)\]|\[\.\.\.\]")


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault; `place` is a key with its line, or a cell."""

    file: str
    place: str
    text: str

    def __str__(self) -> str:
        return ": ".join(part for part in (self.file, self.place, self.text) if part)


class Faults(Exception):
    """Everything that was found wrong at once."""

    def __init__(self, faults: list[Fault]) -> None:
        super().__init__("; ".join(str(fault) for fault in faults))
        self.faults = faults


class Source:
    """The text of a YAML file with the lines of its keys."""

    def __init__(self, file: str, text: bytes) -> None:
        self._file, self._text = file, text

    def read(self) -> object:
        """What the text says; raises `Faults` with the line and column where it is no YAML."""
        try:
            return yaml.load(self._text, Loader)  # noqa: S506 - both loaders are the safe one
        except yaml.MarkedYAMLError as error:
            mark = error.problem_mark
            place = f"line {mark.line + 1}, column {mark.column + 1}" if mark else ""
            raise Faults([Fault(self._file, place, str(error.problem or error.context))]) from error
        except (yaml.YAMLError, ValueError, OverflowError, RecursionError) as error:
            raise Faults(
                [Fault(self._file, "line 1", f"this is no YAML that can be read: {type(error).__name__}")]
            ) from error

    def fault(self, path: str, text: str) -> Fault:
        """A fault at a key such as `transitions[3].guards[0]`, with the line where it stands."""
        line = self._line(path)
        return Fault(self._file, f"line {line}, {path}" if path else f"line {line}", text)

    @cached_property
    def _nodes(self) -> yaml.Node | None:
        return cast("yaml.Node | None", yaml.compose(self._text, Loader))  # pyright: ignore[reportUnknownMemberType]

    def _line(self, path: str) -> int:
        node, line = self._nodes, 1
        for match in _STEP.finditer(path):
            child, at = _child(node, match)
            if at is not None:
                line = at
            if child is None:
                break
            node = child
        return line


def _child(node: yaml.Node | None, match: re.Match[str]) -> tuple[yaml.Node | None, int | None]:
    """The node of a key or index below a node, and the line of it."""
    if isinstance(node, yaml.MappingNode) and match[1] is not None:
        for key, value in node.value:
            if key.value == match[1]:
                return value, key.start_mark.line + 1
    if isinstance(node, yaml.SequenceNode) and match[2] is not None and int(match[2]) < len(node.value):
        child = node.value[int(match[2])]
        return child, child.start_mark.line + 1
    return None, None
