"""Backups of an embedded platform, and what follows a restore: a new epoch.

A backup is a folder like the platform's own: the database, copied while it is in use by SQLite's online backup, and
the blobs. After a restore every client sees the new epoch, sends its acknowledged work again and fetches everything
anew, so nothing that was acknowledged within the journal's horizon is lost. A PostgreSQL platform is backed up with
`pg_dump` or a base backup; after its restore `begin_epoch` does the rest.
"""

import sqlite3
from contextlib import closing
from pathlib import Path

from gridclient.durable import copy_durably, make_folder, put_in_place
from gridclient.errors import GridError
from gridclient.platform.service import Platform

_DATABASE = "platform.db"


class NotAPlatform(GridError):
    """The folder holds no platform, or no backup of one."""

    text = "The folder {folder} holds no platform and no backup of one."


class PlatformThere(GridError):
    """A restore would overwrite a platform."""

    text = "The folder {folder} holds a platform already. Move it away first; nothing was changed."


class NotEmbedded(GridError):
    """The database is not a file that could be copied here."""

    text = "This platform's database is on a PostgreSQL server: back it up with pg_dump, and the blobs with any copy."


def back_up(platform: Platform, target: Path) -> tuple[int, int]:
    """Copies a platform that may be in use into a folder; says how many bytes and blobs it copied."""
    if not platform.database.is_sqlite:
        raise NotEmbedded
    make_folder(target)
    part = target / f"{_DATABASE}.part"
    part.unlink(missing_ok=True)
    source = str(platform.database.url.database)
    with closing(sqlite3.connect(source)) as live, closing(sqlite3.connect(part)) as copy:
        live.backup(copy)
    # Blobs after the database: each that the copy names is there, and one more does no harm.
    copied = _copy_blobs(platform.blobs.folder, target / "blobs")
    put_in_place(part, target / _DATABASE)
    return (target / _DATABASE).stat().st_size, copied


def restore(source: Path, folder: Path) -> str:
    """Makes a platform of a backup in an empty folder; returns the new epoch."""
    if not (source / _DATABASE).is_file():
        raise NotAPlatform(folder=source)
    if (folder / _DATABASE).exists():
        raise PlatformThere(folder=folder)
    make_folder(folder)
    _copy_blobs(source / "blobs", folder / "blobs")
    copy_durably(source / _DATABASE, folder / _DATABASE)
    platform = Platform.at(folder)
    try:
        return begin_epoch(platform)
    finally:
        platform.database.close()


def begin_epoch(platform: Platform) -> str:
    """Tells every client that the database went back in time; to be called once after each restore."""
    with platform.database.read() as connection:
        epoch = platform.epoch(connection)
    return platform.change_epoch(epoch)


def _copy_blobs(source: Path, target: Path) -> int:
    copied = 0
    for blob in source.glob("??/" + "?" * 64):
        place = target / blob.parent.name / blob.name
        if not place.exists():
            copy_durably(blob, place)
            copied += 1
    return copied
