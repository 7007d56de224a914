"""`gridclient platform`: create it, serve it, give people accounts, see how it stands."""

import argparse
import csv
import getpass
import json
import os
import sys
from dataclasses import asdict
from datetime import UTC, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from gridclient.domain.divisions import kind_of, level_of, parent_of
from gridclient.domain.record import iso, new_id
from gridclient.errors import GridError
from gridclient.platform import backup, bundles, directory, due, feed, openapi, tokens
from gridclient.platform.advising import take_advice
from gridclient.platform.app import make_app
from gridclient.platform.caseload import cases_of
from gridclient.platform.compaction import LEDGER_DAYS, compact
from gridclient.platform.handover import hand_over
from gridclient.platform.operations import OPERATIONS
from gridclient.platform.service import NotInitialised, Platform
from gridclient.platform.serving import Listen, serve
from gridclient.platform.tables import bucket, ledger
from gridclient.text import tr
from gridclient.workflow.measures import FORMULAS, measure

if TYPE_CHECKING:
    Commands = argparse._SubParsersAction[argparse.ArgumentParser]  # pyright: ignore[reportPrivateUsage]


class NoPack(GridError):
    """A pack that the platform does not have."""

    text = "There is no pack {pack} here."


class BadUnit(GridError):
    """A row of the file of units cannot be read."""

    text = (
        "Row {row}: a code of 2, 6, 9, 12 or 15 digits and a name are expected; a street's code ends in 001 to 399, "
        "a village's too. Nothing was added."
    )


class PrunedTooSoon(GridError):
    """A client may still come with work that what would be forgotten is needed for."""

    text = "Clients keep answered work for {least} days: forget nothing that is younger. Nothing was changed."


def add_parser(commands: "Commands") -> None:
    """Adds the command."""
    parser = commands.add_parser("platform", help=tr("the server: set it up, serve, accounts, devices, backups"))
    actions = parser.add_subparsers(metavar="", required=True)
    _action(actions, "init", tr("create an empty platform"), _init)
    action = _action(actions, "serve", tr("serve the platform until it is stopped"), _serve)
    action.add_argument("--host", default="127.0.0.1")
    action.add_argument("--port", type=int, default=8321)
    action.add_argument("--certificate", type=Path, help=tr("certificate file (PEM)"))
    action.add_argument("--key", type=Path, help=tr("private key file (PEM)"))
    action.add_argument("--allow-plain", action="store_true", help=tr("listen without TLS behind a proxy that has it"))
    action = _action(actions, "units", tr("add units of the organisation from a CSV file: code, name"), _units)
    action.add_argument("file", type=Path)
    action = _action(actions, "user", tr("create an account; the password is asked for"), _user)
    action.add_argument("account")
    action.add_argument("--name", required=True)
    action.add_argument("--number", help=tr("worker number, stamped into photos; without it the account's name"))
    action.add_argument("--role", choices=["worker", "supervisor", "administrator"], default="worker")
    action.add_argument("--duty", action="append", default=[], metavar="CODE", help=tr("unit of duty; repeat for more"))
    action = _action(actions, "account", tr("change an account: password, on or off, units of duty"), _account)
    action.add_argument("account")
    action.add_argument("--password", action="store_true", help=tr("set a new one; it is asked for"))
    action.add_argument("--number", help=tr("worker number, stamped into photos"))
    action.add_argument("--disable", action="store_true", help=tr("switch it off, at once on every device"))
    action.add_argument("--enable", action="store_true")
    action.add_argument("--duty", action="append", default=[], metavar="CODE")
    action.add_argument("--end-duty", action="append", default=[], metavar="CODE")
    action = _action(actions, "move", tr("hand residents, places or cases to another grid cell"), _move)
    action.add_argument("--from", dest="source", required=True, metavar="CODE")
    action.add_argument("--to", dest="target", required=True, metavar="CODE")
    action.add_argument("record", nargs="*", help=tr("ids; none: everything of the cell"))
    _action(actions, "due", tr("do once what has come by time: moves, visits and checks"), _due)
    action = _action(actions, "advise", tr("take the advice of a program on cases, from a file of JSON lines"), _advise)
    action.add_argument("file", type=Path)
    action = _action(
        actions, "measures", tr("how the cases of a pack were handled, as JSON with the formulas"), _measures
    )
    action.add_argument("--pack", default="urban-event")
    _action(actions, "status", tr("how the platform stands, as JSON"), _status)
    _action(actions, "devices", tr("list the devices, as JSON"), _devices)
    action = _action(actions, "revoke", tr("take a lost device off the list"), _revoke)
    action.add_argument("device")
    action.add_argument("--wipe", choices=["no", "now", "after_upload"], default="after_upload")
    action = _action(actions, "bundle", tr("take the bundle of a PC without a network, and make the answer"), _bundle)
    action.add_argument("bundle", type=Path)
    action.add_argument("answer", type=Path)
    action = _action(actions, "backup", tr("copy the platform into a folder while it is in use"), _backup)
    action.add_argument("target", type=Path)
    action = _action(actions, "restore", tr("make a platform of a backup, in a folder without one"), _restore)
    action.add_argument("source", type=Path)
    _action(actions, "restored", tr("tell every client that a PostgreSQL database was restored"), _restored)
    action = _action(actions, "journal", tr("how many days clients keep answered work; change it"), _journal)
    action.add_argument("days", type=int, nargs="?")
    action = _action(actions, "client", tr("which version of the program workers are to install; name it"), _client)
    action.add_argument("version", nargs="?")
    action = _action(actions, "prune", tr("forget entries of records that left long ago"), _prune)
    action.add_argument("--days", type=int, help=tr("at least what `journal` says, which is the default"))
    action.add_argument("--ledger-days", type=int, default=LEDGER_DAYS)
    document = actions.add_parser("openapi", help=tr("print the OpenAPI document"))
    document.set_defaults(run=_openapi)


def _action(actions: "Commands", name: str, text: str, run: Any) -> argparse.ArgumentParser:
    parser = actions.add_parser(name, help=text)
    parser.add_argument("--folder", type=Path, default=Path("platform"), help=tr("folder of the platform's files"))
    parser.add_argument("--database", help=tr("URL of a PostgreSQL database; without it SQLite in the folder"))
    parser.set_defaults(run=run)
    return parser


def open_platform(args: argparse.Namespace) -> Platform:
    """The platform that the arguments name; raises `NotInitialised` before it creates anything."""
    if not args.database and not (args.folder / "platform.db").exists():
        raise NotInitialised
    platform = _at(args)
    with platform.database.read() as connection:
        platform.epoch(connection)
    return platform


def _at(args: argparse.Namespace) -> Platform:
    platform = Platform.at(args.folder, args.database)
    args.closing.callback(platform.database.close)
    return platform


def _init(args: argparse.Namespace) -> int:
    created = _at(args).initialise()
    print(tr("The platform is ready.") if created else tr("The platform was initialised before; nothing was changed."))
    return 0


def _serve(args: argparse.Namespace) -> int:
    platform = _at(args)
    platform.initialise()
    listen = Listen(args.host, args.port, args.certificate, args.key, args.allow_plain)
    with due.Keeper(platform):
        serve(make_app(platform, OPERATIONS), listen, lambda url: print(tr("Serving at {url}", url=url), flush=True))
    return 0


def _move(args: argparse.Namespace) -> int:
    n = hand_over(open_platform(args), args.source, args.target, args.record, by="administrator")
    print(tr("{n} records were handed over.", n=n))
    return 0


def _due(args: argparse.Namespace) -> int:
    print(due.as_text(due.run(open_platform(args))))
    return 0


def _advise(args: argparse.Namespace) -> int:
    platform = open_platform(args)
    with platform.database.write() as connection:
        count = take_advice(connection, args.file.read_text("utf-8").splitlines(), platform.clock())
    print(tr("{n} pieces of advice stand beside their questions; people decide.", n=count))
    return 0


def _measures(args: argparse.Namespace) -> int:
    platform = open_platform(args)
    pack = platform.packs.get(args.pack)
    if pack is None:
        raise NoPack(pack=args.pack)
    with platform.database.read() as connection:
        measured = measure(pack, cases_of(connection, args.pack), platform.clock())
    rates = {name: {"rate": measured.rate(name), "formula": formula.en} for name, formula in FORMULAS.items()}
    print(json.dumps({"pack": pack.id, "counts": asdict(measured), "rates": rates}, indent=2))
    return 0


def _units(args: argparse.Namespace) -> int:
    platform = open_platform(args)
    units = [_unit(number, row) for number, row in enumerate(csv.reader(_lines(args.file)), 1) if row]
    with platform.database.write() as connection:
        known = directory.unit_codes(connection)
        fresh = [unit for unit in sorted(units, key=lambda unit: unit.code) if unit.code not in known]
        directory.add_units(connection, fresh)
    print(tr("{n} units were added.", n=len(fresh)))
    return 0


def _lines(file: Path) -> list[str]:
    """The lines of a CSV file in UTF-8, or in GB18030 as a Chinese Excel writes it."""
    data = file.read_bytes()
    try:
        return data.decode("utf-8-sig").splitlines()
    except UnicodeDecodeError:
        return data.decode("gb18030", errors="replace").splitlines()


def _unit(number: int, row: list[str]) -> directory.Unit:
    try:
        code, name = (cell.strip() for cell in row)
        kind_of(code)
        return directory.Unit(code, parent_of(code), directory.Level(level_of(code)), name)
    except ValueError as error:
        raise BadUnit(row=number) from error


def _user(args: argparse.Namespace) -> int:
    platform = open_platform(args)
    password = _password()
    with platform.database.write() as connection:
        account = directory.create_account(
            connection, args.account, password, worker_id=str(new_id()), name=args.name, role=args.role
        )
        if args.number is not None:
            directory.set_number(connection, account, args.number)
        for code in args.duty:
            directory.assign_duty(connection, account, code)
    print(tr("The account {account} was created.", account=account.account))
    return 0


def _password() -> str:
    return os.environ.get("GRIDCLIENT_PASSWORD") or (
        getpass.getpass(tr("Password: ")) if sys.stdin.isatty() else sys.stdin.readline().rstrip("\n")
    )


def _account(args: argparse.Namespace) -> int:
    with open_platform(args).database.write() as connection:
        account = directory.named_account(connection, args.account)
        if args.password:
            directory.set_password(connection, account.account, _password())
        if args.disable or args.enable:
            directory.set_disabled(connection, account.account, args.disable)
        if args.number is not None:
            directory.set_number(connection, account, args.number)
        for code in args.duty:
            directory.assign_duty(connection, account, code)
        for code in args.end_duty:
            directory.remove_duty(connection, account, code)
        units = ", ".join(directory.duties(connection, account)) or "-"
    print(tr("The account {account} has these units of duty: {units}", account=account.account, units=units))
    return 0


def _status(args: argparse.Namespace) -> int:
    platform = open_platform(args)
    with platform.database.read() as connection:
        live = connection.execute(sa.select(sa.func.count(), sa.func.coalesce(sa.func.sum(bucket.c.live), 0))).one()
        decided = connection.execute(sa.select(ledger.c.status, sa.func.count()).group_by(ledger.c.status)).all()
        facts = {
            "epoch": platform.epoch(connection),
            "buckets": live[0],
            "records": int(live[1]),
            "accounts": len(directory.list_accounts(connection)),
            "mutations": {row[0]: row[1] for row in decided},
            "packs": {pack.id: pack.version for pack in platform.packs.values()},
        }
    print(json.dumps(facts, indent=2))
    return 0


def _devices(args: argparse.Namespace) -> int:
    with open_platform(args).database.read() as connection:
        for row in directory.list_devices(connection):
            seen = {"device": row.device_id, "name": row.name, "worker": row.worker_name,
                    "seen_at": iso(row.last_seen_at), "unsent": row.outbox_count, "revoked": row.revoked_at is not None,
                    "wipe": row.wipe}  # fmt: skip
            print(json.dumps(seen, ensure_ascii=False))
    return 0


def _revoke(args: argparse.Namespace) -> int:
    platform = open_platform(args)
    with platform.database.write() as connection:
        wipe = "" if args.wipe == "no" else args.wipe
        known = directory.revoke_device(connection, args.device, platform.clock(), wipe)
    print(tr("The device was taken off the list.") if known else tr("There is no such device."))
    return 0 if known else 1


def _bundle(args: argparse.Namespace) -> int:
    taken = bundles.take(open_platform(args), args.bundle.read_bytes())
    args.answer.write_bytes(taken.answer)
    results = ", ".join(f"{status} {n}" for status, n in sorted(taken.results.items())) or "-"
    print(tr("Taken: {results}; {n} new photos. Bring {file} back to the PC.", results=results, n=taken.blobs,
             file=args.answer))  # fmt: skip
    return 0


def _backup(args: argparse.Namespace) -> int:
    size, blobs = backup.back_up(open_platform(args), args.target)
    print(tr("Backed up: {mb} MB of records, {n} new photos.", mb=size // 2**20, n=blobs))
    return 0


def _restore(args: argparse.Namespace) -> int:
    print(tr("Restored. The epoch is {epoch}.", epoch=backup.restore(args.source, args.folder)))
    return 0


def _restored(args: argparse.Namespace) -> int:
    print(tr("Restored. The epoch is {epoch}.", epoch=backup.begin_epoch(open_platform(args))))
    return 0


def _journal(args: argparse.Namespace) -> int:
    platform = open_platform(args)
    if args.days is not None:
        platform.keep_journal(args.days)
    with platform.database.read() as connection:
        print(
            tr("Clients keep answered work for {n} days; restore no older backup.", n=platform.journal_days(connection))
        )
    return 0


def _client(args: argparse.Namespace) -> int:
    platform = open_platform(args)
    if args.version is not None:
        platform.offer_client(args.version)
    with platform.database.read() as connection:
        version = platform.newest_client(connection)
    print(tr("Clients older than {version} ask to be updated.", version=version) if version else tr("None was named."))
    return 0


def _prune(args: argparse.Namespace) -> int:
    platform = open_platform(args)
    now = platform.clock().astimezone(UTC)
    with platform.database.write() as connection:
        least = platform.journal_days(connection)
        days = least if args.days is None else args.days
        if min(days, args.ledger_days) < least:
            raise PrunedTooSoon(least=least)
        entries = feed.prune(connection, iso(now - timedelta(days=days)))
        answers = compact(connection, iso(now - timedelta(days=args.ledger_days)))
        tokens.purge_expired(connection, now)
        directory.purge_failures(connection, now)
    uploads = platform.uploads.purge(now)
    print(
        tr("Forgotten: {n} entries, {answers} answers, {uploads} uploads.", n=entries, answers=answers, uploads=uploads)
    )
    return 0


def _openapi(_args: argparse.Namespace) -> int:
    print(json.dumps(openapi.document(OPERATIONS), ensure_ascii=False, indent=2))
    return 0
