"""What lists and search need of a record, read from its payload in one pass."""

from msgspec import Raw, Struct, convert
from msgspec.json import Decoder

from gridclient.domain.letters import name_letters, place_letters
from gridclient.domain.record import Fields, Kind
from gridclient.store.search import MERGED, reference, tokens


class _Columns(Struct, gc=False):
    """The fields that are columns or words, of all kinds together; each kind has some of them."""

    state: str | None = None
    status: str | None = None
    tier: str | None = None
    pack: str | None = None
    assignee: str | None = None
    resident: str | None = None
    household: str | None = None
    place: str | None = None
    record: str | None = None
    title: str | None = None
    name: str | None = None
    address: str | None = None
    number: str | None = None
    code: str | None = None
    account: str | None = None
    due_at: str | None = None
    authored_at: str | None = None
    phone: str | None = None
    contact_name: str | None = None
    contact_phone: str | None = None
    merged_into: str | None = None
    urged: object = None


_decode = Decoder(_Columns).decode
URGED = reference("urged")
"""The token of cases that a supervisor has urged, so that the few of them are found at once."""

# rid, kind, state, pack, assignee, about, title, place, number, due_at, payload
ShownRow = tuple[
    int, str, str | None, str | None, str | None, str | None, str | None, str | None, str | None, str | None,
    bytes | None,
]  # fmt: skip


def project(rid: int, kind: str, payload: bytes | Raw) -> tuple[ShownRow, str]:
    """A record's row in `shown` and its search tokens, from its payload as the platform sent it."""
    return _rows(rid, kind, _decode(payload), None)


def project_edited(rid: int, kind: str, fields: Fields, payload: bytes) -> tuple[ShownRow, str]:
    """The same for a record with pending edits; its payload is kept in `shown`."""
    return _rows(rid, kind, convert(fields, _Columns), payload)


def _rows(rid: int, kind: str, c: _Columns, payload: bytes | None) -> tuple[ShownRow, str]:
    letters = list[str]()
    match kind:
        case Kind.CASE:
            about, words = c.resident or c.place, f"{c.title or ''} {c.address or ''} {c.number or ''}"
            if c.resident and c.title:  # only what is about a person begins with a name; the rest costs a sync too much
                letters = name_letters(c.title.partition(" ")[0])
            if c.urged is not None:
                letters = [*letters, URGED]
        case Kind.RESIDENT if c.merged_into:
            about, words, letters = c.merged_into, "", [MERGED]
        case Kind.RESIDENT:
            about, words = c.household, f"{c.name or ''} {c.address or ''}"
            letters = name_letters(c.name or "")  # the letters of the address find its household
        case Kind.IDENT:
            about, words = c.resident, f"{c.phone or ''} {c.contact_name or ''} {c.contact_phone or ''}"
        case Kind.CARE | Kind.READING:
            about, words = c.resident, ""
        case Kind.CONFLICT | Kind.REVIEW | Kind.CONFIDENTIAL:
            about, words = c.record, ""
        case Kind.PLACE | Kind.HOUSEHOLD:
            about, words = None, f"{c.name or ''} {c.address or ''}"
            letters = place_letters(words)
        case _:
            about, words = None, ""
    state = c.state or c.status or c.tier
    number = c.number or c.code or c.account
    shown = (rid, kind, state, c.pack, c.assignee, about, c.title or c.name, c.address, number,
             c.due_at or c.authored_at, payload)  # fmt: skip
    body = [tokens(words), *letters, *([reference(about)] if about else [])]
    return shown, " ".join(body)
