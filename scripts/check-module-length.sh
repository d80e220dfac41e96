#!/bin/sh
# Fail if a module is longer than a reader can keep in mind: split it by subject.
set -eu
cd "$(dirname "$0")/.."

too_long=$(find . \( -name .venv -o -name var -o -name migrations \) -prune -o -name '*.py' \
    -exec awk 'FNR == 301 { print FILENAME ": more than 300 lines" }' {} +)
if [ -n "$too_long" ]; then
    echo "$too_long" >&2
    exit 1
fi
