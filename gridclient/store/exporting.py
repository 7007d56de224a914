"""People as they may leave this PC in a file: identity numbers and phones masked, whatever the role sees here.

What a role may not have is not on its PC, and so in no file of it either.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy.engine import Connection

from gridclient.domain.masking import mask_id_number, mask_phone
from gridclient.domain.record import Kind
from gridclient.store import residents, shown
from gridclient.store.residents import ResidentAsk, ResidentRow

_AT_ONCE = 200


@dataclass(frozen=True, slots=True)
class Leaving:
    """A person of a list that is exported; the numbers are masked, and empty where the role has no identity file."""

    row: ResidentRow
    grid: str
    id_number: str
    phone: str
    contact_name: str
    contact_phone: str


def leaving(connection: Connection, ask: ResidentAsk) -> Iterator[Leaving]:
    """Everybody of a list, in its order."""
    rids = residents.ids(connection, ask)
    for start in range(0, len(rids), _AT_ONCE):
        rows = residents.rows(connection, rids[start : start + _AT_ONCE])
        files = shown.all_about(connection, [row.id for row in rows], (Kind.IDENT,))
        idents = {file.text("resident"): file for file in files}
        for row in rows:
            ident, person = idents.get(row.id), shown.find(connection, row.id)
            names = ("id_number", "phone", "contact_name", "contact_phone")
            number, phone, contact, contact_phone = (ident.text(name) if ident else "" for name in names)
            yield Leaving(
                row, person.text("grid") if person else "", mask_id_number(number), mask_phone(phone), contact,
                mask_phone(contact_phone),
            )  # fmt: skip


def by_grid(people: list[Leaving]) -> dict[str, int]:
    """How many of them live in each grid."""
    return dict(Counter(person.grid for person in people))
