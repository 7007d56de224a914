"""Access and refresh tokens, on both databases."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa

from gridclient.platform import directory, tokens
from gridclient.platform.database import Database
from gridclient.platform.directory_tables import token_family

NOW = datetime(2026, 11, 24, 2, 21, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
PC_A, PC_B = "01936000-0000-7000-8000-00000000000a", "01936000-0000-7000-8000-00000000000b"


@pytest.fixture
def lin(database: Database) -> directory.Account:
    """A worker with two registered devices."""
    with database.write() as connection:
        account = directory.create_account(
            connection, "lin", "a good password", worker_id="w-lin", name="测试", role="worker"
        )
        for pc in (PC_A, PC_B):
            directory.register_device(connection, account, pc, "PC", NOW)
    return account


def issue(database: Database, account: directory.Account, device: str = PC_A) -> tokens.Pair:
    with database.write() as connection:
        return tokens.issue(connection, account, device, NOW)


def check(database: Database, access: str, now: datetime = NOW) -> tokens.Session:
    """Checks as the platform does: what is sent for the first time is confirmed in a transaction of its own."""
    with database.read() as connection:
        session = tokens.check_access(connection, access, now)
    if not session.is_confirmed:
        with database.write() as connection:
            tokens.confirm(connection, access)
    return session


def rotate(database: Database, refresh: str, device: str = PC_A, now: datetime = NOW) -> tokens.Pair:
    """Exchanges as the platform does: the transaction commits whatever comes out."""
    with database.write() as connection:
        try:
            return tokens.rotate(connection, refresh, device, now)[0]
        except tokens.TokenRefused as error:
            refused = error
    raise refused


def test_an_access_token_tells_who_and_where(database: Database, lin: directory.Account) -> None:
    session = check(database, issue(database, lin).access)
    assert (session.area, session.account, session.worker_id, session.role, session.device) == (
        lin.area, "lin", "w-lin", "worker", PC_A,
    )  # fmt: skip


def test_an_access_token_lasts_a_quarter_of_an_hour(database: Database, lin: directory.Account) -> None:
    pair = issue(database, lin)
    assert pair.expires_in_s == 900
    check(database, pair.access, NOW + 14 * MINUTE)
    with pytest.raises(tokens.TokenExpired):
        check(database, pair.access, NOW + 15 * MINUTE)


def test_only_hashes_are_stored(database: Database, lin: directory.Account) -> None:
    pair = issue(database, lin)
    with database.read() as connection:
        stored = str(connection.execute(sa.select(token_family)).all())
    for text in (pair.access, pair.refresh):
        assert text not in stored
        assert text.rpartition(".")[2] not in stored


def test_a_token_names_its_area_and_another_area_does_not_know_it(database: Database, lin: directory.Account) -> None:
    area, _, secret = issue(database, lin).access.partition(".")
    assert area == lin.area
    other = "p00" if area != "p00" else "p01"
    with pytest.raises(tokens.TokenUnknown):
        check(database, f"{other}.{secret}")


@pytest.mark.parametrize(
    "text", ["", ".", "p00", "p00..", "\0.\0.\0", "密.码.匙", f"p00.{'0' * 32}.{'x' * 43}", "p00." + "x" * 5000]
)
def test_anything_else_is_no_token(database: Database, lin: directory.Account, text: str) -> None:
    with pytest.raises(tokens.TokenUnknown):
        check(database, text)
    with pytest.raises(tokens.TokenUnknown):
        rotate(database, text)


def test_an_access_token_does_not_refresh_and_a_refresh_token_gives_no_access(
    database: Database, lin: directory.Account
) -> None:
    pair = issue(database, lin)
    with pytest.raises(tokens.TokenUnknown):
        rotate(database, pair.access)
    with pytest.raises(tokens.TokenUnknown):
        check(database, pair.refresh)


def test_a_refresh_token_gives_a_new_pair_in_the_same_family(database: Database, lin: directory.Account) -> None:
    first = issue(database, lin)
    second = rotate(database, first.refresh, now=NOW + 20 * MINUTE)
    assert check(database, second.access, NOW + 21 * MINUTE).family == check(database, first.access).family
    assert {first.access, first.refresh}.isdisjoint({second.access, second.refresh})


def test_requests_under_way_with_the_older_access_token_still_pass(database: Database, lin: directory.Account) -> None:
    first = issue(database, lin)
    rotate(database, first.refresh, now=NOW + 10 * MINUTE)
    check(database, first.access, NOW + 11 * MINUTE)


def test_a_refresh_token_lasts_thirty_days(database: Database, lin: directory.Account) -> None:
    pair = issue(database, lin)
    with pytest.raises(tokens.TokenExpired):
        rotate(database, pair.refresh, now=NOW + timedelta(days=30))
    rotate(database, pair.refresh, now=NOW + timedelta(days=29))


def test_a_refresh_token_reused_after_its_successor_was_used_ends_the_family(
    database: Database, lin: directory.Account
) -> None:
    first = issue(database, lin)
    second = rotate(database, first.refresh)
    check(database, second.access)
    with pytest.raises(tokens.TokenReused):
        rotate(database, first.refresh)
    with pytest.raises(tokens.TokenUnknown):
        check(database, second.access)
    with pytest.raises(tokens.TokenUnknown):
        rotate(database, second.refresh)


def test_exchanging_the_successor_counts_as_using_it(database: Database, lin: directory.Account) -> None:
    first = issue(database, lin)
    rotate(database, rotate(database, first.refresh).refresh)
    with pytest.raises(tokens.TokenReused):
        rotate(database, first.refresh)


def test_a_used_pair_stays_used_when_its_access_token_is_over(database: Database, lin: directory.Account) -> None:
    first = issue(database, lin)
    check(database, rotate(database, first.refresh).access)
    with pytest.raises(tokens.TokenReused):
        rotate(database, first.refresh, now=NOW + timedelta(days=2))


def test_a_retry_after_a_lost_reply_gets_a_fresh_pair_and_voids_the_lost_one(
    database: Database, lin: directory.Account
) -> None:
    first = issue(database, lin)
    lost = [rotate(database, first.refresh) for _ in range(3)]
    received = rotate(database, first.refresh, now=NOW + timedelta(days=2))
    for pair in lost:
        with pytest.raises(tokens.TokenUnknown):
            check(database, pair.access)
    assert check(database, received.access, NOW + timedelta(days=2)).device == PC_A
    rotate(database, received.refresh, now=NOW + timedelta(days=2))


def test_a_lost_pair_that_turns_up_was_caught_by_somebody_and_ends_the_family(
    database: Database, lin: directory.Account
) -> None:
    first = issue(database, lin)
    caught = rotate(database, first.refresh)
    received = rotate(database, first.refresh)
    with pytest.raises(tokens.TokenReused):
        rotate(database, caught.refresh)
    with pytest.raises(tokens.TokenUnknown):
        check(database, received.access)


def test_of_exchanges_made_side_by_side_one_pair_is_good(database: Database, lin: directory.Account) -> None:
    first = issue(database, lin)
    with ThreadPoolExecutor(4) as threads:
        tries = [threads.submit(rotate, database, first.refresh) for _ in range(8)]
    good: list[tokens.Pair] = []
    for pair in (made.result() for made in tries):
        with suppress(tokens.TokenUnknown):
            check(database, pair.access)
            good.append(pair)
    assert len(good) == 1
    rotate(database, good[0].refresh)


def test_a_refresh_token_on_another_device_ends_the_family(database: Database, lin: directory.Account) -> None:
    pair = issue(database, lin)
    with pytest.raises(tokens.TokenReused):
        rotate(database, pair.refresh, PC_B)
    with pytest.raises(tokens.TokenUnknown):
        rotate(database, pair.refresh)


def test_the_end_of_one_family_leaves_the_other_devices_signed_in(database: Database, lin: directory.Account) -> None:
    a, b = issue(database, lin, PC_A), issue(database, lin, PC_B)
    session = check(database, a.access)
    with database.write() as connection:
        tokens.revoke_family(connection, session)
    with pytest.raises(tokens.TokenUnknown):
        check(database, a.access)
    assert check(database, b.access).device == PC_B


def test_signing_in_again_on_a_device_ends_the_older_sign_in_there(database: Database, lin: directory.Account) -> None:
    older, other = issue(database, lin), issue(database, lin, PC_B)
    newer = issue(database, lin)
    with pytest.raises(tokens.TokenUnknown):
        rotate(database, older.refresh)
    for pair in (newer, other):
        check(database, pair.access)


def test_a_revoked_device_is_told_so_and_gets_no_new_tokens(database: Database, lin: directory.Account) -> None:
    pair = issue(database, lin)
    with database.write() as connection:
        directory.revoke_device(connection, PC_A, NOW)
    with pytest.raises(tokens.DeviceRevoked):
        check(database, pair.access)
    with pytest.raises(tokens.DeviceRevoked):
        rotate(database, pair.refresh)


def test_switching_an_account_off_ends_its_tokens_at_once(database: Database, lin: directory.Account) -> None:
    pair = issue(database, lin)
    with database.write() as connection:
        directory.set_disabled(connection, "lin", True)
    with pytest.raises(tokens.TokenUnknown):
        check(database, pair.access)
    with pytest.raises(tokens.TokenUnknown):
        rotate(database, pair.refresh)


def test_purging_deletes_sign_ins_that_are_over_and_nothing_else(database: Database, lin: directory.Account) -> None:
    pair, day = issue(database, lin), timedelta(days=1)
    issue(database, lin, PC_B)
    rotate(database, pair.refresh, now=NOW + day)
    with database.write() as connection:
        assert tokens.purge_expired(connection, NOW + 30 * day - MINUTE) == 0
        assert tokens.purge_expired(connection, NOW + 30 * day) == 1


def test_a_token_is_confirmed_only_once(database: Database, lin: directory.Account) -> None:
    pair = rotate(database, issue(database, lin).refresh)
    assert not check(database, pair.access).is_confirmed
    assert check(database, pair.access, NOW + MINUTE).is_confirmed


def test_a_token_that_a_restored_database_never_saw_is_exchanged_and_an_older_one_is_not(
    database: Database, lin: directory.Account
) -> None:
    first = issue(database, lin)
    with database.read() as connection:
        [backup] = connection.execute(sa.select(token_family)).mappings().all()
    second = rotate(database, first.refresh, now=NOW + MINUTE)
    third = rotate(database, second.refresh, now=NOW + 2 * MINUTE)
    with database.write() as connection:
        connection.execute(token_family.update().values(**backup))

    after = rotate(database, third.refresh, now=NOW + 3 * MINUTE)

    check(database, after.access, NOW + 4 * MINUTE)
    with pytest.raises(tokens.TokenReused):
        rotate(database, second.refresh, now=NOW + 5 * MINUTE)


def test_a_token_that_the_platform_did_not_mark_is_never_from_a_lost_past(
    database: Database, lin: directory.Account
) -> None:
    pair = issue(database, lin)
    area, family, secret = pair.refresh.split(".")
    forged = f"{area}.{family}.z{secret[1:]}"

    with pytest.raises(tokens.TokenReused):
        rotate(database, forged)
