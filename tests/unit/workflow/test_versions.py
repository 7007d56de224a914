"""A version of a pack that went out never changes: what it contains is recorded, and earlier versions stay at hand."""

import shutil
from pathlib import Path

import pytest

from gridclient.cli.main import main
from gridclient.paths import FORMS
from gridclient.workflow import load_packs
from gridclient.workflow.check import check_pack
from gridclient.workflow.pack import read_pack
from gridclient.workflow.versions import RECORD, altered

SHIPPED = sorted(path.parent for path in FORMS.glob("**/pack.yaml"))


@pytest.fixture
def gas(tmp_path: Path) -> Path:
    """A pack beside the record of its versions."""
    shutil.copytree(FORMS / "gas-safety", tmp_path / "gas-safety")
    shutil.copy(FORMS / RECORD, tmp_path)
    return tmp_path / "gas-safety"


def _edit(folder: Path, old: str, new: str) -> None:
    path = folder / "pack.yaml"
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new))


@pytest.mark.parametrize("folder", SHIPPED, ids=lambda folder: str(folder.relative_to(FORMS)))
def test_no_version_that_ships_contains_anything_but_what_was_recorded(folder: Path) -> None:
    assert list(altered(folder, read_pack(folder))) == []


def test_a_changed_pack_is_refused_until_it_has_a_version_of_its_own_that_is_recorded(
    gas: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    _edit(gas, "findings:", "# changed\nfindings:")
    changed = main(["pack", "check", str(gas)])
    taken = main(["pack", "record", str(gas)])
    _edit(gas, 'version: "2026.11.2"', 'version: "2026.12.1"')
    raised = main(["pack", "check", str(gas)])
    recorded = main(["pack", "record", str(gas)])
    told = capsys.readouterr()

    assert (changed, taken, raised, recorded) == (1, 1, 1, 0)
    assert "line 3, version: this is not what 2026.11.2 contains by versions.yaml" in told.out
    assert "2026.12.1 is not in versions.yaml" in told.out
    assert told.err == "pack.yaml: version: 2026.11.2 is recorded with other contents\n"
    assert check_pack(gas) == []


def test_a_form_that_changed_under_its_version_is_refused_too(gas: Path) -> None:
    with (gas / "gas.xlsx").open("ab") as form:
        form.write(b"x")

    assert [fault.place for fault in check_pack(gas)][:1] == ["line 3, version"]


def test_a_running_case_keeps_the_version_that_it_began_with() -> None:
    shelf = load_packs(FORMS)
    running = shelf.of({"pack": "gas-safety", "pack_version": "2026.11.1"})

    assert shelf["gas-safety"].version == "2026.11.2"
    assert shelf["gas-safety"].findings is not None
    assert running is not None
    assert (running.version, running.findings) == ("2026.11.1", None)
    assert shelf.here("gas-safety", "310115125001001") is shelf["gas-safety"]
