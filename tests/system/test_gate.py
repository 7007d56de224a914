"""More requests at once than the platform can carry: those beyond are asked to come back, each at another time."""

from collections.abc import Generator
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import contextmanager

import requests

from gridclient.domain.record import grid_bucket
from gridclient.protocol.problems import MEDIA_TYPE
from tests.system.district import CELL, District

AT_ONCE, MORE = 80, 20


@contextmanager
def nobody_is_noted(district: District) -> Generator[None]:
    """Every hello waits meanwhile: the platform is at its limit."""
    with district.platform.database.write() as connection:  # on SQLite the one writer is the lock
        if not district.platform.database.is_sqlite:
            connection.exec_driver_sql("LOCK TABLE device IN EXCLUSIVE MODE")
        yield


def test_requests_beyond_what_it_can_carry_are_asked_to_come_back_at_different_times(district: District) -> None:
    lin = district.pc("lin")
    headers = {"Authorization": f"Bearer {lin.opened.cache.setting('access_token')}"}

    def hello() -> requests.Response:
        return requests.get(district.running.url + "/sync/v1/hello", headers=headers, timeout=60)

    def refused(told: list[Future[requests.Response]]) -> list[requests.Response]:
        return [each.result() for each in told if each.done()]

    with ThreadPoolExecutor(AT_ONCE + MORE) as crowd:
        with nobody_is_noted(district):
            told = [crowd.submit(hello) for _ in range(AT_ONCE + MORE)]
            left = list(told)
            while len(refused(told)) < MORE:
                left = list(wait(left, timeout=60, return_when="FIRST_COMPLETED").not_done)
            turned_away = refused(told)
        replies = [each.result() for each in told]

    assert [reply.status_code for reply in turned_away] == [503] * MORE
    assert {reply.headers["Content-Type"] for reply in turned_away} == {MEDIA_TYPE}
    times = [int(reply.headers["Retry-After"]) for reply in turned_away]
    assert all(1 <= each <= 20 for each in times)
    assert len(set(times)) > 3
    assert sorted(reply.status_code for reply in replies) == [200] * AT_ONCE + [503] * MORE
    assert lin.sync().in_step  # the gate is open again


def test_whoever_only_reads_does_not_wait_for_whoever_writes(district: District) -> None:
    lin = district.pc("lin")
    lin.sync()
    headers = {"Authorization": f"Bearer {lin.opened.cache.setting('access_token')}"}
    bucket = grid_bucket(CELL)

    with nobody_is_noted(district):
        snapshot = f"{district.running.url}/sync/v1/buckets/{bucket}/snapshot"
        assert requests.get(snapshot, headers=headers, timeout=20).status_code == 200
