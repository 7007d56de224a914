"""Chooses and opens a profile for a command that has no window."""

import argparse
import getpass
import os
import sys
from pathlib import Path

from gridclient.errors import GridError
from gridclient.paths import profile_root
from gridclient.store.keys import system_keyring
from gridclient.store.profile import Profile, profiles
from gridclient.sync.sign_in import Opened, unlock
from gridclient.text import tr


class NoProfile(GridError):
    """There is no such profile on this PC."""

    text = "Nobody with this name has signed in on this PC. Known: {known}"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Adds what names a profile."""
    parser.add_argument("--home", type=Path, default=profile_root(), help=tr("folder of the profiles"))
    parser.add_argument("--account", help=tr("whose profile; the last one used when it is left out"))


def choose(args: argparse.Namespace) -> Profile:
    """The profile that the arguments name; raises `NoProfile`."""
    known = list(profiles(args.home))
    for profile in known:
        if args.account in (None, profile.facts.account, profile.facts.id):
            return profile
    raise NoProfile(known=", ".join(profile.facts.account for profile in known) or "-")


def open_profile(profile: Profile) -> Opened:
    """Unlocks a profile with the PIN or password from the terminal, or from `GRIDCLIENT_SECRET`."""
    secret = os.environ.get("GRIDCLIENT_SECRET")
    if secret is None:
        question = tr("PIN: ") if profile.facts.locked_by == "pin" else tr("Password: ")
        secret = getpass.getpass(question) if sys.stdin.isatty() else sys.stdin.readline().rstrip("\n")
    return unlock(profile, secret, system_keyring())
