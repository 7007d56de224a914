"""`gridclient doctor`: checks what must work on this PC, and says what to do where it does not."""

import argparse
import ctypes
import importlib
import json
import os
from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import requests
from requests.exceptions import SSLError

from gridclient.cli.profiles import NoProfile, add_arguments, choose, open_profile
from gridclient.errors import GridError
from gridclient.protocol.problems import MEDIA_TYPE
from gridclient.store import arrivals, room
from gridclient.store.cipher import CacheDamaged
from gridclient.store.keys import CacheLocked, KeyFileGone, from_keyring, system_keyring
from gridclient.sync.http import as_it_is
from gridclient.text import tr

if TYPE_CHECKING:
    from gridclient.cli.platform import Commands

# The libraries that Qt loads by the Debian packages that bring them; packaging/setup.sh installs the same.
LIBRARIES = {
    "libglib-2.0.so.0": "libglib2.0-0", "libEGL.so.1": "libegl1", "libGL.so.1": "libgl1",
    "libxkbcommon.so.0": "libxkbcommon0", "libdbus-1.so.3": "libdbus-1-3", "libfontconfig.so.1": "libfontconfig1",
}  # fmt: skip
LIBRARIES_OF_A_DISPLAY = {
    "libxcb-cursor.so.0": "libxcb-cursor0", "libxcb-icccm.so.4": "libxcb-icccm4",
    "libxcb-keysyms.so.1": "libxcb-keysyms1", "libxkbcommon-x11.so.0": "libxkbcommon-x11-0",
    "libxcb-shape.so.0": "libxcb-shape0",
}  # fmt: skip
_MOST_OFFSET_S = 300


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was checked."""

    check: str
    ok: bool
    found: str
    advice: str = ""


def add_parser(commands: "Commands") -> None:
    """Adds the command."""
    parser = commands.add_parser("doctor", help=tr("check this PC: cache, key, platform, clock, disk, libraries"))
    add_arguments(parser)
    parser.add_argument("--unlock", action="store_true", help=tr("also open the cache and count it anew"))
    parser.add_argument("--json", action="store_true")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Runs every check; exit code 0 when nothing needs to be done."""
    checks: list[Callable[[argparse.Namespace], Finding]] = [_qt, _disk, _key, _cache, _platform]
    findings = [check(args) for check in checks]
    if args.json:
        print(json.dumps([asdict(finding) for finding in findings], ensure_ascii=False, indent=2))
    else:
        for finding in findings:
            print(f"{'✓' if finding.ok else '✗'} {finding.check}: {finding.found}")
            if finding.advice:
                print(f"  → {finding.advice}")
    return 0 if all(finding.ok for finding in findings) else 1


def _qt(_args: argparse.Namespace) -> Finding:
    missing = [package for file, package in _needed().items() if not _loads(file)]
    try:
        importlib.import_module("PySide6.QtWidgets")
        found = f"PySide6 {importlib.import_module('PySide6').__version__}"
    except ImportError as error:
        found, missing = str(error), missing or [*_needed().values()]
    else:
        if missing:
            found = tr("missing: {names}", names=" ".join(missing))
    advice = tr("Install the system libraries: {names}", names=" ".join(missing)) if missing else ""
    return Finding(tr("Qt libraries"), not missing, found, advice)


def _needed() -> dict[str, str]:
    """What Qt loads here; it asks for a display's libraries only when the window opens."""
    has_display = os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")
    return LIBRARIES | LIBRARIES_OF_A_DISPLAY if has_display else LIBRARIES


def _loads(file: str) -> bool:
    try:
        ctypes.CDLL(file)
    except OSError:
        return False
    return True


def _disk(args: argparse.Namespace) -> Finding:
    free = room.free_mb(args.home)
    least = room.LEAST_FREE_MB
    advice = "" if free >= least else tr("Make room: at least {n} MB should be free.", n=least)
    return Finding(tr("Disk"), not advice, tr("{n} MB free", n=free), advice)


def _key(args: argparse.Namespace) -> Finding:
    ring = system_keyring()
    try:
        profile = choose(args)
    except NoProfile:
        profile, locked_by = None, "pin" if ring is None else "keyring"
    else:
        locked_by = profile.facts.locked_by
    if locked_by == "pin":
        if profile is not None and not profile.key_path.exists():
            advice = str(KeyFileGone(file=profile.key_path))
            return Finding(tr("Key"), False, tr("the file of the key is missing"), advice)
        return Finding(tr("Key"), True, tr("wrapped by a PIN (there is no keyring service)"))
    if ring is None:
        advice = tr("Start the system's keyring service, then sign in again.")
        return Finding(tr("Key"), False, tr("no keyring service"), advice)
    if profile is not None:
        try:
            from_keyring(ring, profile.folder.name)
        except CacheLocked as fault:
            return Finding(tr("Key"), False, tr("not in the system's keyring"), str(fault))
    return Finding(tr("Key"), True, tr("in the system's keyring"))


def _cache(args: argparse.Namespace) -> Finding:
    try:
        profile = choose(args)
    except NoProfile:
        return Finding(tr("Cache"), True, tr("nobody has signed in on this PC yet"))
    if not profile.cache_path.exists():
        return Finding(tr("Cache"), False, tr("the file is missing"), tr("Sign in anew: everything is fetched again."))
    if not args.unlock:
        size = profile.cache_path.stat().st_size // 2**20
        return Finding(tr("Cache"), True, tr("{n} MB, not opened (use --unlock)", n=size))
    try:
        opened = open_profile(profile)
    except GridError as fault:
        return Finding(tr("Cache"), False, str(fault), tr("Close the window, or check the PIN, and run it again."))
    try:
        with opened.cache.read() as connection:
            kept = {name: found[:2] for name, found in arrivals.sums(connection).items()}
            wrong = sorted(name for name, found in arrivals.recount(connection).items() if kept[name] != found)
    except CacheDamaged:
        advice = tr("Open it in the window: GridClient saves what you entered and fetches the rest again.")
        return Finding(tr("Cache"), False, tr("a part of the file is damaged"), advice)
    finally:
        opened.close()
    advice = tr("Synchronise: these parts are fetched again.") if wrong else ""
    return Finding(tr("Cache"), not wrong, tr("{n} parts, {wrong} damaged", n=len(kept), wrong=len(wrong)), advice)


def _platform(args: argparse.Namespace) -> Finding:
    try:
        address = choose(args).facts.address
    except NoProfile:
        return Finding(tr("Platform"), True, tr("no platform is known yet"))
    try:
        answer = requests.head(f"{address}/sync/v1/hello", timeout=5, auth=as_it_is)
    except requests.RequestException as error:
        found = tr("the certificate is not valid") if isinstance(error, SSLError) else tr("cannot be reached")
        return Finding(tr("Platform"), False, found, tr("Check the network; work goes on offline meanwhile."))
    if answer.status_code != 401 or answer.headers.get("Content-Type") != MEDIA_TYPE:
        advice = tr("Open a browser and sign in to the network, or check the address.")
        return Finding(tr("Platform"), False, tr("something else answers in the platform's place"), advice)
    offset = 0.0
    with suppress(ValueError):  # a head that was cut
        if told := answer.headers.get("Grid-Time"):
            offset = (datetime.fromisoformat(told) - datetime.now(UTC)).total_seconds()
    advice = ""
    if abs(offset) > _MOST_OFFSET_S:
        advice = tr("Set this PC's clock; deadlines count by the platform's.")
    return Finding(tr("Platform"), not advice, tr("reached; clock differs by {n} s", n=round(offset)), advice)
