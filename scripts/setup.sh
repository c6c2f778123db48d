#!/bin/sh
# Makes .venv from a lock file: exact versions, hashes checked, then this tree itself.
#   scripts/setup.sh requirements.lock
set -eu
lock=$1
python=${PYTHON:-python3}

"$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' || {
    echo "kanal needs Python 3.11 or newer; $("$python" --version 2>&1) was found." >&2
    echo "Install a newer one and name it: make PYTHON=python3.12 ..." >&2
    exit 1
}

# Debian and Ubuntu ship Python without the part that makes virtual environments.
if ! "$python" -c 'import ensurepip, venv' 2>/dev/null; then
    version=$("$python" -c 'import sys; print("%d.%d" % sys.version_info[:2])')
    echo "Installing python$version-venv ..."
    sudo=""
    [ "$(id -u)" = 0 ] || sudo="sudo"
    $sudo apt-get update -qq
    $sudo apt-get install -y -qq "python$version-venv" >/dev/null || {
        echo "Could not install python$version-venv. Install it, then run make again." >&2
        exit 1
    }
fi

stamp=.venv/.installed-$(basename "$lock")
if [ -e "$stamp" ] && [ "$stamp" -nt "$lock" ] && [ "$stamp" -nt pyproject.toml ]; then
    exit 0
fi
[ -x .venv/bin/python ] || "$python" -m venv .venv
echo "Installing what $lock names ..."
# The pip that Python brings may be years old, and then reads a long index for twice the time.
pip=.venv/pip.lock
awk '/^[a-z]/ { is_pip = /^pip==/ } is_pip' requirements-dev.lock >"$pip"
.venv/bin/python -m pip install --quiet --disable-pip-version-check --no-compile \
    --require-hashes -r "$pip"
# Not compiled: most of what the packages bring is never loaded. What is loaded is compiled then.
.venv/bin/python -m pip install --quiet --disable-pip-version-check --no-compile \
    --require-hashes -r "$lock"
# Twice quiet: setuptools warns of every editable installation.
.venv/bin/python -m pip install -qq --disable-pip-version-check \
    --no-deps --no-build-isolation --editable .
# Also for whoever forbids Python to write beside its sources, and would wait at every start.
env -u PYTHONDONTWRITEBYTECODE .venv/bin/python -c 'import gateway.demo.run, gateway.processes.worker'
touch "$stamp"
