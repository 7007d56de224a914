"""What several tests of the store begin with."""

from collections.abc import Generator
from pathlib import Path

import pytest

from tests.system.district import District, Pc


@pytest.fixture
def lin(tmp_path: Path) -> Generator[Pc]:
    """Lin's PC with an edit that waits; the window is closed."""
    district = District.start(tmp_path / "district")
    pc = district.pc("lin")
    pc.sync()
    pc.edit(district.ident, phone="13900007741")
    pc.opened.close()
    district.pcs.clear()
    yield pc
    district.stop()
