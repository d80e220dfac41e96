#!/bin/sh
# Fail if the requirement files are not what pyproject.toml asks for. Needs the package index.
set -eu
cd "$(dirname "$0")/.."

fresh=$(mktemp -d)
trap 'rm -rf "$fresh"' EXIT
cp requirements*.txt "$fresh"
if ! sh scripts/lock.sh "$fresh" 2>"$fresh/log"; then
    if grep -qiE 'failed to fetch|error sending request|dns|timed out|connect' "$fresh/log"; then
        echo "Not checked: the package index cannot be reached."
        exit 0
    fi
    cat "$fresh/log" >&2
    exit 1
fi
for file in requirements*.txt; do
    # The comment of a constraint file names its path.
    sed "s|$fresh/||" "$fresh/$file" >"$fresh/comparable"
    if ! cmp -s "$file" "$fresh/comparable"; then
        diff -u "$file" "$fresh/comparable" | head -20 >&2
        echo "$file does not match pyproject.toml: make lock" >&2
        exit 1
    fi
done
