"""Every write of the store takes a transaction and says what changed (decision 006)."""

import inspect
import pkgutil
from collections.abc import Callable, Iterator
from dataclasses import fields, is_dataclass
from importlib import import_module
from typing import Any, get_args

import pytest

from gridclient import store
from gridclient.store.cache import Changes, Transaction

# What no view shows: notes of the sync about itself, and what becomes visible with a later write, which says so.
_UNSEEN = {
    "arrivals.project_new": "rows of the first download; `finish_filling` opens the lists",
    "arrivals.restart": "cursors",
    "arrivals.restart_all": "cursors and versions",
    "outbox.hand_out": "that the platform may know an edit",
    "outbox.hand_out_all": "that the platform may know an edit",
    "outbox.keep_horizon": "how long the journal is kept",
    "rules.keep": "a pack that is not in force yet; `put_in_force` says when it is",
    "upkeep.index_again": "what the search index lacks",
    "upkeep.note_indexed": "what the search index lacks",
}


def _writes() -> Iterator[tuple[str, Callable[..., Any]]]:
    for found in pkgutil.iter_modules(store.__path__):
        module = import_module(f"{store.__name__}.{found.name}")
        for name, made in inspect.getmembers(module, inspect.isfunction):
            if made.__module__ == module.__name__ and not name.startswith("_"):
                parameters = inspect.signature(made).parameters.values()
                if any(each.annotation is Transaction for each in parameters):
                    yield f"{found.name}.{name}", made


def _tells(returned: Any) -> bool:
    """Whether the value is `Changes`, or brings them with what else the caller needs, or when it is closed."""
    if returned is Changes or Changes in get_args(returned):
        return True
    if not is_dataclass(returned):
        return False
    closing: Any = getattr(returned, "close", None)
    return any(part.type is Changes for part in fields(returned)) or (
        closing is not None and _tells(_returned(closing))
    )


def _returned(made: Callable[..., Any]) -> Any:
    return inspect.signature(made).return_annotation


@pytest.mark.parametrize(("name", "write"), list(_writes()))
def test_a_write_says_what_changed_unless_no_view_shows_it(name: str, write: Callable[..., Any]) -> None:
    assert _tells(_returned(write)) != (name in _UNSEEN)


def test_what_is_excused_is_there() -> None:
    assert _UNSEEN.keys() <= {name for name, _ in _writes()}
