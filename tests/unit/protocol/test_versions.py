"""Versions of the program compare by their numbers."""

import pytest

from gridclient.protocol.versions import is_newer


@pytest.mark.parametrize(
    ("version", "than", "newer"),
    [
        ("0.10.0", "0.9.1", True), ("0.9.1", "0.10.0", False), ("1", "0.9.9", True), ("0.2.0", "0.2.0", False),
        ("0.2.0", "0.2", False), ("0.2", "0.2.0", False), ("", "0.1.0", False), ("later", "0.1.0", False),
    ],
)  # fmt: skip
def test_a_version_comes_after_another_by_its_numbers(version: str, than: str, newer: bool) -> None:
    assert is_newer(version, than) is newer
