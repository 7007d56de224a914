"""What a profile tells without its key: who works there, and how much of it waits for upload.

The sign-in screen shows it, so it is read with Python's own means: no package is imported for it.
"""

import json
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any

from gridclient.durable import write_durably

FACTS, ASIDE = "profile.json", ".aside-"  # no profile's name has a dot
_UNSENT = "unsent.json"


@dataclass(frozen=True, kw_only=True, slots=True)
class ProfileFacts:
    """Facts about the worker, none about residents."""

    id: str
    address: str
    account: str
    name: str
    role: str
    locked_by: str  # "keyring" | "pin"
    last_used_at: str = ""


def read_facts(folder: Path) -> ProfileFacts:
    """The facts of a profile; raises FileNotFoundError when it has none, ValueError when they are damaged."""
    told: Any = json.loads((folder / FACTS).read_bytes())
    try:
        facts = {each.name: told[each.name] for each in fields(ProfileFacts) if each.name in told}
        made = ProfileFacts(**facts)
    except TypeError as error:  # no object, or one without a name that must be there
        raise ValueError(folder) from error
    if not all(isinstance(value, str) for value in facts.values()):
        raise ValueError(folder)
    return made


def keep_facts(folder: Path, facts: ProfileFacts) -> None:
    """Writes the facts of a profile."""
    write_durably(folder / FACTS, json.dumps(asdict(facts), ensure_ascii=False).encode())


def known_profiles(root: Path) -> Iterator[tuple[Path, ProfileFacts]]:
    """The folders of the profiles under a folder, most recently used first; one without readable facts is left out."""
    found: list[tuple[Path, ProfileFacts]] = []
    for path in (root / "profiles").glob(f"*/{FACTS}"):
        if ASIDE not in path.parent.name:
            with suppress(ValueError):
                found.append((path.parent, read_facts(path.parent)))
    yield from sorted(found, key=lambda each: (each[1].last_used_at, each[0].name), reverse=True)


def keep_unsent(folder: Path, count: int) -> None:
    """Writes how many edits of a profile wait for upload, when it is another number than before."""
    if read_unsent(folder) != count:
        write_durably(folder / _UNSENT, json.dumps(count).encode())


def read_unsent(folder: Path) -> int | None:
    """The number; None when it was never written."""
    try:
        count = json.loads((folder / _UNSENT).read_bytes())
    except (FileNotFoundError, ValueError):
        return None
    return count if isinstance(count, int) else None
