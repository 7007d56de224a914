"""Holds the form engine against the conformance suite: no score may fall below the one in `docs/conformance.json`.

The suite is no part of the project: it is looked for in `$GRIDCLIENT_CONFORMANCE`, else beside the checkout. Without it
nothing is checked, and that is said. `--record` writes the scores down, `--by` prints them by category.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
RECORD = ROOT / "docs" / "conformance.json"
BESIDE = ROOT.parent / "shared" / "conformance"


@dataclass(frozen=True, slots=True)
class Score:
    """How many cases of a part hold."""

    ok: int
    n: int

    def __str__(self) -> str:
        return f"{self.ok}/{self.n} ({100 * self.ok / max(1, self.n):.2f} %)"


def fallen(now: dict[str, Score], before: dict[str, Score]) -> list[str]:
    """What is worse than what was recorded; a part that is gone is worse."""
    faults: list[str] = []
    for part, old in before.items():
        new = now.get(part, Score(0, old.n))
        if new.ok * old.n < old.ok * new.n or new.n < old.n:
            faults.append(f"conformance: {part} fell from {old} to {new}")
    return faults


def run(folder: Path, by: bool) -> dict[str, Score]:
    """The scores of this checkout."""
    with tempfile.TemporaryDirectory() as scratch:
        out = Path(scratch) / "scores.json"
        command = [
            sys.executable,
            str(folder / "run_suite.py"),
            "--split",
            "public",
            "--json",
            str(out),
            "--list",
            "100",
        ]
        environment = {**os.environ, "PYTHONPATH": str(ROOT)}
        subprocess.run(command + ["--by"] * by, cwd=ROOT, env=environment, check=True, capture_output=not by)  # noqa: S603 - ours
        return scores_of(json.loads(out.read_text("utf-8")))


def scores_of(found: dict[str, Any]) -> dict[str, Score]:
    """The scores in what the suite or the record has written."""
    return {part: Score(int(score["ok"]), int(score["n"])) for part, score in found.items()}


def main() -> int:
    """Checks the scores, or records them."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--record", action="store_true")
    parser.add_argument("--by", action="store_true")
    args = parser.parse_args()
    folder = Path(os.environ.get("GRIDCLIENT_CONFORMANCE") or BESIDE)
    if not (folder / "run_suite.py").is_file():
        print(f"conformance: skipped, because there is no suite in {os.path.relpath(folder, ROOT)}")
        return 0
    now = run(folder, args.by)
    print("conformance: " + ", ".join(f"{part} {score}" for part, score in now.items()))
    if args.record:
        record = {part: {"ok": score.ok, "n": score.n} for part, score in now.items()}
        RECORD.write_text(json.dumps(record, indent=2) + "\n", "utf-8")
        return 0
    faults = fallen(now, scores_of(json.loads(RECORD.read_text("utf-8"))))
    for fault in faults:
        print(fault, file=sys.stderr)
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
