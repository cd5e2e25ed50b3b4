#!/usr/bin/env bash
# Sets up the project's own environment: Python packages, browser files, catalogues, static files.
# Usage: tools/setup.sh [dev]   Everything is skipped that is newer than what it is made from.
set -euo pipefail
cd "$(dirname "$0")/.."
want=${1:-demo}

python_packages() {
    local extras=(--extra demo --no-dev)
    [ "$want" = dev ] && extras=(--all-extras --group dev)
    if command -v uv >/dev/null 2>&1; then
        uv sync --frozen --quiet --inexact "${extras[@]}"
        return
    fi
    [ -x .venv/bin/python ] || python3 -m venv .venv
    if [ -x .venv/bin/uv ] || .venv/bin/python -m pip install --quiet --require-hashes -r deploy/requirements-uv.txt 2>/dev/null; then
        .venv/bin/uv sync --frozen --quiet --inexact "${extras[@]}"
        return
    fi
    echo "uv could not be had; installing with pip, which takes about a minute" >&2
    local file=deploy/requirements.txt
    [ "$want" = dev ] && file=deploy/requirements-dev.txt
    .venv/bin/python -m pip install --quiet --no-compile --no-deps --require-hashes -r "$file"
    .venv/bin/python -m pip install --quiet --no-deps --editable .
}

browser_files() {
    [ node_modules/.package-lock.json -nt package-lock.json ] && return
    if ! command -v npm >/dev/null 2>&1; then
        echo "npm is missing: install Node.js 20 or newer (Debian: apt-get install nodejs npm)" >&2
        return 1
    fi
    npm ci --ignore-scripts --no-audit --no-fund --silent
}

# what is set up for development has everything that the demo needs
done_for() {
    local stamp=.venv/.opsloop-$1
    [ -e "$stamp" ] && [ ! uv.lock -nt "$stamp" ] && [ ! pyproject.toml -nt "$stamp" ]
}

if ! done_for "$want" && ! done_for dev; then
    browser_files & npm=$!
    python_packages
    wait "$npm"
    touch ".venv/.opsloop-$want"
else
    browser_files
fi
.venv/bin/python tools/build.py
