"""Approving together: only what is as at the last visit, never one's own work, and a sample by lot."""

import pytest

from gridclient.domain.record import Kind, Value, grid_bucket, new_id
from gridclient.platform import feed
from gridclient.platform.push import canonical
from gridclient.store import reviews, work
from gridclient.store.reviews import ReviewRow, bulk
from tests.system.district import CELL, PACK, PACK_VERSION, District


def _row(number: int, changes: int | None = 0, by: str = "w-lin", again: bool = False) -> ReviewRow:
    return ReviewRow(f"case-{number}", "", "", PACK, by, f"2026-11-24T02:{number % 60:02}:00Z", changes, again)


def test_changed_first_returned_and_own_cases_are_never_approved_together() -> None:
    rows = [_row(1, changes=2), _row(2, changes=None), _row(3, again=True), _row(4, by="w-zhao"), _row(5)]

    assert bulk(rows, "w-zhao", share=0.0).approve == ("case-5",)
    assert bulk(rows, "w-zhao", share=1.0).sample == ("case-5",)


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


def _in_review(district: District, *states: str) -> list[str]:
    made: list[str] = [new_id() for _ in states]
    with district.platform.database.write() as connection:
        rows: list[tuple[str, str, bytes]] = []
        for case, state in zip(made, states, strict=True):
            fields: dict[str, Value] = {
                "pack": PACK, "pack_version": PACK_VERSION, "title": "synthetic", "state": state, "grid": CELL,
                "resident": district.resident, "submitted_by": "w-lin", "submitted_at": "2026-11-24T02:00:00Z",
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


def test_one_that_left_the_pc_or_moved_on_is_not_approved(district: District) -> None:
    zhao, packs = district.pc("zhao"), district.platform.packs
    [moved] = _in_review(district, "open")
    zhao.sync()
    for case, refusal in ((moved, work.NotAllowed), (new_id(), work.NotHere)):
        with pytest.raises(refusal), zhao.opened.cache.write() as tx:
            reviews.approve(tx, lambda fields: packs[str(fields["pack"])], case, zhao.actor)

    assert zhao.unsent() == 0
