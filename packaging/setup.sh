#!/bin/sh
# Brings this machine to where GridClient runs: the system libraries that Qt needs, and .venv with exactly what
# requirements.lock says. A second run finds its stamp and ends at once. Refuses to guess: what it may not install
# it names in one line.
set -eu
cd "$(dirname "$0")/.."
here=$(pwd -P)

# Each library by the file that Qt loads, and the Debian package that brings it.
needs="libglib-2.0.so.0:libglib2.0-0 libEGL.so.1:libegl1 libGL.so.1:libgl1 libxkbcommon.so.0:libxkbcommon0
libdbus-1.so.3:libdbus-1-3 libfontconfig.so.1:libfontconfig1"
if [ -n "${DISPLAY:-}${WAYLAND_DISPLAY:-}" ]; then
    needs="$needs libxcb-cursor.so.0:libxcb-cursor0 libxcb-icccm.so.4:libxcb-icccm4 libxcb-keysyms.so.1:libxcb-keysyms1
libxkbcommon-x11.so.0:libxkbcommon-x11-0 libxcb-shape.so.0:libxcb-shape0"
fi

stamp=.venv/.gridclient-setup
want=$(echo "$here $needs" | cat - requirements.lock pyproject.toml packaging/setup.sh | sha256sum)
done_already() { [ -f "$stamp" ] && [ "$(cat "$stamp")" = "$want" ]; }
if done_already; then exit 0; fi
exec 9<packaging/setup.sh # one set-up at a time in this folder
if command -v flock >/dev/null; then flock 9; fi
if done_already; then exit 0; fi

say() { echo "setup: $*"; }
give_up() {
    echo "setup: $*" >&2
    exit 1
}
quietly() { # the command's words are shown only when it fails
    said=$(mktemp)
    if ! "$@" >"$said" 2>&1 </dev/null; then
        cat "$said" >&2
        rm -f "$said"
        return 1
    fi
    rm -f "$said"
}

# The machine
python3 -c 'import sys; sys.exit(sys.version_info < (3, 11))' || give_up "GridClient needs Python 3.11 or later."
known=$(env PATH="$PATH:/sbin:/usr/sbin" ldconfig -p)
missing=""
for need in $needs; do
    case "$known" in *"${need%%:*} "*) ;; *) missing="$missing ${need#*:}" ;; esac
done
python3 -c 'import ensurepip, venv' 2>/dev/null || missing="$missing python3-venv"
fonts=""
if [ -z "$(fc-list :lang=zh 2>/dev/null || true)" ] &&
    [ -z "$(find /usr/share/fonts -name '*CJK*' 2>/dev/null | head -n 1)" ]; then fonts=" fonts-noto-cjk"; fi

if [ -n "$missing$fonts" ]; then
    install="apt-get install -y --no-install-recommends$missing$fonts"
    as=""
    [ "$(id -u)" = 0 ] || as="sudo -n"
    if command -v apt-get >/dev/null && { [ -z "$as" ] || sudo -n true 2>/dev/null; }; then
        say "installing system packages:$missing$fonts"
        quietly $as apt-get update -qq || say "the package lists could not be renewed; trying with the old ones"
        quietly $as env DEBIAN_FRONTEND=noninteractive $install -qq || give_up "please run: sudo $install"
    elif [ -n "$missing" ]; then
        give_up "GridClient needs system packages. Please run: sudo $install"
    else
        say "Chinese will not be readable without a font. Please run: sudo $install"
    fi
fi

# The virtual environment; one that was copied here from another folder, or whose Python is gone, is made anew.
if ! grep -qs -- "-m venv .*$here/.venv\$" .venv/pyvenv.cfg || ! .venv/bin/python -c 'import pip' 2>/dev/null; then
    say "making .venv"
    if [ -L .venv ]; then rm .venv; fi # a link is taken away, what it leads to is another folder's
    quietly python3 -m venv --clear .venv
fi
say "installing requirements.lock into .venv"
pip="env PIP_REQUIRE_VIRTUALENV=1 .venv/bin/python -m pip --disable-pip-version-check"
quietly $pip install --requirement requirements.lock
quietly $pip install --no-deps --no-build-isolation --editable .
# What an earlier lock had and this one has not.
strangers=$($pip list --format freeze | .venv/bin/python -c '
import re, sys
from pathlib import Path
def plain(name): return re.sub("[-_.]+", "-", name).lower()
locked = {plain(name) for name in re.findall(r"(?m)^([\w.-]+)==", Path("requirements.lock").read_text())}
here = [line.partition("==")[0].strip() for line in sys.stdin]
print(*(name for name in here if plain(name) not in locked | {"pip", "setuptools", "gridclient"}))')
if [ -n "$strangers" ]; then quietly $pip uninstall -y $strangers; fi
echo "$want" >"$stamp"
