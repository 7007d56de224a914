"""Visits and checks that no plan made: a worker is at the door and begins one, in one local edit."""

from gridclient.domain.record import Kind
from gridclient.store import work
from gridclient.store.cache import Changes, Transaction
from gridclient.store.shown import Shown, about
from gridclient.store.work import Actor
from gridclient.workflow import Pack

GOING_ON = frozenset({"open", "doing", "returned", "emergency"})  # states in which its worker has it


def begin_case(tx: Transaction, pack: Pack, subject: Shown, actor: Actor) -> tuple[str, Changes]:
    """Opens a case about a person or a place; where the worker has one of this kind already, gives that."""
    for case in about(tx.connection, subject.id, Kind.CASE):
        if case.text("pack") == pack.id and case.text("state") in GOING_ON:
            return case.id, Changes()
    assert pack.plan is not None
    return work.open_case(tx, pack, {
        subject.kind.value: subject.id, "title": f"{subject.text('name')} · {pack.title.zh}", "source": "worker",
        "grid": subject.text("grid"), "address": subject.text("address"), "priority": pack.plan.priority,
    }, actor)  # fmt: skip
