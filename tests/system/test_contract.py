"""The running platform and its OpenAPI document say the same; `python -m tests.system.contract` asks far more."""

import re
from collections.abc import Generator, Mapping

import pytest
import requests

from gridclient.domain.record import new_id
from gridclient.platform.operations import OPERATIONS
from gridclient.protocol.problems import MEDIA_TYPE
from tests.system.contract import Callers, tell
from tests.system.district import PASSWORD, STREET, District


def test_every_answer_is_in_the_document(district: District) -> None:
    told = tell(district, examples=4, seed=1)

    assert told.failures == {}
    assert told.requests > 500


def test_a_text_that_postgresql_cannot_keep_is_refused_and_not_failed_on(district: District) -> None:
    body = {"account": "lin", "password": PASSWORD, "device": new_id(), "device_name": "a\0b"}

    answer = requests.post(district.running.url + "/auth/v1/sign-in", json=body, timeout=20)

    assert (answer.status_code, answer.headers["Content-Type"]) == (400, MEDIA_TYPE)


def test_an_address_that_postgresql_cannot_look_for_is_refused_and_not_failed_on(district: District) -> None:
    answer = requests.get(district.running.url + "/sync/v1/packs/a%00b", headers=_signed_in(district), timeout=20)

    assert answer.status_code == 400


@pytest.fixture(scope="module")
def street(tmp_path_factory: pytest.TempPathFactory) -> Generator[District]:
    """A district that no test changes."""
    district = District.start(tmp_path_factory.mktemp("street"))
    yield district
    district.stop()


def _signed_in(district: District) -> dict[str, str]:
    return {"Authorization": f"Bearer {Callers(district).token('')}"}


@pytest.mark.parametrize("path", sorted({op.path for op in OPERATIONS}))
def test_an_unknown_method_hears_which_the_address_knows(street: District, path: str) -> None:
    answer = requests.request("TRACE", street.running.url + re.sub(r"{\w+}", "x", path), timeout=20)

    assert answer.status_code == 405
    assert set(answer.headers["Allow"].split(", ")) >= {op.method for op in OPERATIONS if op.path == path}


def test_what_follows_the_end_of_a_file_is_refused_as_a_problem(street: District) -> None:
    answer = _ranged(street, "bytes=1048576-")

    assert answer.status_code == 416
    assert answer.headers["Content-Type"] == MEDIA_TYPE
    assert re.fullmatch(r"bytes \*/\d+", answer.headers["Content-Range"])


@pytest.mark.parametrize(
    ("text", "status"), [("bytes=0-", 206), ("bytes=-5", 400), ("bytes=" + "9" * 5000 + "-", 400), ("rows=1-", 400)]
)
def test_only_a_range_from_a_byte_on_is_understood(street: District, text: str, status: int) -> None:
    assert _ranged(street, text).status_code == status


def test_a_file_that_changed_is_sent_whole_however_far_the_old_one_had_come(street: District) -> None:
    answer = _ranged(street, "bytes=1048576-", {"If-Range": '"another"'})

    assert (answer.status_code, "Content-Range" in answer.headers) == (200, False)


def _ranged(street: District, text: str, more: Mapping[str, str] | None = None) -> requests.Response:
    headers = {**_signed_in(street), "Range": text, **(more or {})}
    return requests.get(f"{street.running.url}/sync/v1/buckets/ref:{STREET}/snapshot", headers=headers, timeout=20)
