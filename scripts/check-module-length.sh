#!/bin/sh
# Fail if a module is longer than a reader can keep in mind (300 lines, tests 400): split it by
# subject.
set -eu
cd "$(dirname "$0")/.."

too_long=$(find . \( -name .venv -o -name var -o -name migrations -o -name node_modules -o -name dist \) -prune \
    -o \( -name '*.py' -o -name '*.js' -o -name '*.css' \) \
    -exec awk '{ limit = FILENAME ~ /^\.\/tests\// ? 400 : 300 }
        FNR == limit + 1 { print FILENAME ": more than " limit " lines" }' {} +)
if [ -n "$too_long" ]; then
    echo "$too_long" >&2
    exit 1
fi
