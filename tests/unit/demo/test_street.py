"""The synthetic street: the same for the same seed, whole in itself, believable, and nobody in it exists."""

import tracemalloc
from collections import Counter, defaultdict
from datetime import date, datetime
from functools import cache
from itertools import pairwise

import pytest

from gridclient.demo import generate, org
from gridclient.demo.casework import shipped_packs
from gridclient.domain.calendar import CHINA
from gridclient.domain.cases import Case
from gridclient.domain.clock import deadline
from gridclient.domain.divisions import kind_of, level_of, parent_of
from gridclient.domain.fields import read
from gridclient.domain.identifiers import SHANGHAI, check_citizen_id, check_phone
from gridclient.domain.people import Care, Household, Ident, Living, Resident, age
from gridclient.domain.places import Grid, Place
from gridclient.domain.record import Kind, Record
from gridclient.domain.risk import score, tier_of
from gridclient.domain.schema import unknown_fields
from gridclient.domain.staff import Team, Worker
from gridclient.domain.zone import ZONE

TODAY = date(2026, 11, 24)
MORNING = datetime(2026, 11, 24, 8, tzinfo=ZONE)
_TYPES = {
    Kind.RESIDENT: Resident, Kind.CARE: Care, Kind.IDENT: Ident, Kind.HOUSEHOLD: Household, Kind.PLACE: Place,
    Kind.CASE: Case, Kind.WORKER: Worker, Kind.TEAM: Team, Kind.GRID: Grid,
}  # fmt: skip


@cache
def _street() -> list[Record]:
    return list(generate(1000, 200, 7, TODAY))


def _of(kind: type[object]) -> dict[str, object]:
    (record_kind,) = [each for each, found in _TYPES.items() if found is kind]
    return {record.id: read(kind, record.fields) for record in _street() if record.kind is record_kind}


def _residents() -> dict[str, Resident]:
    return {key: value for key, value in _of(Resident).items() if isinstance(value, Resident)}


def _cases() -> list[Case]:
    return [value for value in _of(Case).values() if isinstance(value, Case)]


def test_the_same_seed_gives_the_same_street_and_another_one_does_not() -> None:
    assert _street() == list(generate(1000, 200, 7, TODAY))
    assert {r.id for r in generate(100, 10, 1, TODAY)} != {r.id for r in generate(100, 10, 2, TODAY)}


def test_every_reference_points_to_a_record_of_the_street() -> None:
    street = _street()
    ids = Counter(record.id for record in street)

    assert set(ids.values()) == {1}
    for record in street:
        for name in ("resident", "household", "head"):
            if (target := record.fields.get(name)) is not None:
                assert str(target) in ids


@pytest.mark.parametrize(("residents", "cases"), [(1000, 200), (251, 33), (1, 1)])
def test_counts_are_as_asked_and_fields_are_known(residents: int, cases: int) -> None:
    street = list(generate(residents, cases, 7, TODAY))
    kinds = Counter(record.kind for record in street)

    assert (kinds[Kind.RESIDENT], kinds[Kind.IDENT], kinds[Kind.CASE]) == (residents, residents, cases)
    assert all(unknown_fields(record.kind, set(record.fields)) == set() for record in street)


def test_every_record_is_read_as_its_type_and_lies_in_its_bucket() -> None:
    families = {Kind.CARE: "care", Kind.IDENT: "ident", Kind.WORKER: "ref", Kind.TEAM: "ref", Kind.GRID: "ref"}
    for record in _street():
        read(_TYPES[record.kind], record.fields)
        assert record.bucket.split(":")[0] == families.get(record.kind, "grid")


def test_identity_numbers_are_well_formed_of_no_region_each_another_one_and_fit_the_person() -> None:
    residents = _residents()
    numbers = [ident.id_number for ident in _of(Ident).values() if isinstance(ident, Ident)]
    assert len(set(numbers)) == len(numbers) == 1000
    for ident in _of(Ident).values():
        assert isinstance(ident, Ident)
        person = residents[ident.resident]
        assert check_citizen_id(ident.id_number).result == "warning"
        assert "3150" <= ident.id_number[:4] <= "3199"
        assert ident.id_number[6:14] == f"{person.birth:%Y%m%d}"
        assert int(ident.id_number[16]) % 2 == (person.sex == "1")
        assert ident.phone.startswith("1380000")
        assert check_phone(ident.phone) == check_phone(ident.contact_phone) == check_phone("13800000000")


def test_grids_are_cells_of_15_digits_in_villages_of_12_in_a_town_of_shanghai() -> None:
    cells = [grid for grid in _of(Grid).values() if isinstance(grid, Grid)]

    assert len(cells) == 4
    for grid in cells:
        assert (level_of(grid.code), parent_of(grid.code)) == ("grid", grid.division)
        assert grid.code[:6] in SHANGHAI
        assert kind_of(grid.code[:9]) == "镇"


def test_addresses_name_town_road_lane_building_and_room_and_belong_to_one_household() -> None:
    homes = [home for home in _of(Household).values() if isinstance(home, Household)]

    assert len({home.address for home in homes}) == len(homes)
    for home in homes:
        town, road, lane, _, building, _, room, end = home.address.split(" ")
        assert (town, road[-1], end) == ("张江镇", "路", "室")
        assert lane.isdigit()
        assert (building, room) == (home.building, home.room)


def test_households_have_one_to_four_members_who_know_their_household_and_share_its_address() -> None:
    residents = _residents()
    sizes: Counter[int] = Counter()
    for key, home in _of(Household).items():
        assert isinstance(home, Household)
        assert home.head == home.members[0]
        for member in home.members:
            assert (residents[member].household, residents[member].address) == (key, home.address)
        sizes[len(home.members)] += 1

    assert set(sizes) == {1, 2, 3, 4}
    assert sum(size * n for size, n in sizes.items()) == 1000


def test_elders_who_live_alone_are_alone_and_children_have_parents_of_another_generation() -> None:
    by_home: defaultdict[str, list[Resident]] = defaultdict(list)
    for person in _residents().values():
        by_home[person.household].append(person)
    alone = [home for home in by_home.values() if home[0].living is Living.ALONE and home[0].tags == ["elder"]]

    assert len(alone) > 20
    assert all(len(home) == 1 for home in alone)
    for people in by_home.values():
        years = sorted(age(person.birth, TODAY) for person in people)
        assert all(later - earlier <= 4 or later - earlier >= 20 for earlier, later in pairwise(years))
        if len(people) > 2:
            assert people[2].name[0] == people[0].name[0]
            assert people[0].sex != people[1].sex
        for person in people:
            assert (person.tags == ["elder"]) is (age(person.birth, TODAY) >= 60)


def test_every_elder_has_a_care_file_with_the_tier_that_the_pack_gives() -> None:
    rules, residents = shipped_packs().visits, _residents()
    care = [each for each in _of(Care).values() if isinstance(each, Care)]

    assert {each.resident for each in care} == {key for key, person in residents.items() if person.tags}
    for each in care:
        person = residents[each.resident]
        tier = tier_of(rules.tiers, score(rules.factors, {
            "living": person.living.value, "age": age(person.birth, TODAY), "conditions": [*each.conditions],
            "alarm": each.alarm,
        }))  # fmt: skip
        assert (each.tier, each.visits_every_days) == (tier.id, tier.every_days)
        assert each.last_visit_at is not None
        assert each.last_visit_at < MORNING
    assert {each.tier for each in care} == {"general", "key", "high"}


def test_cases_of_both_kinds_are_open_and_closed_with_believable_dates() -> None:
    found = Counter((case.category, case.state) for case in _cases())
    assert set(found) == {("visit", "open"), ("visit", "closed"), ("inspection", "open"), ("inspection", "closed")}

    packs = {pack.id: pack for pack in (shipped_packs().visit, shipped_packs().inspection)}
    for case in _cases():
        assert case.opened_at is not None
        assert case.due_at is not None
        opened = case.opened_at.astimezone(ZONE)
        assert CHINA.works_on(opened.date())
        assert (opened.hour < 12) != (14 <= opened.hour < 18)
        assert opened < MORNING
        pack = packs[str(case.pack)]
        assert case.pack_version == pack.version
        limit = pack.deadline
        if case.due_at.astimezone(ZONE).date() != TODAY:
            assert case.due_at == deadline(opened, limit.amount, limit.unit).due_at
        if case.state == "closed":
            assert case.closed_at is not None
            assert opened < case.closed_at < MORNING
    overdue = [case for case in _cases() if case.state == "open" and case.is_overdue(MORNING)]
    assert 0 < len(overdue) < 20
    late = [case for case in _cases() if case.state == "closed" and case.is_overdue(MORNING)]
    assert 0 < len(late) < 40


def test_who_is_visited_lives_alone_where_the_title_says_so() -> None:
    residents = _residents()
    visits = [case for case in _cases() if case.category == "visit"]

    assert len({case.resident for case in visits}) > 20
    for case in visits:
        person = residents[str(case.resident)]
        assert case.title == f"{person.name} · 独居老人走访"
        assert (person.living, case.address) == (Living.ALONE, person.address)


def test_there_is_work_for_lin_today_and_every_cell_has_a_worker() -> None:
    whole = org(1000)
    todo = [case for case in _cases() if case.state == "open" and case.assignee == "w-lin"]

    today = [case for case in todo if case.due_at and case.due_at.astimezone(ZONE).date() == TODAY]
    assert any(case.title.startswith("王秀英") for case in today)
    assert {str(case.pack) for case in today} == {"elderly-visit", "corridor-inspection"}
    assert set(whole.cells) <= {code for worker in whole.workers for code in worker.duties}


def test_the_first_resident_is_wang_xiuying_84_who_lives_alone() -> None:
    first = next(iter(_residents().values()))

    assert (first.name, age(first.birth, TODAY), first.living) == ("王秀英", 84, Living.ALONE)


@pytest.mark.parametrize("today", [date(2024, 2, 29), date(2026, 1, 1), date(2027, 12, 31)])
def test_ages_are_exact_on_every_day_of_the_year(today: date) -> None:
    first = next(record for record in generate(10, 0, 3, today) if record.kind is Kind.RESIDENT)

    assert age(read(Resident, first.fields).birth, today) == 84


def test_ten_times_the_residents_need_no_more_memory() -> None:
    def peak(residents: int) -> int:
        tracemalloc.start()
        for _ in generate(residents, residents // 5, 1, TODAY):
            pass
        used = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return used

    peak(250)  # packs and calendar are read once for a process

    assert peak(5000) < peak(500) * 1.5 + 500_000
