"""What a worker of the tour does on the way: a visit, an inspection, and half a step of another visit."""

from datetime import timedelta
from pathlib import Path

from gridclient.cli.tour.guide import TourFailed, until
from gridclient.cli.tour.person import Person
from gridclient.domain.zone import ZONE

VISITED = "王秀英"  # the resident whose visit the tour walks; the synthetic street always has her
_NEW_PHONE = "13900007741"
_HALF_WRITTEN = "老人在女儿家，傍晚回来。"


async def visit(person: Person) -> None:
    """Walks the elderly visit through its six steps."""
    case = next(row for row in await person.cases("elderly-visit") if VISITED in row.title)
    tomorrow = (person.desk.now().astimezone(ZONE).date() + timedelta(days=7)).isoformat()
    d = "/data"

    async def open_visit() -> None:
        await person.open_case(case.id)

    async def contact() -> None:
        person.choose(f"{d}/contact/reached", "no")
        person.answer(f"{d}/contact/contact_note", "家中电话三次无人接听，下午直接上门。")

    async def verify() -> None:
        person.choose(f"{d}/verify/door", "self")
        person.choose(f"{d}/verify/identity", "yes")
        person.answer(f"{d}/verify/phone", _NEW_PHONE)
        person.choose(f"{d}/verify/living", "alone")

    async def condition() -> None:
        person.choose(f"{d}/condition/mental", "fair")
        person.answer(f"{d}/condition/systolic", "146")
        person.answer(f"{d}/condition/diastolic", "88")
        person.choose(f"{d}/condition/medicine", "taken")
        person.choose(f"{d}/condition/falls", "none")
        person.answer(f"{d}/condition/condition_note", "近一周睡眠较差，已提醒按时服药。")

    async def safety() -> None:
        for name in ("gas", "wiring", "passage", "alarm"):
            person.choose(f"{d}/safety/{name}", "yes")

    async def needs() -> None:
        person.choose(f"{d}/needs/services", "meals")
        person.answer(f"{d}/needs/meals", "5")
        person.answer(f"{d}/needs/needs_note", "中午送餐，少盐。")
        person.choose(f"{d}/needs/urgency", "week")

    async def summary() -> None:
        person.answer(f"{d}/summary/conclusion", "老人情绪平稳，血压偏高，已约社区医院复测。")
        person.answer(f"{d}/summary/next_visit", tomorrow)

    await person.step("Visit is opened", open_visit)
    for name, act in (
        ("Visit 1 appointment", contact), ("Visit 2 at the door", verify), ("Visit 3 body and mind", condition),
        ("Visit 4 safety", safety), ("Visit 5 needs", needs), ("Visit 6 summary and submit", summary),
    ):  # fmt: skip
        await person.fill_step(name, act)
    await person.expect_state(case.id, "review")


async def inspection(person: Person, before: Path, after: Path) -> None:
    """Does the corridor inspection with a hazard that is fixed on the spot: two photos."""
    case = (await person.cases("corridor-inspection"))[0]
    d, h = "/data", "/data/hazards/hazard[1]"
    items = ("no_parking", "no_charging", "no_wires", "no_lift", "exit_open", "no_piles", "extinguisher",
             "lighting", "fire_door")  # fmt: skip

    async def open_inspection() -> None:
        await person.open_case(case.id)

    async def location() -> None:
        person.answer(f"{d}/location/building", "香楠小区 8 号楼")
        person.choose(f"{d}/location/floors", "corridor")
        person.choose(f"{d}/location/accompanied", "no")

    async def checklist() -> None:
        for name in items:
            person.choose(f"{d}/checklist/{name}", "no" if name == "no_piles" else "yes")

    async def hazards() -> None:
        person.choose(f"{h}/part", "corridor")
        person.find_choice(f"{h}/kind", "堆物", "piles")
        person.answer(f"{h}/what", "三楼楼道堆放纸箱。")
        await person.attach(f"{h}/before", before)
        person.choose(f"{h}/fixed", "yes")
        await person.attach(f"{h}/after", after)

    async def summary() -> None:
        person.choose(f"{d}/summary/advice", "advised")
        person.answer(f"{d}/summary/conclusion", "楼道纸箱已当场清走，已告知住户。")

    await person.step("Inspection is opened", open_inspection)
    for name, act in (
        ("Inspection 1 place", location), ("Inspection 2 check list", checklist),
        ("Inspection 3 hazard with two photos", hazards), ("Inspection 4 summary and submit", summary),
    ):  # fmt: skip
        await person.fill_step(name, act)
    await person.expect_state(case.id, "review")


async def half_a_step(person: Person, name: str) -> str:
    """Begins another visit and stops in the middle of its first step, with the draft on the disk; returns the case."""
    case_id = (await person.cases("elderly-visit"))[0].id

    async def act() -> None:
        await person.open_case(case_id)
        person.choose("/data/contact/reached", "no")
        person.answer("/data/contact/contact_note", _HALF_WRITTEN)
        await until(lambda: person.bench.case.saved_text() != "", "the draft is saved")

    await person.step(name, act)
    return case_id


async def draft_is_there(person: Person, name: str, case_id: str) -> None:
    """Opens the case again after the program was killed."""

    async def act() -> None:
        await person.open_case(case_id)
        form = person.bench.case.form
        if form is None or form.get("/data/contact/contact_note") != _HALF_WRITTEN:
            raise TourFailed("the draft is not there")

    await person.step(name, act)
