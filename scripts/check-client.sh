#!/bin/sh
# Fail if the typed client is not what docs/openapi.yaml says, or if the frontend does not fit it.
set -eu
cd "$(dirname "$0")/.."

packages=frontend/node_modules
if [ ! -f "$packages/.installed" ]; then
    echo "Not checked: the npm packages of frontend are not installed."
    exit 0
fi
fresh=$(mktemp)
trap 'rm -f "$fresh"' EXIT
sh scripts/generate-client.sh "$fresh"
if ! diff -u frontend/api/schema.d.ts "$fresh"; then
    echo "The client's types are not those of docs/openapi.yaml: make client" >&2
    exit 1
fi
.venv/bin/node $packages/typescript/bin/tsc --project frontend
