"""What a PC keeps of edits that were answered: of one that was not simply applied, its payload, for good."""

import msgspec
import pytest

from gridclient.platform import backup, examples
from gridclient.protocol.messages import Hello, Mutation
from gridclient.protocol.sealing import Identity
from gridclient.store.payloads import PayloadGone, payload_of
from tests.system.district import PASSWORD, District, Pc

LONG = 36  # days: longer than any backup may be old


def test_the_payload_of_a_refused_edit_outlives_the_journal(district: District) -> None:
    lin = district.pc("lin")
    refused, applied = _refused_and_applied(lin)

    _time_passes(lin)

    with lin.opened.cache.read() as connection:
        kept = msgspec.json.decode(payload_of(connection, refused), type=Mutation)
        with pytest.raises(PayloadGone):
            payload_of(connection, applied)
    assert kept.set == {"assignee": "w-chen"}
    assert [row.is_kept for row in lin.outcomes()] == [True, False]


def test_an_old_refused_edit_is_not_sent_again_after_a_restore(district: District) -> None:
    lin = district.pc("lin")
    refused, _ = _refused_and_applied(lin)
    _time_passes(lin)
    lin.edit(district.ident, phone="13900007742")
    lin.sync()
    backup.begin_epoch(district.platform)

    report = lin.sync()

    assert (report.epoch_changed, report.pushed) == (True, 1)  # the edit of today
    with lin.opened.cache.read() as connection:
        assert payload_of(connection, refused)


def _refused_and_applied(pc: Pc) -> tuple[str, str]:
    """An edit that the worker's role does not allow, and one that it does."""
    pc.sync()
    pc.edit(pc.district.case, assignee="w-chen")
    pc.edit(pc.district.ident, phone="13900007741")
    pc.sync()
    rows = pc.outcomes()
    assert [row.status for row in rows] == ["rejected", "applied"]
    return rows[0].mid, rows[1].mid


def _time_passes(pc: Pc) -> None:
    """So many days later the worker signs in again and synchronises."""
    pc.district.clock.forward(days=LONG)
    identity = Identity.of(pc.opened.cache.setting("identity") or "")
    pc.opened.http.sign_in(pc.account, PASSWORD, "PC", identity.public)
    pc.sync()


def test_clients_keep_their_work_as_long_as_the_platform_says(district: District) -> None:
    district.platform.keep_journal(LONG + 10)
    lin = district.pc("lin")
    _, applied = _refused_and_applied(lin)
    _time_passes(lin)
    backup.begin_epoch(district.platform)

    report = lin.sync()

    assert (report.epoch_changed, report.pushed) == (True, 2)
    with lin.opened.cache.read() as connection:
        assert payload_of(connection, applied)


def test_a_platform_that_says_nothing_means_35_days() -> None:
    hello = msgspec.json.encode({name: value for name, value in examples.HELLO.items() if name != "journal_days"})

    assert msgspec.json.decode(hello, type=Hello).journal_days == 35
