"""Other versions of shipped packs, for tests that publish them."""

import shutil
from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory

from gridclient.paths import FORMS
from gridclient.platform import rulebook
from gridclient.platform.rulebook import Published
from gridclient.platform.service import Platform


def another_version(pack: str, version: str, into: Path, changes: Mapping[str, str] | None = None) -> Path:
    """A folder with a shipped pack under another version, with pieces of its text replaced."""
    folder = into / f"{pack}-{version}"
    shutil.copytree(FORMS / pack, folder)
    path = folder / "pack.yaml"
    text = path.read_text("utf-8")
    before = next(line for line in text.splitlines() if line.startswith("version:"))
    for old, new in {before: f'version: "{version}"', **(changes or {})}.items():
        assert old in text, old
        text = text.replace(old, new)
    path.write_text(text, "utf-8")
    return folder


def publish_again(
    platform: Platform, pack: str, version: str, changes: Mapping[str, str] | None = None, area: str = ""
) -> Published:
    """Publishes a shipped pack as another version."""
    with TemporaryDirectory() as place, platform.database.write() as connection:
        folder = another_version(pack, version, Path(place), changes)
        return rulebook.publish(connection, platform.rules, folder, area, platform.clock())
