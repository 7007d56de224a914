"""A report whose form has a public key leaves the PC only encrypted (ODK XForms, "Encryption")."""

import base64
from dataclasses import replace
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from openpyxl import load_workbook
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from gridclient.domain.record import Kind, grid_bucket, new_id
from gridclient.forms.xml import parse_xml
from gridclient.store import blobs, drafts, kept, outbox, shown
from gridclient.store.kept import KeptKind
from gridclient.store.outbox import Edit, queue
from gridclient.ui.app import Desktop
from gridclient.ui.forms import FormPage
from gridclient.ui.forms.gallery import corridor
from gridclient.ui.pages import REPORT
from gridclient.ui.queue.marking import Incomplete, OnlyWhole, finish
from gridclient.ui.workbench import Workbench
from gridclient.workflow import answers_of, begin
from gridclient.workflow.door import Deed
from gridclient.workflow.shelf import Shelf
from tests.widget.pages.conftest import Play
from tests.widget.pages.submitting import submit, untouched
from tests.widget.pages.test_batch import VISITED
from tests.widget.pages.test_emergency import at_the_door
from tests.widget.stage import CELL, VISIT, quiet
from tests.widget.theme.driving import compose

GIVEN = {f"/data/{ref}": value for ref, value in VISITED.items()}
_SPACES = {"s": "http://opendatakit.org/submissions"}


def sealed_form(folder: Path, key: rsa.RSAPrivateKey, form: Path) -> Path:
    """A form with a public key."""
    public = key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    book = load_workbook(form)
    settings = book["settings"]
    column = settings.max_column + 1
    for name, value in (
        ("public_key", base64.b64encode(public).decode()),
        ("submission_url", "https://city.example/s"),
    ):
        settings.cell(1, column, name)
        settings.cell(2, column, value)
        column += 1
    path = folder / form.name
    book.save(path)
    return path


def use_sealed(bench: Workbench, folder: Path, key: rsa.RSAPrivateKey, pack_id: str) -> None:
    """The form of a pack has a public key from now on."""
    form = sealed_form(folder, key, bench.desk.packs[pack_id].form)
    packs = [replace(pack, form=form) if pack.id == pack_id else pack for pack in bench.desk.packs.values()]
    bench.desk.packs = Shelf.holding(packs)


def test_no_answer_of_a_form_with_a_key_leaves_the_pc_unencrypted(play: Play, tmp_path: Path) -> None:
    key = rsa.generate_private_key(65537, 2048)

    async def part(desktop: Desktop, bench: Workbench) -> None:
        use_sealed(bench, tmp_path, key, VISIT)
        [case_id, *_] = await untouched(bench)
        before = set(await bench.desk.read(outbox.bodies))
        bench.open_case(case_id)
        await quiet(bench.desk)
        case = bench.case
        assert case.form is not None
        assert case.form.is_encrypted
        case.form.set("/data/contact/contact_note", "约在周三上午")
        await submit(bench)

        record = await bench.desk.read(lambda c: shown.find(c, case_id))
        assert record is not None
        assert record.text("state") == "review"
        names = answers_of(record.fields)
        assert sorted(ref.rpartition("/")[2] for ref in names) == [
            "instanceID", "manifest.xml", "submission.xml.enc",
        ]  # fmt: skip
        sent = b"".join(set(await bench.desk.read(outbox.bodies)) - before)
        assert b"manifest.xml" in sent
        assert "周三".encode() not in sent
        assert b"\\u5468" not in sent
        manifest = bench.desk.cache.files.get(names["/data/manifest.xml"].partition(".")[0])
        assert manifest is not None
        secret = parse_xml(manifest).findtext("s:base64EncryptedKey", namespaces=_SPACES)
        assert isinstance(secret, str)
        assert len(key.decrypt(base64.b64decode(secret), padding.OAEP(padding.MGF1(SHA256()), SHA256(), None))) == 32
        waiting = await bench.desk.read(blobs.to_upload)
        assert {name.partition(".")[0] for ref, name in names.items() if "instanceID" not in ref} <= set(waiting)

        bench.open_case(case_id)
        await quiet(bench.desk)
        assert case.banner.title().startswith("This report was sent encrypted")
        case.papers.refresh()
        assert not case.papers.correct.isVisible()
        assert case.form.get("/data/contact/contact_note") == ""

    play("lin", part)


def test_no_event_is_reported_with_a_form_that_has_a_key(play: Play, tmp_path: Path) -> None:
    key = rsa.generate_private_key(65537, 2048)

    async def part(desktop: Desktop, bench: Workbench) -> None:
        use_sealed(bench, tmp_path, key, "urban-event")
        waiting = (await bench.desk.read(outbox.waiting)).count
        QTest.keyClick(bench.window, Qt.Key.Key_N, Qt.KeyboardModifier.ControlModifier)
        await quiet(bench.desk)
        report = bench.report
        compose(report.address, "xiang nan", "香楠小区 2 号楼")
        QTest.keyClick(report.address, Qt.Key.Key_Return)
        page = report.findChild(FormPage)
        assert page is not None
        for name, value in (("source", "patrol"), ("category", "litter")):
            page.question(f"/data/report/{name}").answer(value)
        corridor().save(str(tmp_path / "photo.png"))
        report.photos.attach_file("/data/report/photo", str(tmp_path / "photo.png"))
        await quiet(bench.desk)
        report.primary.click()
        await quiet(bench.desk)

        assert page.fault_list.faults == []
        assert (await bench.desk.read(outbox.waiting)).count == waiting
        assert bench.window.current_page() == REPORT

    play("lin", part)


def _secret(key: rsa.RSAPrivateKey, manifest: bytes | None) -> bytes:
    """The key that a manifest's files were encrypted with."""
    assert manifest is not None
    found = parse_xml(manifest).findtext("s:base64EncryptedKey", namespaces=_SPACES)
    assert isinstance(found, str)
    return key.decrypt(base64.b64decode(found), padding.OAEP(padding.MGF1(SHA256()), SHA256(), None))


def test_many_cases_of_a_form_with_a_key_are_finished_together_and_each_is_sealed_by_itself(
    play: Play, tmp_path: Path
) -> None:
    key = rsa.generate_private_key(65537, 2048)

    async def part(desktop: Desktop, bench: Workbench) -> None:
        use_sealed(bench, tmp_path, key, VISIT)
        desk = bench.desk
        one, other, third, *_ = await untouched(bench)
        before = set(await desk.read(outbox.bodies))
        for case_id in (one, other):
            await desk.write(lambda tx, case=case_id: finish(tx, desk, case, GIVEN))
        with pytest.raises(Incomplete):
            await desk.write(lambda tx: finish(tx, desk, third, {**GIVEN, "/data/condition/systolic": ""}))
        sent = b"".join(set(await desk.read(outbox.bodies)) - before)
        cases = [await desk.read(lambda c, i=case: shown.find(c, i)) for case in (one, other, third)]
        named = [answers_of(case.fields) for case in cases if case is not None]
        secrets = [
            _secret(key, desk.cache.files.get(names["/data/manifest.xml"].partition(".")[0])) for names in named[:2]
        ]

        assert [case.text("state") for case in cases if case is not None][:2] == ["review", "review"]
        assert [sorted(ref.rpartition("/")[2] for ref in names) for names in named] == [
            ["instanceID", "manifest.xml", "submission.xml.enc"]] * 2 + [[]]  # fmt: skip
        assert len(set(secrets)) == 2
        assert b"130" not in sent
        assert "楼道统一走访".encode() not in sent
        assert b"\\u697c\\u9053" not in sent
        assert not await desk.read(lambda c: kept.kept_of(c, one, KeptKind.SENT))

    play("lin", part)


def test_a_case_that_is_not_sent_after_its_steps_is_not_finished_together_where_its_form_has_a_key(
    play: Play, tmp_path: Path
) -> None:
    key = rsa.generate_private_key(65537, 2048)

    async def part(desktop: Desktop, bench: Workbench) -> None:
        use_sealed(bench, tmp_path, key, "hazard")
        desk, case_id = bench.desk, new_id()
        fields = begin(desk.packs["hazard"], {"title": "synthetic", "grid": CELL}, desk.now())
        made = Edit("create", case_id, Kind.CASE, grid_bucket(CELL), fields)
        await desk.write(lambda tx: queue(tx, made, desk.actor.worker_id)[1])

        with pytest.raises(OnlyWhole):
            await desk.write(lambda tx: finish(tx, desk, case_id, {}))

    play("lin", part)


def test_a_deed_at_the_door_stays_on_the_pc_where_the_form_has_a_key(play: Play, tmp_path: Path) -> None:
    key = rsa.generate_private_key(65537, 2048)

    async def part(desktop: Desktop, bench: Workbench) -> None:
        use_sealed(bench, tmp_path, key, VISIT)
        visit = await at_the_door(bench)
        waiting = (await bench.desk.read(outbox.waiting)).count
        bench.day.nobody.click()
        await quiet(bench.desk)
        card = bench.day.emergency.card
        assert card.act is not None
        card.act.click()
        await quiet(bench.desk)
        case = await bench.desk.read(lambda c: shown.find(c, visit.case))
        kept = await bench.desk.read(lambda c: drafts.draft_of(c, visit.case))

        assert (await bench.desk.read(outbox.waiting)).count == waiting
        assert case is not None
        assert answers_of(case.fields) == {}
        assert kept is not None
        assert b"<door>nobody</door>" in kept.form
        assert card.isVisible()
        assert card.told.text() == "call the supervisor: this stays on this PC"
        assert card.script.isVisible()
        assert card.act.property("deed") == Deed.FAMILY

    play("lin", part)
