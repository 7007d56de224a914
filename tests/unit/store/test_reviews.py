"""Approving together: only what is as at the last visit and in the files, never one's own work, a sample by lot."""

import hashlib
from dataclasses import replace
from datetime import date

import pytest

from gridclient.domain.record import Kind, Value, grid_bucket, new_id
from gridclient.platform import feed
from gridclient.platform.push import canonical
from gridclient.store import reviews, work
from gridclient.store.reviews import Draw, ReviewRow, bulk, review_rows
from tests.system.district import CELL, PACK, PACK_VERSION, District


def _row(number: int, changes: int | None = 0, by: str = "w-lin", again: bool = False) -> ReviewRow:
    return ReviewRow(f"case-{number}", "", "", PACK, by, f"2026-11-24T02:{number % 60:02}:00Z", changes, again)


def _drawn_at(percent: float, *rows: ReviewRow) -> list[ReviewRow]:
    return [replace(row, percent=percent) for row in rows]


def test_changed_first_returned_and_own_cases_are_never_approved_together() -> None:
    rows = [_row(1, changes=2), _row(2, changes=None), _row(3, again=True), _row(4, by="w-zhao"), _row(5)]

    assert bulk(_drawn_at(0, *rows), "w-zhao").approve == ("case-5",)
    assert bulk(_drawn_at(100, *rows), "w-zhao").sample == ("case-5",)


def test_about_a_tenth_is_drawn_and_asking_again_draws_the_same() -> None:
    rows = [_row(number) for number in range(2000)]
    first, again = bulk(rows, "w-zhao"), bulk(rows[::-1], "w-zhao")

    assert 150 < len(first.sample) < 250
    assert len(first.sample) + len(first.approve) == 2000
    assert set(again.sample) == set(first.sample)


def test_what_was_drawn_is_not_offered_again_after_the_others_were_approved() -> None:
    rows = [_row(number) for number in range(200)]
    first = bulk(rows, "w-zhao")

    assert bulk([row for row in rows if row.id in first.sample], "w-zhao").approve == ()


def test_each_pack_draws_its_own_share_and_the_lot_can_be_drawn_again_from_what_is_told() -> None:
    rare = [replace(_row(number), percent=5.0) for number in range(60)]
    often = [replace(_row(number), percent=50.0) for number in range(60, 160)]
    found = bulk([*rare, *often], "w-zhao")
    drawn = {row.id: row for row in rare + often if row.is_drawn}

    def lot(seed: str) -> float:
        return int(hashlib.sha256(seed.encode()).hexdigest()[:8], 16) / 16**8 * 100

    assert [(draw.percent, draw.of) for draw in found.draws] == [(5.0, 60), (50.0, 100)]
    assert sum(draw.drawn for draw in found.draws) == len(found.sample)
    assert found.draws[0] == Draw(5.0, 60, sum(lot(row.seed) < 5 for row in rare))
    assert set(found.sample) == drawn.keys()
    assert rare[7].seed == "case-7 2026-11-24T02:07:00Z"


def _in_review(district: District, *states: str, living: str = "alone") -> list[str]:
    made: list[str] = [new_id() for _ in states]
    with district.platform.database.write() as connection:
        rows: list[tuple[str, str, bytes]] = []
        for case, state in zip(made, states, strict=True):
            fields: dict[str, Value] = {
                "pack": PACK, "pack_version": PACK_VERSION, "title": "synthetic", "state": state, "grid": CELL,
                "resident": district.resident, "submitted_by": "w-lin", "submitted_at": "2026-11-24T02:00:00Z",
                "answers.verify": {"/data/verify/living": living},
            }  # fmt: skip
            rows.append((case, Kind.CASE, canonical(fields)))
        feed.load(connection, grid_bucket(CELL), rows)
    return made


def test_cases_that_were_chosen_together_are_approved_and_the_platform_agrees(district: District) -> None:
    zhao, packs = district.pc("zhao"), district.platform.packs
    cases = _in_review(district, "review", "review")
    zhao.sync()
    for case in cases:
        with zhao.opened.cache.write() as tx:
            reviews.approve(tx, lambda fields: packs[str(fields["pack"])], case, zhao.actor)
    zhao.sync()

    assert zhao.statuses() == ["applied", "applied"]
    assert [zhao.fields(case)["state"] for case in cases] == ["closed", "closed"]


def test_what_the_file_contradicts_is_left_out_and_not_approved_unseen_even_where_the_file_changed_since(
    district: District,
) -> None:
    zhao, packs, today = district.pc("zhao"), district.platform.packs, date(2026, 11, 24)
    _in_review(district, "closed", living="family")
    [other] = _in_review(district, "review", living="family")
    zhao.sync()
    with zhao.opened.cache.read() as connection:
        rows = review_rows(connection, packs, today)
    with pytest.raises(reviews.AgainstFile), zhao.opened.cache.write() as tx:
        reviews.approve(tx, lambda fields: packs[str(fields["pack"])], other, zhao.actor)
    unsent = zhao.unsent()
    zhao.edit(district.resident, living="family")
    with zhao.opened.cache.read() as connection:
        agreeing = review_rows(connection, packs, today)
    with zhao.opened.cache.write() as tx:
        reviews.approve(tx, lambda fields: packs[str(fields["pack"])], other, zhao.actor)
    zhao.sync()

    assert [(row.id, row.changes, row.against) for row in rows] == [(other, 0, 1)]
    assert bulk(_drawn_at(0, *rows), "w-zhao").against == (other,)
    assert (bulk(_drawn_at(0, *rows), "w-zhao").approve, unsent) == ((), 0)
    assert [row.against for row in agreeing] == [0]
    assert (zhao.statuses(), zhao.fields(other)["state"]) == (["applied", "applied"], "closed")


def test_one_that_left_the_pc_or_moved_on_is_not_approved(district: District) -> None:
    zhao, packs = district.pc("zhao"), district.platform.packs
    [moved] = _in_review(district, "open")
    zhao.sync()
    for case, refusal in ((moved, work.NotAllowed), (new_id(), work.NotHere)):
        with pytest.raises(refusal), zhao.opened.cache.write() as tx:
            reviews.approve(tx, lambda fields: packs[str(fields["pack"])], case, zhao.actor)

    assert zhao.unsent() == 0
