#!/bin/sh
# Brings this machine to where GridClient runs: libraries that Qt needs, and .venv with exactly requirements.lock.
# A second run finds its stamp and ends at once.
set -eu
cd "$(dirname "$0")/.."

stamp=.venv/.gridclient-setup
want=$(cat requirements.lock pyproject.toml packaging/setup.sh | sha256sum | cut -d' ' -f1)
if [ -f "$stamp" ] && [ "$(cat "$stamp")" = "$want" ]; then
    exit 0
fi

libraries="libglib2.0-0 libegl1 libgl1 libxkbcommon0 libdbus-1-3 libfontconfig1 fonts-noto-cjk"
if [ -n "${DISPLAY:-}${WAYLAND_DISPLAY:-}" ]; then
    libraries="$libraries libxcb-cursor0 libxcb-icccm4 libxcb-keysyms1 libxkbcommon-x11-0 libxcb-shape0"
fi
if command -v dpkg-query >/dev/null 2>&1; then
    missing=""
    for name in $libraries; do
        dpkg-query -W -f='${Status}' "$name" 2>/dev/null | grep -q 'install ok installed' || missing="$missing $name"
    done
    if [ -n "$missing" ]; then
        install="apt-get install -y --no-install-recommends$missing"
        if [ "$(id -u)" = 0 ]; then as=""; elif sudo -n true 2>/dev/null; then as="sudo"; else as="none"; fi
        if [ "$as" = none ]; then
            echo "GridClient needs system libraries. Please run: sudo $install" >&2
            exit 1
        fi
        echo "Installing system libraries:$missing"
        $as apt-get update -qq >/dev/null
        DEBIAN_FRONTEND=noninteractive $as $install -qq >/dev/null
    fi
fi

echo "Setting up .venv from requirements.lock"
[ -x .venv/bin/python ] || python3 -m venv .venv
.venv/bin/python -m pip install --quiet --disable-pip-version-check --requirement requirements.lock
.venv/bin/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
echo "$want" >"$stamp"
