"""The views of a queue that a worker saved under names, and how each list was left; never leaves this PC.

Kept in the worker's own cache, so nothing of it is readable without the key.
"""

from dataclasses import dataclass

import msgspec
from sqlalchemy.engine import Connection

from gridclient.errors import GridError
from gridclient.store.arranging import EVERYTHING, Group, Narrow, Sort
from gridclient.store.cache import Changes, Transaction, read_setting
from gridclient.store.lists import QueueFilter

_SAVED = "views"
_AREA = ("views",)


@dataclass(frozen=True, slots=True)
class Arrangement:
    """All that a worker chooses for a list."""

    filter: QueueFilter = QueueFilter.OPEN
    sort: Sort = Sort.DEADLINE
    descending: bool = False
    group: Group = Group.NONE
    narrow: Narrow = EVERYTHING


@dataclass(frozen=True, slots=True)
class View:
    """An arrangement under a name, for one of the lists."""

    name: str
    page: str
    arrangement: Arrangement


class NameTaken(GridError):
    """Another view has this name."""

    text = "Another view has this name. Choose a different one."


def views(connection: Connection) -> list[View]:
    """The saved views by name, without those of a program that knew other choices."""
    return [view for each in _kept(connection) if (view := _view(each)) is not None]


def save_view(tx: Transaction, view: View) -> Changes:
    """Keeps a view, and refuses a name that is taken, by whichever list."""
    known = _kept(tx.connection)
    _check_free(known, view.name)
    return _keep(tx, [*known, msgspec.to_builtins(view)])


def rename_view(tx: Transaction, name: str, new_name: str) -> Changes:
    """Gives a view another name, and refuses one that is taken."""
    known = _kept(tx.connection)
    _check_free([each for each in known if each["name"] != name], new_name)
    return _keep(tx, [{**each, "name": new_name} if each["name"] == name else each for each in known])


def delete_view(tx: Transaction, name: str) -> Changes:
    """Forgets a view."""
    return _keep(tx, [each for each in _kept(tx.connection) if each["name"] != name])


def _kept(connection: Connection) -> list[dict[str, object]]:
    kept = read_setting(connection, _SAVED)
    return msgspec.json.decode(kept, type=list[dict[str, object]]) if kept else []


def _view(kept: dict[str, object]) -> View | None:
    try:
        return msgspec.convert(kept, View)
    except msgspec.ValidationError:
        return None  # a later program's; it stays for that one


def _check_free(known: list[dict[str, object]], name: str) -> None:
    if any(each["name"] == name for each in known):
        raise NameTaken


def _keep(tx: Transaction, kept: list[dict[str, object]]) -> Changes:
    ordered = sorted(kept, key=lambda view: str(view["name"]))
    tx.set_setting(_SAVED, msgspec.json.encode(ordered).decode())
    return Changes.of(areas=_AREA)


def encode_arrangement(arrangement: Arrangement) -> str:
    """An arrangement as text, for the choices that are kept when a worker leaves."""
    return msgspec.json.encode(arrangement).decode()


def decode_arrangement(text: str) -> Arrangement:
    """The arrangement again; the usual one for no text, or one of a program that knew other choices."""
    try:
        return msgspec.json.decode(text, type=Arrangement) if text else Arrangement()
    except msgspec.ValidationError:
        return Arrangement()
