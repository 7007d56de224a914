"""Forms that are kept beside the working draft."""

import secrets
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from gridclient.store import kept, work
from gridclient.store.cache import Cache
from gridclient.store.kept import KeptKind
from gridclient.ui.case import session
from tests.system.district import CELL, PACK, District

_STREET = """
| survey | | | | |
| | type | name | label | default |
| | begin_group | verify | At the door | |
| | text | street | Street | ${last-saved#street} |
| | end_group | | | |
| settings | | | | |
| | name | | | |
| | data | | | |
"""


@pytest.fixture
def cache(tmp_path: Path) -> Iterator[Cache]:
    """An empty cache."""
    opened = Cache(tmp_path / "cache.db", tmp_path / "attachments.db", secrets.token_bytes(32))
    yield opened
    opened.close()


def test_a_draft_of_the_same_name_is_replaced_and_others_stay(cache: Cache) -> None:
    with cache.write() as tx:
        kept.keep_draft(tx, "c1", "first", "contact", b"1")
        kept.keep_draft(tx, "c1", "second", "verify", b"2")
        kept.keep_draft(tx, "c1", "first", "verify", b"3")
        kept.keep_draft(tx, "c2", "first", "contact", b"4")

    with cache.read() as connection:
        found = kept.kept_of(connection, "c1", KeptKind.DRAFT)

    assert [(each.name, each.step, each.form) for each in found] == [
        ("first", "verify", b"3"),
        ("second", "verify", b"2"),
    ]


def test_what_was_sent_is_never_replaced_or_dropped(cache: Cache) -> None:
    with cache.write() as tx:
        kept.keep_sent(tx, "c1", b"one", "uuid:1", "")
        kept.keep_sent(tx, "c1", b"two", "uuid:2", "uuid:1")
        kept.keep_draft(tx, "c1", "", "contact", b"draft")
        sent = kept.kept_of(tx.connection, "c1", KeptKind.SENT)
        changes = kept.drop_draft_named(tx, sent[0].id)

    with cache.read() as connection:
        found = kept.kept_of(connection, "c1", KeptKind.SENT)

    assert not changes
    assert [(each.instance, each.deprecates, each.form) for each in found] == [
        ("uuid:2", "uuid:1", b"two"), ("uuid:1", "", b"one"),
    ]  # fmt: skip


def test_the_reports_sent_last_come_first_each_once(cache: Cache) -> None:
    with cache.write() as tx:
        for record in ("c1", "c2", "c3", "c1"):
            kept.keep_sent(tx, record, b"", "", "")

    with cache.read() as connection:
        assert kept.recently_sent(connection, 2) == ["c1", "c3"]


def test_the_report_of_a_kind_that_was_sent_last_fills_last_saved_of_the_next(
    district: District, tmp_path: Path
) -> None:
    lin, packs = district.pc("lin"), district.platform.packs
    form = tmp_path / "visit.md"
    form.write_text(_STREET, "utf-8")
    pack = replace(packs[PACK], form=form)
    lin.sync()
    with lin.opened.cache.write() as tx:
        other, _ = work.open_case(tx, packs["urban-event"], {"title": "synthetic", "grid": CELL}, lin.actor)
    for record, street in ((district.case, "湖滨路"), (district.case, "祖冲之路"), (other, "金科路")):
        sent = session.load_form(pack, district.clock)
        sent.set("/data/verify/street", street)
        with lin.opened.cache.write() as tx:
            kept.keep_sent(tx, record, sent.save(), "uuid:1", "")
    with lin.opened.cache.write() as tx:
        about = {"title": "synthetic", "grid": CELL, "resident": district.resident}
        following, _ = work.open_case(tx, packs[PACK], about, lin.actor)
    with lin.opened.cache.read() as connection:
        file = session.read_case(connection, following, date(2026, 11, 24))

    assert session.open_form(pack, file, district.clock).get("/data/verify/street") == "祖冲之路"
