"""What every version of a pack contains, recorded beside the packs: a version that went out never changes.

A folder of packs may keep such a record (`versions.yaml`); the packs of the product do. Earlier versions stay there
too, in `earlier`, for the cases that run on them.
"""

import hashlib
from collections.abc import Iterator
from pathlib import Path

import msgspec

from gridclient.workflow.bundle import contents
from gridclient.workflow.faults import Fault, Faults, Source
from gridclient.workflow.pack import EARLIER, Pack, read_pack

RECORD = "versions.yaml"
_HEAD = "# What each version of each pack contains (SHA-256). `gridclient pack record` adds lines; none ever changes.\n"
_Recorded = dict[str, dict[str, str]]


def digest(folder: Path) -> str:
    """The SHA-256 of all that makes up the pack in a folder."""
    lines = (f"{hashlib.sha256(data).hexdigest()}  {name}\n" for name, data in sorted(contents(folder).items()))
    return hashlib.sha256("".join(lines).encode()).hexdigest()


def altered(folder: Path, pack: Pack) -> Iterator[tuple[str, str]]:
    """What the record says against a pack, by key; nothing where no record is kept."""
    record = _record_of(folder)
    if not record.exists():
        return
    known = _read(record).get(pack.id, {}).get(pack.version)
    if known is None:
        yield "version", f"{pack.version} is not in {RECORD}; `gridclient pack record` writes it there"
    elif known != digest(folder):
        yield "version", f"this is not what {pack.version} contains by {RECORD}; a change needs a version of its own"


def record_version(folder: Path) -> None:
    """Records what the version of a pack contains; raises `Faults` where that version has other contents already."""
    pack, record = read_pack(folder), _record_of(folder)
    recorded = _read(record) if record.exists() else {}
    made = digest(folder)
    if recorded.setdefault(pack.id, {}).setdefault(pack.version, made) != made:
        raise Faults([Fault("pack.yaml", "version", f"{pack.version} is recorded with other contents")])
    lines = [_HEAD]
    for pack_id, versions in sorted(recorded.items()):
        lines.append(f"{pack_id}:\n")
        lines += [f'  "{version}": {known}\n' for version, known in sorted(versions.items())]
    record.write_text("".join(lines))


def _record_of(folder: Path) -> Path:
    packs = folder.resolve().parent
    return (packs.parent if packs.name == EARLIER else packs) / RECORD


def _read(record: Path) -> _Recorded:
    try:
        return msgspec.convert(Source(record.name, record.read_bytes()).read(), _Recorded)
    except msgspec.ValidationError as error:
        raise Faults([Fault(record.name, "", str(error))]) from error
