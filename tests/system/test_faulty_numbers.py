"""A number that cannot be right never reaches a file, and an address never carries a password in plain text."""

import pytest

from gridclient.sync.sign_in import Credentials, PlainAddress, check_address, sign_in
from gridclient.sync.troubles import Answered
from tests.system.district import PIN, District
from tests.system.held import open_files


@pytest.mark.parametrize(
    ("field", "value"), [("phone", "not a phone"), ("contact_phone", "12"), ("id_number", "110105194912310021")]
)
def test_the_platform_refuses_a_number_that_cannot_be_right(district: District, field: str, value: str) -> None:
    lin = district.pc("lin")
    lin.sync()
    before = dict(lin.fields(district.ident))
    lin.edit(district.ident, **{field: value})

    report = lin.sync()

    assert report.results == {"rejected": 1}
    [outcome] = lin.outcomes()
    assert outcome.problem is not None
    assert outcome.problem.detail == field
    assert lin.fields(district.ident) == before


def test_a_number_of_a_dissolved_region_is_taken(district: District) -> None:
    lin = district.pc("lin")
    lin.sync()
    lin.edit(district.ident, id_number="310103194001010012")

    assert lin.sync().results == {"applied": 1}


@pytest.mark.parametrize(
    "address",
    ["http://10.0.0.5:8321", "http://127.0.0.1:80@evil.example", "https://lin@evil.example", "https://", "ftp://a", "a",
     "http://[::1"],
)  # fmt: skip
def test_an_address_that_would_give_a_password_away_is_refused(address: str) -> None:
    with pytest.raises(PlainAddress):
        check_address(address)


@pytest.mark.parametrize(
    "address", ["https://grid.example", "http://127.0.0.1:8321", "http://[::1]:8321", "http://localhost"]
)
def test_a_safe_address_is_taken(address: str) -> None:
    check_address(address)


def test_a_refused_sign_in_leaves_no_file_of_the_cache_open(district: District) -> None:
    lin = district.pc("lin")
    lin.opened.close()
    district.pcs.clear()
    root = district.folder / "pc-lin"
    who = Credentials(district.running.url, "lin", "a wrong password", "PC", PIN)

    for _ in range(3):
        with pytest.raises(Answered):
            sign_in(root, who, None, clock=district.clock)

    assert open_files(root) == []
