"""Every test of a window collects garbage as the program does: on the GUI's thread."""

from collections.abc import Generator

import pytest
from PySide6.QtWidgets import QApplication

from gridclient.ui.garbage import Collector


@pytest.fixture(scope="package", autouse=True)
def collector(qapp: QApplication) -> Generator[None]:
    """Freed Qt objects of one test do not die on a thread of the next."""
    made = Collector(qapp)
    yield
    made.close()
