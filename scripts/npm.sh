#!/bin/sh
# Install exactly the npm packages of each folder's package-lock.json: npm.sh FOLDER…
# Does nothing when the file has not changed since the last time. Without a network it only says so,
# because nothing but checks and tests needs them; where CI is set that is a failure.
set -eu
cd "$(dirname "$0")/.."

log=$(mktemp)
trap 'rm -f "$log"' EXIT
for folder in "$@"; do
    lock=$(cksum <"$folder/package-lock.json")
    if [ "$(cat "$folder/node_modules/.installed" 2>/dev/null)" = "$lock" ]; then
        continue
    fi
    echo "Installing the npm packages of $folder …"
    # No package may run code of its own while it is installed.
    if .venv/bin/npm ci --prefix "$folder" --ignore-scripts --prefer-offline --no-audit --no-fund \
        --loglevel=error --fetch-retries=1 --fetch-retry-mintimeout=1000 >"$log" 2>&1; then
        echo "$lock" >"$folder/node_modules/.installed"
        continue
    fi
    cat "$log" >&2
    if [ "${CI:-}" != true ] &&
        grep -qE 'ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENETUNREACH' "$log"; then
        echo "Not installed: the npm registry cannot be reached. What needs these packages is left out."
        exit 0
    fi
    exit 1
done
