"""`gridclient pack`: check a pack, build it, publish it, take running cases to it, and tell what changed.

A pack is a folder, a bundle that `build` made, or a workbook of its author. Exit code 1 when something
is wrong with a pack.
"""

import argparse
import json
import sys
from collections.abc import Callable, Generator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from gridclient.cli.platform import open_platform
from gridclient.errors import GridError
from gridclient.platform import rulebook
from gridclient.platform.migration import migrate
from gridclient.text import tr
from gridclient.workflow.bundle import build, unpack
from gridclient.workflow.check import check_pack
from gridclient.workflow.difference import differences, stranded
from gridclient.workflow.faults import Fault, Faults, Source
from gridclient.workflow.negative import shipped_list
from gridclient.workflow.overlay import loosened
from gridclient.workflow.pack import read_pack
from gridclient.workflow.versions import record_version
from gridclient.workflow.workbook import in_workbook, make_workbook, open_workbook

if TYPE_CHECKING:
    from gridclient.cli.platform import Commands


class BadKey(GridError):
    """A key file that holds no Ed25519 key."""

    text = "{file} is no Ed25519 key in PEM."


class NotTrusted(GridError):
    """A bundle is published only when it is known who built it."""

    text = "{file} came from elsewhere: give the key that it has to be signed with (--trusted)."


def add_parser(commands: "Commands") -> None:
    """Adds the command."""
    parser = commands.add_parser("pack", help=tr("packs of forms and workflows: check, build, publish"))
    actions = parser.add_subparsers(metavar="", required=True)
    check = actions.add_parser("check", help=tr("say what is wrong with a pack, and where"))
    check.add_argument("pack", type=Path, help=tr("folder, bundle or workbook"))
    check.add_argument("--trusted", type=Path, help=tr("public key (PEM) that a bundle has to be signed with"))
    check.add_argument("--over", type=Path, help=tr("the city's pack, which this one may only tighten"))
    check.add_argument("--json", action="store_true", help=tr("one JSON object a fault"))
    check.set_defaults(run=_check)
    build_ = actions.add_parser("build", help=tr("make one file of a pack, for exchange"))
    build_.add_argument("pack", type=Path, help=tr("folder or workbook"))
    build_.add_argument("-o", "--output", type=Path, required=True)
    build_.add_argument("--key", type=Path, help=tr("private key (PEM, Ed25519) to sign with"))
    build_.set_defaults(run=_build)
    workbook = actions.add_parser("workbook", help=tr("make one workbook of a pack, for its author to go on with"))
    workbook.add_argument("pack", type=Path, help=tr("folder"))
    workbook.add_argument("-o", "--output", type=Path, required=True)
    workbook.set_defaults(run=_workbook)
    record = actions.add_parser("record", help=tr("write down what a version contains, so that it never changes"))
    record.add_argument("pack", type=Path, help=tr("folder"))
    record.set_defaults(run=_record)
    diff = actions.add_parser("diff", help=tr("what changed between two versions"))
    diff.add_argument("old", type=Path)
    diff.add_argument("new", type=Path)
    diff.set_defaults(run=_diff)
    publish_ = actions.add_parser("publish", help=tr("put a pack in force on a platform, for new cases"))
    publish_.add_argument("pack", type=Path, help=tr("folder, bundle or workbook"))
    publish_.add_argument("--trusted", type=Path, help=tr("public key (PEM) that a bundle has to be signed with"))
    publish_.add_argument("--area", default="", metavar="CODE", help=tr("a street's pack, over the city's"))
    _on_platform(publish_, _publish)
    migrate_ = actions.add_parser("migrate", help=tr("take running cases to another version of their pack"))
    migrate_.add_argument("pack", help=tr("id of the pack"))
    migrate_.add_argument("--to", required=True, metavar="VERSION")
    migrate_.add_argument("--state", action="append", default=[], metavar="OLD=NEW", help=tr("where a state went"))
    migrate_.add_argument("--trial", action="store_true", help=tr("only count"))
    _on_platform(migrate_, _migrate)


def _on_platform(parser: argparse.ArgumentParser, run: Callable[[argparse.Namespace], int]) -> None:
    parser.add_argument("--folder", type=Path, default=Path("platform"), help=tr("folder of the platform's files"))
    parser.add_argument("--database", help=tr("URL of a PostgreSQL database; without it SQLite in the folder"))
    parser.set_defaults(run=run)


def _check(args: argparse.Namespace) -> int:
    try:
        with _folder(args.pack, _public(args.trusted)) as folder:
            faults = check_pack(folder, shipped_list()) or _loosened(folder, args.over)
            notes = () if faults else read_pack(folder).to_verify
    except Faults as found:
        faults, notes = found.faults, ()
    for fault in _where(args.pack, faults):
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
    key = _private(args.key)
    try:
        with _folder(args.pack) as folder:
            if faults := check_pack(folder, shipped_list()):
                raise Faults(faults)
            args.output.write_bytes(build(folder, key))
    except Faults as found:
        print(*_where(args.pack, found.faults), sep="\n", file=sys.stderr)
        return 1
    if key is None:
        print(tr("Not signed: whoever receives it cannot tell who built it."), file=sys.stderr)
    return 0


def _workbook(args: argparse.Namespace) -> int:
    try:
        read_pack(args.pack)
    except Faults as found:
        print(*found.faults, sep="\n", file=sys.stderr)
        return 1
    make_workbook(args.pack).save(args.output)
    return 0


def _record(args: argparse.Namespace) -> int:
    try:
        record_version(args.pack)
    except Faults as found:
        print(*found.faults, sep="\n", file=sys.stderr)
        return 1
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


def _publish(args: argparse.Namespace) -> int:
    trusted = _public(args.trusted)
    if args.pack.suffix == ".zip" and trusted is None:
        raise NotTrusted(file=args.pack)
    platform = open_platform(args)
    try:
        with _folder(args.pack, trusted) as folder, platform.database.write() as connection:
            bundle = args.pack.read_bytes() if args.pack.suffix == ".zip" else None
            done = rulebook.publish(connection, platform.rules, folder, args.area, platform.clock(), bundle)
    except Faults as found:
        print(*_where(args.pack, found.faults), sep="\n", file=sys.stderr)
        return 1
    if not done.is_new:
        print(tr("This version was there already; nothing was changed."))
        return 0
    print(tr("{id} {version} is in force for new cases.", id=done.pack.id, version=done.pack.version))
    for area in done.stepped_back:
        print(tr("The pack of {area} would now be looser than the city's, and is no longer in force.", area=area))
    return 0


def _migrate(args: argparse.Namespace) -> int:
    states = dict(each.split("=", 1) for each in args.state if "=" in each)
    told = migrate(open_platform(args), args.pack, args.to, states, by="administrator", is_trial=args.trial)
    print(tr("{n} running cases go to {version}.", n=told.moved, version=args.to))
    for state, n in sorted(told.stranded.items()):
        print(tr("{n} cases in “{state}” have no place there and stay. Name one with --state {state}=NEW.",
                 n=n, state=state))  # fmt: skip
    return 1 if told.stranded else 0


def _where(pack: Path, faults: list[Fault]) -> list[Fault]:
    """The faults as the author of the pack finds them: a workbook's by sheet, column and row."""
    return [in_workbook(pack, fault) for fault in faults] if pack.suffix == ".xlsx" and pack.exists() else faults


@contextmanager
def _folder(pack: Path, trusted: Ed25519PublicKey | None = None) -> Generator[Path]:
    """The folder of a pack; a bundle or workbook is opened into one that is gone afterwards."""
    if pack.is_dir():
        yield pack
        return
    with TemporaryDirectory() as folder:
        if pack.suffix == ".xlsx":
            open_workbook(pack, Path(folder))
        else:
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
