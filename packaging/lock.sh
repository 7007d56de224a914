#!/bin/sh
# Remakes requirements.lock from pyproject.toml: exact versions with hashes, for CPython 3.11 and later on Linux.
# Versions that are locked already stay; `packaging/lock.sh --upgrade` takes the newest that pyproject.toml allows.
# Afterwards run `make setup` and `.venv/bin/python packaging/notices.py`.
set -eu
cd "$(dirname "$0")/.."

made=$(mktemp -d)
trap 'rm -rf "$made"' EXIT
python3 -m venv "$made/tool"
"$made/tool/bin/pip" install --quiet --disable-pip-version-check uv
cp requirements.lock "$made/lock"
"$made/tool/bin/uv" pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-annotate \
    --no-emit-index-url --extra dev "$@" --output-file "$made/lock" pyproject.toml
{
    echo "# What \`make setup\` installs, and nothing else. Made by packaging/lock.sh from pyproject.toml."
    # Packages that only Windows needs are left out together with their hashes.
    awk '/^[a-z0-9]/ { windows = /win32/ } !windows' "$made/lock"
} >requirements.lock
