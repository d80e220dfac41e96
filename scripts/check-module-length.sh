#!/bin/sh
# Fail if a module is longer than a reader can keep in mind: split it by subject.
set -eu
cd "$(dirname "$0")/.."

find cms home content integrations tests scripts -name '*.py' -not -path '*/migrations/*' \
    -exec awk 'FNR == 301 { print FILENAME " has more than 300 lines"; bad = 1 } END { exit bad }' {} + \
    2>/dev/null || exit 1
