"""What the program is, what it is made of, and how much room a worker's data takes."""

import platform
from collections.abc import Callable

from PySide6 import __version__ as qt_version

from gridclient import __version__
from gridclient.paths import RESOURCES
from gridclient.store.profile import Profile
from gridclient.text import tr
from gridclient.ui.widgets import Card, compact_button, text_label

HELP_FOLDER = RESOURCES / "help"
_LIBRARIES = (
    ("Qt, PySide6", "LGPL-3.0"), ("SQLCipher, sqlcipher3", "BSD-3-Clause, zlib"),
    ("SQLAlchemy, msgspec", "MIT, BSD-3-Clause"),
    ("requests, cryptography, keyring", "Apache-2.0, MIT"), ("argon2-cffi, qasync", "MIT, BSD-2-Clause"),
    ("openpyxl, lxml, pyxform", "MIT, BSD-3-Clause, BSD-2-Clause"), ("Lucide", "ISC, MIT"),
)  # fmt: skip


def about_card(show_help: Callable[[], object]) -> Card:
    """Version, licence, and the libraries with theirs."""
    card = Card()
    python = platform.python_version()
    said = tr("GridClient {version} · Qt {qt} · Python {python}", version=__version__, qt=qt_version, python=python)
    card.body.addWidget(text_label(said, wrap=True))
    card.body.addWidget(
        text_label(tr("Licence: Apache-2.0. Qt is used under the LGPL and can be replaced."), "small", True)
    )
    for library, licence in _LIBRARIES:
        card.body.addWidget(text_label(f"{library}: {licence}", "small", wrap=True))
    button = compact_button(tr("Help and shortcuts"), "circle-question-mark")
    button.clicked.connect(show_help)
    row = card.head
    row.addWidget(button)
    return card


def sizes_of(profile: Profile) -> list[tuple[str, str, str]]:
    """The parts of a profile with their sizes on the disk."""
    found: list[tuple[str, str, str]] = []
    for name, detail, path in (
        (tr("Records and search"), tr("encrypted, SQLCipher"), profile.cache_path),
        (tr("Photos and signatures"), tr("encrypted, SQLCipher"), profile.attachments_path),
    ):
        size = path.stat().st_size if path.exists() else 0
        found.append((name, detail, tr("{n} MB", n=f"{size / 1e6:.1f}")))
    return found


def help_text(language: str) -> str:
    """The help in a language, as Markdown."""
    return (HELP_FOLDER / f"{language}.md").read_text("utf-8")
