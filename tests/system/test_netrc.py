"""Passwords that a person keeps for other programs have no part in the conversation with the platform."""

from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests.system.district import District
from tests.system.proxy import Proxy


def test_an_entry_in_netrc_does_not_take_the_tokens_place(
    district: District, faults: Proxy, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    host = urlsplit(faults.url).hostname
    (tmp_path / ".netrc").write_text(f"machine {host} login somebody password of-another-program\n")
    (tmp_path / ".netrc").chmod(0o600)
    monkeypatch.setenv("NETRC", str(tmp_path / ".netrc"))
    lin = district.pc("lin")

    assert lin.sync().in_step

    heads = [request.partition(b"\r\n\r\n")[0].lower() for request in faults.requests]
    assert any(b"authorization: bearer " in head for head in heads)
    assert not any(b"authorization: basic" in head for head in heads)
