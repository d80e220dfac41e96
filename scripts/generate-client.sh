#!/bin/sh
# Write the types of docs/openapi.yaml to a file: generate-client.sh FILE
set -eu
cd "$(dirname "$0")/.."

if [ ! -f frontend/node_modules/.installed ]; then
    echo "The npm packages of frontend are not installed." >&2
    exit 1
fi
.venv/bin/node frontend/node_modules/openapi-typescript/bin/cli.js docs/openapi.yaml --output "$1" >&2
