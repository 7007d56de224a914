"""`gridclient residents`: takes a roster from Excel into the files of this PC, without a window."""

import argparse
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from gridclient.cli.profiles import add_arguments, choose, open_profile
from gridclient.domain.roster import Column, Line, Reading, guess, missing, read_lines
from gridclient.domain.zone import ZONE
from gridclient.errors import GridError
from gridclient.store import importing, workbooks
from gridclient.store.importing import Fate, Judged
from gridclient.store.work import Actor
from gridclient.store.workbooks import Table
from gridclient.sync.sign_in import Opened
from gridclient.text import tr

if TYPE_CHECKING:
    from gridclient.cli.platform import Commands


class NotForRole(GridError):
    """Only who keeps the files of residents may import them."""

    text = "Only a grid worker imports residents."


class NoSuchColumn(GridError):
    """`--column` names a heading or a meaning that is not there."""

    text = "There is no heading or no meaning such as {said}. Meanings: {known}"


class ColumnsMissing(GridError):
    """The roster lacks what nobody can be filed without."""

    text = "These columns are missing: {names}. Name them with --column HEADING=MEANING."


class NoSuchGrid(GridError):
    """`--grid` is none of the worker's."""

    text = "{grid} is none of your grids: {known}"


def add_parser(commands: "Commands") -> None:
    """Adds the command and its part."""
    parser = commands.add_parser("residents", help=tr("import residents from an Excel workbook"))
    parts = parser.add_subparsers(required=True, metavar="")
    part = parts.add_parser("import", help=tr("take the rows of a roster into the files of this PC"))
    part.add_argument("file", type=Path)
    part.add_argument("--column", action="append", default=[], metavar="HEADING=MEANING",
                      help=tr("what a column means, where its heading does not tell"))  # fmt: skip
    part.add_argument("--grid", default="", help=tr("the grid of rows that name none"))
    part.add_argument("--dry-run", action="store_true", help=tr("only say what would happen"))
    add_arguments(part)
    part.set_defaults(run=run_import)


def run_import(args: argparse.Namespace) -> int:
    """Imports, or only judges; 1 when rows were refused, each of which is told with its columns."""
    table = workbooks.read_table(args.file)
    opened = open_profile(choose(args))
    try:
        if opened.facts.role != "worker":
            raise NotForRole
        lines = read_lines(table.rows, _reading(args, opened, table))
        with opened.cache.read() as connection:
            known = importing.survey(connection, lines)
            before = importing.progress_of(connection, table.digest)
            judged = [importing.judge_line(connection, known, line) for line in lines] if args.dry_run else []
        if before.row and not args.dry_run:
            print(tr("Rows up to {n} were imported already; it goes on after them.", n=before.row))
        judged = judged or _take_all(opened, table, lines, known, before.row)
    finally:
        opened.close()
    _tell(judged)
    return 1 if any(each.fate is Fate.REFUSED for each in judged) else 0


def _take_all(
    opened: Opened, table: Table, lines: Iterable[Line], known: importing.Known, after: int
) -> list[Judged]:  # fmt: skip
    actor = Actor(opened.worker_id, opened.facts.role)
    judged: list[Judged] = []
    for line in lines:
        if line.row > after:
            with opened.cache.write() as tx:
                judged.append(importing.take_line(tx, known, line, table.digest, actor)[0])
    return judged


def _reading(args: argparse.Namespace, opened: Opened, table: Table) -> Reading:
    with opened.cache.read() as connection:
        columns = guess(table.header, importing.remembered_columns(connection))
        grids = importing.grids_by_name(connection)
    for said in args.column:
        heading, _, meaning = said.partition("=")
        if heading not in table.header or meaning not in set(Column):
            raise NoSuchColumn(said=said, known=", ".join(Column))
        columns = {place: column for place, column in columns.items() if column != meaning}
        columns[table.header.index(heading)] = Column(meaning)
    if lacking := missing(columns.values()):
        raise ColumnsMissing(names=", ".join(lacking))
    if args.grid and args.grid not in grids:
        raise NoSuchGrid(grid=args.grid, known=", ".join(sorted(set(grids.values()))))
    default = grids.get(args.grid) or (next(iter(grids.values())) if len(set(grids.values())) == 1 else "")
    return Reading(columns, grids, default, opened.cache.clock().astimezone(ZONE).date())


def _tell(judged: Iterable[Judged]) -> None:
    counts = dict.fromkeys(Fate, 0)
    for each in judged:
        counts[each.fate] += 1
        for fault in each.faults:
            print(tr("row {n}, {column}: {fault}", n=each.row, column=fault.column.value, fault=fault.text))
    print(tr("New: {new}, changed: {changed}, as before: {same}, refused: {refused}",
             new=counts[Fate.NEW], changed=counts[Fate.CHANGED], same=counts[Fate.SAME],
             refused=counts[Fate.REFUSED]))  # fmt: skip
