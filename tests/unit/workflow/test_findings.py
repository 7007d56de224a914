"""Every item of a check list that fails has an entry of its own, and the notice lists what is left to put right."""

from pathlib import Path

import pytest

from gridclient import forms
from gridclient.forms import Form
from gridclient.workflow import findings
from gridclient.workflow.pack import Pack, load_pack

PACKS = ["corridor-inspection", "curtain-wall", "gas-safety", "group-rental", "small-premises", "street-front"]
FOLDER = Path(__file__).parents[3] / "forms"


def _begun(name: str) -> tuple[Pack, Form]:
    pack = load_pack(FOLDER / name)
    form = forms.load(pack.form, missing="blank")
    assert pack.findings is not None
    findings.begin(form, pack.findings)
    return pack, form


def _items(form: Form) -> list[str]:
    return [ref for ref in form.refs() if findings.is_item(form, ref) and form.relevant(ref) and "items" not in ref]


@pytest.mark.parametrize("name", PACKS)
def test_each_failed_item_gets_an_entry_and_loses_it_when_it_was_a_slip(name: str) -> None:
    pack, form = _begun(name)
    rule, items = pack.findings, _items(form)
    assert rule is not None
    assert len(items) > 5
    assert findings.entries(form, rule) == []
    for ref in items[:3]:
        form.set(ref, "no")
        assert findings.follow(form, rule, ref)
        assert not findings.follow(form, rule, ref)
    assert [form.get(f"{entry}/{rule.item}") for entry in findings.entries(form, rule)] == [
        ref.rpartition("/")[2] for ref in items[:3]
    ]
    form.set(items[1], "yes")

    assert findings.follow(form, rule, items[1])
    assert [findings.entry_of(form, rule, ref) != "" for ref in items[:3]] == [True, False, True]


_PHOTO = """
| survey | | | | | |
| | type | name | label | relevant | required |
| | begin_group | checks | Checks | | |
| | select_one item | exit | Exit free | | yes |
| | select_one item | tank | Tank tight | | yes |
| | image | tank_photo | The tank | ${tank}='yes' | yes |
| | select_one item | lift | Lift free | | yes |
| | select_one item | roof | Roof tight | ${lift}='no' | yes |
| | end_group | | | | |
| choices | | | | | |
| | list_name | name | label | | |
| | item | yes | Yes | | |
| | item | no | No | | |
| | item | na | Not applicable | | |
"""


def test_only_what_nobody_answered_and_needs_no_photo_can_be_passed_with_the_rest(tmp_path: Path) -> None:
    (tmp_path / "checks.md").write_text(_PHOTO, "utf-8")
    form = forms.load(tmp_path / "checks.md", missing="blank")
    form.set("/data/checks/lift", "na")
    items = findings.items(form, form.refs())

    assert [ref.rpartition("/")[2] for ref in items] == ["exit", "tank", "lift", "roof"]
    assert findings.passable(form, items) == ["/data/checks/exit"]
    assert [form.get(ref) for ref in items] == ["", "", "na", ""]


@pytest.mark.parametrize("name", PACKS)
def test_every_item_of_a_shipped_list_can_be_passed_but_its_heading_is_none(name: str) -> None:
    _, form = _begun(name)
    found = findings.items(form, form.refs())

    assert not any("items" in ref for ref in found)
    assert findings.passable(form, found) == _items(form)


def test_an_entry_that_somebody_wrote_into_stays() -> None:
    pack, form = _begun("corridor-inspection")
    rule = pack.findings
    assert rule is not None
    ref = "/data/checklist/no_piles"
    form.set(ref, "no")
    findings.follow(form, rule, ref)
    form.set("/data/hazards/hazard[1]/part", "corridor")
    form.set(ref, "yes")

    assert not findings.follow(form, rule, ref)
    assert findings.entry_of(form, rule, ref) == "/data/hazards/hazard[1]"


def test_an_inspection_that_finds_nothing_has_nothing_to_fill_in() -> None:
    _, form = _begun("corridor-inspection")

    assert [found.ref for found in form.validate() if found.ref.startswith("/data/hazards")] == []
