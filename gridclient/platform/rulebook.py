"""The packs that the platform works with: those of the product, and those that were published to it.

A published version is kept as the bundle that came, and never changes. New cases begin with the version that was
published last for their area; those that run keep theirs, so every version stays as long as a case needs it.
"""

import hashlib
import logging
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from gridclient.domain.record import iso
from gridclient.errors import GridError
from gridclient.paths import FORMS
from gridclient.platform import watch
from gridclient.platform.tables import metadata
from gridclient.protocol.messages import PackView
from gridclient.workflow import Pack, Placed, Shelf, load_packs
from gridclient.workflow.bundle import build, unpack_data
from gridclient.workflow.check import check_pack
from gridclient.workflow.faults import Fault, Faults
from gridclient.workflow.negative import shipped_list
from gridclient.workflow.overlay import loosened
from gridclient.workflow.pack import read_pack

log = logging.getLogger("gridclient.platform")

published = sa.Table(
    "pack",
    metadata,
    sa.Column("area", sa.Text, primary_key=True),  # empty: everywhere
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("version", sa.Text, primary_key=True),
    sa.Column("digest", sa.Text, nullable=False),
    sa.Column("bundle", sa.LargeBinary, nullable=False),
    sa.Column("in_force", sa.Integer, nullable=False),
    sa.Column("published_at", sa.Text, nullable=False),
)


class VersionTaken(GridError):
    """This version is there already, with other content."""

    text = "Version {version} of {id} is there already, with other content. Give the pack a version of its own."


class NoCityPack(GridError):
    """A street's pack needs the city's beneath it."""

    text = "There is no pack {id} that {area} could tighten. Publish the city's first."


@dataclass(frozen=True, slots=True)
class Published:
    """What a publication did; the streets whose packs had to step back because they would now be looser."""

    pack: Pack
    digest: str
    is_new: bool
    stepped_back: tuple[str, ...] = ()


@cache
def shipped() -> Shelf:
    """The packs of the product."""
    return load_packs(FORMS)


class Rulebook:
    """The shelf of a platform, read anew when somebody published."""

    def __init__(self, folder: Path, fixed: Iterable[Pack] | None) -> None:
        self._folder = folder
        self._fixed = None if fixed is None else Shelf.holding(fixed)
        self._state: tuple[str, ...] = ("?",)
        self._shelf = Shelf()

    def shelf(self, connection: Connection) -> Shelf:
        """Every version that is here."""
        if self._fixed is not None:
            return self._fixed
        columns = (published.c.id, published.c.version, published.c.area, published.c.digest, published.c.in_force)
        rows = connection.execute(sa.select(*columns).order_by(*columns[:2])).all()
        state = tuple(f"{row.digest}{row.in_force}" for row in rows)
        if state != self._state:
            came: list[Placed] = []
            for row in rows:
                try:
                    came.append(Placed(self._read(connection, row.digest), row.area, bool(row.in_force)))
                except Faults as found:  # of a newer program: its cases wait for review until this one is renewed
                    log.error("pack %s %s cannot be read: %s", row.id, row.version, found)
            self._shelf, self._state = shipped().under(came), state
        return self._shelf

    def _read(self, connection: Connection, digest: str) -> Pack:
        folder = self._folder / digest
        if not (folder / "pack.yaml").exists():
            found = sa.select(published.c.bundle).where(published.c.digest == digest)
            _open_bundle(connection.execute(found).scalar_one(), folder)
        return read_pack(folder)


def _open_bundle(bundle: bytes, folder: Path) -> None:
    """Writes a bundle's files into a folder of its own, all of them or none."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(dir=folder.parent) as place:
        part = Path(place) / "pack"
        part.mkdir()
        unpack_data(folder.name, bundle, part)
        if not folder.exists():
            part.rename(folder)


def publish(
    connection: Connection, rules: Rulebook, folder: Path, area: str, now: datetime, bundle: bytes | None = None
) -> Published:
    """Puts a pack in force for new cases; raises `Faults` when it may not be, or a `GridError`.

    `bundle` is the file that came, if one did: it is kept with the signature that is on it.
    """
    faults = check_pack(folder, shipped_list())
    if faults:
        raise Faults(faults)
    shelf = rules.shelf(connection)
    pack, data = read_pack(folder), bundle or build(folder, None)
    digest = hashlib.sha256(data).hexdigest()
    known = shelf.version(pack.id, pack.version)
    if known is not None:
        if build(known.form.parent, None) != build(folder, None):
            raise VersionTaken(id=pack.id, version=pack.version)
        return Published(pack, digest, False)
    if area:
        _tightens(shelf, pack, area)
    same = (published.c.id == pack.id, published.c.area == area)
    connection.execute(published.update().where(*same).values(in_force=0))
    connection.execute(published.insert().values(
        id=pack.id, version=pack.version, area=area, digest=digest, bundle=data, in_force=1, published_at=iso(now),
    ))  # fmt: skip
    watch.start_over(connection)
    return Published(pack, digest, True, () if area else _step_back(connection, shelf, pack))


def _tightens(shelf: Shelf, pack: Pack, area: str) -> None:
    city = shelf.get(pack.id)
    if city is None:
        raise NoCityPack(id=pack.id, area=area)
    faults = [Fault("pack.yaml", key, text) for key, text in loosened(city, pack)]
    if faults:
        raise Faults(faults)


def _step_back(connection: Connection, shelf: Shelf, city: Pack) -> tuple[str, ...]:
    """Takes streets' packs out of force that would loosen what the city asks for now."""
    rows = connection.execute(
        sa.select(published.c.area, published.c.version)
        .where(published.c.id == city.id, published.c.area != "", published.c.in_force == 1)
        .order_by(published.c.area)
    ).all()
    gone: list[str] = []
    for row in rows:
        street = shelf.version(city.id, row.version)
        if street is None or any(loosened(city, street)):
            which = (published.c.area == row.area, published.c.id == city.id, published.c.version == row.version)
            connection.execute(published.update().where(*which).values(in_force=0))
            gone.append(row.area)
    return tuple(gone)


def views(connection: Connection, scope: Iterable[str]) -> list[PackView]:
    """What a client with these buckets has to have: versions in force in their areas, and those that cases run on."""
    cells = [name.partition(":")[2] for name in scope if name.startswith(("grid:", "ref:"))]
    columns = (published.c.id, published.c.version, published.c.area, published.c.digest, published.c.in_force)
    areas = {cell[:length] for cell in cells for length in range(len(cell) + 1)}
    return [
        PackView(id=row.id, version=row.version, area=row.area, digest=row.digest, in_force=bool(row.in_force))
        for row in connection.execute(sa.select(*columns).order_by(published.c.id, published.c.published_at))
        if row.area in areas | {""} and (row.in_force or watch.is_in_use(connection, row.id, row.version))
    ]


def bundle_of(connection: Connection, digest: str) -> bytes | None:
    """The bundle with this hash."""
    found = sa.select(published.c.bundle).where(published.c.digest == digest)
    return connection.execute(found).scalars().first()
