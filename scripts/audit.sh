#!/bin/sh
# Fail if a package of the site or of its tests has a published vulnerability. Needs the network.
set -eu
cd "$(dirname "$0")/.."

report=$(mktemp)
trap 'rm -f "$report"' EXIT
status=0
for file in requirements.txt requirements-embedded.txt requirements-dev.txt; do
    if .venv/bin/python -m pip_audit --disable-pip --require-hashes --progress-spinner off \
        -r "$file" >"$report" 2>&1; then
        echo "$file: no known vulnerabilities"
    elif grep -q 'known vulnerabilit' "$report"; then
        cat "$report"
        status=1
    elif grep -qiE 'connection|timed out|resolve|HTTPError|ServiceError' "$report"; then
        echo "Not checked: the vulnerability database cannot be reached."
        exit 0
    else
        cat "$report"
        status=1
    fi
done
exit $status
