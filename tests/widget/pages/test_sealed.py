"""A report whose form has a public key leaves the PC only encrypted (ODK XForms, "Encryption")."""

import base64
from dataclasses import replace
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from openpyxl import load_workbook

from gridclient.forms.xml import parse_xml
from gridclient.paths import FORMS
from gridclient.store import blobs, outbox, shown
from gridclient.store.work import answers_of
from gridclient.ui.app import Desktop
from gridclient.ui.workbench import Workbench
from gridclient.workflow.shelf import Shelf
from tests.widget.pages.conftest import Play
from tests.widget.pages.submitting import submit, untouched
from tests.widget.stage import VISIT, quiet

_SPACES = {"s": "http://opendatakit.org/submissions"}


def sealed_form(folder: Path, key: rsa.RSAPrivateKey) -> Path:
    """The visit's form with a public key."""
    public = key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    book = load_workbook(FORMS / VISIT / "visit.xlsx")
    settings = book["settings"]
    column = settings.max_column + 1
    for name, value in (
        ("public_key", base64.b64encode(public).decode()),
        ("submission_url", "https://city.example/s"),
    ):
        settings.cell(1, column, name)
        settings.cell(2, column, value)
        column += 1
    path = folder / "visit.xlsx"
    book.save(path)
    return path


def test_no_answer_of_a_form_with_a_key_leaves_the_pc_unencrypted(play: Play, tmp_path: Path) -> None:
    key = rsa.generate_private_key(65537, 2048)

    async def part(desktop: Desktop, bench: Workbench) -> None:
        form = sealed_form(tmp_path, key)
        packs = [replace(pack, form=form) if pack.id == VISIT else pack for pack in bench.desk.packs.values()]
        bench.desk.packs = Shelf.holding(packs)
        case_id = await untouched(bench)
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
