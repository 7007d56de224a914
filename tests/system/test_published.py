"""Packs that are published while people work: brought by sync, used from the next case on, never under a case."""

import hashlib
from pathlib import Path

import pytest

from gridclient.cli.main import main
from gridclient.domain.record import grid_bucket
from gridclient.platform import rulebook
from gridclient.platform.migration import migrate
from gridclient.store import lists, rules, work
from gridclient.store.lists import Ask, QueueFilter
from gridclient.workflow import Shelf
from gridclient.workflow.faults import Faults
from tests.system.district import CELL, PACK, STREET, District, Pc
from tests.system.packs import another_version, publish_again

SHORTER = {"deadline: {unit: work_day, amount: 3}": "deadline: {unit: work_day, amount: 2}"}


def _shelf(pc: Pc) -> Shelf:
    with pc.opened.cache.read() as connection:
        return rules.shelf(connection, pc.opened.profile.folder / "packs", rulebook.shipped())


def _open(pc: Pc, shelf: Shelf) -> str:
    pack = shelf.here(PACK, CELL)
    assert pack is not None
    about = {"title": "synthetic", "resident": pc.district.resident, "grid": CELL}
    with pc.opened.cache.write() as tx:
        case, _ = work.open_case(tx, pack, about, pc.actor)
    return case


def _finish(pc: Pc, shelf: Shelf, case: str, step: str) -> None:
    pack = shelf.of(pc.fields(case))
    assert pack is not None
    with pc.opened.cache.write() as tx:
        work.complete_step(tx, pack, case, step, {f"{pack.step(step).group}/note": "synthetic"}, pc.actor)


def test_a_published_pack_reaches_workers_and_is_used_from_the_next_case_on(district: District) -> None:
    lin = district.pc("lin")
    lin.sync()
    before = _shelf(lin)
    published = publish_again(district.platform, PACK, "2026.12.1", SHORTER)
    lin.sync()
    after = _shelf(lin)
    old, new = district.case, _open(lin, after)
    for case, step in ((old, "contact"), (new, "contact")):
        _finish(lin, after, case, step)
    lin.sync()

    assert published.is_new
    assert (before[PACK].version, after[PACK].version) == ("2026.11.1", "2026.12.1")
    assert after[PACK].form.parent.name == published.digest
    assert (lin.fields(old)["pack_version"], lin.fields(new)["pack_version"]) == ("2026.11.1", "2026.12.1")
    assert lin.statuses() == ["applied"] * 3
    assert district.on_platform(grid_bucket(CELL), new) == lin.fields(new)


def test_a_client_with_an_older_pack_gets_review_and_never_a_silent_refusal(district: District) -> None:
    lin, chen = district.pc("lin"), district.pc("chen")
    chen.sync()
    old = _shelf(chen)
    publish_again(district.platform, PACK, "2026.12.1", SHORTER)
    lin.sync()
    case = _open(lin, _shelf(lin))
    lin.sync()
    chen.sync()

    with chen.opened.cache.write() as tx:
        work.complete_step(tx, old[PACK], case, "contact", {"/data/contact/note": "synthetic"}, chen.actor)
    chen.sync()

    (row,) = chen.outcomes()
    assert row.status == "review"
    assert row.problem is not None
    assert row.problem.title == "The case runs on another version of its pack; your work waits for review."


def test_a_streets_pack_counts_in_its_street_only_and_may_not_loosen_the_citys(district: District) -> None:
    publish_again(district.platform, PACK, "2026.12.1-zj", SHORTER, area=STREET)
    shelf = district.platform.packs

    here, elsewhere = shelf.here(PACK, CELL), shelf.here(PACK, "310104001001001")
    assert here is not None
    assert elsewhere is not None
    assert (here.version, elsewhere.version, shelf[PACK].version) == ("2026.12.1-zj", "2026.11.1", "2026.11.1")
    longer = {"deadline: {unit: work_day, amount: 3}": "deadline: {unit: work_day, amount: 9}"}
    with pytest.raises(Faults, match="more time than the city"):
        publish_again(district.platform, PACK, "2026.12.2-zj", longer, area=STREET)


def test_a_streets_pack_steps_back_when_the_city_tightens_beyond_it(district: District) -> None:
    publish_again(district.platform, PACK, "2026.12.1-zj", SHORTER, area=STREET)
    tighter = {"deadline: {unit: work_day, amount: 3}": "deadline: {unit: work_day, amount: 1}"}
    published = publish_again(district.platform, PACK, "2027.1.1", tighter)

    here = district.platform.packs.here(PACK, CELL)
    assert published.stepped_back == (STREET,)
    assert here is not None
    assert here.version == "2027.1.1"


def test_a_version_never_changes_once_it_is_there(district: District) -> None:
    publish_again(district.platform, PACK, "2026.12.1", SHORTER)
    assert not publish_again(district.platform, PACK, "2026.12.1", SHORTER).is_new
    with pytest.raises(rulebook.VersionTaken):
        publish_again(district.platform, PACK, "2026.12.1")


def test_running_cases_go_to_another_version_only_when_somebody_asks(district: District) -> None:
    lin = district.pc("lin")
    lin.sync()
    renamed = {"doing": "begun"}
    _finish(lin, _shelf(lin), district.case, "contact")
    lin.sync()
    publish_again(district.platform, PACK, "2026.12.1", renamed)

    trial = migrate(district.platform, PACK, "2026.12.1", {}, by="administrator", is_trial=True)
    assert (trial.moved, trial.stranded) == (0, {"doing": 1})
    done = migrate(district.platform, PACK, "2026.12.1", {"doing": "begun"}, by="administrator", is_trial=False)
    assert (done.moved, done.stranded) == (1, {})
    lin.sync()
    _finish(lin, _shelf(lin), district.case, "verify")
    lin.sync()

    case = lin.fields(district.case)
    assert (case["pack_version"], case["state"], lin.statuses()[-1]) == ("2026.12.1", "begun", "applied")
    trail = case["trail"]
    assert isinstance(trail, list)
    assert isinstance(trail[-1], dict)
    assert (trail[-1]["do"], trail[-1]["reason"]) == ("migrate", "2026.11.1 → 2026.12.1")


def test_cases_of_any_pack_are_in_the_queue_as_long_as_somebody_has_to_do_something(district: District) -> None:
    lin = district.pc("lin")
    lin.sync()
    shelf = _shelf(lin)
    with lin.opened.cache.write() as tx:
        event, _ = work.open_case(tx, shelf["urban-event"], {"title": "synthetic event", "grid": CELL}, lin.actor)
    with lin.opened.cache.read() as connection:
        plain = {row.id for row in lists.first_page(connection, Ask(QueueFilter.OPEN))}
        full = {row.id for row in lists.first_page(connection, Ask(QueueFilter.OPEN, work=shelf.work_of("worker")))}
        theirs = lists.first_page(connection, Ask(QueueFilter.OPEN, work=shelf.work_of("administrator")))

    assert plain == {district.case}
    assert full == {district.case, event}
    assert theirs == []


def test_publishing_by_command_says_what_it_did(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    platform = ["--folder", str(tmp_path / "platform")]
    main(["platform", "init", *platform])
    folder = another_version(PACK, "2026.12.1", tmp_path, SHORTER)
    capsys.readouterr()

    assert main(["pack", "publish", str(folder), *platform]) == 0
    assert main(["pack", "publish", str(folder), *platform]) == 0
    assert main(["pack", "migrate", PACK, "--to", "2026.12.1", *platform]) == 0
    assert main(["pack", "migrate", PACK, "--to", "2030.1.1", *platform]) == 1
    told = capsys.readouterr()

    assert told.out.splitlines() == [
        "elderly-visit 2026.12.1 is in force for new cases.", "This version was there already; nothing was changed.",
        "0 running cases go to 2026.12.1.",
    ]  # fmt: skip
    assert told.err == "There is no version 2030.1.1 of elderly-visit on this platform.\n"


def test_a_bundle_from_elsewhere_is_published_only_with_the_key_it_was_signed_with(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    platform = ["--folder", str(tmp_path / "platform")]
    main(["platform", "init", *platform])
    folder, bundle = another_version(PACK, "2026.12.1", tmp_path, SHORTER), tmp_path / "visit.zip"
    main(["pack", "build", str(folder), "-o", str(bundle)])
    capsys.readouterr()

    assert main(["pack", "publish", str(bundle), *platform]) == 1
    assert "give the key that it has to be signed with" in capsys.readouterr().err


def test_a_bundle_that_this_program_cannot_read_stops_neither_side(district: District) -> None:
    lin = district.pc("lin")
    published = publish_again(district.platform, PACK, "2026.12.1")
    with district.platform.database.write() as connection:
        table, broken = rulebook.published, b"of a newer program"
        digest = hashlib.sha256(broken).hexdigest()
        connection.execute(
            table.update().where(table.c.digest == published.digest).values(bundle=broken, digest=digest)
        )
    lin.sync()

    assert district.platform.packs.version(PACK, "2026.12.1") is None
    assert _shelf(lin).version(PACK, "2026.12.1") is None
    assert (district.platform.packs[PACK].version, _shelf(lin)[PACK].version) == ("2026.11.1", "2026.11.1")
    _finish(lin, _shelf(lin), district.case, "contact")
    lin.sync()
    assert lin.statuses() == ["applied"]


def test_a_case_that_began_with_an_earlier_version_of_the_product_goes_on_with_it(district: District) -> None:
    lin = district.pc("lin")
    lin.sync()
    shelf = _shelf(lin)
    earlier = shelf.version("gas-safety", "2026.11.1")
    assert earlier is not None
    with lin.opened.cache.write() as tx:
        case, _ = work.open_case(tx, earlier, {"title": "synthetic", "grid": CELL}, lin.actor)
        work.complete_step(tx, earlier, case, earlier.steps[0].id, {}, lin.actor)
    lin.sync()

    assert lin.statuses() == ["applied"] * 2
    assert district.on_platform(grid_bucket(CELL), case) == lin.fields(case)
    assert lin.fields(case)["pack_version"] == "2026.11.1"
