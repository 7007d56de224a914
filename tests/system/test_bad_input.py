"""What comes in badly is answered by name and reason, and stops nothing that came with it."""

import json
from collections.abc import Generator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import requests

from gridclient.domain.record import grid_bucket, ident_bucket, new_id
from gridclient.platform.push import Sender
from gridclient.protocol.problems import MEDIA_TYPE
from tests.system.district import CELL, OTHER_CELL, District

Json = dict[str, Any]
PUSH = "/sync/v1/push"


@dataclass
class Door:
    """Lin's own token and device, and what her program never sends."""

    district: District
    token: str
    sender: Sender
    epoch: str

    def send(self, body: bytes) -> requests.Response:
        """A push of these bytes."""
        headers = {"Authorization": f"Bearer {self.token}", "Content-Type": "application/json"}
        return requests.post(self.district.running.url + PUSH, data=body, headers=headers, timeout=20)

    def envelope(self, *mutations: Json) -> bytes:
        """A well-formed push of these mutations."""
        return json.dumps({"epoch": self.epoch, "device": self.sender.device, "mutations": mutations}).encode()

    def push(self, *mutations: Json) -> list[Json]:
        """The results of a well-formed push of these mutations."""
        response = self.send(self.envelope(*mutations))
        assert response.status_code == 200, response.text
        return response.json()["results"]

    def good(self, number: int = 9, **changes: Any) -> Json:
        """A mutation that is applied unless something is changed in it."""
        made: Json = {
            "mid": new_id(), "dseq": number, "op": "patch", "bucket": ident_bucket(CELL), "kind": "ident",
            "record": self.district.ident, "base": {}, "set": {"contact_relation": "女儿"},
            "authored_at": "2026-11-24T02:20:00Z",
        }  # fmt: skip
        return {**made, **changes}


@pytest.fixture
def door(tmp_path: Path) -> Generator[Door]:
    """A district into which Lin signed in."""
    district = District.start(tmp_path)
    lin = district.pc("lin")
    lin.sync()
    token = lin.opened.cache.setting("access_token") or ""
    yield Door(district, token, district.platform.caller(token).sender, lin.opened.cache.setting("epoch") or "")
    district.stop()


BAD: dict[str, tuple[Json, str, str, str]] = {
    "an unknown op": ({"op": "replace"}, "rejected", "malformed-mutation", "replace"),
    "a field of no mutation": ({"colour": "red"}, "rejected", "malformed-mutation", "colour"),
    "no moment of authoring": ({"authored_at": 5}, "rejected", "malformed-mutation", "authored_at"),
    "a field outside the schema": ({"set": {"shoe_size": "38"}}, "rejected", "bad-field", "shoe_size"),
    "a list where a word belongs": ({"set": {"contact_relation": ["女儿"]}}, "rejected", "bad-field", "contact"),
    "a word where facts belong": ({"set": {"evidence.phone": "seen"}}, "rejected", "bad-field", "evidence.phone"),
    "a base that never was": (
        {"base": {"phone": "none such"}, "set": {"phone": "13900007741"}}, "conflict", "conflict", "",
    ),
    "a number that no database keeps": ({"dseq": 2**70}, "rejected", "malformed-mutation", "dseq"),
    "a text that no database keeps": ({"authored_at": "2026\0"}, "rejected", "malformed-mutation", "authored_at"),
    "an unknown kind": ({"kind": "ship"}, "rejected", "malformed-mutation", "ship"),
    "a record that never was": ({"record": "01937c7e-0000-7000-8000-0000000000ff"}, "review", "unknown-record", ""),
    "a bucket that never was": ({"bucket": "grid:999999999999999"}, "rejected", "unknown-record", ""),
    "a record out of scope": ({"bucket": grid_bucket(OTHER_CELL), "kind": "place"}, "rejected", "unknown-record", ""),
    "a newer program's change": ({"schema": 999}, "rejected", "upgrade-needed", ""),
}  # fmt: skip


@pytest.mark.parametrize("name", BAD)
def test_a_bad_mutation_is_told_by_name_and_reason_and_the_rest_goes_on(door: Door, name: str) -> None:
    changes, status, kind, detail = BAD[name]
    bad = door.good(8, **changes)
    before = door.good(7, set={"contact_name": "陈敏敏"}, base={"contact_name": "陈敏"})
    after = door.good(9)

    results = door.push(before, bad, after)

    assert [each["mid"] for each in results] == [before["mid"], bad["mid"], after["mid"]]
    assert [each["status"] for each in results] == ["applied", status, "applied"]
    problem = results[1]["problem"]
    assert problem["type"].endswith(kind)
    assert problem["mid"] == bad["mid"]
    assert detail in problem.get("detail", "")
    held = door.district.on_platform(ident_bucket(CELL), door.district.ident)
    assert held is not None
    assert (held["contact_name"], held["contact_relation"]) == ("陈敏敏", "女儿")
    assert held["phone"] == "13800006120"


def test_a_record_stays_what_it_is_whatever_a_mutation_calls_it(door: Door) -> None:
    case, place = door.district.case, grid_bucket(CELL)
    before = door.district.on_platform(place, case)
    decided: Json = {"state": "resolved", "resolved_by": "w-lin"}
    of_case: Json = {"record": case, "bucket": place, "base": {}}

    results = door.push(
        door.good(21, **of_case, kind="conflict", op="transition", transition="resolve", set=decided),
        door.good(22, **of_case, kind="resident", set={"note": "moved out"}),
    )

    assert [each["status"] for each in results] == ["rejected", "rejected"]
    assert door.district.on_platform(place, case) == before


def test_nobody_opens_or_rewrites_a_case_past_its_workflow(door: Door) -> None:
    case, place = door.district.case, grid_bucket(CELL)
    before = door.district.on_platform(place, case)
    assert before is not None
    of_case: Json = {"bucket": place, "kind": "case", "base": {}}
    done: Json = {"state": "closed", "closed_at": "2026-11-24T02:20:00Z", "reviewed_by": "w-zhao"}

    results = door.push(
        door.good(31, **of_case, op="create", record=new_id(), set={"title": "made by hand", **done}),
        door.good(32, **of_case, op="create", record=case, set={"answers.contact": {"/data/note": "later"}, **done}),
        door.good(33, **of_case, record=case, set={"answers.contact": {"/data/note": "later"}}),
    )

    assert [each["status"] for each in results] == ["rejected", "review", "review"]
    assert results[0]["problem"]["detail"] == "pack"
    assert door.district.on_platform(place, case) == before


@pytest.mark.parametrize(
    ("bucket", "grid", "detail"),
    [(grid_bucket(CELL), CELL, "bucket"), (ident_bucket(CELL), OTHER_CELL, "grid")],
)
def test_an_identity_is_made_where_those_read_it_who_may(door: Door, bucket: str, grid: str, detail: str) -> None:
    fields = {"resident": door.district.resident, "phone": "13900007741", "grid": grid}

    made, moved = door.push(
        door.good(41, op="create", bucket=bucket, record=new_id(), set=fields),
        door.good(42, set={"grid": OTHER_CELL}),
    )

    assert (made["status"], made["problem"]["detail"]) == ("rejected", detail)
    assert (moved["status"], moved["problem"]["detail"]) == ("rejected", "grid")


def test_a_decision_is_taken_in_ones_own_name_and_says_nothing_else(door: Door) -> None:
    chen = door.district.pc("chen")
    chen.sync()
    chen.edit(door.district.ident, phone="13900007742")
    door.push(door.good(10, set={"phone": "13900007741"}, base={"phone": "13800006120"}))
    chen.sync()
    (conflict,) = chen.conflicts()
    decided: Json = {"state": "resolved", "choices": {"phone": "13900007742"}, "note": "asked", "resolved_by": "w-lin"}
    decision = {"kind": "conflict", "record": conflict, "op": "transition", "transition": "resolve"}

    results = door.push(
        door.good(11, **decision, set={**decided, "resolved_by": "w-chen"}),
        door.good(12, **decision, set={**decided, "by": "w-chen"}),
        door.good(13, **decision, base={"state": "open"}, set=decided),
    )

    assert [each["status"] for each in results] == ["rejected", "rejected", "applied"]
    assert results[1]["problem"]["detail"] == "by"
    held = door.district.on_platform(ident_bucket(CELL), conflict)
    assert held is not None
    assert (held["by"], held["resolved_by"]) == ("w-chen", "w-lin")


@pytest.mark.parametrize("body", [b"", b"\xff\xfe\x00", b"not json", b"[]", b'{"epoch": 1}', b'{"mutations":[}'])
def test_bytes_that_are_no_push_get_a_problem_document(door: Door, body: bytes) -> None:
    response = door.send(body)

    assert response.status_code == 400
    assert response.headers["Content-Type"] == MEDIA_TYPE
    assert response.json()["detail"]


def test_a_push_over_the_limit_is_refused_with_the_limit_and_changes_nothing(door: Door) -> None:
    large = door.good(set={"contact_name": "陈" * 400_000})
    message = {"epoch": door.epoch, "device": door.sender.device, "mutations": [large]}

    response = door.send(json.dumps(message).encode())

    assert response.status_code == 413
    assert "524288" in response.json()["detail"]
    assert door.push(door.good())[0]["status"] == "applied"


def test_more_mutations_than_the_limit_are_refused_whole(door: Door) -> None:
    limit = door.district.platform.limits.push_mutations
    mutations = [door.good(number) for number in range(1, limit + 2)]

    response = door.send(
        json.dumps({"epoch": door.epoch, "device": door.sender.device, "mutations": mutations}).encode()
    )

    assert response.status_code == 413
    assert str(limit) in response.json()["detail"]


def test_an_edit_upon_an_edit_of_the_same_push_finds_it(door: Door) -> None:
    first = door.good(7, set={"phone": "13900007741"}, base={"phone": "13800006120"})
    second = door.good(8, set={"phone": "13900007742"}, base={"phone": "13900007741"}, deps=[first["mid"]])

    assert [each["status"] for each in door.push(first, second, first)] == ["applied"] * 3

    held = door.district.on_platform(ident_bucket(CELL), door.district.ident)
    assert held is not None
    assert held["phone"] == "13900007742"
