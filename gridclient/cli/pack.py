"""`gridclient pack`: check a pack, build it for exchange, and tell what changed between two versions.

`check` and `diff` take a folder or a bundle that `build` made. Exit code 1 when something is wrong with a pack.
"""

import argparse
import json
import sys
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from gridclient.errors import GridError
from gridclient.text import tr
from gridclient.workflow.bundle import build, unpack
from gridclient.workflow.check import check_pack
from gridclient.workflow.difference import differences, stranded
from gridclient.workflow.faults import Fault, Faults, Source
from gridclient.workflow.negative import shipped_list
from gridclient.workflow.overlay import loosened
from gridclient.workflow.pack import read_pack

if TYPE_CHECKING:
    from gridclient.cli.platform import Commands


class BadKey(GridError):
    """A key file that holds no Ed25519 key."""

    text = "{file} is no Ed25519 key in PEM."


def add_parser(commands: "Commands") -> None:
    """Adds the command."""
    parser = commands.add_parser("pack", help=tr("packs of forms and workflows: check, build, diff"))
    actions = parser.add_subparsers(metavar="", required=True)
    check = actions.add_parser("check", help=tr("say what is wrong with a pack, and where"))
    check.add_argument("pack", type=Path, help=tr("folder or bundle"))
    check.add_argument("--trusted", type=Path, help=tr("public key (PEM) that a bundle has to be signed with"))
    check.add_argument("--over", type=Path, help=tr("the city's pack, which this one may only tighten"))
    check.add_argument("--json", action="store_true", help=tr("one JSON object a fault"))
    check.set_defaults(run=_check)
    build_ = actions.add_parser("build", help=tr("make one file of a pack, for exchange"))
    build_.add_argument("pack", type=Path, help=tr("folder"))
    build_.add_argument("-o", "--output", type=Path, required=True)
    build_.add_argument("--key", type=Path, help=tr("private key (PEM, Ed25519) to sign with"))
    build_.set_defaults(run=_build)
    diff = actions.add_parser("diff", help=tr("what changed between two versions"))
    diff.add_argument("old", type=Path)
    diff.add_argument("new", type=Path)
    diff.set_defaults(run=_diff)


def _check(args: argparse.Namespace) -> int:
    try:
        with _folder(args.pack, _public(args.trusted)) as folder:
            faults = check_pack(folder, shipped_list()) or _loosened(folder, args.over)
            notes = () if faults else read_pack(folder).to_verify
    except Faults as found:
        faults, notes = found.faults, ()
    for fault in faults:
        facts = {"file": fault.file, "place": fault.place, "text": fault.text}
        print(json.dumps(facts, ensure_ascii=False) if args.json else fault)
    if not args.json:
        print(tr("{n} faults.", n=len(faults)))
        for text in notes:
            print(tr("To be verified: {what}", what=f"{text.zh} / {text.en}"))
    return 1 if faults else 0


def _loosened(folder: Path, over: Path | None) -> list[Fault]:
    if over is None:
        return []
    source = Source("pack.yaml", (folder / "pack.yaml").read_bytes())
    with _folder(over) as city:
        return [source.fault(key, text) for key, text in loosened(read_pack(city), read_pack(folder))]


def _build(args: argparse.Namespace) -> int:
    faults = check_pack(args.pack, shipped_list())
    if faults:
        print(*faults, sep="\n", file=sys.stderr)
        return 1
    key = _private(args.key)
    args.output.write_bytes(build(args.pack, key))
    if key is None:
        print(tr("Not signed: whoever receives it cannot tell who built it."), file=sys.stderr)
    return 0


def _diff(args: argparse.Namespace) -> int:
    try:
        with _folder(args.old) as old, _folder(args.new) as new:
            print(*differences(old, new), sep="\n")
            lost = stranded(read_pack(old), read_pack(new))
    except Faults as found:
        print(*found.faults, sep="\n", file=sys.stderr)
        return 1
    if lost:
        print(tr("Running cases stay with their version; these would have no place in the new one: {places}",
                 places=", ".join(lost)))  # fmt: skip
    return 0


@contextmanager
def _folder(pack: Path, trusted: Ed25519PublicKey | None = None) -> Generator[Path]:
    """The folder of a pack; a bundle is opened into one that is gone afterwards."""
    if pack.is_dir():
        yield pack
        return
    with TemporaryDirectory() as folder:
        unpack(pack, Path(folder), trusted)
        yield Path(folder)


def _private(path: Path | None) -> Ed25519PrivateKey | None:
    if path is None:
        return None
    try:
        key = serialization.load_pem_private_key(path.read_bytes(), None)
    except (OSError, ValueError, TypeError) as error:
        raise BadKey(file=str(path)) from error
    if not isinstance(key, Ed25519PrivateKey):
        raise BadKey(file=str(path))
    return key


def _public(path: Path | None) -> Ed25519PublicKey | None:
    if path is None:
        return None
    try:
        key = serialization.load_pem_public_key(path.read_bytes())
    except (OSError, ValueError) as error:
        raise BadKey(file=str(path)) from error
    if not isinstance(key, Ed25519PublicKey):
        raise BadKey(file=str(path))
    return key
