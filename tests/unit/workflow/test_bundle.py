"""Packs for exchange and their differences, through the command as an office uses it."""

import json
import shutil
import zipfile
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat
from openpyxl import load_workbook

from gridclient.cli.main import main
from gridclient.paths import FORMS

EVENT = FORMS / "urban-event"


@pytest.fixture
def keys(tmp_path: Path) -> tuple[Path, Path]:
    """A private and a public key file."""
    key = Ed25519PrivateKey.generate()
    private, public = tmp_path / "key.pem", tmp_path / "key.pub"
    private.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    public.write_bytes(key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo))
    return private, public


def _build(output: Path, key: Path | None = None) -> Path:
    assert main(["pack", "build", str(EVENT), "-o", str(output), *(["--key", str(key)] if key else [])]) == 0
    return output


def _rewrite(bundle: Path, name: str, data: bytes) -> None:
    with zipfile.ZipFile(bundle) as old:
        files = {entry: old.read(entry) for entry in old.namelist()}
    with zipfile.ZipFile(bundle, "w") as new:
        for entry, content in {**files, name: data}.items():
            new.writestr(entry, content)


def test_every_shipped_pack_passes_the_command(capsys: pytest.CaptureFixture[str]) -> None:
    for folder in sorted(path.parent for path in FORMS.glob("*/pack.yaml")):
        assert main(["pack", "check", str(folder)]) == 0
    said = capsys.readouterr().out
    assert "待核实" not in said.splitlines()[0]
    assert "To be verified: 事件类别代码 / Codes of the categories" in said


def test_a_signed_bundle_is_the_same_for_the_same_folder_and_passes(keys: tuple[Path, Path], tmp_path: Path) -> None:
    private, public = keys
    bundle = _build(tmp_path / "a.zip", private)

    assert bundle.read_bytes() == _build(tmp_path / "b.zip", private).read_bytes()
    assert main(["pack", "check", str(bundle), "--trusted", str(public)]) == 0


def test_a_bundle_that_was_changed_or_is_signed_by_another_is_refused(
    keys: tuple[Path, Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    private, public = keys
    changed, added, unsigned = (tmp_path / f"{name}.zip" for name in ("changed", "added", "unsigned"))
    _rewrite(_build(changed, private), "pack.yaml", (EVENT / "pack.yaml").read_bytes() + b"\n")
    _rewrite(_build(added, private), "../evil.yaml", b"")
    _build(unsigned)
    capsys.readouterr()

    for bundle in (changed, added, unsigned):
        assert main(["pack", "check", str(bundle), "--trusted", str(public)]) == 1

    assert capsys.readouterr().out.splitlines() == [
        "changed.zip: pack.yaml: it is not what the manifest says", "1 fault.",
        "added.zip: ../evil.yaml: the manifest does not have it", "1 fault.",
        "unsigned.zip: signature: it is not signed with the trusted key", "1 fault.",
    ]  # fmt: skip


def test_a_list_beside_the_form_goes_along_and_is_told_where_it_is_missing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    pack, bundle = tmp_path / "event", tmp_path / "event.zip"
    shutil.copytree(EVENT, pack)
    book = load_workbook(pack / "event.xlsx")
    survey = book["survey"]
    heads = [str(cell.value) for cell in survey[1]]
    name, kind = (heads.index(head) + 1 for head in ("name", "type"))
    row = next(row for row in range(2, survey.max_row + 1) if survey.cell(row, name).value == "category")
    survey.cell(row, kind, "select_one_from_file categories.csv")
    book.save(pack / "event.xlsx")
    alone = main(["pack", "check", str(pack)])
    told = capsys.readouterr().out
    (pack / "categories.csv").write_text("name,label\nlitter,Litter\n", "utf-8")
    whole = main(["pack", "check", str(pack)])
    assert main(["pack", "build", str(pack), "-o", str(bundle)]) == 0
    names = zipfile.ZipFile(bundle).namelist()

    assert (alone, whole) == (1, 0), told
    assert f"event.xlsx: survey, row {row}, column type: the attachment categories.csv is missing" in told
    assert "categories.csv" in names


def test_what_is_no_bundle_or_no_key_is_told_in_one_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "x.zip").write_bytes(b"no zip")

    assert main(["pack", "check", str(tmp_path / "x.zip")]) == 1
    assert main(["pack", "check", str(tmp_path / "none")]) == 1
    assert main(["pack", "build", str(EVENT), "-o", str(tmp_path / "y.zip"), "--key", str(tmp_path / "x.zip")]) == 1

    said = capsys.readouterr()
    assert "x.zip: it cannot be read: BadZipFile" in said.out
    assert "none: it cannot be read: FileNotFoundError" in said.out
    assert said.err.endswith("x.zip is no Ed25519 key in PEM.\n")


def test_a_pack_with_faults_is_not_built_and_its_faults_come_as_json_too(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    shutil.copytree(EVENT, tmp_path / "pack")
    text = (EVENT / "pack.yaml").read_text("utf-8").replace("amount: 30", "amount: -30")
    (tmp_path / "pack" / "pack.yaml").write_text(text, "utf-8")

    assert main(["pack", "build", str(tmp_path / "pack"), "-o", str(tmp_path / "out.zip")]) == 1
    assert not (tmp_path / "out.zip").exists()
    capsys.readouterr()
    assert main(["pack", "check", str(tmp_path / "pack"), "--json"]) == 1

    (line,) = capsys.readouterr().out.splitlines()
    assert json.loads(line) == {
        "file": "pack.yaml", "place": "line 9, deadline.amount", "text": "Expected `float` > 0.0",
    }  # fmt: skip


def test_a_difference_names_what_is_new_gone_and_changed_and_who_would_be_stranded(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    shutil.copytree(EVENT, tmp_path / "new")
    text = (EVENT / "pack.yaml").read_text("utf-8")
    text = text.replace("amount: 30", "amount: 20").replace("id: appealing-again", "id: appealing-twice")
    text = text.replace("appealing-again", "appealing-twice").replace("levels: [grid, ", "levels: [")
    (tmp_path / "new" / "pack.yaml").write_text(text, "utf-8")

    assert main(["pack", "diff", str(EVENT), str(tmp_path / "new")]) == 0

    said = capsys.readouterr().out.splitlines()
    assert "~ deadline.amount: 30 → 20" in said
    assert "+ states.appealing-twice.id: appealing-twice" in said
    assert "- levels[3]: district" in said
    assert said[-1].endswith("these would have no place in the new one: states.appealing-again")
    assert main(["pack", "diff", str(EVENT), str(EVENT)]) == 0
    assert capsys.readouterr().out == "\n"
