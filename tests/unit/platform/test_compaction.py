"""The ledger forgets what was applied long ago, and still answers a repeat of it without applying it again."""

from datetime import UTC, datetime, timedelta

import msgspec
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gridclient.domain.record import Kind, Value, grid_bucket, iso, new_id
from gridclient.platform import feed
from gridclient.platform.compaction import compact
from gridclient.platform.database import Database
from gridclient.platform.push import Sender, apply, canonical
from gridclient.platform.tables import ledger, record
from gridclient.protocol.messages import Mutation, Result
from gridclient.workflow.shelf import Shelf

BUCKET = grid_bucket("310115125001001")
THEN = datetime(2025, 1, 1, tzinfo=UTC)
NOW = datetime(2026, 11, 24, tzinfo=UTC)
HORIZON = iso(NOW - timedelta(days=400))


class Sent:
    """One device's edits of the note of one record, each kept to be sent again."""

    def __init__(self, database: Database) -> None:
        self.database, self.record = database, new_id()
        self.sender = Sender("w-lin", "worker", str(new_id()), [BUCKET])
        self.edits: list[msgspec.Raw] = []
        self.note = ""
        with database.write() as connection:
            feed.load(connection, BUCKET, [(self.record, Kind.RESIDENT, canonical({"name": "孙桂芳"}))])

    def edit(self, at: datetime, note: Value, *, dseq: int = 0, deps: tuple[str, ...] = ()) -> msgspec.Raw:
        """Makes the next edit without sending it; a field that nobody knows is refused."""
        mutation = Mutation(
            mid=new_id(), dseq=dseq or len(self.edits) + 1, op="patch", bucket=BUCKET, record=self.record,
            kind=Kind.RESIDENT, base={"note": self.note} if self.note else {}, set={"note": note}, deps=list(deps),
            authored_at=iso(at),
        )  # fmt: skip
        self.edits.append(msgspec.Raw(msgspec.json.encode(mutation)))
        return self.edits[-1]

    def send(self, raw: msgspec.Raw, at: datetime) -> Result:
        """Sends an edit, for the first time or again."""
        (result,) = apply(self.database, [raw], self.sender, Shelf(), at)
        self.note = str(self.fields().get("note", ""))
        return result

    def fields(self) -> dict[str, Value]:
        """The record as the platform has it."""
        with self.database.read() as connection:
            payload = connection.execute(sa.select(record.c.payload).where(record.c.id == self.record)).scalar_one()
        return msgspec.json.decode(bytes(payload))

    def rows(self) -> int:
        """How many rows the ledger has."""
        with self.database.read() as connection:
            return connection.execute(sa.select(sa.func.count()).select_from(ledger)).scalar_one()

    def compact(self) -> int:
        """Compacts as `gridclient platform prune` does."""
        with self.database.write() as connection:
            return compact(connection, HORIZON)


def test_a_repeat_after_years_is_known_and_changes_nothing(database: Database) -> None:
    sent = Sent(database)
    first, second = (sent.send(sent.edit(THEN, text), THEN) for text in ("one", "two"))

    assert (first.status, second.status) == ("applied", "applied")
    assert sent.compact() == 2
    assert sent.rows() == 0
    assert [sent.send(raw, NOW).status for raw in sent.edits] == ["applied", "applied"]
    assert sent.fields()["note"] == "two"
    assert sent.rows() == 0


def test_what_is_young_and_what_was_not_simply_applied_keeps_its_answer(database: Database) -> None:
    sent = Sent(database)
    sent.send(sent.edit(THEN, "one"), THEN)
    sent.note = "somebody else's"
    conflict = sent.send(sent.edit(THEN, "two"), THEN)
    sent.send(sent.edit(NOW, "three"), NOW)

    assert sent.compact() == 1
    assert conflict.status == "conflict"
    assert sent.send(sent.edits[1], NOW).conflict == conflict.conflict
    assert sent.rows() == 2


def test_an_edit_that_never_came_is_judged_when_it_comes_after_years(database: Database) -> None:
    sent = Sent(database)
    sent.send(sent.edit(THEN, "one"), THEN)
    held_back = sent.edit(THEN, "two")
    sent.send(sent.edit(THEN, "three"), THEN)
    sent.compact()
    sent.note = "one"

    late = sent.send(held_back, NOW)

    assert late.status == "conflict"  # the field says "three" since
    assert sent.send(sent.edits[2], NOW).status == "applied"
    assert sent.fields()["note"] == "three"


def test_a_number_that_is_used_again_by_a_rebuilt_cache_is_a_new_edit(database: Database) -> None:
    sent = Sent(database)
    sent.send(sent.edit(THEN, "one"), THEN)
    sent.compact()

    again = sent.send(sent.edit(NOW, "two", dseq=1), NOW)

    assert again.status == "applied"
    assert sent.fields()["note"] == "two"


def test_what_depends_on_a_forgotten_edit_does_not_wait_for_it(database: Database) -> None:
    sent = Sent(database)
    before = sent.edit(THEN, "one")
    sent.send(before, THEN)
    sent.compact()

    after = sent.send(sent.edit(NOW, "two", deps=(msgspec.json.decode(before)["mid"],)), NOW)

    assert after.status == "applied"


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    order=st.permutations(range(8)), compacted=st.sets(st.integers(0, 7)), lost=st.sets(st.integers(0, 7), max_size=3)
)
def test_whenever_it_is_compacted_every_edit_counts_once(
    database: Database, order: list[int], compacted: set[int], lost: set[int]
) -> None:
    sent = Sent(database)
    for n in range(8):
        sent.edit(THEN, f"{n}")
        sent.note = f"{n}"
    answers: dict[int, str] = {}
    for place, n in enumerate(order):
        if n not in lost:
            answers[n] = sent.send(sent.edits[n], THEN).status
        if place in compacted:
            sent.compact()
    before = sent.fields()

    again = {n: sent.send(sent.edits[n], NOW).status for n in answers}

    assert again == answers
    assert sent.fields() == before
