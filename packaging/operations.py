"""Writes the operations of docs/protocol.md from the platform's own table: every message with its example.

Everything up to the line `## Operations` is written by people and stays. `--check` only compares.
"""

import json
import sys
from collections.abc import Mapping
from pathlib import Path

from gridclient.platform.app import JSON, Operation
from gridclient.platform.operations import OPERATIONS

PAGE = Path(__file__).resolve().parent.parent / "docs" / "protocol.md"
HEADING = "## Operations\n"


def page(current: str) -> str:
    """The whole page, with its second part made anew."""
    by_hand = current.partition(HEADING)[0]
    return by_hand + HEADING + "".join(_operation(op) for op in OPERATIONS)


def _operation(op: Operation) -> str:
    access = op.access.value + (", also a device that uploads before it is wiped" if op.when_revoked else "")
    lines = [f"\n### {op.summary}: `{op.method} {op.path}`\n", f"{op.handler.__doc__} Access: {access}.\n"]
    if op.sent:
        lines.append(f"Headers of the request:\n\n{_headers(op.sent)}")
    if op.example is not None:
        lines.append(f"Request:\n\n{_block(op.example)}")
    elif op.sends:
        lines.append(f"Request: `{op.sends}`.\n")
    if op.told:
        lines.append(f"Headers of the answer:\n\n{_headers(op.told)}")
    if op.answer is not None:
        lines.append(f"Answer:\n\n{_block(op.answer)}")
    elif op.media_type != JSON and op.method == "GET":
        lines.append(f"Answer: `{op.media_type}`.\n")
    return "\n".join(lines)


def _headers(headers: Mapping[str, str]) -> str:
    text = "\n".join(f"{name}: {value}" for name, value in headers.items())
    return f"```http\n{text}\n```\n"


def _block(example: object) -> str:
    text = example if isinstance(example, str) else json.dumps(example, ensure_ascii=False, indent=2)
    return f"```json\n{text}\n```\n"


def main() -> int:
    """Writes the page, or compares it."""
    current = PAGE.read_text("utf-8")
    made = page(current)
    if "--check" in sys.argv[1:]:
        if made != current:
            print("docs/protocol.md is not what the code says. Run: .venv/bin/python packaging/operations.py")
        return int(made != current)
    PAGE.write_text(made, "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
